package main

import (
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"steadfast/bot"
	"steadfast/bot/chat"
)

// withSupervisors is a running bot with an owner, a roster and a supervisors'
// channel.
func (p *place) withSupervisors() *running {
	p.t.Helper()
	p.cast()
	p.configure("[escalation]\nchannels = [\"telegram:-1001234567890\"]\n")
	p.do(0, "import", write(p.t, p.folder, "r.csv", roster))
	r := p.start()
	r.out.await(p.t, `start=(\w+)`)
	return r
}

// The chronology of a case, while the bot runs and while it does not.
func TestCaseIsPrinted(t *testing.T) {
	p := newPlace(t)
	r := p.withSupervisors()
	p.telegram.Say(1002, 1002, "/sos")
	p.press(1002, 1002, "Page the supervisors now")
	p.shown(1002, "Please write what they should know")
	const words = "He is on the roof <b>of</b> the school.\n2026-01-01 00:00:00 +00:00  Nobody"
	p.telegram.Say(1002, 1002, words)
	p.shown(1002, "It is in case 1")
	p.press(1001, channelID, "Acknowledge")
	p.shown(1002, "has seen this")

	file := p.path("case.html")
	if out, _ := p.do(0, "case", "1", "-o", file); !regexp.MustCompile(`^Case 1 is in \S+case\.html, with \d+ entries\. It is confidential`).MatchString(out) {
		t.Errorf("%s", out)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info.Mode(), err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	for _, want := range []string{"<h1>Chronology of case 1</h1>", "<dd>Jonas</dd>", "He is on the roof &lt;b&gt;of", "Taken by Ana Ruiz", "Mia Berg (mentor)", "counter(pages)"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing in\n%s", want, page)
		}
	}
	if regexp.MustCompile(`(?i)<script|<link|src=|https?:`).MatchString(page) {
		t.Errorf("the page asks for something from elsewhere:\n%s", page)
	}
	if _, log := p.do(1, "case", "1", "-o", file); !strings.Contains(log, "is there already") {
		t.Errorf("over a file: %s", log)
	}
	print := regexp.MustCompile(`<code>(\w{64})</code>`).FindStringSubmatch(page)
	if print == nil {
		t.Fatal("no fingerprint")
	}
	if out, _ := p.do(0, "case", "-check", print[1][:16], "1"); !strings.Contains(out, "Yes: the print has all") {
		t.Errorf("%s", out)
	}
	p.press(1001, channelID, "Open")
	p.shown(1001, "on the roof")
	if r.end(syscall.SIGTERM) != 0 {
		t.Error(r.log)
	}
	for _, secret := range []string{"roof", "Jonas", "Mia"} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("%s is in the log:\n%s", secret, r.log)
		}
	}

	if out, _ := p.do(0, "case", "-check", strings.ToUpper(print[1]), "1"); !strings.Contains(out, "Yes: the print has the first") || !strings.Contains(out, "1 came later") {
		t.Errorf("%s", out)
	}
	if _, log := p.do(1, "case", "-check", strings.Repeat("0", 64), "1"); !strings.Contains(log, "no: the print does not have") {
		t.Errorf("%s", log)
	}
	out, _ := p.do(0, "case", "-text", "-language", "es", "1")
	for _, want := range []string{"    | He is on the roof <b>of</b> the school.\n    | 2026-01-01 00:00:00 +00:00  Nobody\n", "Jonas", "Ana Ruiz"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	for arg, want := range map[string]string{"17": "there is no case 17", "x": "not the number of a case"} {
		if _, log := p.do(1, "case", arg); !strings.Contains(log, want) {
			t.Errorf("%s: %s", arg, log)
		}
	}
	if dump, _ := p.do(0, "dump"); strings.Count(dump, `"what":"printed a chronology","case":1`) != 5 {
		t.Errorf("not on record:\n%s", dump)
	}
}

// A drill is acknowledged like a case, and its cards say that it is over.
func TestDrillFromTheCommandLine(t *testing.T) {
	p := newPlace(t)
	if _, log := p.do(1, "drill"); !strings.Contains(log, "the bot does not run") {
		t.Errorf("without a bot: %s", log)
	}
	r := p.withSupervisors()
	d := p.drill("-for", "5m")
	d.out.await(t, `The drill is case 1\.`)
	card := p.shown(channelID, "DRILL")
	if !strings.Contains(card, "This is a drill. Nobody is in danger. Please tap Acknowledge.") {
		t.Errorf("the card: %s", card)
	}
	if _, log := p.do(1, "drill"); !strings.Contains(log, "a drill is under way already") {
		t.Errorf("a second one: %s", log)
	}
	d.out.await(t, `Page arrived`)
	p.press(1001, channelID, "Acknowledge")
	if code := d.code(); code != 0 || !regexp.MustCompile(`(?s)Page to the supervisors' channel.*Taken by Ana Ruiz.*Ana Ruiz acknowledged it after \d+s\.`).MatchString(d.out.String()) {
		t.Errorf("ended with %d:\n%s%s", code, d.out, d.log)
	}
	p.shown(channelID, "The drill is over: Ana Ruiz answered")

	d = p.drill("-for", "5m") // which is interrupted
	d.out.await(t, `Page arrived`)
	if code := d.end(os.Interrupt); code != 1 || !strings.Contains(d.log.String(), "nobody has acknowledged the drill") {
		t.Errorf("ended with %d:\n%s%s", code, d.out, d.log)
	}
	p.shown(channelID, `The drill is over\. There`)

	if _, log := p.do(1, "drill", "-for", "1s"); !strings.Contains(log, "nobody has acknowledged the drill") {
		t.Errorf("which ran out: %s", log)
	}
	if _, log := p.do(1, "drill", "-for", "0s"); !strings.Contains(log, "from 1s to 24h") {
		t.Errorf("no time: %s", log)
	}
	p.do(1, "check") // nobody owns this bot; but no case waits
	if out, _ := p.do(1, "check"); strings.Contains(out, "waiting for a supervisor") {
		t.Errorf("a drill counts as a case:\n%s", out)
	}
	if r.end(syscall.SIGTERM) != 0 {
		t.Error(r.log)
	}
}

// drill starts the subcommand as a process of its own.
func (p *place) drill(args ...string) *running {
	p.t.Helper()
	return p.launch(p.command("drill", args...))
}

// The simulation says what other rungs would have meant, whether the bot runs or
// not, and changes nothing.
func TestSimulateFromTheCommandLine(t *testing.T) {
	p := newPlace(t)
	r := p.withSupervisors()
	p.telegram.Say(1002, 1002, "/sos")
	p.press(1002, 1002, "Page the supervisors now")
	p.shown(channelID, "(?i)case 1")
	p.press(1001, channelID, "Acknowledge")
	p.shown(1002, "has seen this")
	online, _ := p.do(0, "simulate", "-weeks", "1", "-rungs", "supervisors", "-again", "danger=1m,urgent=2h", "-renew", "danger=744h")
	for _, want := range []string{
		`1 case of the last 1 week, with 1 page in reality\.`, `as it is +instead\n`, `pages to the supervisors' channel +1 +0\n`, `pages to all supervisors +0 +1\n`,
		`Ana Ruiz: private pages +0 +1\n`, `acknowledged +1 +1\n`, `never acknowledged +0 +0\n`,
		`instead: -rungs supervisors -again danger=1m,urgent=2h,concern=8h -climb danger=10m,urgent=1h,concern=8h -renew danger=744h,urgent=24h,concern=168h,watch=672h\n`,
		`as it is: -rungs channel,duty,supervisors,last -again danger=5m,`,
	} {
		if !regexp.MustCompile(want).MatchString(online) {
			t.Errorf("%q is missing in\n%s", want, online)
		}
	}
	if out, _ := p.do(0, "simulate", "-rungs", "last"); !regexp.MustCompile(`never acknowledged +0 +1\n`).MatchString(out) {
		t.Errorf("a ladder that reaches nobody:\n%s", out)
	}
	if r.end(syscall.SIGTERM) != 0 {
		t.Error(r.log)
	}
	before, _ := p.do(0, "dump")
	if offline, _ := p.do(0, "simulate"); !strings.Contains(offline, "1 case of the last 12 weeks") || strings.Contains(offline, "instead") {
		t.Errorf("%s", offline)
	}
	if after, _ := p.do(0, "dump"); withoutAudit(after) != withoutAudit(before) {
		t.Errorf("the data changed:\n%s", after)
	}
	for _, c := range []struct{ flag, value, want string }{
		{"-again", "danger", "is not a length of time"}, {"-climb", "panic=3m", "is not a level"}, {"-rungs", "boss", "is not a rung"}, {"-rungs", "duty,duty", "there twice"},
	} {
		if _, log := p.do(2, "simulate", c.flag, c.value); !strings.Contains(log, c.want) {
			t.Errorf("%s %s: %s", c.flag, c.value, log)
		}
	}
	if _, log := p.do(1, "simulate", "-weeks", "0"); !strings.Contains(log, "look back from 1 to 520 weeks") {
		t.Errorf("no weeks: %s", log)
	}
}

// Words that look like an entry cannot be taken for one, and a quotation stands
// in lines of its own.
func TestPlainChronology(t *testing.T) {
	var b strings.Builder
	err := writePlain(&b, bot.Chronology{
		Title: "T", Count: "1 entry", Print: bot.Labelled{Label: "P", Text: "f"},
		Entries: []bot.Entry{{At: "now", Who: "Ana", What: chat.Text{{Text: "Said:\n"}, {Text: "one\n\nt\x1b[2Kw\ro", Style: chat.Quote}}}},
	})
	if want := "T\n\nP: f\n1 entry\n\nnow  Ana\n    Said:\n    | one\n    | \n    | t\uFFFD[2Kw\uFFFDo\n\n"; err != nil || b.String() != want {
		t.Errorf("%q, %v", b.String(), err)
	}
}
