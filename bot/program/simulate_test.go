package program

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"steadfast/bot/chat"
)

// The people of the simulations.
const (
	ana PersonID = 1 + iota
	ben
	lee // outside
	olga
)

func crewOf(members ...PersonID) Crew {
	c := Crew{Zone: "Europe/Berlin", Channel: true}
	for _, id := range members {
		c.Members = append(c.Members, Member{ID: id, Name: fmt.Sprint(id), Supervisor: id == ana || id == ben, Outside: id == lee, Staff: id != lee})
	}
	return c
}

func place(id string) chat.Place { return chat.Place{Platform: "telegram", ID: id} }

// readers says that a place is the private chat of the one whose number it has,
// and any other the channel.
func readers(p chat.Place) []PersonID {
	for _, id := range []PersonID{ana, ben, lee} {
		if p.ID == fmt.Sprint(id) {
			return []PersonID{id}
		}
	}
	return []PersonID{ana, ben}
}

// An answer is counted from the first page that reached whoever gave it, and
// from when the case waited again.
func TestPastOf(t *testing.T) {
	t0 := time.Date(2026, 11, 24, 16, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return t0.Add(time.Duration(minutes) * time.Minute) }
	hops := []Hop{
		{At: at(0), Kind: HopRaised, Level: Urgent},
		{At: at(0), Kind: HopQueued, Rung: RungChannel},
		{At: at(1), Kind: HopDelivered, Place: place("channel")},
		{At: at(60), Kind: HopQueued, Rung: RungDuty},
		{At: at(60), Kind: HopDelivered, Place: place("2")},
		{At: at(64), Kind: HopAcked, By: ben},
		{At: at(70), Kind: HopAction, By: ben},
		{At: at(80), Kind: HopAcked, By: ana}, // handed over
		{At: at(90), Kind: HopRaisedTo, Level: Danger},
		{At: at(90), Kind: HopJoined, Level: Danger},
		{At: at(90), Kind: HopDelivered, Place: place("1")},
		{At: at(95), Kind: HopAcked, By: ana},
		{At: at(200), Kind: HopOwnerLeft, By: ana},
		{At: at(210), Kind: HopAcked, By: ben}, // whom nothing reached
		{At: at(220), Kind: HopLowered, Level: Concern},
		{At: at(230), Kind: HopClosed},
		{At: at(300), Kind: HopReopened, By: ana},
		{At: at(400), Kind: HopLapsed, By: ana},
	}
	got := PastOf(Case{No: 7, Level: Concern, About: []PersonID{olga}}, hops, readers, at(500))
	want := Past{
		No: 7, Raised: t0, Level: Urgent, About: []PersonID{olga}, Until: at(500), Pages: 2,
		Waits: []Answer{{ben, 63 * time.Minute}, {ana, 5 * time.Minute}, {ben, 10 * time.Minute}, {}},
		Deeds: []Deed{
			{At: at(70), Work: true}, {At: at(90), Level: Danger, Anew: true}, {At: at(220), Level: Concern, Work: true},
			{At: at(230), Closed: true}, {At: at(300), By: ana},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNight(t *testing.T) {
	berlin := zoneNamed("Europe/Berlin", nil)
	for at, want := range map[string]string{
		"2026-11-24 21:59": "", "2026-11-24 22:00": "2026-11-24", "2026-11-25 00:30": "2026-11-24", "2026-11-25 06:59": "2026-11-24", "2026-11-25 07:00": "",
	} {
		moment, err := time.ParseInLocation("2006-01-02 15:04", at, berlin)
		if err != nil {
			t.Fatal(err)
		}
		if day, night := Night(moment.UTC(), berlin); day != want || night != (want != "") {
			t.Errorf("%s: %q, %v", at, day, night)
		}
	}
}

func TestSimulate(t *testing.T) {
	const m, h = time.Minute, time.Hour
	berlin := zoneNamed("Europe/Berlin", nil)
	evening := time.Date(2026, 11, 24, 21, 50, 0, 0, berlin)
	quick := DefaultLadder()
	quick.Rungs = []Rung{RungSupervisors}
	quick.Again = map[Level]time.Duration{Danger: 2 * m, Urgent: 30 * m, Concern: 8 * h}
	weekly := Crew{Rota: Rota{Members: []PersonID{ben}, Start: evening.Add(-9 * 24 * h)}}
	everybody := crewOf(ana, ben, lee, olga)
	everybody.Rota = weekly.Rota
	one := func(p Past) Past {
		p.Raised, p.Until = evening, evening.Add(48*h)
		return p
	}
	for _, tt := range []struct {
		name   string
		ladder Ladder
		crew   Crew
		past   Past
		want   Toll
	}{
		{"the first page is answered", DefaultLadder(), everybody,
			one(Past{Level: Danger, Waits: []Answer{{ana, 3 * m}}, Deeds: []Deed{{At: evening.Add(h), Closed: true}}}),
			Toll{Rungs: map[Rung]int{RungChannel: 1}, Waits: []time.Duration{3 * m}}},
		{"as long after a page that comes later", DefaultLadder(), everybody, // 0, 5 channel; 10, 15 duty: Ben; 20, 25 all
			one(Past{Level: Danger, Waits: []Answer{{lee, 2 * m}}, Deeds: []Deed{{At: evening.Add(h), Closed: true}}}),
			Toll{Rungs: map[Rung]int{RungChannel: 2, RungDuty: 2, RungSupervisors: 2, RungLast: 1}, Waits: []time.Duration{32 * m},
				People: map[PersonID]Burden{ana: {2, 1}, ben: {4, 1}, lee: {1, 1}}}},
		{"another ladder", quick, everybody,
			one(Past{Level: Danger, Waits: []Answer{{ben, 3 * m}}, Deeds: []Deed{{At: evening.Add(h), Closed: true}}}),
			Toll{Rungs: map[Rung]int{RungSupervisors: 2}, Waits: []time.Duration{3 * m}, People: map[PersonID]Burden{ana: {2, 0}, ben: {2, 0}}}},
		{"nobody whom it reaches", quick, everybody,
			one(Past{Level: Urgent, Waits: []Answer{{lee, 3 * m}}, Deeds: []Deed{{At: evening.Add(65 * m), Closed: true}}}),
			Toll{Rungs: map[Rung]int{RungSupervisors: 3}, Never: 1, People: map[PersonID]Burden{ana: {3, 1}, ben: {3, 1}}}},
		{"nobody at all", quick, crewOf(olga),
			one(Past{Level: Urgent, Waits: []Answer{{}}, Deeds: []Deed{{At: evening.Add(20 * m), Closed: true}}}),
			Toll{Nobody: 1, Never: 1}},
		{"about a supervisor", DefaultLadder(), everybody, // neither they nor the channel
			one(Past{Level: Urgent, About: []PersonID{ben}, Waits: []Answer{{ana, m}}, Deeds: []Deed{{At: evening.Add(h), Closed: true}}}),
			Toll{Rungs: map[Rung]int{RungSupervisors: 1}, Waits: []time.Duration{m}, People: map[PersonID]Burden{ana: {1, 0}}}},
		{"it runs out, and work puts that off", quick, everybody, // taken 21:51, work 22:51 to 0:51, then again
			one(Past{Level: Danger, Waits: []Answer{{ana, m}}, Deeds: []Deed{{At: evening.Add(61 * m), Work: true}, {At: evening.Add(4 * h), Closed: true}}}),
			Toll{Rungs: map[Rung]int{RungSupervisors: 2}, Waits: []time.Duration{m, m}, People: map[PersonID]Burden{ana: {2, 1}, ben: {2, 1}}}},
		{"raised to danger", quick, everybody,
			one(Past{Level: Concern, Waits: []Answer{{}, {ben, m}}, Deeds: []Deed{{At: evening.Add(h), Level: Danger, Anew: true}, {At: evening.Add(2 * h), Closed: true}}}),
			Toll{Rungs: map[Rung]int{RungSupervisors: 2}, Waits: []time.Duration{m}, Never: 1, People: map[PersonID]Burden{ana: {2, 1}, ben: {2, 1}}}},
		{"a watch", quick, everybody, one(Past{Level: Watch, Waits: []Answer{{ana, h}}}), Toll{}},
		{"opened again, and forgotten", quick, everybody,
			one(Past{Level: Danger, Waits: []Answer{{ana, m}}, Deeds: []Deed{{At: evening.Add(h), Closed: true}, {At: evening.Add(20 * h), By: ben}, {At: evening.Add(22*h + 30*time.Second), Closed: true}}}),
			Toll{Rungs: map[Rung]int{RungSupervisors: 2}, Waits: []time.Duration{m}, Never: 1, People: map[PersonID]Burden{ana: {2, 0}, ben: {2, 0}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Simulate(tt.ladder, tt.crew, slices.Values([]Past{tt.past}))
			tt.want.Cases = 1
			if tt.want.Rungs == nil {
				tt.want.Rungs = map[Rung]int{}
			}
			if tt.want.People == nil {
				tt.want.People = map[PersonID]Burden{}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTollOfSeveral(t *testing.T) {
	t0 := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	var past []Past
	for i := range 4 {
		past = append(past, Past{Raised: t0, Level: Danger, Until: t0.Add(time.Hour), Waits: []Answer{{ana, time.Duration(4-i) * time.Second}}})
	}
	toll := Simulate(DefaultLadder(), crewOf(ana), slices.Values(past))
	if toll.Cases != 4 || toll.Median() != 2500*time.Millisecond || toll.Latest() != 4*time.Second {
		t.Errorf("%+v", toll)
	}
	if none := (Toll{}); none.Median() != 0 || none.Latest() != 0 {
		t.Errorf("of nothing: %v, %v", none.Median(), none.Latest())
	}
}

// Whatever happened and whatever the ladder, a simulation ends, and no case is
// paged more often than its level allows.
func TestSimulateProperty(t *testing.T) {
	t0 := time.Date(2026, 3, 28, 20, 0, 0, 0, time.UTC) // the clocks go forward in the night
	minutes := func(t *rapid.T, what string, most int) time.Duration {
		return time.Duration(rapid.IntRange(1, most).Draw(t, what)) * time.Minute
	}
	rapid.Check(t, func(t *rapid.T) {
		ladder := Ladder{
			Rungs: rapid.Permutation(Rungs()).Draw(t, "rungs")[:rapid.IntRange(1, 4).Draw(t, "how many")],
			Again: map[Level]time.Duration{}, Climb: map[Level]time.Duration{}, Renew: map[Level]time.Duration{},
		}
		shortest := time.Hour
		for l := Concern; l <= Danger; l++ {
			ladder.Again[l], ladder.Climb[l], ladder.Renew[l] = minutes(t, "again", 60), minutes(t, "climb", 60), minutes(t, "renew", 600)
			shortest = min(shortest, ladder.Again[l])
		}
		people := []PersonID{ana, ben, lee, olga}
		crew := crewOf(people[:rapid.IntRange(0, 4).Draw(t, "people")]...)
		crew.Channel = rapid.Bool().Draw(t, "channel")
		p := Past{Raised: t0, Level: Level(rapid.IntRange(1, 4).Draw(t, "level")), Until: t0.Add(minutes(t, "until", 3000))}
		at := t0
		anew := 0
		for range rapid.IntRange(0, 8).Draw(t, "deeds") {
			at = at.Add(minutes(t, "later", 300) - time.Hour) // sometimes set back
			d := Deed{At: at, Work: rapid.Bool().Draw(t, "work"), Closed: rapid.Bool().Draw(t, "closed")}
			if rapid.Bool().Draw(t, "anew") {
				d = Deed{At: at, Level: Danger, Anew: true}
				anew++
			}
			p.Deeds = append(p.Deeds, d)
		}
		for range rapid.IntRange(0, 3).Draw(t, "waits") {
			p.Waits = append(p.Waits, Answer{rapid.SampledFrom(people).Draw(t, "who"), minutes(t, "after", 200) - time.Minute})
		}
		toll := Simulate(ladder, crew, slices.Values([]Past{p}))
		pages := toll.Nobody
		for _, n := range toll.Rungs {
			pages += n
		}
		begun := anew + len(toll.Waits) + 1
		if most := int(p.Until.Sub(t0)/shortest) + 1 + begun; pages > most {
			t.Fatalf("%d pages, at most %d: %+v", pages, most, toll)
		}
		if toll.Never > 1+2*len(p.Deeds)+len(toll.Waits) || toll.Latest() > p.Until.Sub(t0) {
			t.Fatalf("%+v", toll)
		}
	})
}
