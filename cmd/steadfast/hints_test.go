package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// A question about a note that nobody answers reaches the supervisors, also when
// the process was killed meanwhile; how well its rule does can be counted.
func TestUnansweredHintSurvivesAKill(t *testing.T) {
	p := newPlace(t)
	p.cast()
	p.configure("[escalation]\nchannels = [\"telegram:-1001234567890\"]\n[hints]\nwait = \"2s\"\n")
	p.do(0, "import", write(t, p.folder, "r.csv", roster))
	r := p.start()
	r.out.await(t, `start=(\w+)`)
	p.telegram.Say(1002, 1002, "He flinched when I raised my hand")
	p.shown(1002, "Is anybody at risk right now")
	r.end(syscall.SIGKILL)

	r = p.start()
	p.shown(channelID, `(?s)Case 1 · concern.*not confirmed yet`)
	p.shown(1002, "passed it on as not confirmed")
	line := func(counts string) {
		t.Helper()
		out, _ := p.do(0, "audit", "hints")
		if !regexp.MustCompile(`(?m)^ +`+counts+` +en\.\S*flinch\S*$`).MatchString(out) || strings.Contains(out, "raised my hand") {
			t.Errorf("not %s:\n%s", counts, out)
		}
	}
	line(`1 +0 +0 +1 +0 +0 +0 +–`)
	p.press(1002, 1002, "No")
	p.press(1002, 1002, "Something else")
	p.shown(1002, "I have kept that in case 1")
	line(`1 +0 +1 +0 +0 +0 +0 +0% of 1`)
	if r.end(syscall.SIGTERM) != 0 {
		t.Error(r.log)
	}
	line(`1 +0 +1 +0 +0 +0 +0 +0% of 1`)
	if strings.Contains(r.log.String(), "flinched") {
		t.Errorf("words are in the log:\n%s", r.log)
	}
	if _, log := p.do(1, "audit", "people"); !strings.Contains(log, "write steadfast audit hints") {
		t.Errorf("%s", log)
	}
}

// A program's own rules are used, and a fault in them is told with its place.
func TestOwnRules(t *testing.T) {
	p := newPlace(t)
	p.cast()
	if err := os.Mkdir(filepath.Join(p.folder, "own"), 0o700); err != nil {
		t.Fatal(err)
	}
	check := func(code int, more, want string) {
		t.Helper()
		p.configure("[escalation]\nchannels = [\"telegram:-1001234567890\"]\n[hints]\n" + more)
		if out, _ := p.do(code, "check"); !strings.Contains(out, want) {
			t.Errorf("%s: not %q:\n%s", more, want, out)
		}
	}
	own := filepath.Join(p.folder, "own")
	check(0, "on = false\n", "✓ Nothing is looked for in what people write")
	check(1, "rules = \"nowhere\"\n", "✗ [hints] rules: the folder cannot be read")
	check(1, "rules = \"token\"\n", "is not a folder")
	write(t, own, "en.txt", "rule quarry running_away concern\n  say old quarry\n  + he sleeps in the old quarry\n  - the school quarry\n")
	check(0, "rules = \"own\"\n", "for what people write can be used.")
	write(t, own, "en.txt", "# ours\nrule quarry running_away dreadful\n")
	check(1, "rules = \"own\"\n", "line 2")
	if _, log := p.do(1, "run"); !strings.Contains(log, "en.txt, line 2") {
		t.Errorf("run: %s", log)
	}
}
