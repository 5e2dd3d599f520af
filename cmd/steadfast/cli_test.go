package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"steadfast/adapters/telegram/telegramtest"
)

// asSteadfast makes the test binary be the program.
const asSteadfast = "BE_STEADFAST"

// patience is how long a test waits for a real process.
const patience = 20 * time.Second

func TestMain(m *testing.M) {
	if os.Getenv(asSteadfast) != "" {
		main()
	}
	os.Exit(m.Run())
}

// A terminal is what a process has written so far.
type terminal struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{} // closed and replaced at every change
}

// Write implements io.Writer.
func (o *terminal) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.more != nil {
		close(o.more)
		o.more = nil
	}
	return o.text.Write(p)
}

// String returns all of it.
func (o *terminal) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// await waits until the output matches and returns the first group.
func (o *terminal) await(t *testing.T, pattern string) string {
	t.Helper()
	deadline := time.After(patience)
	for {
		o.mu.Lock()
		found := regexp.MustCompile(pattern).FindStringSubmatch(o.text.String())
		if o.more == nil {
			o.more = make(chan struct{})
		}
		more := o.more
		o.mu.Unlock()
		if found != nil {
			return found[len(found)-1]
		}
		select {
		case <-more:
		case <-deadline:
			t.Fatalf("%q did not come:\n%s", pattern, o)
		}
	}
}

// A place is a folder with a configuration, and a Telegram.
type place struct {
	t        *testing.T
	folder   string
	telegram *telegramtest.Server
	url      string
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, folder: t.TempDir(), telegram: telegramtest.New()}
	server := httptest.NewServer(p.telegram)
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	p.url = server.URL
	p.configure("")
	return p
}

// configure writes the configuration, with further lines.
func (p *place) configure(more string) {
	write(p.t, p.folder, "token", telegramtest.Token)
	write(p.t, p.folder, "c.toml", fmt.Sprintf("[telegram]\ntoken_file = \"token\"\napi_url = %q\nchat_per_second = 0\ngroup_per_minute = 0\nper_second = 0\n", p.url)+more)
}

func (p *place) path(name string) string { return filepath.Join(p.folder, name) }

// command prepares a process of the program.
func (p *place) command(name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(p.t.Context(), os.Args[0], append([]string{name, "-config", p.path("c.toml")}, args...)...)
	cmd.Env = append(os.Environ(), asSteadfast+"=1")
	return cmd
}

// do runs a command to its end.
func (p *place) do(want int, name string, args ...string) (stdout, stderr string) {
	p.t.Helper()
	cmd := p.command(name, args...)
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	err := cmd.Run()
	if got := cmd.ProcessState.ExitCode(); got != want {
		p.t.Fatalf("%s %q ended with %d, %v\n%s%s", name, args, got, err, &out, &complaints)
	}
	p.keepsSecrets(out.String() + complaints.String())
	return out.String(), complaints.String()
}

func (p *place) keepsSecrets(text string) {
	p.t.Helper()
	if strings.Contains(text, telegramtest.Token) || strings.Contains(text, "TEST-telegram") {
		p.t.Errorf("the token was printed:\n%s", text)
	}
}

// A running is a process of the program, mostly the bot.
type running struct {
	*place
	cmd      *exec.Cmd
	out, log *terminal
	ended    chan struct{}
}

func (p *place) start() *running {
	p.t.Helper()
	return p.launch(p.command("run"))
}

// launch starts a process.
func (p *place) launch(cmd *exec.Cmd) *running {
	p.t.Helper()
	r := &running{place: p, cmd: cmd, out: &terminal{}, log: &terminal{}, ended: make(chan struct{})}
	r.cmd.Stdout, r.cmd.Stderr = r.out, r.log
	if err := r.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() {
		_ = r.cmd.Wait() // the exit code is looked at
		close(r.ended)
	}()
	p.t.Cleanup(func() { r.end(syscall.SIGKILL) })
	return r
}

// end sends a signal, waits, and returns the exit code.
func (r *running) end(signal os.Signal) int {
	r.t.Helper()
	_ = r.cmd.Process.Signal(signal)
	return r.code()
}

func (r *running) code() int {
	r.t.Helper()
	select {
	case <-r.ended:
	case <-time.After(patience):
		r.t.Errorf("the process does not end:\n%s", r.log)
		_ = r.cmd.Process.Kill()
		<-r.ended
	}
	r.keepsSecrets(r.out.String() + r.log.String())
	return r.cmd.ProcessState.ExitCode()
}

const roster = "type,name,role,telegram_id,discord_id,language,timezone,mentor,coordinator,schedule\n" +
	"person,Ana Ruiz,supervisor+coordinator,1001,,en,Europe/Madrid,,,\n" +
	"person,Mia Berg,mentor,1002,,,Europe/Berlin,,,\n" +
	"mentee,Jonas,,,,,,,,\n" +
	"match,Jonas,,,,,,Mia Berg,Ana Ruiz,weekly Tue 16:00 60m\n"

func TestCommandLine(t *testing.T) {
	p := newPlace(t)
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"version"}, 0, "steadfast "},
		{[]string{"help"}, 0, "steadfast run"},
		{nil, 2, "steadfast run"},
		{[]string{"export"}, 2, `There is no command "export".`},
		{[]string{"run", "-colour"}, 2, "-colour"},
		{[]string{"import", "-config", p.path("c.toml")}, 2, "takes 1 arguments"},
		{[]string{"run", "-config", p.path("nowhere.toml")}, 1, "there is no configuration file"},
		{[]string{"import", "-config", p.path("c.toml"), p.path("nowhere.csv")}, 1, "the roster cannot be read"},
		{[]string{"dump", "-config", p.path("c.toml")}, 1, "there is no data file"},
	} {
		var out bytes.Buffer
		if code := command(c.args, Env{Stdout: &out, Stderr: &out}); code != c.code || !strings.Contains(out.String(), c.want) {
			t.Errorf("%q: %d, %s", c.args, code, &out)
		}
	}
}

func TestImportOffline(t *testing.T) {
	p := newPlace(t)
	file := write(t, p.folder, "r.csv", roster)
	if out, log := p.do(0, "import", file); out != "Imported 2 people, 1 mentee, 1 match (4 changed).\n" || log != "" {
		t.Errorf("%q, %q", out, log)
	}
	if out, _ := p.do(0, "import", file); out != "Imported 2 people, 1 mentee, 1 match (0 changed).\n" {
		t.Errorf("again: %q", out)
	}
	bad := write(t, p.folder, "bad.csv", roster+"mentee,Jonas\nperson,Kim,boss\n")
	out, log := p.do(1, "import", bad)
	for _, want := range []string{bad + `: line 6: the mentee "Jonas" is in line 4 already`, bad + `: line 7: "boss" is not a role`,
		"steadfast: nothing was imported: mend 2 faults and import it again"} {
		if out != "" || !strings.Contains(log, want) {
			t.Errorf("%q is missing in\n%s", want, log)
		}
	}
	if out, _ := p.do(0, "dump"); !strings.Contains(out, `"alias":"Jonas"`) || strings.Contains(out, "Kim") {
		t.Errorf("dump:\n%s", out)
	}
	p.do(0, "backup", p.path("copy.db"))
	if _, log := p.do(1, "backup", p.path("copy.db")); !strings.Contains(log, "is there already") {
		t.Errorf("over a file: %s", log)
	}
}

func TestImportOfTenThousandRows(t *testing.T) {
	p := newPlace(t)
	var b strings.Builder
	b.WriteString("type,name,role,telegram_id,mentor,schedule\n")
	for i := range 2500 {
		fmt.Fprintf(&b, "person,Mentor %d,mentor,%d\nmentee,Mentee %d\nmentee,Other %d\nmatch,Mentee %d,,,Mentor %d,weekly Mon %02d:00 60m\n", i, 1000+i, i, i, i, i, i%24)
	}
	began := time.Now()
	if out, _ := p.do(0, "import", write(t, p.folder, "r.csv", b.String())); out != "Imported 2500 people, 5000 mentees, 2500 matches (10000 changed).\n" {
		t.Errorf("%q", out)
	}
	t.Logf("10,000 rows in %s", time.Since(began))
}

// What a second process does while the bot runs.
func TestBesideTheRunningBot(t *testing.T) {
	p := newPlace(t)
	write(t, p.folder, "steadfast.db.sock.old", "")
	r := p.start()
	r.out.await(t, `/start (\w+)`)
	if _, log := p.do(1, "run"); !strings.Contains(log, "the bot runs already") || !strings.Contains(log, "steadfast.db") {
		t.Errorf("a second bot: %s", log)
	}
	info, err := os.Stat(p.path("steadfast.db.sock"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v", info.Mode(), err)
	}
	file := write(t, p.folder, "r.csv", strings.ReplaceAll("\uFEFF"+roster, "\n", "\r\n"))
	if out, _ := p.do(0, "import", file); out != "Imported 2 people, 1 mentee, 1 match (4 changed).\n" {
		t.Errorf("%q", out)
	}
	if out, _ := p.do(0, "import", file); out != "Imported 2 people, 1 mentee, 1 match (0 changed).\n" {
		t.Errorf("again: %q", out)
	}
	if _, log := p.do(1, "import", write(t, p.folder, "bad.csv", roster+"match,Kim,,,,,,Mia Berg\n")); !strings.Contains(log, `bad.csv: line 6: there is no mentee "Kim"`) {
		t.Errorf("faults: %s", log)
	}
	p.do(0, "backup", p.path("copy.db"))
	dumped, _ := p.do(0, "dump")
	for _, want := range []string{`"alias":"Jonas"`, `"what":"copied the data file"`, `"what":"dumped everything"`} {
		if !strings.Contains(dumped, want) {
			t.Errorf("no %s in the dump:\n%s", want, dumped)
		}
	}
	if strings.Contains(r.log.String(), "Jonas") || strings.Contains(r.log.String(), "Mia") {
		t.Errorf("a name is in the log:\n%s", r.log)
	}
	if code := r.end(syscall.SIGTERM); code != 0 {
		t.Errorf("ended with %d:\n%s", code, r.log)
	}
	if _, err := os.Stat(p.path("steadfast.db.sock")); err == nil {
		t.Error("the socket is still there")
	}
	again, _ := p.do(0, "dump") // which is on record itself
	if again, dumped = withoutAudit(again), withoutAudit(dumped); again != dumped {
		t.Errorf("the data changed at the end:\n%s", again)
	}
}

func withoutAudit(dumped string) string {
	_, rest, _ := strings.Cut(dumped, "\n[invites]")
	return rest
}

// What is left of a bot that was killed is in nobody's way.
func TestStartAfterAKill(t *testing.T) {
	p := newPlace(t)
	r := p.start()
	first := r.out.await(t, `/start (\w+)`)
	r.end(syscall.SIGKILL)
	if _, err := os.Stat(p.path("steadfast.db.sock")); err != nil {
		t.Fatal("the test finds no old socket")
	}
	again := p.start()
	if second := again.out.await(t, `/start (\w+)`); second == first {
		t.Error("the code is the same")
	}
	if code := again.end(os.Interrupt); code != 0 {
		t.Errorf("ended with %d:\n%s", code, again.log)
	}
}

func TestFaultsAtTheStart(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(*testing.T, *place)
		want string
	}{
		{"not a data file", func(t *testing.T, p *place) {
			write(t, p.folder, "steadfast.db", strings.Repeat("shopping list\n", 1000))
		}, "not a steadfast data file"},
		{"newer schema", makeNewer, "written by a newer version"},
		{"no folder", func(t *testing.T, p *place) { p.configure("[store]\npath = \"nowhere/data.db\"\n") }, "make it first"},
		{"something in the way", func(t *testing.T, p *place) { write(t, p.folder, "steadfast.db.sock", "") }, "is in the way of the admin socket"},
		{"an address that is taken", func(t *testing.T, p *place) {
			p.configure(fmt.Sprintf("[web]\nlisten = %q\n", strings.TrimPrefix(p.url, "http://")))
		}, "[web] listen: nobody can be served at"},
		{"wrong token", func(t *testing.T, p *place) { write(t, p.folder, "token", "4242:WRONG") }, "Telegram does not accept the bot token: ask @BotFather"},
		{"faults of the configuration", func(t *testing.T, p *place) { p.configure("[program]\ntimezone = \"x\"\nlanguage = \"y\"\n") }, `[program] language: "y"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlace(t)
			c.make(t, p)
			_, log := p.do(1, "run")
			if !strings.Contains(log, c.want) || strings.Contains(log, "WRONG") {
				t.Errorf("%q is missing in\n%s", c.want, log)
			}
		})
	}
}

func makeNewer(t *testing.T, p *place) {
	p.do(0, "import", write(t, p.folder, "r.csv", roster))
	db, err := bolt.Open(p.path("steadfast.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(func(tx *bolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte("schema"), []byte("99")) }); err != nil {
		t.Fatal(err)
	}
}

// Without a network the bot starts, says its code, and keeps trying.
func TestStartWithoutNetwork(t *testing.T) {
	p := newPlace(t)
	p.telegram.Fail("*", telegramtest.Fault{Times: 3, Status: http.StatusBadGateway, Body: "<html>"})
	r := p.start()
	code := r.out.await(t, `/start (\w+)`)
	ana := telegramtest.Person{ID: 1001, FirstName: "Ana"}
	p.telegram.Join(ana)
	p.telegram.Say(1001, 1001, "/start "+code)
	p.shown(1001, "welcome|Welcome")
	if r.end(syscall.SIGTERM) != 0 {
		t.Error(r.log)
	}
}

// shown waits until a chat shows a message of the bot that matches, and returns
// its text.
func (p *place) shown(chat int64, pattern string) (text string) {
	p.t.Helper()
	deadline := time.AfterFunc(patience, func() { p.telegram.Mend() }) // a change, so that Await looks
	defer deadline.Stop()
	looking := regexp.MustCompile(pattern)
	ctx, cancel := contextOf(p.t)
	defer cancel()
	err := p.telegram.Await(ctx, func() bool {
		for _, m := range p.telegram.Shown(chat) {
			if m.From == 0 && looking.MatchString(m.Text) {
				text = m.Text
				return true
			}
		}
		return false
	})
	if err != nil {
		p.t.Fatalf("chat %d does not show %q:\n%s", chat, pattern, p.transcript(chat))
	}
	return text
}

func (p *place) transcript(chat int64) string {
	var b strings.Builder
	for _, m := range p.telegram.Shown(chat) {
		fmt.Fprintf(&b, "%d: %s %v\n", m.From, m.Text, m.Rows)
	}
	return b.String()
}

// press waits for a button and presses it.
func (p *place) press(user, chat int64, label string) {
	p.t.Helper()
	ctx, cancel := contextOf(p.t)
	defer cancel()
	if p.telegram.Await(ctx, func() bool { return p.telegram.Press(user, chat, label) == nil }) != nil {
		p.t.Fatalf("chat %d shows no button %q:\n%s", chat, label, p.transcript(chat))
	}
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw)
}
