package delivery

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// TestRate checks that a backlog goes out at the permitted rate and never
// faster.
func TestRate(t *testing.T) {
	for _, tt := range []struct {
		perSecond float64
		sends     int
		took      time.Duration
	}{
		{30, 300, 0},
		{30, 1000, 300 * time.Millisecond},
		{50, 1000, 80 * time.Millisecond},
		{1, 60, 0},
		{0.5, 30, 0},
	} {
		t.Run(fmt.Sprint(tt.perSecond, tt.sends), func(t *testing.T) {
			p := &platform{caps: chat.Capabilities{PerSecond: tt.perSecond}, took: tt.took}
			d := newDesk()
			bubble(t, p, d, func(x *Dispatcher) {
				for i := range tt.sends {
					x.Add(d.queue(program.Reminder, fmt.Sprint(i), 1)...)
				}
				time.Sleep(time.Duration(float64(tt.sends) / tt.perSecond * 1.1 * float64(time.Second)))
			})
			times := p.times()
			if len(times) != tt.sends {
				t.Fatalf("%d sends of %d", len(times), tt.sends)
			}
			took := times[len(times)-1].Sub(times[0]).Seconds()
			if share := float64(tt.sends-1) / took / tt.perSecond; share < 0.97 {
				t.Errorf("share of the rate %.3f", share)
			}
			if n := crowded(times, time.Second); float64(n) > max(1, tt.perSecond) {
				t.Errorf("%d in a second", n)
			}
		})
	}
}

// TestPressingFirst has a hundred thousand reminders queued when things happen.
func TestPressingFirst(t *testing.T) {
	const slot = time.Second / 30
	p := &platform{caps: chat.Capabilities{PerSecond: 30, PlacePerSecond: 1, GroupPerMinute: 20}, took: 40 * time.Millisecond}
	d := newDesk()
	bubble(t, p, d, func(x *Dispatcher) {
		for i := range 100_000 {
			x.Add(d.queue(program.Reminder, fmt.Sprint(i), 1)...)
		}
		queued := map[string]time.Time{}
		for i := range 200 {
			time.Sleep(137 * time.Millisecond) // falls anywhere between two slots
			for _, r := range d.queue(program.Escalation, fmt.Sprint("s", i), 1) {
				queued[fmt.Sprint(r.Seq)] = time.Now()
				x.Add(r)
			}
		}
		time.Sleep(time.Second)
		for _, a := range p.log() {
			at, ok := queued[a.m.Text.Plain()]
			if late := a.at.Sub(at); ok && late > 2*slot {
				t.Errorf("an escalation waited %s", late)
			}
			delete(queued, a.m.Text.Plain())
		}
		if len(queued) > 0 {
			t.Errorf("%d escalations did not leave", len(queued))
		}
		if n := crowded(p.times(), time.Second); n > 30 {
			t.Errorf("%d in a second", n)
		}
	})
}

// TestBurst checks that replies to people who write at once need not wait for
// their slots, that escalations find room even then, and that the limit holds.
func TestBurst(t *testing.T) {
	p := &platform{caps: chat.Capabilities{PerSecond: 30}}
	d := newDesk()
	bubble(t, p, d, func(x *Dispatcher) {
		time.Sleep(time.Minute)
		for i := range 100 {
			x.Add(d.queue(program.Reply, fmt.Sprint(i), 1)...)
		}
		time.Sleep(time.Millisecond)
		if n := len(p.log()); n != 20 {
			t.Errorf("%d replies at once", n)
		}
		for i := range 10 {
			x.Add(d.queue(program.Escalation, fmt.Sprint("s", i), 1)...)
		}
		time.Sleep(time.Millisecond)
		if n := len(p.log()); n != 30 {
			t.Errorf("%d with escalations", n)
		}
		time.Sleep(4 * time.Second)
		if n := len(p.log()); n != 110 {
			t.Errorf("%d in the end", n)
		}
	})
	if n := crowded(p.times(), time.Second); n > 30 {
		t.Errorf("%d in a second", n)
	}
}

func TestPlacePace(t *testing.T) {
	p := &platform{caps: chat.Capabilities{PerSecond: 30, PlacePerSecond: 1, GroupPerMinute: 20}}
	d := newDesk()
	bubble(t, p, d, func(x *Dispatcher) {
		x.Add(d.queue(program.Reply, "a", 100)...)
		x.Add(d.queue(program.Reply, "b", 1)...)
		time.Sleep(100 * time.Second)
	})
	var a []time.Time
	for _, s := range p.log() {
		if s.m.To.ID == "a" {
			a = append(a, s.at)
		}
	}
	if n := crowded(a, time.Second); n > 1 || len(a) < 95 {
		t.Errorf("%d in a second, %d in all", n, len(a))
	}
	for _, s := range p.log() {
		if s.m.To.ID == "b" && s.at.After(a[0]) {
			t.Error("one chat waited for the other")
		}
	}
}

func TestPlaceBurst(t *testing.T) {
	p := &platform{caps: chat.Capabilities{PlacePerSecond: 1, PlaceBurst: 5}}
	d := newDesk()
	bubble(t, p, d, func(x *Dispatcher) {
		x.Add(d.queue(program.Reply, "a", 100)...)
		time.Sleep(time.Millisecond)
		if n := len(p.log()); n != 5 {
			t.Errorf("%d at once", n)
		}
		time.Sleep(100 * time.Second)
	})
	if n := crowded(p.times(), 5*time.Second); n > 5 || len(p.log()) < 95 {
		t.Errorf("%d in five seconds, %d in all", n, len(p.log()))
	}
}

func TestGroupMinute(t *testing.T) {
	p := &platform{caps: chat.Capabilities{PerSecond: 30, PlacePerSecond: 1, GroupPerMinute: 20}}
	d := newDesk()
	bubble(t, p, d, func(x *Dispatcher) {
		x.Add(d.queue(program.Alert, "group", 100)...)
		time.Sleep(30 * time.Second)
		if n := len(p.log()); n != 15 {
			t.Errorf("%d alerts; a quarter of the minute is kept for escalations", n)
		}
		x.Add(d.queue(program.Escalation, "group", 60)...)
		time.Sleep(4 * time.Minute)
	})
	if n := crowded(p.times(), time.Minute); n != 20 {
		t.Errorf("%d in a minute", n)
	}
}

// TestEditsSkipThePlacesPace also checks that a wrong promise of an edit does
// not break the pace.
func TestEditsSkipThePlacesPace(t *testing.T) {
	p := &platform{caps: chat.Capabilities{PerSecond: 30, PlacePerSecond: 1}}
	d := newDesk()
	bubble(t, p, d, func(x *Dispatcher) {
		x.Add(d.queue(program.Reply, "a", 1)...)
		x.Add(d.edit(d.queue(program.Reply, "a", 3))...)
		time.Sleep(200 * time.Millisecond)
		if n := len(p.log()); n != 4 {
			t.Errorf("%d sends", n)
		}
		lie := d.queue(program.Reply, "a", 1)
		lie[0].Edit = true
		x.Add(lie...)
		time.Sleep(200 * time.Millisecond)
		if n := len(p.log()); n != 4 {
			t.Errorf("%d sends, one too early", n)
		}
		time.Sleep(time.Second)
		if n := len(p.log()); n != 5 {
			t.Errorf("%d sends", n)
		}
	})
}

// TestThrottled checks that nothing at all is sent until the platform's pause
// is over, and that the rate then is half and recovers.
func TestThrottled(t *testing.T) {
	p := &platform{caps: chat.Capabilities{PerSecond: 30}, took: 50 * time.Millisecond}
	p.answer = func(n int, m chat.Message) (chat.Ref, error) {
		if n >= 90 && n < 92 { // two under way together are one complaint
			return "", failure(chat.Throttled, 7*time.Second)
		}
		return "1", nil
	}
	d := newDesk()
	var paused time.Time
	bubble(t, p, d, func(x *Dispatcher) {
		for i := range 5000 {
			x.Add(d.queue(program.Reminder, fmt.Sprint(i), 1)...)
		}
		time.Sleep(4 * time.Second)
		s := x.Stats()
		paused = s.Platforms[0].Paused
		if s.Platforms[0].Share != 0.5 {
			t.Errorf("share %v", s.Platforms[0].Share)
		}
		x.Add(d.queue(program.Escalation, "s", 1)...)
		time.Sleep(100 * time.Second)
	})
	times := p.times()
	complained := times[90].Add(p.took)
	resumed := slices.IndexFunc(times, func(at time.Time) bool { return at.After(complained) })
	if got := times[resumed].Sub(times[91].Add(p.took)); got != 7*time.Second {
		t.Errorf("resumed after %s", got)
	}
	if !paused.Equal(times[resumed]) {
		t.Errorf("Stats said %s, resumed at %s", paused, times[resumed])
	}
	if got := p.log()[resumed].m.To.ID; got != "s" {
		t.Errorf("resumed with %s", got)
	}
	count := func(from time.Duration) int {
		n := 0
		for _, at := range times {
			if d := at.Sub(times[resumed]); d >= from && d < from+10*time.Second {
				n++
			}
		}
		return n
	}
	first, last := count(0), count(70*time.Second)
	if first < 145 || first > 180 || last < 290 {
		t.Errorf("%d in the first ten seconds, %d after a minute", first, last)
	}
	if n := len(d.log()); n != len(times)-2 {
		t.Errorf("%d recorded of %d", n, len(times))
	}
}

// TestOnePlaceThrottled checks that a complaint about one place stops that place
// and whatever can wait, but nobody's reply and no escalation elsewhere; and
// that a complaint about a second place stops everything.
func TestOnePlaceThrottled(t *testing.T) {
	p := &platform{caps: chat.Capabilities{PerSecond: 30}}
	p.answer = func(n int, m chat.Message) (chat.Ref, error) {
		if n == 0 || n == 3 {
			return "", failure(chat.Throttled, 10*time.Second)
		}
		return "1", nil
	}
	d := newDesk()
	var began time.Time
	bubble(t, p, d, func(x *Dispatcher) {
		began = time.Now()
		x.Add(d.queue(program.Reply, "fast", 1)...)
		time.Sleep(time.Second)
		x.Add(d.queue(program.Escalation, "fast", 1)...)
		x.Add(d.queue(program.Reminder, "other", 1)...)
		x.Add(d.queue(program.Reply, "mia", 1)...)
		x.Add(d.queue(program.Escalation, "supervisors", 1)...)
		time.Sleep(4 * time.Second)
		x.Add(d.queue(program.Reply, "tom", 1)...)
		time.Sleep(time.Second)
		x.Add(d.queue(program.Escalation, "supervisors", 1)...)
		time.Sleep(time.Minute)
	})
	var got []string
	for _, s := range p.log() {
		got = append(got, fmt.Sprintf("%s %ds", s.m.To.ID, int(s.at.Sub(began).Seconds())))
	}
	early, late := got[:4], got[4:]
	if want := []string{"fast 0s", "supervisors 1s", "mia 1s", "tom 5s"}; !slices.Equal(early, want) {
		t.Errorf("first %v, want %v", early, want)
	}
	if len(late) != 5 {
		t.Errorf("then %v", late)
	}
	for _, s := range late {
		if !strings.HasSuffix(s, " 15s") && !strings.HasSuffix(s, " 16s") {
			t.Errorf("%s, while the platform had asked for a pause until 15s", s)
		}
	}
}

// TestSlowTake has the Desk take its time, so that what held when a turn was
// given does not hold when its message is known: no limit and no pause is broken.
func TestSlowTake(t *testing.T) {
	p := &platform{caps: chat.Capabilities{PerSecond: 10}}
	p.answer = func(n int, m chat.Message) (chat.Ref, error) {
		if n == 40 {
			return "", failure(chat.Throttled, 5*time.Second)
		}
		return "ref", nil
	}
	d := newDesk()
	r := rand.New(rand.NewPCG(1, 2))
	d.slow = func() time.Duration {
		d.mu.Lock()
		defer d.mu.Unlock()
		return time.Duration(r.IntN(3000)) * time.Millisecond
	}
	bubble(t, p, d, func(x *Dispatcher) {
		for i := range 100 {
			x.Add(d.queue(program.Reminder, fmt.Sprint(i), 1)...)
		}
		time.Sleep(time.Minute)
	})
	times := p.times()
	if len(times) != 101 || len(d.log()) != 100 {
		t.Errorf("%d sends, %d results", len(times), len(d.log()))
	}
	if n := crowded(times, time.Second); n > 10 {
		t.Errorf("%d in a second", n)
	}
	if pause := times[41].Sub(times[40]); pause < 5*time.Second {
		t.Errorf("sent %s after the complaint", pause)
	}
}
