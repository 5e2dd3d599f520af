package bot

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// A ledger is a duo together with who said yes to what: the other opinion of
// what may be joined.
type ledger struct {
	*duo
	accounts []string
	asked    map[string]time.Time // by link, when its code was given out
	yes      map[string][]yes     // by link
	dead     map[string]bool      // links to which somebody said no
}

type yes struct {
	account string
	person  string // whose account it was then; empty: nobody's
}

// owners returns whose each account is.
func (l *ledger) owners() map[string]string {
	all := map[string]string{}
	for _, a := range l.accounts {
		all[a] = l.owner(a)
	}
	return all
}

// check fails unless everybody who was joined since before had agreed, on both
// sides, and nobody has lost the last account.
func (l *ledger) check(before map[string]string) {
	after := l.owners()
	for _, account := range l.accounts {
		if after[account] == before[account] || after[account] == "" {
			continue
		}
		if before[account] != "" {
			l.t.Fatal(account, "went from", before[account], "to", after[account])
		}
		if !l.agreed(account, after[account]) {
			l.t.Fatal(account, "became", after[account], "without a yes from both sides:", fmt.Sprint(l.yes))
		}
	}
	for name := range l.people {
		if !slices.Contains(slices.Collect(maps.Values(after)), name) {
			l.t.Fatal(name, "has no account left")
		}
	}
	l.view(func(tx program.Tx) error {
		owner := map[chat.Account]string{}
		for p, err := range tx.People() {
			if err != nil {
				return err
			}
			for _, a := range p.Accounts {
				if owner[a] != "" || after[a.String()] != p.Name {
					l.t.Fatal(a, "is", owner[a], "and", p.Name)
				}
				owner[a] = p.Name
			}
		}
		return nil
	})
}

// ask makes an account ask for a code.
func (l *ledger) ask(account string) {
	n := len(l.codes)
	l.says(account, "/link")
	for _, code := range l.codes[n:] {
		l.asked[whichLink(program.Link{Hash: hashOf(forLink, code)})] = l.now
	}
}

// agreed reports whether the account and the person said yes to the same link,
// in time, and neither said no.
func (l *ledger) agreed(account, person string) bool {
	for link, all := range l.yes {
		ofAccount := slices.ContainsFunc(all, func(y yes) bool { return y.account == account && y.person == "" })
		ofPerson := slices.ContainsFunc(all, func(y yes) bool { return y.account != account && y.person == person })
		if ofAccount && ofPerson && !l.dead[link] && l.now.Sub(l.asked[link]) < linkLife {
			return true
		}
	}
	return false
}

// A seen button is one that an account was shown.
type seen struct {
	account string
	token   chat.Token
	on      chat.Ref
}

// buttons returns the newest buttons that anybody was shown.
func (l *ledger) buttons() (all []seen) {
	for _, account := range l.accounts {
		for _, m := range l.shown[account] {
			for _, c := range m.Choices {
				if token, err := chat.ParseToken(c.Token); err == nil {
					all = append(all, seen{account, token, m.ref})
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b seen) int { return cmp.Compare(number(b.on), number(a.on)) })
	return all[:min(len(all), 8)]
}

func number(ref chat.Ref) int {
	n, _ := strconv.Atoi(string(ref))
	return n
}

// press makes an account press a button. Sometimes it is not the account that
// was shown it.
func (l *ledger) press(t *rapid.T) {
	all := l.buttons()
	if len(all) == 0 {
		t.Skip("nothing to press")
	}
	b := rapid.SampledFrom(all).Draw(t, "button")
	if rapid.IntRange(0, 9).Draw(t, "stolen") == 0 {
		b.account = rapid.SampledFrom(l.accounts).Draw(t, "thief")
	}
	if b.token.Act == actLink && b.token.Question == linkYes {
		l.yes[b.token.Option] = append(l.yes[b.token.Option], yes{b.account, l.owner(b.account)})
	}
	answer := l.does(b.account, chat.Pressed{Token: b.token.String(), On: b.on})
	if b.token.Act == actLink && b.token.Question == linkNo && answer.Toast == "" {
		l.dead[b.token.Option] = true
	}
}

// TestLinkProperty: whatever five accounts do in whatever order, none becomes a
// person's without a yes from both sides, none is two people's, and nobody is
// left without one.
func TestLinkProperty(t *testing.T) {
	dir, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		l := &ledger{
			duo:      newDuo(t, filepath.Join(dir, fmt.Sprint(runs))),
			accounts: []string{"telegram:mia", "telegram:tom", "discord:mia", "discord:tom", "telegram:eve"},
			asked:    map[string]time.Time{}, yes: map[string][]yes{}, dead: map[string]bool{},
		}
		l.person("Mia", program.Mentor, "telegram:mia")
		l.person("Tom", program.Mentor, "discord:tom")
		before := l.owners()
		account := rapid.SampledFrom(l.accounts)
		t.Repeat(map[string]func(*rapid.T){
			"code": func(t *rapid.T) { l.ask(account.Draw(t, "account")) },
			"both": func(t *rapid.T) {
				l.ask(account.Draw(t, "account"))
				if n := len(l.codes); n > 0 {
					l.says(account.Draw(t, "other"), "/link "+l.codes[n-1])
				}
			},
			"join": func(t *rapid.T) {
				code := "GUESS"
				if n := len(l.codes); n > 0 {
					code = l.codes[rapid.IntRange(max(0, n-3), n-1).Draw(t, "code")]
				}
				l.says(account.Draw(t, "account"), "/link "+strings.ToLower(code))
			},
			"press":  l.press,
			"again":  l.press,
			"unlink": func(t *rapid.T) { l.says(account.Draw(t, "account"), "/unlink") },
			"pass": func(t *rapid.T) {
				l.passes(time.Duration(rapid.SampledFrom([]int{1, 5, 10, 60}).Draw(t, "minutes")) * time.Minute)
			},
			"": func(t *rapid.T) {
				l.check(before)
				before = l.owners()
			},
		})
	})
}
