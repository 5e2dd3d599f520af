package program

import (
	"testing"
	"time"
)

func TestSign(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n) }
	joined := day(0)
	for name, c := range map[string]struct {
		of   Presence
		sign Sign
		on   time.Time
	}{
		"a month after they joined":              {Presence{}, SignAsk, day(30)},
		"a month after the last word":            {Presence{Heard: day(5)}, SignAsk, day(35)},
		"then they are reminded":                 {Presence{Heard: day(5), Asked: day(35)}, SignNudge, day(38)},
		"then the staff hears of it":             {Presence{Heard: day(5), Asked: day(35), Nudged: day(38)}, SignTell, day(42)},
		"never before they were reminded":        {Presence{Asked: day(35), Nudged: day(50)}, SignTell, day(50)},
		"a word ends it":                         {Presence{Heard: day(36), Asked: day(35)}, SignAsk, day(66)},
		"a word after the nudge ends it too":     {Presence{Heard: day(39), Asked: day(35), Nudged: day(38)}, SignAsk, day(69)},
		"told once, they are asked a month on":   {Presence{Asked: day(35), Nudged: day(38), Told: day(42)}, SignAsk, day(65)},
		"and reminded again, as the first time":  {Presence{Asked: day(65), Nudged: day(38), Told: day(42)}, SignNudge, day(68)},
		"an earlier month's report does not end": {Presence{Asked: day(65), Nudged: day(68), Told: day(42)}, SignTell, day(72)},
	} {
		if sign, on := DefaultProtocol().Sign(c.of, joined); sign != c.sign || !on.Equal(c.on) {
			t.Errorf("%s: %q on %v, want %q on %v", name, sign, on, c.sign, c.on)
		}
	}
	never := DefaultProtocol()
	never.Tap = 0
	if sign, on := never.Sign(Presence{}, joined); sign != SignNone || !on.IsZero() {
		t.Errorf("%q on %v", sign, on)
	}
}
