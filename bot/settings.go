package bot

import (
	"time"

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

// settingsFlow offers the languages, each by its own name.
func (t *turn) settingsFlow() flow.Func[string] {
	return func(d *flow.Dialogue) (string, bool) {
		var all []flow.Option
		for _, lang := range words.Languages() {
			all = append(all, flow.Option{Key: lang, Label: flow.Literal(t.Words.In(lang).Plain("language.name", nil))})
		}
		return d.Choose("language", flow.Say("settings.language"), all)
	}
}

func (t *turn) startSettings(string) error { return t.begin(flowSettings) }

func (t *turn) finishSettings(d *program.Dialogue) error {
	lang, _ := flow.Run(d.State, t.settingsFlow())
	t.who.Language = lang
	if err := t.tx.PutPerson(&t.who); err != nil {
		return err
	}
	t.be(t.who)
	if err := t.menu(t.event.In); err != nil {
		return err
	}
	return t.reply(t.text("settings.done"))
}
