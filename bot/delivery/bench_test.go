package delivery

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// A sink is a desk and a platform that cost nothing.
type sink struct{ done chan struct{} }

func (sink) Platform() chat.Platform                              { return fake }
func (sink) Capabilities() chat.Capabilities                      { return chat.Capabilities{} }
func (sink) Run(context.Context, chat.Handler) error              { return nil }
func (sink) Send(context.Context, chat.Message) (chat.Ref, error) { return "1", nil }

func (sink) Take(_ context.Context, rows []program.Waiting) (chat.Message, []program.Waiting, bool, error) {
	return chat.Message{To: rows[0].To}, rows[:1], true, nil
}

func (s sink) Done(_ context.Context, rows []program.Waiting, _ Result) error {
	for range rows {
		s.done <- struct{}{}
	}
	return nil
}

// BenchmarkRow is the whole way of one message, without limits, with a backlog
// of a thousand rows.
func BenchmarkRow(b *testing.B) {
	for _, places := range []int{1, 100, 100_000} {
		b.Run(fmt.Sprint("places=", places), func(b *testing.B) {
			s := sink{make(chan struct{}, 1024)}
			x := New(Options{Desk: s, Adapters: map[chat.Platform]chat.Adapter{fake: s}})
			ctx, cancel := context.WithCancel(b.Context())
			defer cancel()
			go x.Run(ctx)
			ids := make([]string, places)
			for i := range ids {
				ids[i] = fmt.Sprint(i)
			}
			add := func(i int) {
				x.Add(Row{Waiting: program.Waiting{
					Seq: uint64(i), Priority: program.Reply, To: chat.Place{Platform: fake, ID: ids[i%places]},
				}})
			}
			b.ReportAllocs()
			for i := range min(1000, b.N) {
				add(i)
			}
			for i := range b.N {
				if i >= 1000 {
					add(i)
				}
				<-s.done
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkNext is one decision with a hundred thousand places waiting, under
// all limits.
func BenchmarkNext(b *testing.B) {
	q := newQueue(chat.Capabilities{PerSecond: 30, PlacePerSecond: 1, GroupPerMinute: 20}, 64)
	fill(q, 100_000)
	now := time.Duration(0)
	seq := uint64(1 << 32)
	b.ReportAllocs()
	for b.Loop() {
		now += 40 * time.Millisecond
		t, _, ok := q.next(now)
		if !ok || !q.begin(t, false, now) {
			b.Fatal("no turn")
		}
		q.finish(t, t.rows, verdict{}, now, 0)
		seq++
		q.add(t.place.id, false, row{seq: seq, priority: program.Reminder}, now)
	}
}

func fill(q *queue, n int) {
	for i := range n {
		q.add(fmt.Sprint(1_000_000_000+i), false, row{seq: uint64(i), priority: program.Reminder}, 0)
	}
}

// TestMemory keeps the cost of a waiting row low even where each waits for a
// place of its own, the name of the place included.
func TestMemory(t *testing.T) {
	const rows = 100_000
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	q := newQueue(chat.Capabilities{}, 64)
	fill(q, rows)
	runtime.GC()
	runtime.ReadMemStats(&after)
	perRow := float64(after.HeapAlloc-before.HeapAlloc) / rows
	t.Logf("%.0f bytes for each row", perRow)
	if perRow > 190 {
		t.Errorf("%.0f bytes for each row", perRow)
	}
	runtime.KeepAlive(q)
}
