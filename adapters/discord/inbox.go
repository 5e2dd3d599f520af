package discord

import (
	"context"
	"sync"

	"steadfast/bot/chat"
)

// An inbox hands what came to be done to the goroutines of its places: in
// order within a place, concurrently between places. Its methods may be called
// concurrently and never wait.
type inbox struct {
	// do does one thing of a place. It is told when the end has come.
	do func(chat.Place, job, bool)

	mu    sync.Mutex
	lines map[chat.Place]*line
	held  bool // nothing new is begun
	ended bool
	works sync.WaitGroup
}

// A line is what waits in one place.
type line struct {
	jobs    []job
	working bool
}

// A job is something that came, or, without events, the wish to know that all
// before it was done.
type job struct {
	incoming
	done chan<- struct{} // closed when the job was done; may be nil
}

func newInbox(do func(chat.Place, job, bool)) *inbox {
	return &inbox{do: do, lines: map[chat.Place]*line{}}
}

// put adds a job to the line of a place.
func (b *inbox) put(p chat.Place, j job) {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.lines[p]
	if l == nil {
		l = &line{}
		b.lines[p] = l
	}
	l.jobs = append(l.jobs, j)
	b.wake(p, l)
}

// wake starts the goroutine of a line; b.mu is held.
func (b *inbox) wake(p chat.Place, l *line) {
	if !l.working && (!b.held || b.ended) {
		l.working = true
		b.works.Go(func() { b.work(p, l) })
	}
}

// work does what waits in a line until there is nothing.
func (b *inbox) work(p chat.Place, l *line) {
	for {
		b.mu.Lock()
		if b.held && !b.ended {
			l.working = false
			b.mu.Unlock()
			return
		}
		if len(l.jobs) == 0 {
			delete(b.lines, p)
			b.mu.Unlock()
			return
		}
		j, ended := l.jobs[0], b.ended
		l.jobs = l.jobs[1:]
		b.mu.Unlock()
		b.do(p, j, ended)
		if j.done != nil {
			close(j.done)
		}
	}
}

// hold keeps back everything that has not begun, until release.
func (b *inbox) hold() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held = true
}

// release ends a hold.
func (b *inbox) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held = false
	for p, l := range b.lines {
		b.wake(p, l)
	}
}

// end lets do know that the end has come, and waits until nothing is left.
func (b *inbox) end() {
	b.mu.Lock()
	b.ended = true
	for p, l := range b.lines {
		b.wake(p, l)
	}
	b.mu.Unlock()
	b.works.Wait()
}

// A visit runs a job without events through the line of a place and waits for
// its end.
func (b *inbox) visit(ctx context.Context, p chat.Place) {
	done := make(chan struct{})
	b.put(p, job{done: done})
	select {
	case <-done:
	case <-ctx.Done():
	}
}
