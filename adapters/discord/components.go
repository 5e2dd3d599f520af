package discord

import (
	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

// formPrefix begins the ID of what opens a form, and of the form.
const formPrefix = "form:"

// skeletons

func components(choices []chat.Choice, form *chat.Form) []discordgo.MessageComponent {
	return []discordgo.MessageComponent{}
}

func pressesOf(i *discordgo.Interaction) []string { return nil }
