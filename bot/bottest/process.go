package bottest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	"steadfast/bot"
	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/scheduler"
	"steadfast/store"
)

// A process is the bot at work: the data file, the bot on it, the adapter, and
// the goroutines between them.
type process struct {
	store *store.Store
	disk  *flaky // what the bot sees of the store
	stop  context.CancelFunc
	over  sync.WaitGroup
	end   chan error // why the adapter gave up
}

// open starts a process on the data file.
func (p *player) open() {
	s, err := store.Open(p.path, store.Options{NoSync: true})
	if err != nil {
		p.t.Fatal(err)
	}
	var b *bot.Bot
	adapter, err := p.theatre.Adapter(func() *bot.Bot { return b })
	if err != nil {
		p.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	p.process = &process{store: s, disk: &flaky{Store: s}, stop: stop, end: make(chan error, 1)}
	b, err = bot.New(bot.Options{
		Store: p.disk, Words: p.words, Log: p.log,
		Platforms: map[chat.Platform]chat.Capabilities{adapter.Platform(): adapter.Capabilities()},
		Name:      "Riverside Mentors", Language: "en", Zone: berlin(p.t), Emergency: "112",
		NewCode: p.code, Calendar: p.calendar, Hints: p.hints,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	d := delivery.New(delivery.Options{
		Desk: b.Desk(), Adapters: map[chat.Platform]chat.Adapter{adapter.Platform(): adapter}, Group: b.IsGroup, Log: p.log,
	})
	b.Attach(d)
	if _, err := b.Start(ctx); err != nil {
		p.t.Fatal(err)
	}
	p.over.Go(func() { d.Run(ctx) })
	p.over.Go(func() { scheduler.Loop(ctx, b.Kick(), time.Now, b.Due) })
	p.run(ctx, adapter, b)
	synctest.Wait()
}

// run starts the adapter.
func (p *player) run(ctx context.Context, adapter chat.Adapter, b *bot.Bot) {
	handle := b.Handle
	if p.mode == Twice {
		handle = twice(b)
	}
	p.over.Go(func() {
		err := adapter.Run(ctx, handle)
		if ctx.Err() == nil {
			p.end <- fmt.Errorf("the adapter gave up: %w", err)
		}
	})
}

// twice hands each event to the bot twice. The answer must be the same.
func twice(b *bot.Bot) chat.Handler {
	return func(ctx context.Context, e chat.Event) (chat.Answer, error) {
		answer, err := b.Handle(ctx, e)
		if err != nil {
			return answer, err
		}
		again, err := b.Handle(ctx, e)
		if err == nil && !reflect.DeepEqual(again, answer) {
			err = fmt.Errorf("the second time the answer was %v", again)
		}
		return answer, err
	}
}

func (p *player) close() {
	p.stop()
	p.over.Wait()
	if err := p.store.Close(); err != nil {
		p.t.Error(err)
	}
}

// ended returns why the process is of no use any more, nil if it is.
func (p *process) ended() error {
	select {
	case err := <-p.end:
		return err
	default:
		return nil
	}
}

// act lets somebody act as the mode has it: where commits fail, the process
// ends at the event, and the next one gets it again.
func (p *player) act(act func() error) error {
	p.acts++
	if p.mode == Failing {
		p.disk.breakNext()
	}
	if err := act(); err != nil {
		return err
	}
	synctest.Wait()
	if p.mode != Failing {
		return nil
	}
	if err := p.ended(); !errors.Is(err, errFailed) {
		return fmt.Errorf("the commit failed and the event was confirmed, %v", err)
	}
	p.close()
	p.open()
	return nil
}

// code makes codes that are the same in every mode: a function that is run
// again makes the same code again.
func (p *player) code() string { return "CODE" + strconv.Itoa(p.acts) }

// dump returns what is stored, without the marks of seen events and when
// something arrived. Hops stand in
// the order of their text and references are left out, since places do not
// wait for each other.
func (p *player) dump() string {
	var all, kept strings.Builder
	if err := p.store.Dump(context.Background(), &all); err != nil {
		p.t.Fatal(err)
	}
	table := ""
	var hops []string
	refs := regexp.MustCompile(`("ref":"|\\x00)e?\d+"`)
	for line := range strings.Lines(refs.ReplaceAllString(all.String(), `$1…"`)) {
		if strings.HasPrefix(line, "[") {
			table, _, _ = strings.Cut(line[1:], "]")
			kept.WriteString(strings.Join(hops, ""))
			hops = nil
		}
		switch table {
		case "seen", "arrivals":
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
