package bot

import (
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/flow"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

const flowSettings = "settings"

func settingsConversation() conversation {
	return conversation{
		patience: flow.Patience{Away: time.Hour},
		open: func(t *turn, d *program.Dialogue) (*flow.Question, error) {
			_, q := flow.Run(d.State, t.settingsFlow())
			return q, nil
		},
		finish: (*turn).finishSettings,
	}
}

// settings are what a person chooses for themselves: a language, or one of the
// other things that the first question offers.
type settings struct {
	what      string        // a language, or one of the keys below
	preferred chat.Platform // empty: there is no choice
	phone     *string       // nil: as it was
	remind    program.RemindTime
}

// The keys of what can be set beside the language.
const (
	phoneSetting  = "phone"
	remindSetting = "remind"
)

// settingsFlow offers the languages, each by its own name, and, where the person
// is known on several platforms, which of them comes first. Mentors can set more
// instead.
func (t *turn) settingsFlow() flow.Func[settings] {
	return func(d *flow.Dialogue) (s settings, done bool) {
		var all []flow.Option
		for _, lang := range words.Languages() {
			all = append(all, flow.Option{Key: lang, Label: flow.Literal(t.Words.In(lang).Plain("language.name", nil))})
		}
		if t.who.Is(program.Mentor) {
			all = append(all,
				flow.Option{Key: phoneSetting, Label: flow.Say("settings.phone_button")},
				flow.Option{Key: remindSetting, Label: flow.Say("settings.remind_button")})
		}
		if s.what, done = d.Choose("language", flow.Say("settings.language"), all); !done {
			return s, false
		}
		switch s.what {
		case phoneSetting:
			s.phone, done = t.askPhone(d)
			return s, done
		case remindSetting:
			s.remind, done = t.askRemind(d)
			return s, done
		}
		platforms := t.platformsOf(t.who)
		if len(platforms) < 2 {
			return s, true
		}
		var places []flow.Option
		for _, p := range platforms {
			places = append(places, flow.Option{Key: string(p), Label: flow.Literal(platformName(p))})
		}
		key, done := d.Choose("preferred", flow.Say("settings.preferred"), places)
		s.preferred = chat.Platform(key)
		return s, done
	}
}

func (t *turn) startSettings(string) error { return t.begin(flowSettings) }

func (t *turn) finishSettings(d *program.Dialogue) error {
	s, _ := flow.Run(d.State, t.settingsFlow())
	switch s.what {
	case phoneSetting:
		return t.setPhone(s.phone)
	case remindSetting:
		return t.setRemind(s.remind)
	}
	t.who.Language = s.what
	if s.preferred != "" {
		t.who.Preferred = s.preferred
	}
	if err := t.tx.PutPerson(&t.who); err != nil {
		return err
	}
	t.be(t.who)
	if err := t.menus(); err != nil {
		return err
	}
	text := t.text("settings.done")
	if s.preferred != "" {
		text = paragraphs(text, t.text("settings.preferred_done", "Platform", platformName(s.preferred)))
	}
	return t.reply(text)
}
