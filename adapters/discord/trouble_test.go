package discord_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"steadfast/adapters/discord/discordtest"
	"steadfast/bot/chat"
)

// Hours of trouble with the connection and the program: everything that is said
// is handled, in the order in which it was said.
func TestTrouble(t *testing.T) { trouble(t, false) }

// The same with failing requests and a failing disk. What comes live then does
// not wait for the history.
func TestMoreTrouble(t *testing.T) { trouble(t, true) }

func trouble(t *testing.T, more bool) {
	for seed := range uint64(8) {
		recall(t, fmt.Sprint(seed), func(t *testing.T, w *world, d *diary) {
			d.marks[at(tom)] = ""
			random := rand.New(rand.NewPCG(seed, 1))
			for range 400 {
				w.speak([]string{mia, tom}[random.IntN(2)])
				wait(time.Duration(random.IntN(20)) * time.Second)
				if harm := random.IntN(24); harm < 8 || more {
					w.harm(harm, random, d)
				}
			}
			w.Mend()
			wait(30 * time.Minute)
			for _, who := range []string{mia, tom} {
				var spoken []string
				for _, m := range w.Shown(who, "") {
					spoken = append(spoken, m.Text())
				}
				handled := d.handled(at(who))
				if more {
					slices.Sort(spoken)
					slices.Sort(handled)
				}
				if !slices.Equal(spoken, handled) {
					t.Errorf("%s: said    %q\nhandled %q", who, spoken, handled)
				}
			}
		})
	}
}

// speak makes somebody say what nobody has said yet.
func (w *world) speak(who string) {
	w.spoken++
	w.Say(who, "", fmt.Sprint(w.spoken))
}

// harm does something bad to w, or nothing.
func (w *world) harm(what int, random *rand.Rand, d *diary) {
	switch what {
	case 0:
		w.Gateway.Drop()
	case 1:
		w.Gateway.Reconnect()
	case 2:
		w.Gateway.Invalidate(random.IntN(2) == 0)
	case 3:
		w.Gateway.Close([]int{4000, 4001, 4002, 4003, 4007, 4008, 4009}[random.IntN(7)])
	case 4:
		w.Gateway.Heartbeat()
	case 5, 6:
		w.end()
		w.speak(mia)
		w.start()
	case 7: // a crash
		w.answer(func(e chat.Event) (chat.Answer, error) { return chat.Answer{}, errors.New("the disk is full") })
		w.speak(tom)
		<-w.done
		w.answer(d.write)
		w.start()
	case 8:
		w.Fail("*", discordtest.Fault{Times: 1 + random.IntN(5), Status: 500})
	case 9, 10:
		w.Fail("GET /channels/{channel}/messages", discordtest.Fault{Times: 1 + random.IntN(3), Lose: true})
	case 11:
		d.mu.Lock()
		d.fails = random.IntN(4)
		d.mu.Unlock()
	}
}
