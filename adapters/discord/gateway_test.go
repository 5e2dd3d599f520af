package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"steadfast/adapters/discord/discordtest"
)

const gatewayToken = "MTA.GATEWAY.secret-of-the-test"

// listener is a gateway under test with all that it delivered and logged.
type listener struct {
	*gateway
	t    *testing.T
	d    *discordtest.Gateway
	stop context.CancelFunc
	busy func(packet) // called within deliver

	mu      sync.Mutex
	got     []packet
	err     error
	done    bool
	logged  strings.Builder
	asked   int
	address func() error
}

// listen plays f in a bubble, with a gateway that runs.
func listen(t *testing.T, prepare func(*discordtest.Gateway), f func(*listener, *discordtest.Gateway)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := discordtest.NewGateway(gatewayToken)
		if prepare != nil {
			prepare(d)
		}
		l := &listener{t: t, d: d}
		l.gateway = newGateway(gatewayOptions{
			token:   func() string { return gatewayToken },
			intents: 1,
			address: l.findAddress,
			dial:    d.Dial,
			log:     slog.New(slog.NewTextHandler(lockedWriter{l}, nil)),
		})
		ctx, stop := context.WithCancel(t.Context())
		l.stop = stop
		go func() {
			err := l.run(ctx, l.deliver)
			l.mu.Lock()
			defer l.mu.Unlock()
			l.err, l.done = err, true
		}()
		synctest.Wait()
		f(l, d)
		l.leave()
		if faults := d.Faults(); len(faults) > 0 {
			t.Errorf("faults: %q", faults)
		}
		if strings.Contains(l.logged.String(), gatewayToken) || l.err != nil && strings.Contains(l.err.Error(), gatewayToken) {
			t.Error("the token is in the log or in the error")
		}
	})
}

// leave ends run and checks that it ends in time and lets go of everything.
func (l *listener) leave() {
	l.t.Helper()
	synctest.Wait()
	dials, err := len(l.d.Dials()), l.err
	l.stop()
	time.Sleep(time.Second)
	synctest.Wait()
	if !l.done || err == nil && l.err != nil {
		l.t.Errorf("run a second after its end: over %t, error %v", l.done, l.err)
	}
	time.Sleep(time.Hour)
	if n := len(l.d.Dials()); n != dials || l.d.Connected() {
		l.t.Errorf("%d connections were tried after the end; connected: %t", n-dials, l.d.Connected())
	}
	l.d.Drop() // what the gateway itself left open, in silence
}

func (l *listener) findAddress(ctx context.Context) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	if l.address != nil {
		if err := l.address(); err != nil {
			return "", err
		}
	}
	return l.d.URL(), ctx.Err()
}

func (l *listener) deliver(p packet) {
	l.mu.Lock()
	l.got = append(l.got, p)
	busy := l.busy
	l.mu.Unlock()
	if busy != nil {
		busy(p)
	}
}

// seen returns the types of what was delivered, after d has passed.
func (l *listener) seen(d time.Duration) []string {
	time.Sleep(d)
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	var types []string
	for _, p := range l.got {
		types = append(types, p.Type)
	}
	return types
}

// numbers returns what the delivered packets of type FLOOD and N hold.
func (l *listener) numbers() []int {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []int
	for _, p := range l.got {
		var n int
		if (p.Type == "FLOOD" || p.Type == "N") && json.Unmarshal(p.Data, &n) == nil {
			all = append(all, n)
		}
	}
	return all
}

// expect checks how often the bot asked for a session and went on with one.
func (l *listener) expect(identifies, resumes int) {
	l.t.Helper()
	synctest.Wait()
	if i, r := l.d.Identifies(), l.d.Resumes(); i != identifies || r != resumes {
		l.t.Errorf("%d sessions and %d resumes, want %d and %d\n%s", i, r, identifies, resumes, l.logged.String())
	}
}

// all checks that the numbers from 0 to n-1 were delivered in order.
func (l *listener) all(n int) {
	l.t.Helper()
	got := l.numbers()
	for i, v := range got {
		if v != i {
			l.t.Fatalf("packet %d holds the number %d", i, v)
		}
	}
	if len(got) != n {
		l.t.Errorf("%d packets, want %d\n%s", len(got), n, l.logged.String())
	}
}

type lockedWriter struct{ l *listener }

func (w lockedWriter) Write(b []byte) (int, error) {
	w.l.mu.Lock()
	defer w.l.mu.Unlock()
	return w.l.logged.Write(b)
}

func TestGatewayConnects(t *testing.T) {
	prepare := func(d *discordtest.Gateway) {
		d.OnReady(func() (user, application any, guilds []any, then []discordtest.Event) {
			return map[string]any{"id": "7"}, map[string]any{"id": "8"}, []any{}, []discordtest.Event{{T: "GUILD_CREATE", D: map[string]any{"id": "9"}}}
		})
	}
	listen(t, prepare, func(l *listener, d *discordtest.Gateway) {
		if !newGateway(l.gatewayOptions).lastAck().IsZero() {
			t.Error("heard before it was connected")
		}
		if got := l.seen(0); !slices.Equal(got, []string{"READY", "GUILD_CREATE"}) {
			t.Fatalf("delivered %q", got)
		}
		if string(l.got[1].Data) != `{"id":"9"}` || l.got[1].Seq != 2 {
			t.Errorf("event: %d %s", l.got[1].Seq, l.got[1].Data)
		}
		said, _ := json.Marshal(d.Identity()["properties"])
		if !strings.Contains(string(said), `"browser":"steadfast","device":"steadfast","os":`) || d.Identity()["intents"] != 1.0 || len(d.Identity()) != 3 {
			t.Errorf("IDENTIFY: %v", d.Identity())
		}
		time.Sleep(24 * time.Hour)
		l.expect(1, 0)
		if n := d.Heartbeats(); n < 24*3600*1000/41250-1 || n > 24*3600*1000/41250+1 {
			t.Errorf("%d heartbeats in a day", n)
		}
		if age := time.Since(l.lastAck()); age > 42*time.Second {
			t.Errorf("last heard %s ago", age)
		}
		l.leave()
		if c := d.Closes(); !slices.Equal(c, []int{1000}) {
			t.Errorf("closed with %v", c)
		}
	})
}

// TestGatewayFirstBeat looks at many bots that start at once.
func TestGatewayFirstBeat(t *testing.T) {
	early, late := 0, 0
	for range 40 {
		listen(t, nil, func(l *listener, d *discordtest.Gateway) {
			time.Sleep(41250 * time.Millisecond / 2)
			synctest.Wait()
			if d.Heartbeats() == 1 {
				early++
			} else {
				late++
			}
		})
	}
	if early < 5 || late < 5 {
		t.Errorf("%d beat in the first half of the interval, %d did not", early, late)
	}
}

func TestGatewaySilence(t *testing.T) {
	phases := map[string]discordtest.Phase{
		"dial": discordtest.AtDial, "upgrade": discordtest.AtUpgrade, "hello": discordtest.AtHello,
		"entry": discordtest.AtEntry, "ack": discordtest.AtAck,
	}
	for name, phase := range phases {
		t.Run(name+" of the first", func(t *testing.T) {
			listen(t, func(d *discordtest.Gateway) { d.Silence(phase) }, func(l *listener, d *discordtest.Gateway) {
				time.Sleep(3 * time.Minute)
				if n := len(d.Dials()); n < 2 {
					t.Errorf("%d connections in three minutes of silence", n)
				}
				d.Silence(discordtest.Talking)
				time.Sleep(3 * time.Minute)
				if synctest.Wait(); !d.Connected() {
					t.Fatalf("still not connected\n%s", l.logged.String())
				}
				d.Flood(10)
				l.seen(0)
				l.all(10)
			})
		})
		t.Run(name+" of the next", func(t *testing.T) {
			listen(t, nil, func(l *listener, d *discordtest.Gateway) {
				d.Flood(5)
				l.seen(time.Minute)
				d.Silence(phase)
				if phase != discordtest.AtAck {
					d.Drop()
				}
				d.Dispatch("N", 5)
				time.Sleep(14 * time.Second) // within one try
				d.Silence(discordtest.Talking)
				l.seen(2 * time.Minute)
				l.all(6)
				if d.Identifies() != 1 || len(d.Closes()) != 0 {
					t.Errorf("%d sessions, closed with %v", d.Identifies(), d.Closes())
				}
			})
		})
	}
}

// TestGatewayUnacknowledged: a missing acknowledgement costs the connection
// when the next heartbeat is due, whatever else arrives, and not the session.
func TestGatewayUnacknowledged(t *testing.T) {
	listen(t, nil, func(l *listener, d *discordtest.Gateway) {
		time.Sleep(time.Hour)
		d.Silence(discordtest.AtAck)
		for i := range 84 {
			d.Dispatch("N", i)
			time.Sleep(time.Second)
		}
		l.expect(1, 1)
		l.all(84)
		if len(d.Closes()) != 0 {
			t.Errorf("closed with %v", d.Closes())
		}
		// It was let in again within two heartbeats of the silence, at the earliest
		// after one, and its last acknowledgement is older than the silence.
		if age := time.Since(l.lastAck()); age > 43*time.Second {
			t.Errorf("being let in is a sign of life; last %s ago", age)
		}
	})
}

func TestGatewayCloseCodes(t *testing.T) {
	fatal := map[int]string{
		4004: "token", 4010: "too many", 4011: "too many", 4012: "newer version", 4013: "newer version", 4014: "developer portal",
	}
	fresh := []int{4003, 4007, 4009}
	for _, code := range []int{1000, 1001, 1011, 1012, 4000, 4001, 4002, 4003, 4004, 4005, 4006, 4007, 4008, 4009, 4010, 4011, 4012, 4013, 4014, 4015, 4999} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			listen(t, nil, func(l *listener, d *discordtest.Gateway) {
				time.Sleep(time.Minute)
				d.Close(code)
				time.Sleep(5500 * time.Millisecond)
				synctest.Wait()
				switch {
				case fatal[code] != "":
					if !l.done || l.err == nil || !strings.Contains(l.err.Error(), fatal[code]) {
						t.Fatalf("over %t: %v", l.done, l.err)
					}
					return
				case slices.Contains(fresh, code):
					l.expect(2, 0)
				case code == 4008:
					l.expect(1, 0)
					time.Sleep(10 * time.Second)
					l.expect(1, 1)
				default:
					l.expect(1, 1)
				}
				d.Flood(3)
				l.seen(0)
				l.all(3)
			})
		})
	}
}

// TestGatewayTokenRefused: Discord may refuse the token anywhere.
func TestGatewayTokenRefused(t *testing.T) {
	for name, err := range map[string]error{"at the gateway": nil, "for the address": &failure{status: 401}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGateway(gatewayOptions{
					token:   func() string { return "wrong" },
					address: func(context.Context) (string, error) { return "ws://" + discordtest.GatewayHost, err },
					dial:    discordtest.NewGateway(gatewayToken).Dial,
				})
				got := g.run(t.Context(), func(packet) {})
				if got == nil || !strings.Contains(got.Error(), "make a new one in the developer portal") || strings.Contains(got.Error(), "wrong") {
					t.Errorf("run: %v", got)
				}
			})
		})
	}
}

func TestGatewayFirstPacket(t *testing.T) {
	replayed := `{"op":0,"s":2,"t":"N","d":1}`
	tests := map[string]struct {
		frame string
		fresh bool // the session is not gone on with
	}{
		"heartbeat":   {`{"op":1,"d":null}`, false},
		"reconnect":   {`{"op":7,"d":null}`, false},
		"resumable":   {`{"op":9,"d":true}`, false},
		"invalid":     {`{"op":9,"d":false}`, true},
		"replayed":    {replayed, false},
		"unknown":     {`{"op":99,"d":{"op":7}}`, false},
		"garbage":     {"\x00{", false},
		"wrong types": {`{"op":"7","d":true}`, false},
		"array":       {`[]`, false},
		"hello":       {`{"op":10,"d":{"heartbeat_interval":41250}}`, false},
		"bad hello":   {`{"op":10,"d":{"heartbeat_interval":-1}}`, false},
		"odd hello":   {`{"op":10,"d":"soon"}`, false},
	}
	for name, test := range tests {
		for at, phase := range map[string]discordtest.Phase{"hello": discordtest.AtHello, "entry": discordtest.AtEntry} {
			t.Run(name+" before "+at+" of the first", func(t *testing.T) {
				listen(t, func(d *discordtest.Gateway) { d.First(phase, test.frame) }, func(l *listener, d *discordtest.Gateway) {
					l.seen(7 * time.Second)
					d.Dispatch("N", 42)
					l.seen(0)
					if got := l.numbers(); len(got) == 0 || got[len(got)-1] != 42 {
						t.Errorf("delivered %v\n%s", got, l.logged.String())
					}
				})
			})
			t.Run(name+" before "+at+" of the next", func(t *testing.T) {
				listen(t, nil, func(l *listener, d *discordtest.Gateway) {
					d.Dispatch("N", 0)
					d.Dispatch("N", 1)
					l.seen(time.Minute)
					d.First(phase, test.frame)
					d.Drop()
					d.Dispatch("N", 2)
					l.seen(7 * time.Second)
					d.Dispatch("N", 3)
					l.seen(0)
					if test.fresh {
						l.expect(2, d.Resumes())
						return
					}
					l.all(4)
					l.expect(1, d.Resumes())
				})
			})
		}
	}
}
