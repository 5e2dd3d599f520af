package discordtest

import (
	"slices"
	"strconv"
)

// Kinds of components.
const (
	rowKind    = 1
	buttonKind = 2
	menuKind   = 3
	inputKind  = 4
)

// A component is a row, a button, a menu or, in a form, a field. It has the
// fields of all of them, as Discord documents them.
type component struct {
	Type       int         `json:"type"`
	ID         int         `json:"id,omitempty"`
	Components []component `json:"components,omitempty"`
	CustomID   string      `json:"custom_id,omitempty"`
	Label      string      `json:"label,omitempty"`
	Style      int         `json:"style,omitempty"`
	Disabled   bool        `json:"disabled,omitempty"`

	Options     []option `json:"options,omitempty"`
	Placeholder string   `json:"placeholder,omitempty"`
	MinValues   *int     `json:"min_values,omitempty"`
	MaxValues   *int     `json:"max_values,omitempty"`

	MinLength *int   `json:"min_length,omitempty"`
	MaxLength *int   `json:"max_length,omitempty"`
	Required  *bool  `json:"required,omitempty"`
	Value     string `json:"value,omitempty"`
}

type option struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Default     bool   `json:"default"`
}

// least and most are how many options of a menu may be taken.
func (c component) least() int {
	if c.MinValues == nil {
		return 1
	}
	return *c.MinValues
}

func (c component) most() int {
	if c.MaxValues == nil {
		return 1
	}
	return *c.MaxValues
}

// checkRows checks the rows under a message.
func checkRows(rows []component) *problem {
	if len(rows) > 5 {
		return form("components", "Must be between 1 and 5 in length.")
	}
	ids := map[string]bool{}
	for at, row := range rows {
		where := "components." + strconv.Itoa(at)
		menus := slices.ContainsFunc(row.Components, func(c component) bool { return c.Type == menuKind })
		switch n := len(row.Components); {
		case row.Type != rowKind:
			return form(where, "Value of field \"type\" must be one of (1,).")
		case n < 1 || n > 5:
			return form(where, "Must be between 1 and 5 in length.")
		case menus && n > 1:
			return form(where, "The specified component exceeds the maximum width")
		}
		for _, c := range row.Components {
			if ids[c.CustomID] {
				return form(where, "Component custom id cannot be duplicated")
			}
			ids[c.CustomID] = true
			if trouble := c.check(where); trouble != nil {
				return trouble
			}
		}
	}
	return nil
}

func (c component) check(where string) *problem {
	switch n := runes(c.CustomID); {
	case n < 1 || n > 100:
		return form(where, "custom_id must be between 1 and 100 in length.")
	case c.Type == buttonKind && (c.Style < 1 || c.Style > 4):
		return form(where, "style must be one of {1, 2, 3, 4}.")
	case c.Type == buttonKind && (runes(c.Label) < 1 || runes(c.Label) > 80):
		return form(where, "label must be between 1 and 80 in length.")
	case c.Type == buttonKind:
		return nil
	case c.Type != menuKind:
		return form(where, "type must be one of {2, 3}.")
	case runes(c.Placeholder) > 150:
		return form(where, "placeholder must be 150 or fewer in length.")
	}
	return c.checkOptions(where)
}

func (c component) checkOptions(where string) *problem {
	n := len(c.Options)
	if n < 1 || n > 25 {
		return form(where, "options must be between 1 and 25 in length.")
	}
	if c.least() < 0 || c.least() > c.most() || c.most() > n {
		return form(where, "min_values %d, max_values %d, %d options", c.least(), c.most(), n)
	}
	values, chosen := map[string]bool{}, 0
	for _, o := range c.Options {
		switch {
		case runes(o.Label) < 1 || runes(o.Label) > 100:
			return form(where, "the label of an option must be between 1 and 100 in length.")
		case runes(o.Value) < 1 || runes(o.Value) > 100:
			return form(where, "the value of an option must be between 1 and 100 in length.")
		case runes(o.Description) > 100:
			return form(where, "the description of an option must be 100 or fewer in length.")
		case values[o.Value]:
			return form(where, "The specified option value is already used")
		}
		values[o.Value] = true
		if o.Default {
			chosen++
		}
	}
	if chosen > c.most() {
		return form(where, "more options are chosen than may be")
	}
	return nil
}

// checkForm checks a form that is to be opened.
func checkForm(b *body) *problem {
	switch {
	case runes(b.Title) < 1 || runes(b.Title) > 45:
		return form("title", "Must be between 1 and 45 in length.")
	case runes(b.CustomID) < 1 || runes(b.CustomID) > 100:
		return form("custom_id", "Must be between 1 and 100 in length.")
	case b.Components == nil || len(*b.Components) < 1 || len(*b.Components) > 5:
		return form("components", "Must be between 1 and 5 in length.")
	}
	ids := map[string]bool{}
	for at, row := range *b.Components {
		where := "components." + strconv.Itoa(at)
		if row.Type != rowKind || len(row.Components) != 1 {
			return form(where, "a row with one field is wanted")
		}
		f := row.Components[0]
		if ids[f.CustomID] {
			return form(where, "Component custom id cannot be duplicated")
		}
		ids[f.CustomID] = true
		if trouble := f.checkField(where); trouble != nil {
			return trouble
		}
	}
	return nil
}

func (c component) checkField(where string) *problem {
	most, least := 4000, 0
	if c.MaxLength != nil {
		most = *c.MaxLength
	}
	if c.MinLength != nil {
		least = *c.MinLength
	}
	switch {
	case c.Type != inputKind:
		return form(where, "type must be one of {4}.")
	case runes(c.CustomID) < 1 || runes(c.CustomID) > 100:
		return form(where, "custom_id must be between 1 and 100 in length.")
	case runes(c.Label) < 1 || runes(c.Label) > 45:
		return form(where, "label must be between 1 and 45 in length.")
	case c.Style != 1 && c.Style != 2:
		return form(where, "style must be one of {1, 2}.")
	case runes(c.Placeholder) > 100:
		return form(where, "placeholder must be 100 or fewer in length.")
	case most < 1 || most > 4000 || least < 0 || least > most:
		return form(where, "lengths from %d to %d", least, most)
	case runes(c.Value) > most:
		return form(where, "value is longer than max_length")
	}
	return nil
}
