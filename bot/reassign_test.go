package bot

import (
	"fmt"
	"strings"
	"testing"

	"steadfast/bot/program"
)

// Whoever turns the pages sees every name once, and no page is too large.
func TestPagesOfNames(t *testing.T) {
	for _, n := range []int{0, 1, 19, 20, 21, 40, 41, 137} {
		var people []program.Person
		for i := range n {
			people = append(people, program.Person{ID: program.PersonID(i + 1), Name: fmt.Sprint("P", i)})
		}
		seen, page := map[string]int{}, ""
		for turned := 0; turned < 20; turned++ {
			next := ""
			options := pageOf(people, page)
			if len(options) > namesAtOnce+2 {
				t.Errorf("%d people: a page of %d", n, len(options))
			}
			for _, o := range options {
				if to, turns := strings.CutPrefix(o.Key, turnPage); !turns {
					seen[o.Key]++
				} else if to > page && o.Label.Key == "give.more" {
					next = to
				}
			}
			if page = next; page == "" {
				break
			}
		}
		for _, p := range people {
			if seen[personKey(p.ID)] != 1 {
				t.Errorf("%d people: %s is offered %d times", n, p.Name, seen[personKey(p.ID)])
			}
		}
	}
	if first := pageOf(make([]program.Person, 30), "999"); len(first) != 11 { // people left meanwhile
		t.Errorf("beyond the last page there are %d options", len(first))
	}
}
