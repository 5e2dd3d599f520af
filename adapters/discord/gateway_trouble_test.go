package discord

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/adapters/discord/discordtest"
)

func TestGatewayFlood(t *testing.T) {
	const n = 50_000
	listen(t, nil, func(l *listener, d *discordtest.Gateway) {
		l.busy = func(p packet) {
			if p.Seq%10_000 == 0 {
				time.Sleep(2 * time.Second)
			}
		}
		d.Flood(n)
		l.seen(time.Minute)
		l.all(n)
		l.expect(1, 0)
	})
}

// TestGatewayDropInFlood: what was on its way when the connection broke comes
// with the next.
func TestGatewayDropInFlood(t *testing.T) {
	const n = 20_000
	listen(t, nil, func(l *listener, d *discordtest.Gateway) {
		l.busy = func(p packet) {
			if p.Seq%5_000 == 0 {
				go d.Drop()
				time.Sleep(time.Second)
			}
		}
		d.Flood(n)
		l.seen(5 * time.Minute)
		l.all(n)
		if d.Identifies() != 1 || d.Resumes() == 0 {
			t.Errorf("%d sessions, %d resumes", d.Identifies(), d.Resumes())
		}
	})
}

// TestGatewaySlowDeliver: a handler slower than the events costs neither
// events nor the connection, though the queue is full for a quarter of an hour
// and stands still for minutes.
func TestGatewaySlowDeliver(t *testing.T) {
	const n = 2*queueLength + 5000
	listen(t, nil, func(l *listener, d *discordtest.Gateway) {
		l.busy = func(p packet) {
			time.Sleep(100 * time.Millisecond)
			if p.Seq == queueLength {
				time.Sleep(3 * time.Minute)
			}
		}
		d.Flood(n)
		l.seen(n * 110 * time.Millisecond)
		l.all(n)
		l.expect(1, 0)
	})
}

// TestGatewayBeatsWhileBusy: a request for a heartbeat is answered at once,
// whatever deliver is doing.
func TestGatewayBeatsWhileBusy(t *testing.T) {
	listen(t, nil, func(l *listener, d *discordtest.Gateway) {
		l.busy = func(packet) { time.Sleep(900 * time.Millisecond) }
		d.Flood(3)
		synctest.Wait()
		before := d.Heartbeats()
		d.Heartbeat()
		synctest.Wait()
		if n := d.Heartbeats() - before; n != 1 {
			t.Errorf("%d heartbeats at once", n)
		}
	})
}

// TestGatewayBeatLimit: however often Discord asks, the bot stays within the
// limit and connected.
func TestGatewayBeatLimit(t *testing.T) {
	listen(t, nil, func(l *listener, d *discordtest.Gateway) {
		for range 600 {
			d.Heartbeat()
			time.Sleep(100 * time.Millisecond)
		}
		if n := d.Heartbeats(); n < 60 || n > 112 {
			t.Errorf("%d heartbeats in a minute", n)
		}
		time.Sleep(time.Hour)
		l.expect(1, 0)
	})
}

func TestGatewayGarbage(t *testing.T) {
	frames := []string{
		"", "{", "\xff\xfe", "null", "[]", "7", `"op"`, `{}`, `{"op":{}}`, `{"op":0}`, `{"op":0,"s":"1","t":"N","d":0}`,
		`{"op":0,"s":-9,"t":"N","d":"odd"}`, `{"op":0,"t":"N","d":{"a":[]}}`, `{"op":0,"s":null,"t":null,"d":null}`,
		`{"op":12}`, `{"op":-1,"d":0}`, `{"op":2,"d":{}}`, `{"op":11,"d":"x"}`, `{"op":10,"d":{}}`, `{"op":0,"t":7}`,
	}
	for _, frame := range frames {
		t.Run(frame, func(t *testing.T) {
			listen(t, nil, func(l *listener, d *discordtest.Gateway) {
				d.Dispatch("N", 0)
				d.Raw([]byte(frame))
				d.Dispatch("N", 1)
				l.seen(2 * time.Minute)
				l.all(2)
				l.expect(1, 0)
				odd := 0
				for _, p := range l.got {
					if p.Type == "" {
						odd++
						if string(p.Data) != frame {
							t.Errorf("set aside %q", p.Data)
						}
					}
				}
				if unread := !strings.Contains(frame, `"op":`) || strings.Contains(frame, `"op":{}`) || strings.Contains(frame, `"op":0,"s":"1"`) ||
					strings.Contains(frame, `null,"t":null`) || strings.Contains(frame, `"t":7`) || frame == `{"op":0}`; unread != (odd == 1) {
					t.Errorf("%d set aside", odd)
				}
			})
		})
	}
}

// TestGatewayTooLarge: large frames pass, and one beyond the limit, which comes
// again with every resume, costs the session, and not more.
func TestGatewayTooLarge(t *testing.T) {
	listen(t, nil, func(l *listener, d *discordtest.Gateway) {
		d.Dispatch("LARGE", strings.Repeat("x", largestFrame-1000))
		if got := l.seen(0); len(got) != 2 {
			t.Errorf("delivered %q", got)
		}
		d.Dispatch("LARGE", strings.Repeat("x", largestFrame))
		d.Dispatch("N", 0)
		time.Sleep(time.Minute)
		l.expect(2, 2)
		d.Flood(2)
		l.seen(0)
		l.all(2)
	})
}

// TestGatewayReadyUnreadable: a bot that cannot read its session's name is
// connected all the same.
func TestGatewayReadyUnreadable(t *testing.T) {
	prepare := func(d *discordtest.Gateway) {
		d.First(discordtest.AtEntry, `{"op":0,"s":1,"t":"READY","d":"odd"}`)
		d.Silence(discordtest.AtEntry)
	}
	listen(t, prepare, func(l *listener, d *discordtest.Gateway) {
		d.Silence(discordtest.Talking)
		d.Raw([]byte(`{"op":0,"s":2,"t":"N","d":0}`))
		l.seen(10 * time.Minute)
		l.all(1)
		l.expect(1, 0)
		d.Drop()
		time.Sleep(time.Second)
		l.expect(2, 0)
	})
}

// TestGatewayLeaves ends run at each of many moments; [listener.leave] does
// the checks.
func TestGatewayLeaves(t *testing.T) {
	phases := []discordtest.Phase{
		discordtest.Talking, discordtest.AtDial, discordtest.AtUpgrade, discordtest.AtHello, discordtest.AtEntry, discordtest.AtAck,
	}
	for _, phase := range phases {
		for _, after := range []time.Duration{0, 5 * time.Second, 15500 * time.Millisecond, 50 * time.Second} {
			t.Run(fmt.Sprint(phase, " at first, ", after), func(t *testing.T) {
				listen(t, func(d *discordtest.Gateway) { d.Silence(phase) }, func(*listener, *discordtest.Gateway) { time.Sleep(after) })
			})
			t.Run(fmt.Sprint(phase, " again, ", after), func(t *testing.T) {
				listen(t, nil, func(_ *listener, d *discordtest.Gateway) {
					d.Silence(phase)
					d.Drop()
					time.Sleep(after)
				})
			})
		}
	}
	t.Run("no address", func(t *testing.T) {
		listen(t, nil, func(l *listener, d *discordtest.Gateway) {
			l.address = func() error { return errNoAddress }
			d.Close(4009)
			time.Sleep(time.Hour)
		})
	})
	t.Run("refused", func(t *testing.T) {
		listen(t, nil, func(_ *listener, d *discordtest.Gateway) {
			d.Refuse("", 2*time.Hour, 0)
			d.Drop()
			time.Sleep(time.Hour)
		})
	})
	t.Run("full queue", func(t *testing.T) {
		listen(t, nil, func(l *listener, d *discordtest.Gateway) {
			l.busy = func(packet) { time.Sleep(100 * time.Millisecond) }
			d.Flood(3 * queueLength)
			time.Sleep(time.Minute)
		})
	})
}

var errNoAddress = errors.New("no address today")

// TestGatewayDeaf: a peer that reads nothing cannot hold up the end.
func TestGatewayDeaf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		s := &socket{}
		if err := s.hold(ours, nil); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		s.close(true)
		if _, err := theirs.Read(make([]byte, 1)); err == nil || time.Since(began) > time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		if s.hold(ours, nil) == nil {
			t.Error("a closed socket was opened")
		}
	})
}

func TestGatewayBackOff(t *testing.T) {
	for _, status := range []int{0, 429, 503} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			listen(t, nil, func(l *listener, d *discordtest.Gateway) {
				d.Flood(1)
				time.Sleep(time.Minute)
				d.Refuse("", time.Hour, status)
				d.Drop()
				d.Dispatch("N", 1)
				tries := 0
				for range 3600 {
					before := len(d.Dials())
					time.Sleep(time.Second)
					synctest.Wait()
					if n := len(d.Dials()) - before; n > 2 {
						t.Fatalf("%d tries in a second", n)
					}
					tries = len(d.Dials())
				}
				if tries < 60 || tries > 100 {
					t.Errorf("%d tries in an hour", tries)
				}
				l.seen(61 * time.Second)
				l.all(2)
				l.expect(1, 1) // the session outlives an outage
			})
		})
	}
}

// TestGatewayRestless: even when every session is taken away at once, the bot
// asks for fewer than a thousand a day; the server checks the rest.
func TestGatewayRestless(t *testing.T) {
	listen(t, nil, func(l *listener, d *discordtest.Gateway) {
		for end := time.Now().Add(24 * time.Hour); time.Now().Before(end); time.Sleep(time.Second) {
			if d.Connected() {
				d.Invalidate(false)
			}
		}
		if n := d.Identifies(); n < 800 || n > 880 {
			t.Errorf("%d sessions in a day", n)
		}
	})
}

func TestGatewayDeadResumeHost(t *testing.T) {
	listen(t, nil, func(l *listener, d *discordtest.Gateway) {
		d.Flood(1)
		time.Sleep(time.Minute)
		d.Refuse(discordtest.ResumeHost, 24*time.Hour, 0)
		d.Drop()
		d.Dispatch("N", 1)
		l.seen(10 * time.Second)
		l.all(2)
		l.expect(1, 1)
	})
}

// TestGatewayResumeRefused: after two answers that are none, the bot asks for
// a new session.
func TestGatewayResumeRefused(t *testing.T) {
	for _, answer := range []string{`{"op":7,"d":null}`, `{"op":9,"d":true}`} {
		t.Run(answer, func(t *testing.T) {
			listen(t, nil, func(l *listener, d *discordtest.Gateway) {
				time.Sleep(time.Minute)
				d.First(discordtest.AtEntry, answer)
				d.Silence(discordtest.AtEntry)
				d.Drop()
				synctest.Wait()
				l.expect(1, 1)
				d.First(discordtest.AtEntry, answer)
				time.Sleep(1500 * time.Millisecond)
				l.expect(1, 2)
				d.Silence(discordtest.Talking)
				time.Sleep(3 * time.Second)
				l.expect(2, 2)
			})
		})
	}
}
