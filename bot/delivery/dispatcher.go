package delivery

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// Options are what a [Dispatcher] needs. Desk and Adapters are required.
type Options struct {
	Desk     Desk
	Adapters map[chat.Platform]chat.Adapter
	Group    func(chat.Place) bool // whether a place is a group or channel; quick; nil: none is
	Log      *slog.Logger          // nil: nothing is logged
	Clock    func() time.Time      // the clock of what is recorded; nil: time.Now

	Sends   int           // messages under way at once on each platform; zero means 64
	Timeout time.Duration // of one send; zero means 35 s
	Grace   time.Duration // for sends under way when Run is to end; zero means 35 s
}

// A Dispatcher sends what waits. All methods may be called at any time and from
// several goroutines, but Run only once.
type Dispatcher struct {
	options Options
	made    time.Time

	mu    sync.Mutex
	lanes map[chat.Platform]*lane
	start func(*lane) // nil while Run does not run
}

// New returns a Dispatcher with nothing to send.
func New(o Options) *Dispatcher {
	o.Sends = cmp.Or(o.Sends, 64)
	o.Timeout = cmp.Or(o.Timeout, 35*time.Second)
	o.Grace = cmp.Or(o.Grace, 35*time.Second)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	d := &Dispatcher{options: o, made: time.Now(), lanes: map[chat.Platform]*lane{}}
	for p := range o.Adapters {
		d.lanes[p] = newLane(&d.options, p, d.made)
	}
	return d
}

// Add says that rows are in the outbox. It does not wait for anything to be
// sent. A row that is known already is not added again. Rows of a platform
// without an adapter are Refused when their turn comes.
func (d *Dispatcher) Add(rows ...Row) {
	for len(rows) > 0 {
		platform := rows[0].To.Platform
		n := 1
		for n < len(rows) && rows[n].To.Platform == platform {
			n++
		}
		d.lane(platform).add(rows[:n])
		rows = rows[n:]
	}
}

func (d *Dispatcher) lane(p chat.Platform) *lane {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.lanes[p]
	if l == nil {
		l = newLane(&d.options, p, d.made)
		d.lanes[p] = l
		if d.start != nil {
			d.start(l)
		}
	}
	return l
}

// Run sends until ctx ends; then it returns nil, after the sends under way have
// ended and their results are recorded. They are cancelled when the grace is
// over. Run returns an error when the Desk fails.
func (d *Dispatcher) Run(ctx context.Context) error {
	sends, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := make(chan error, 1)
	fail := func(err error) {
		select {
		case failed <- err:
		default: // the first one is enough
		}
		cancel()
	}
	var lanes sync.WaitGroup
	start := func(l *lane) {
		lanes.Go(func() { l.run(ctx, sends, fail) })
	}
	d.mu.Lock()
	for _, l := range d.lanes {
		start(l)
	}
	d.start = start
	d.mu.Unlock()

	<-ctx.Done()
	d.mu.Lock()
	d.start = nil
	d.mu.Unlock()
	grace := time.AfterFunc(d.options.Grace, stop)
	defer grace.Stop()
	lanes.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// Stats are what the dispatcher is doing, for health and metrics.
type Stats struct {
	Waiting   map[program.Priority]Depth // all priorities
	Platforms []PlatformStats            // by name
}

// A Depth says how much waits.
type Depth struct {
	Rows   int       // those being sent included
	Oldest time.Time // to the second; zero when there are none
}

// PlatformStats are about one platform.
type PlatformStats struct {
	Platform  chat.Platform
	Sending   int       // turns under way
	Delivered time.Time // the last message; zero: none yet
	Paused    time.Time // until when the platform wants nothing; zero: it does not
	Share     float64   // of the permitted rate that is used; less than 1 after a pause
}

// Stats returns how things stand.
func (d *Dispatcher) Stats() Stats {
	d.mu.Lock()
	lanes := make([]*lane, 0, len(d.lanes))
	for _, l := range d.lanes {
		lanes = append(lanes, l)
	}
	d.mu.Unlock()
	slices.SortFunc(lanes, func(a, b *lane) int { return cmp.Compare(a.platform, b.platform) })
	s := Stats{Waiting: map[program.Priority]Depth{}}
	for p := program.Escalation; p <= program.Digest; p++ {
		s.Waiting[p] = Depth{}
	}
	for _, l := range lanes {
		s.Platforms = append(s.Platforms, l.stats(s.Waiting))
	}
	return s
}

// stats adds what waits in the lane to depths.
func (l *lane) stats(depths map[program.Priority]Depth) PlatformStats {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	s := PlatformStats{
		Platform: l.platform, Sending: l.queue.sending, Delivered: l.delivered, Share: l.queue.pace.shareAt(now),
	}
	if until := l.queue.pace.until; now < until {
		s.Paused = l.start.Add(until)
	}
	for i, a := range l.queue.waiting {
		if a.rows == 0 {
			continue
		}
		p := max(program.Priority(i), program.Escalation)
		d := depths[p]
		d.Rows += a.rows
		oldest := l.start.Add(time.Duration(a.seconds[0].at) * time.Second)
		if d.Oldest.IsZero() || oldest.Before(d.Oldest) {
			d.Oldest = oldest
		}
		depths[p] = d
	}
	return s
}
