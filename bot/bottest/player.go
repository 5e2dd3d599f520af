package bottest

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/bot"
	"steadfast/bot/chat"
	"steadfast/bot/program"
	"steadfast/bot/words"
)

// A Mode is a kind of trouble in which a transcript is played.
type Mode string

// The modes. What people see must be the same in all of them.
const (
	Plain     Mode = "plain"
	Reopened  Mode = "reopened before every line"
	Failing   Mode = "each commit fails once"
	Twice     Mode = "each event comes twice"
	Throttled Mode = "each message is throttled once"
)

// Modes lists all modes.
func Modes() []Mode { return []Mode{Plain, Reopened, Failing, Twice, Throttled} }

// pause is how much time passes with each line: enough for delivery at its
// slowest, and the same in all modes.
const pause = 20 * time.Second

// opening is when every transcript begins, a Tuesday afternoon.
func opening(zone *time.Location) time.Time { return time.Date(2026, 11, 24, 16, 0, 0, 0, zone) }

// A player plays one transcript.
type player struct {
	t       *testing.T
	theatre Theatre
	mode    Mode
	path    string
	words   *words.Catalog
	hints   bot.Assessor
	log     *slog.Logger

	cast  map[string]chat.Sender
	names map[chat.Place]string
	order []chat.Place
	acts  int
	down  bool // no process runs

	calendar program.Calendar // of the program
	*process
}

// Play plays the lines of a transcript in memory; see [PlayIn].
func Play(t *testing.T, hints bot.Assessor, mode Mode, transcript string, log *slog.Logger) (seen, stored string) {
	t.Helper()
	return PlayIn(t, newStage(), hints, mode, transcript, log)
}

// PlayIn plays the lines of a transcript in a theatre. It returns the
// transcript with what was seen, and what is stored in the end, apart from the
// marks of seen events. It must be called inside a synctest bubble, the one of
// the theatre. Hints reads what people write, and log receives what the bot logs.
func PlayIn(t *testing.T, theatre Theatre, hints bot.Assessor, mode Mode, transcript string, log *slog.Logger) (seen, stored string) {
	t.Helper()
	catalog, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := &player{
		t: t, theatre: theatre, mode: mode, path: filepath.Join(t.TempDir(), "steadfast.db"), words: catalog, hints: hints, log: log,
		cast: map[string]chat.Sender{}, names: map[chat.Place]string{},
	}
	if mode == Throttled {
		theatre.Throttle()
	}
	time.Sleep(time.Until(opening(berlin(t))))
	p.open()
	defer p.close()
	var out strings.Builder
	for line := range strings.Lines(transcript) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "  "), strings.HasPrefix(line, "=== "):
			continue // what was seen the last time
		case line == "" || strings.HasPrefix(line, "#"):
			out.WriteString(line + "\n")
			continue
		}
		if mode == Reopened && !p.down {
			p.close()
			p.open()
		}
		out.WriteString(line + "\n")
		err := p.line(line)
		if err == nil {
			p.wait(pause)
			err = p.ended()
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", line, err, &out)
		}
		p.show(&out)
	}
	return out.String(), p.dump()
}

// show writes what was seen since the last line, place by place.
func (p *player) show(out *strings.Builder) {
	seen, toasts := p.theatre.Look()
	for _, toast := range toasts {
		out.WriteString("  toast: " + toast + "\n")
	}
	for _, place := range p.order {
		for _, s := range seen {
			if s.Place == place {
				write(out, p.names[place], s)
			}
		}
	}
	for _, s := range seen {
		if _, known := p.names[s.Place]; !known {
			p.t.Errorf("something was sent to %s, where nobody of the cast is: %q", s.Place, s.Text.Plain())
		}
	}
}

// pass lets time pass. In the mode where commits fail, what is due meanwhile
// fails once, the process ends, and a new one takes over.
func (p *player) pass(d time.Duration) {
	if p.mode == Failing {
		p.disk.breakNext()
	}
	p.wait(d)
	p.disk.mend()
}

func (p *player) wait(d time.Duration) {
	end := time.Now().Add(d)
	for time.Now().Before(end) {
		step := pause
		if p.mode != Failing {
			step = d
		}
		time.Sleep(min(step, time.Until(end)))
		synctest.Wait()
		if p.disk.broken() {
			p.close()
			p.open()
		}
	}
}

func berlin(t *testing.T) *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
