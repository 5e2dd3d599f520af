package bottest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/bot"
	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
	"steadfast/bot/words"
	"steadfast/scheduler"
	"steadfast/store"
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
	t     *testing.T
	mode  Mode
	path  string
	words *words.Catalog
	stage *stage
	cast  map[string]chat.Sender
	names map[chat.Place]string
	order []chat.Place
	log   *slog.Logger

	events int

	store *store.Store
	flaky *flaky
	bot   *bot.Bot
	stop  context.CancelFunc
	over  sync.WaitGroup
}

// Play plays the lines of a transcript. It returns the transcript with what was
// seen, and what is stored in the end, apart from the marks of seen events. It
// must be called inside a synctest bubble. Log receives what the bot logs.
func Play(t *testing.T, mode Mode, transcript string, log *slog.Logger) (seen, stored string) {
	t.Helper()
	catalog, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := &player{
		t: t, mode: mode, path: filepath.Join(t.TempDir(), "steadfast.db"), words: catalog, stage: newStage(mode == Throttled),
		cast: map[string]chat.Sender{}, names: map[chat.Place]string{}, log: log,
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
		if mode == Reopened {
			p.close()
			p.open()
		}
		out.WriteString(line + "\n")
		toast, err := p.line(line)
		if err != nil {
			t.Fatalf("%s: %v\n%s", line, err, &out)
		}
		p.wait(pause)
		if toast != "" {
			out.WriteString("  toast: " + toast + "\n")
		}
		p.show(&out)
	}
	return out.String(), p.dump()
}

// dump returns what is stored, without the marks of seen events. Hops stand in
// the order of their text and references are left out, since places do not
// wait for each other.
func (p *player) dump() string {
	var all, kept strings.Builder
	if err := p.store.Dump(context.Background(), &all); err != nil {
		p.t.Fatal(err)
	}
	table := ""
	var hops []string
	refs := regexp.MustCompile(`("ref":"|\\x00)\d+"`)
	for line := range strings.Lines(refs.ReplaceAllString(all.String(), `$1…"`)) {
		if strings.HasPrefix(line, "[") {
			table, _, _ = strings.Cut(line[1:], "]")
			kept.WriteString(strings.Join(hops, ""))
			hops = nil
		}
		switch table {
		case "seen":
		case "hops":
			key, value, ok := strings.Cut(line, " = ")
			if ok {
				line = strings.Fields(key)[0] + " = " + value
			}
			hops = append(hops, line)
			slices.Sort(hops)
		default:
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// open starts the bot on the data file.
func (p *player) open() {
	s, err := store.Open(p.path, store.Options{NoSync: true})
	if err != nil {
		p.t.Fatal(err)
	}
	p.store, p.flaky = s, &flaky{Store: s}
	p.bot, err = bot.New(bot.Options{
		Store: p.flaky, Words: p.words, Log: p.log,
		Platforms: map[chat.Platform]chat.Capabilities{platform: p.stage.caps},
		Name:      "Riverside Mentors", Language: "en", Zone: berlin(p.t), Emergency: "112",
		NextMeeting: nextMeeting, NewCode: p.code,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	d := delivery.New(delivery.Options{
		Desk: p.bot.Desk(), Adapters: map[chat.Platform]chat.Adapter{platform: p.stage}, Group: p.bot.IsGroup, Log: p.log,
	})
	p.bot.Attach(d)
	ctx, stop := context.WithCancel(context.Background())
	p.stop = stop
	if _, err := p.bot.Start(ctx); err != nil {
		p.t.Fatal(err)
	}
	p.over.Go(func() { d.Run(ctx) })
	p.over.Go(func() { scheduler.Loop(ctx, p.bot.Kick(), time.Now, p.bot.Due) })
	synctest.Wait()
}

func (p *player) close() {
	p.stop()
	p.over.Wait()
	if err := p.store.Close(); err != nil {
		p.t.Error(err)
	}
}

// code makes codes that are the same in every mode: a function that is run
// again makes the same code again.
func (p *player) code() string { return "CODE" + strconv.Itoa(p.events) }

func berlin(t *testing.T) *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func nextMeeting(s program.Schedule, zone *time.Location, after time.Time) time.Time {
	r, err := scheduler.Parse(s.Cron(), zone)
	if err != nil {
		return time.Time{}
	}
	return r.Next(after)
}

// pass lets time pass. In the mode where commits fail, what is due meanwhile
// fails once, the process ends, and a new one takes over.
func (p *player) pass(d time.Duration) {
	if p.mode == Failing {
		p.flaky.breakNext()
	}
	p.wait(d)
	p.flaky.mend()
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
		if p.flaky.broken() {
			p.close()
			p.open()
			p.flaky.mend()
		}
	}
}

// handle gives the bot an event as the mode has it.
func (p *player) handle(e chat.Event) (string, error) {
	p.events++
	e.ID = strconv.Itoa(p.events)
	if e.At.IsZero() {
		e.At = time.Now()
	}
	if p.mode == Failing {
		p.flaky.breakNext()
		if _, err := p.bot.Handle(context.Background(), e); err == nil {
			return "", errors.New("the commit failed and the event was confirmed")
		}
		p.close()
		p.open()
	}
	answer, err := p.bot.Handle(context.Background(), e)
	if err == nil && p.mode == Twice {
		again, err := p.bot.Handle(context.Background(), e)
		if err != nil || again != answer {
			return "", fmt.Errorf("the second time the answer was %v, %v", again, err)
		}
	}
	return answer.Toast, err
}

// show writes what was seen since the last line, place by place.
func (p *player) show(out *strings.Builder) {
	seen := p.stage.take()
	places := append([]chat.Place(nil), p.order...)
	for _, place := range places {
		for _, s := range seen {
			if s.place == place {
				write(out, p.names[place], s)
			}
		}
	}
	for _, s := range seen {
		if _, known := p.names[s.place]; !known {
			p.t.Errorf("something was sent to %s, where nobody of the cast is: %q", s.place, s.message.Text.Plain())
		}
	}
}

func write(out *strings.Builder, name string, s shown) {
	mark := "→"
	if s.edit {
		mark = "✎"
	}
	text := strings.ReplaceAll(marked(s.message.Text), "\n\n", "\n·\n")
	text = strings.ReplaceAll(text, "\n", "\n      ")
	if len([]rune(text)) > 600 {
		text = string([]rune(text)[:200]) + " … (" + strconv.Itoa(len([]rune(text))) + " runes)"
	}
	fmt.Fprintf(out, "  %s %s: %s\n", mark, name, text)
	if len(s.message.Choices) == 0 {
		return
	}
	var row []string
	for _, c := range s.message.Choices {
		row = append(row, "["+c.Label+"]")
	}
	out.WriteString("      " + strings.Join(row, " ") + "\n")
}

// marked writes text with its styles visible.
func marked(text chat.Text) string {
	var b strings.Builder
	for _, s := range text {
		switch s.Style {
		case chat.Bold:
			b.WriteString("*" + s.Text + "*")
		case chat.Quote:
			b.WriteString("“" + s.Text + "”")
		case chat.Start:
			b.WriteString("‹start " + s.Text + "›")
		default:
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

// flaky is a store whose next commit can be made to fail, after which it is of
// no use any more, like a store whose disk has failed.
type flaky struct {
	program.Store
	mu     sync.Mutex
	armed  bool
	failed bool
}

// errFailed is what a broken disk says.
var errFailed = errors.New("the disk failed")

func (f *flaky) breakNext() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = true
}

func (f *flaky) mend() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed, f.failed = false, false
}

func (f *flaky) broken() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.failed
}

// Update runs the function in a transaction and, when the commit is to fail,
// takes everything back.
func (f *flaky) Update(ctx context.Context, do func(program.Tx) error) error {
	f.mu.Lock()
	if f.armed {
		f.armed, f.failed = false, true
	}
	failed := f.failed
	f.mu.Unlock()
	if !failed {
		return f.Store.Update(ctx, do)
	}
	return errors.Join(errFailed, f.Store.Update(ctx, func(tx program.Tx) error {
		return errors.Join(do(tx), errFailed)
	}))
}
