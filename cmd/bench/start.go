package main

import (
	"context"
	"fmt"
)

// manyMentors is how many are imported where a start must not depend on them.
const manyMentors = 100_000

// starts measures how long a start takes, with an empty store and with many
// mentors in it.
func (m *measurement) starts(ctx context.Context) error {
	many, err := m.bot.imported(ctx, m.sub("m"), manyMentors, "")
	if err != nil {
		return err
	}
	many.data = "" // what was imported is in the folder already
	empty := series{}
	var full, extra []float64
	for range m.options.rounds {
		for _, who := range []contender{m.floor(), m.bot.contender("steadfast")} {
			took, err := m.start(ctx, who)
			if err != nil {
				return err
			}
			empty[who.name] = append(empty[who.name], sample{startTime: took})
		}
		took, err := m.restart(ctx, many.contender("many"), m.sub("m"))
		if err != nil {
			return err
		}
		full = append(full, took)
		own := empty.of("steadfast", startTime)
		extra = append(extra, took-own[len(own)-1])
	}
	r, ok := empty.ratio("steadfast", startTime, "floor", startTime)
	fmt.Fprintf(m.out, "start: floor %.1f ms, steadfast %.1f ms, with %d mentors %.1f ms (medians of %d)\n\n",
		median(empty.of("floor", startTime)), median(empty.of("steadfast", startTime)), manyMentors, median(full), m.options.rounds)
	m.verdicts = append(m.verdicts,
		verdict{"a8", "start, empty store", fmt.Sprintf("%.2f", r), "≤ 3", r <= 3, ok},
		verdict{"a8", fmt.Sprintf("start, %d mentors more", manyMentors), fmt.Sprintf("%+.1f ms", median(extra)), "≤ +50 ms", median(extra) <= 50, true})
	return nil
}
