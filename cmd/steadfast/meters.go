package main

import (
	"context"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"steadfast/bot/chat"
	"steadfast/bot/delivery"
	"steadfast/bot/program"
)

// meters count what the bot does. No label names a person or a place.
type meters struct {
	registry *prometheus.Registry
	process  *process
	events   *prometheus.CounterVec // by platform and result
	sends    *prometheus.CounterVec // by platform and outcome

	depth, oldest, poll, size *prometheus.Desc
}

func newMeters(p *process) *meters {
	m := &meters{
		registry: prometheus.NewRegistry(),
		process:  p,
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "steadfast_events_total", Help: "Events that were handled.",
		}, []string{"platform", "result"}),
		sends: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "steadfast_sends_total", Help: "What became of outgoing messages.",
		}, []string{"platform", "outcome"}),
		depth:  prometheus.NewDesc("steadfast_outbox_rows", "Messages that wait to be sent.", []string{"priority"}, nil),
		oldest: prometheus.NewDesc("steadfast_outbox_oldest_seconds", "How long the oldest message waits.", []string{"priority"}, nil),
		poll:   prometheus.NewDesc("steadfast_poll_age_seconds", "Since when the platform has not answered.", []string{"platform"}, nil),
		size:   prometheus.NewDesc("steadfast_store_bytes", "Size of the data file.", nil, nil),
	}
	m.registry.MustRegister(m.events, m.sends, m, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// page returns the handler of /metrics.
func (m *meters) page() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// handler counts what h does.
func (m *meters) handler(h chat.Handler) chat.Handler {
	return func(ctx context.Context, e chat.Event) (chat.Answer, error) {
		answer, err := h(ctx, e)
		result := "handled"
		if err != nil {
			result = "failed"
		}
		m.events.WithLabelValues(string(e.In.Platform), result).Inc()
		return answer, err
	}
}

// desk counts the results that d is told.
func (m *meters) desk(d delivery.Desk) delivery.Desk { return countingDesk{d, m} }

type countingDesk struct {
	delivery.Desk
	meters *meters
}

// Done counts the result and passes it on.
func (c countingDesk) Done(ctx context.Context, rows []program.Waiting, r delivery.Result) error {
	if len(rows) > 0 {
		c.meters.sends.WithLabelValues(string(rows[0].To.Platform), string(r.Outcome)).Inc()
	}
	return c.Desk.Done(ctx, rows, r)
}

// Describe implements prometheus.Collector.
func (m *meters) Describe(all chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.depth, m.oldest, m.poll, m.size} {
		all <- d
	}
}

// Collect implements prometheus.Collector.
func (m *meters) Collect(all chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		all <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	for priority, depth := range m.process.dispatcher.Stats().Waiting {
		gauge(m.depth, float64(depth.Rows), priorityName(priority))
		gauge(m.oldest, age(depth.Oldest).Seconds(), priorityName(priority))
	}
	for _, p := range m.process.platforms {
		if last := p.LastHeard(); !last.IsZero() {
			gauge(m.poll, age(last).Seconds(), string(p.Platform()))
		}
	}
	if info, err := os.Stat(m.process.config.Store.Path); err == nil {
		gauge(m.size, float64(info.Size()))
	}
}

// age returns how long ago a moment was that this process has measured itself;
// zero for none. It is not the bot's clock, which a demo may move.
func age(t time.Time) time.Duration {
	if t.IsZero() {
		return 0
	}
	return max(0, time.Since(t))
}

func priorityName(p program.Priority) string {
	names := []string{"", "escalation", "reply", "alert", "reminder", "digest"}
	if int(p) < len(names) {
		return names[p]
	}
	return strconv.Itoa(int(p))
}
