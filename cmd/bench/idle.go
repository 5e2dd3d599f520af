package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"

	"steadfast/bot"
	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
	"steadfast/bot/words"
	"steadfast/store"
)

// fewMatches is how many matches the many are compared with.
const fewMatches = 1_000

// idles measures what matches cost whose meetings are not due: a look at the
// timers, a start, and memory.
func (m *measurement) idles(ctx context.Context) error {
	many := m.options.matches
	folders := map[int]string{fewMatches: m.sub("few"), many: m.sub("many")}
	for n, folder := range folders {
		if err := settle(ctx, folder, n); err != nil {
			return err
		}
	}
	var ticks, seeks, rests, extra []float64
	grown := 0.0
	for range m.options.rounds {
		few, err := rest(ctx, folders[fewMatches])
		if err != nil {
			return err
		}
		all, err := rest(ctx, folders[many])
		if err != nil {
			return err
		}
		seek, err := bareSeek(filepath.Join(m.folder, "seek.db"), many)
		if err != nil {
			return err
		}
		ticks, seeks, rests = append(ticks, all.tick/few.tick), append(seeks, all.tick/seek), append(rests, all.tick)
		grown = (all.heap - few.heap) / float64(many-fewMatches)
		empty, err := m.start(ctx, m.bot.contender("steadfast"))
		if err != nil {
			return err
		}
		full, err := m.restart(ctx, m.bot.contender("many"), folders[many])
		if err != nil {
			return err
		}
		extra = append(extra, full-empty)
	}
	fmt.Fprintf(m.out, "%d matches that are not due: a tick takes %.2f µs, %.2f × that with %d and %.2f × a bare seek; "+
		"a start takes %+.1f ms; %.3f bytes of heap a match (medians of %d)\n\n",
		many, median(rests), median(ticks), fewMatches, median(seeks), median(extra), grown, m.options.rounds)
	what := fmt.Sprintf(", %d matches", many)
	m.verdicts = append(m.verdicts,
		verdict{"c1", fmt.Sprintf("tick%s : %d", what, fewMatches), fmt.Sprintf("%.2f", median(ticks)), "≤ 2", median(ticks) <= 2, true},
		verdict{"c1", "tick" + what + " : bare seek", fmt.Sprintf("%.2f", median(seeks)), "≤ 5", median(seeks) <= 5, true},
		verdict{"c3", "start" + what + " more", fmt.Sprintf("%+.1f ms", median(extra)), "≤ +100 ms", median(extra) <= 100, true},
		verdict{"c3", "heap of an idle match", fmt.Sprintf("%.3f bytes", grown), "≤ 1 byte", grown <= 1, true})
	return nil
}

// settle makes a data file with so many matches, each with a mentor, whose next
// meetings are in a year.
func settle(ctx context.Context, folder string, matches int) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	s, err := store.Open(filepath.Join(folder, "steadfast.db"), store.Options{NoSync: true})
	if err != nil {
		return err
	}
	defer s.Close()
	schedule, err := program.ParseSchedule("weekly Tue 16:00 60m")
	if err != nil {
		return err
	}
	const atOnce = 20_000
	for from := 0; from < matches; from += atOnce {
		err := s.UpdateUnbounded(ctx, func(tx program.Tx) error {
			for i := from; i < min(matches, from+atOnce); i++ {
				p := program.Person{
					Name: fmt.Sprint("Mentor ", i), Roles: program.Mentor, Joined: tx.Now(),
					Accounts: []chat.Account{{Platform: "telegram", ID: strconv.Itoa(firstMentor + i)}},
				}
				if err := tx.PutPerson(&p); err != nil {
					return err
				}
				mentee := program.Mentee{Alias: fmt.Sprint("Child ", i)}
				if err := tx.PutMentee(&mentee); err != nil {
					return err
				}
				match := program.Match{Mentor: p.ID, Mentee: mentee.ID, Schedule: schedule, Since: tx.Now()}
				if err := tx.PutMatch(&match); err != nil {
					return err
				}
				at := tx.Now().AddDate(1, 0, 0).Add(time.Duration(i) * time.Second)
				if err := tx.SetTimer(program.Timer{Kind: program.TimerMeeting, ID: uint64(match.ID), At: at}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// A resting bot has nothing to do.
type resting struct {
	tick float64 // one look at the timers, in microseconds
	heap float64 // in bytes
}

// rest starts a bot in this process, on the data of a folder.
func rest(ctx context.Context, folder string) (r resting, err error) {
	before := heap()
	s, err := store.Open(filepath.Join(folder, "steadfast.db"), store.Options{NoSync: true})
	if err != nil {
		return r, err
	}
	defer s.Close()
	catalog, err := words.Load()
	if err != nil {
		return r, err
	}
	b, err := bot.New(bot.Options{
		Store: s, Words: catalog, Log: slog.New(slog.DiscardHandler), Name: "Bench", Language: "en", Zone: time.UTC, Emergency: "112",
		Platforms: map[chat.Platform]chat.Capabilities{"telegram": {TextUnits: 4096}},
	})
	if err != nil {
		return r, err
	}
	b.Attach(delivery.New(delivery.Options{Desk: b.Desk()}))
	if _, err := b.Start(ctx); err != nil {
		return r, err
	}
	if _, err := b.Due(ctx, time.Now()); err != nil { // what a start leaves to do
		return r, err
	}
	r.heap = heap() - before
	r.tick, err = each(func() error { _, err := b.Due(ctx, time.Now()); return err })
	runtime.KeepAlive(b)
	return r, err
}

// heap returns how many bytes are in use.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// each returns how long a call of f takes, in microseconds: the median of many
// short runs.
func each(f func() error) (float64, error) {
	const runs, calls = 101, 200
	var all []float64
	for range runs {
		began := time.Now()
		for range calls {
			if err := f(); err != nil {
				return 0, err
			}
		}
		all = append(all, float64(time.Since(began).Nanoseconds())/1000/calls)
	}
	return median(all), nil
}

// bareSeek is the floor of a look at the timers: one seek among as many keys.
func bareSeek(path string, keys int) (float64, error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true})
	if err != nil {
		return 0, err
	}
	defer db.Close()
	err = db.Update(func(tx *bolt.Tx) error {
		bucket, err := tx.CreateBucketIfNotExists([]byte("timers"))
		for i := bucket.Sequence(); err == nil && i < uint64(keys); i++ {
			if err = bucket.SetSequence(i + 1); err == nil {
				err = bucket.Put(binary.BigEndian.AppendUint64(nil, i<<32), []byte("meeting"))
			}
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	return each(func() error {
		return db.View(func(tx *bolt.Tx) error {
			tx.Bucket([]byte("timers")).Cursor().Seek([]byte{0})
			return nil
		})
	})
}
