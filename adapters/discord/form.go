package discord

import (
	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

// skeletons

func renderModal(f chat.Form) *discordgo.InteractionResponseData { return nil }

func valuesOf(data discordgo.ModalSubmitInteractionData) map[string]string { return nil }

func suggestionsOf(s []chat.Suggestion) *discordgo.InteractionResponseData { return nil }

func renderCommands(specs []chat.CommandSpec) []*discordgo.ApplicationCommand { return nil }
