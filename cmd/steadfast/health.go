package main

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"steadfast/bot/program"
)

// escalationRed is how long a page may wait: a danger is paged every five
// minutes.
const escalationRed = 2 * time.Minute

// A finding is one line of /readyz.
type finding struct {
	red  bool
	text string
}

// readyz says how the bot is, a line for each thing, each beginning with ok or
// RED. The status is 503 when a line is red. No line names anybody.
func (p *process) readyz(w http.ResponseWriter, r *http.Request) {
	findings := append(p.machinery(), p.program(r)...)
	var b strings.Builder
	status := http.StatusOK
	for _, f := range findings {
		word := "ok "
		if f.red {
			word, status = "RED", http.StatusServiceUnavailable
		}
		fmt.Fprintf(&b, "%s %s\n", word, f.text)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	fmt.Fprint(w, b.String())
}

// machinery looks at the store, the platforms and the outbox.
func (p *process) machinery() (all []finding) {
	select {
	case <-p.store.Failed():
		all = append(all, finding{true, "store: a commit has failed"})
	default:
		all = append(all, finding{false, "store: every commit was durable"})
	}
	for _, platform := range p.platforms {
		last := platform.LastHeard()
		f := finding{last.IsZero() || age(last) > platform.patience(), fmt.Sprintf("%s: last answer %s ago", platform.Platform(), age(last).Round(time.Second))}
		if last.IsZero() {
			f.text = fmt.Sprintf("%s: no answer yet", platform.Platform())
		}
		all = append(all, f)
	}
	waiting := p.dispatcher.Stats().Waiting
	for priority := program.Escalation; priority <= program.Digest; priority++ {
		depth := waiting[priority]
		old := age(depth.Oldest)
		all = append(all, finding{
			priority == program.Escalation && old > escalationRed,
			fmt.Sprintf("outbox %s: %d waiting, the oldest for %s", priorityName(priority), depth.Rows, old.Round(time.Second)),
		})
	}
	return all
}

// program looks at the cases and at who can be paged.
func (p *process) program(r *http.Request) []finding {
	s, err := glance(r.Context(), p.store, p.view())
	if err != nil {
		return []finding{{true, "cases: they cannot be read"}}
	}
	return []finding{
		{s.PageLate > 0, fmt.Sprintf("cases: %d open, %d overdue, %d pages late", s.Open, s.Overdue, s.PageLate)},
		{len(s.Lost) > 0, fmt.Sprintf("supervisors' channels: %d working, %d lost", len(s.Channels), len(s.Lost))},
		{!s.pageable(), fmt.Sprintf("supervisors: %d, %d can be written to", s.Supervisors, s.Reachable)},
		{false, fmt.Sprintf("people: %d cannot be reached any more", s.Unreached)},
	}
}
