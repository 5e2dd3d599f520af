package bot

import (
	"slices"
	"strings"
	"testing"
	"time"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// has fails the test unless text has all the parts in it.
func has(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in %q", part, text)
		}
	}
}

// code asks for a code and returns it.
func (d *duo) code(account string) string {
	d.t.Helper()
	d.says(account, "/link")
	return d.codes[len(d.codes)-1]
}

// linked is riverside with Mia on Discord as well.
func linked(t *testing.T) *duo {
	t.Helper()
	d := riverside(t)
	d.says("discord:mia", "/link "+d.code("telegram:mia"))
	d.presses("discord:mia", "Yes")
	d.presses("telegram:mia", "Yes")
	if d.owner("discord:mia") != "Mia Berg" {
		t.Fatal("not linked")
	}
	return d
}

// Nobody becomes anybody before both sides agree, in whichever order.
func TestLink(t *testing.T) {
	for _, order := range [][2]string{{"telegram:mia", "discord:mia"}, {"discord:mia", "telegram:mia"}} {
		d := riverside(t)
		has(t, d.says("telegram:mia", "/link"), "on Discord as well", "/link CODE0", "until 12:10")
		has(t, d.says("discord:mia", "/link code-0"), "You will be Mia of Riverside here as well.")
		has(t, d.last("telegram:mia"), "Somebody called Name of mia (@user_mia) on Discord wants to be joined to you.")
		has(t, d.presses(order[0], "Yes"), "Thank you. Now please say yes on ", "until 12:10")
		if who := d.owner("discord:mia"); who != "" {
			t.Fatalf("with one yes it is %s", who)
		}
		has(t, d.presses(order[1], "Yes"), "you are Mia Berg on Telegram, Discord now")
		has(t, d.last(order[0]), "you are Mia Berg on Telegram, Discord now")
		if d.owner("discord:mia") != "Mia Berg" || d.owner("telegram:mia") != "Mia Berg" {
			t.Error("with both it is not Mia")
		}
		if got, want := d.audited(), []string{"linked an account discord:mia"}; !slices.Equal(got, want) {
			t.Errorf("audit: %q, want %q", got, want)
		}
		has(t, d.says("discord:mia", "/link "+d.codes[0]), "I don't know this code")
		has(t, d.says("discord:mia", "/link"), "I know you everywhere I am: Telegram, Discord.")
		if strings.Contains(facts(t, d.store), "CODE") {
			t.Error("a code is stored")
		}
	}
}

func TestLinkRefusedByTheAccount(t *testing.T) {
	d := riverside(t)
	d.says("discord:eve", "/link "+d.code("telegram:mia"))
	d.presses("telegram:mia", "Yes")
	has(t, d.presses("discord:eve", "No"), "Nothing was joined")
	has(t, d.last("telegram:mia"), "Your code arrived on Discord, but whoever sent it says that it is not them.")
	has(t, d.presses("discord:eve", "Yes"), "This is over")
	has(t, d.says("discord:eve", "/link "+d.codes[0]), "I don't know this code")
	if d.owner("discord:eve") != "" || len(d.shown["telegram:olga"]) != 0 {
		t.Error("joined, or the staff was bothered")
	}
}

// If the person does not know the account, somebody else had the code.
func TestLinkRefusedByThePerson(t *testing.T) {
	d := riverside(t)
	d.says("discord:eve", "/link "+d.code("telegram:mia"))
	d.presses("discord:eve", "Yes")
	has(t, d.presses("telegram:mia", "No"), "Nothing was joined, and the code no longer works.", "Your coordinator knows")
	has(t, d.last("discord:eve"), "Nothing was joined")
	has(t, d.last("telegram:olga"), "Somebody on Discord had a /link code of Mia Berg")
	has(t, d.presses("telegram:mia", "Yes"), "This is over")
	has(t, d.presses("discord:eve", "Yes"), "This is over")
	if d.owner("discord:eve") != "" {
		t.Error("joined")
	}
	if got, want := d.audited(), []string{"refused to link an account discord:eve"}; !slices.Equal(got, want) {
		t.Errorf("audit: %q, want %q", got, want)
	}
}

func TestLinkRunsOut(t *testing.T) {
	d := riverside(t)
	code := d.code("telegram:mia")
	d.says("discord:mia", "/link "+code)
	d.presses("discord:mia", "Yes")
	d.passes(10 * time.Minute)
	has(t, d.presses("telegram:mia", "Yes"), "This is over")
	has(t, d.presses("discord:mia", "Yes"), "This is over")
	has(t, d.says("discord:mia", "/link "+code), "I don't know this code")
	if d.owner("discord:mia") != "" {
		t.Error("joined too late")
	}
	d.update(func(tx program.Tx) error {
		return tx.SetTimer(program.Timer{Kind: program.TimerHousekeeping, At: d.now})
	})
	d.passes(0)
	if strings.Contains(facts(t, d.store), "[links]") {
		t.Error("it is never forgotten")
	}
}

// A code is for one account. The buttons of one link do not answer the next.
func TestLinkOfAnotherAccount(t *testing.T) {
	d := riverside(t)
	d.says("discord:eve", "/link "+d.code("telegram:mia"))
	has(t, d.says("discord:mia", "/link "+d.codes[0]), "I don't know this code")
	old := len(d.shown["telegram:mia"]) - 1
	d.says("discord:mia", "/link "+d.code("telegram:mia"))
	d.presses("discord:mia", "Yes")
	d.shown["telegram:mia"] = d.shown["telegram:mia"][:old+1] // Eve's is the newest that Mia sees
	has(t, d.presses("telegram:mia", "Yes"), "This is over")
	has(t, d.presses("discord:eve", "Yes"), "This is over")
	if d.owner("discord:mia") != "" || d.owner("discord:eve") != "" {
		t.Error("joined by an answer to another question")
	}
}

// Whoever is somebody already stays who they are.
func TestLinkOfSomebody(t *testing.T) {
	d := riverside(t)
	d.person("Zoe", program.Mentor, "discord:zoe")
	d.person("Gone", program.Mentor, "discord:gone")
	d.update(func(tx program.Tx) error {
		p, err := tx.Person(d.people["Gone"])
		if err != nil {
			return err
		}
		p.Left = tx.Now()
		return tx.PutPerson(&p)
	})
	code := d.code("telegram:mia")
	for account, want := range map[string]string{
		"telegram:mia": "This is your own code", "telegram:tom": "already somebody else in the program",
		"discord:zoe": "already somebody else in the program", "discord:gone": "already somebody else in the program",
		"telegram:new": "somebody whom I know on Telegram already",
	} {
		said := d.says(account, "/link "+code)
		has(t, said, want)
		if strings.Contains(said, "Mia") {
			t.Errorf("%s is told whose code it is: %q", account, said)
		}
	}
	has(t, d.says("discord:gone", "/link"), "I don't know you yet")
	has(t, d.says("discord:new", "/link"), "I don't know you yet")

	// Somebody who joins by an invitation while both sides are asked.
	d.says("discord:mia", "/link "+code)
	d.presses("telegram:mia", "Yes")
	d.update(func(tx program.Tx) error {
		p := program.Person{Name: "Other", Accounts: []chat.Account{at("discord:mia")}}
		return tx.PutPerson(&p)
	})
	has(t, d.presses("discord:mia", "Yes"), "This is over")
	if d.owner("discord:mia") != "Other" {
		t.Error("taken away from somebody")
	}
}

// Wrong codes count together with those of invitations.
func TestLinkCannotBeGuessed(t *testing.T) {
	d := riverside(t)
	code := d.code("telegram:mia")
	for range 3 {
		has(t, d.says("discord:eve", "/link GUESS"), "I don't know this code")
	}
	d.says("discord:eve", "/start GUESS")
	d.says("discord:eve", "/start "+code) // it is no invitation
	has(t, d.says("discord:eve", "/link "+code), "too many wrong codes")
	d.passes(time.Hour)
	has(t, d.says("discord:eve", "/link "+d.code("telegram:mia")), "Is that you?")
}

func TestLinkOnOnePlatform(t *testing.T) {
	d := riverside(t)
	delete(d.Platforms, "discord")
	has(t, d.says("telegram:mia", "/link"), "on one platform only")
	if help := d.says("telegram:mia", "/help"); strings.Contains(help, "link") {
		t.Errorf("of no use, and offered: %q", help)
	}
}
