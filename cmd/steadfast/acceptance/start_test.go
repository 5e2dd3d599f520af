//go:build acceptance

package acceptance

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// A start that must fail ends with exit code 1 and a sentence.
func (b *bot) refuses(sentences ...string) {
	b.t.Helper()
	before := b.log()
	b.start()
	code := b.exit()
	said := strings.TrimPrefix(b.log(), before)
	if code != 1 {
		b.t.Errorf("exit code %d", code)
	}
	for _, s := range sentences {
		if !strings.Contains(said, s) {
			b.t.Errorf("%q is not said, but:\n%s", s, said)
		}
	}
	if strings.Contains(b.stdout()+b.log(), "TELEGRAM-TOKEN") {
		b.t.Error("the token is said")
	}
}

func TestWrongToken(t *testing.T) {
	w := begin(t, settings{token: "654321:WRONG-TELEGRAM-TOKEN"})
	w.bot.refuses("steadfast: Telegram does not accept the bot token: ask @BotFather for a new one and put it in [telegram] token_file.")
	if out := w.bot.stdout(); out != "" {
		t.Errorf("printed: %s", out)
	}
}

// There is no network when the bot starts: it waits for it.
func TestNoNetworkAtStart(t *testing.T) {
	t.Parallel()
	built(t)
	address := freeAddress(t)
	w := &world{T: t, bot: newBot(t, settings{api: "http://" + address}), nextID: 1000}
	w.bot.start()
	code := w.bot.ownerCode()
	w.rig = startRig(t, address)
	olga := w.person("Olga")
	olga.says("/start " + code)
	olga.sees("You are here as owner.")
	olga.says("/invite")
	olga.sees("Whom do you want to invite?")
	olga.taps("mentor")
	m := olga.sees("Here is the invitation")
	if !strings.Contains(m.Text, "/start ") {
		t.Errorf("an invitation that helps nobody: %s", m.Text)
	}
	w.end()
}

func TestSecondProcess(t *testing.T) {
	c := beginWithCast(t, settings{})
	other := &bot{t: t, folder: c.bot.folder}
	said, code := other.does("run")
	if code != 1 || !strings.Contains(said, "steadfast: the bot runs already: ") || !strings.Contains(said, "stop that one first") {
		t.Errorf("exit code %d: %s", code, said)
	}
	c.ordinary(c.mia, "Jonas")
	copied := c.bot.path("copy.db")
	if said, code := other.does("backup", copied); code != 0 {
		t.Errorf("backup: exit code %d: %s", code, said)
	}
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy: %v, %v", info, err)
	}
	c.end()
}

// A data file that this program cannot use is left as it is.
func TestFilesItCannotUse(t *testing.T) {
	w := begin(t, settings{})
	w.bot.imports("mentee,Jonas,,,,,,,,")
	good := w.bot.read("steadfast.db")
	newer := regexp.MustCompile("schema[0-9]").ReplaceAllString(good, "schema9")
	for _, c := range []struct{ what, content, sentence string }{
		{"newer", newer, "written by a newer version of steadfast"},
		{"something else", strings.Repeat("no data file\n", 2000), "not a steadfast data file, or damaged"},
		{"cut off", good[:5*os.Getpagesize()], "restore a backup"},
		{"cut off early", good[:100], "restore a backup"},
	} {
		w.bot.write("steadfast.db", c.content)
		w.bot.refuses("steadfast: ", c.sentence)
		if w.bot.read("steadfast.db") != c.content {
			t.Errorf("%s: the file was changed", c.what)
		}
	}
	if err := os.Remove(w.bot.path("steadfast.db")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(w.bot.path("steadfast.db"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.bot.refuses("is a folder; give the path of the data file in it")
}

func TestFaultsOfTheConfiguration(t *testing.T) {
	w := begin(t, settings{danger: "soon"})
	w.bot.write("steadfast.toml", w.bot.read("steadfast.toml")+"[telegrams]\nfoo = 1\n")
	w.bot.refuses("there is no key", "[escalation.again] danger: \"soon\" is not a length of time")
}
