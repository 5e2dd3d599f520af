package bot

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"steadfast/bot/program"
)

// TestCrowdedGroup: a log of a full group that raises a case for one of them and
// completes trends for others fits into a transaction, however many supervisors
// there are, and each of the cases is paged.
func TestCrowdedGroup(t *testing.T) {
	d := newDuo(t, filepath.Join(t.TempDir(), "steadfast.db"))
	d.person("Mia", program.Mentor, "telegram:mia")
	for i := range 60 {
		d.person(fmt.Sprint("Sam", i), program.Supervisor, fmt.Sprint("telegram:s", i))
	}
	var ids []program.MenteeID
	d.update(func(tx program.Tx) error {
		for i := range program.GroupMost {
			mentee := program.Mentee{Alias: fmt.Sprint("Kid", i)}
			if err := tx.PutMentee(&mentee); err != nil {
				return err
			}
			ids = append(ids, mentee.ID)
		}
		return tx.PutMatch(&program.Match{Mentor: d.people["Mia"], Mentees: ids, Name: "Reds", Since: d.now})
	})
	for i, c := range []program.CheckIn{
		{Worry: program.YesWorry, Pressing: program.KeepEye, Mood: 5}, {Worry: program.NoWorry, Mood: 5},
		{Came: ids[:1], Worry: program.NoWorry, Mood: 5}, {Came: ids[:1], Worry: program.NoWorry, Mood: 4},
	} {
		c.Match, c.By, c.Met, c.At = 1, d.people["Mia"], program.MetYes, d.now.AddDate(0, 0, -7*(4-i))
		if i == 3 {
			c.Came = ids // they were all there: nothing is noticed yet
		}
		d.update(func(tx program.Tx) error { return tx.PutCheckIn(&c) })
	}
	// All but the first stay away now, twice; the mood is lower each time.
	for _, said := range [][]string{
		{"/checkin", "1", "1", "done", "3", "1", "skip"},
		{"/checkin", "1", "1", "done", "2", "3", "1", "1", "done", "2", "1", "skip"},
	} {
		for _, words := range said {
			d.says("telegram:mia", words)
		}
		d.advance(7 * 24 * time.Hour)
	}
	d.passes(0)
	if last := d.last("telegram:mia"); strings.Contains(last, "went wrong") {
		t.Fatal(last)
	}
	var trends []string
	d.view(func(tx program.Tx) error {
		for c, err := range tx.Cases() {
			if err != nil {
				return err
			}
			trends = append(trends, fmt.Sprint(c.Trend, ":", len(c.Subjects())))
			if c.Pages == 0 && c.Level > program.Watch {
				t.Errorf("nobody was paged about case %d", c.No)
			}
		}
		return nil
	})
	slices.Sort(trends)
	if got := strings.Join(trends, " "); got != ":1 missed:19 mood:20" {
		t.Errorf("cases: %s", got)
	}
}
