package discord

import (
	"github.com/bwmarrin/discordgo"

	"steadfast/bot/chat"
)

// Limits of a form.
const (
	titleRunes      = 45 // and of the label of a field
	hintRunes       = 100
	fieldRunes      = 4000
	maxFields       = 5
	suggestionRunes = 100
)

// renderModal turns f into the form that Discord opens.
func renderModal(f chat.Form) *discordgo.InteractionResponseData {
	data := &discordgo.InteractionResponseData{CustomID: formPrefix + f.Token, Title: label(f.Title, titleRunes)}
	for _, field := range f.Fields[:min(len(f.Fields), maxFields)] {
		input := discordgo.TextInput{
			CustomID: field.Key, Label: label(field.Label, titleRunes), Placeholder: shorten(clean(field.Hint), hintRunes),
			Style: discordgo.TextInputShort, Required: !field.Optional, MaxLength: fieldRunes,
		}
		if field.Long {
			input.Style = discordgo.TextInputParagraph
		}
		if field.Limit > 0 {
			input.MaxLength = min(field.Limit, fieldRunes)
		}
		data.Components = append(data.Components, discordgo.ActionsRow{Components: []discordgo.MessageComponent{input}})
	}
	return data
}

// valuesOf returns what was filled into a form, by the keys of its fields.
func valuesOf(data discordgo.ModalSubmitInteractionData) map[string]string {
	values := map[string]string{}
	for _, row := range data.Components {
		r, _ := row.(*discordgo.ActionsRow)
		if r == nil {
			continue
		}
		for _, part := range r.Components {
			if input, ok := part.(*discordgo.TextInput); ok {
				values[input.CustomID] = input.Value
			}
		}
	}
	return values
}

// A completion is the answer to a command that is being typed.
type completion struct {
	Choices []completionChoice `json:"choices"`
}

type completionChoice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// suggestionsOf returns what Discord offers for a command that is being typed.
// A value that is too long is not offered: cut, it would mean something else.
func suggestionsOf(suggestions []chat.Suggestion) completion {
	c := completion{Choices: []completionChoice{}}
	for _, s := range suggestions {
		if s.Value == "" || len([]rune(s.Value)) > suggestionRunes || len(c.Choices) == menuItems {
			continue
		}
		if s.Label == "" {
			s.Label = s.Value
		}
		c.Choices = append(c.Choices, completionChoice{label(s.Label, suggestionRunes), s.Value})
	}
	return c
}
