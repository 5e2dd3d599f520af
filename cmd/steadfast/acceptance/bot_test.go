//go:build acceptance

package acceptance

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// settings are what a story wants to be different in the configuration.
type settings struct {
	on      platforms
	api     string // of Telegram
	token   string // "": the right ones
	danger  string // time between pages; "": the default
	paced   bool   // keep to the platforms' limits
	listen  string
	webhook string

	discord    string // its address
	dangerRole string // that is called on Discord
	threads    bool   // on Discord, one for each case
}

// platforms are where a story is played.
type platforms string

const (
	onTelegram platforms = ""
	onDiscord  platforms = "discord"
	onBoth     platforms = "both"
)

func (s settings) toml() string {
	var b strings.Builder
	fmt.Fprint(&b, "[store]\npath = \"steadfast.db\"\n")
	if s.on != onDiscord {
		s.telegram(&b)
	}
	if s.on != onTelegram {
		s.onDiscord(&b)
	}
	fmt.Fprint(&b, "[program]\nname = \"Riverside Mentors\"\ntimezone = \"Europe/Berlin\"\n")
	if s.danger != "" {
		fmt.Fprintf(&b, "[escalation.again]\ndanger = %q\n", s.danger)
	}
	if s.listen != "" {
		fmt.Fprintf(&b, "[web]\nlisten = %q\n", s.listen)
	}
	return b.String()
}

func (s settings) telegram(b *strings.Builder) {
	fmt.Fprintf(b, "[telegram]\ntoken_file = \"token\"\napi_url = %q\n", s.api)
	if !s.paced {
		fmt.Fprint(b, "per_second = 0.0\nchat_per_second = 0.0\ngroup_per_minute = 0\n")
	}
	if s.webhook != "" {
		fmt.Fprintf(b, "webhook_url = %q\nwebhook_secret = \"a-secret-of-enough-letters\"\n", s.webhook)
	}
}

func (s settings) onDiscord(b *strings.Builder) {
	fmt.Fprintf(b, "[discord]\ntoken_file = \"discord-token\"\napi_url = %q\n", s.discord)
	if !s.paced {
		fmt.Fprint(b, "per_second = 0.0\n")
	}
	if s.dangerRole != "" {
		fmt.Fprintf(b, "danger_role = %q\n", s.dangerRole)
	}
	if s.threads {
		fmt.Fprint(b, "case_threads = true\n")
	}
}

// A bot is the program with its folder; it may run or not.
type bot struct {
	t       *testing.T
	folder  string
	running *exec.Cmd
	ended   chan struct{} // closed when running has ended
}

func newBot(t *testing.T, s settings) *bot {
	t.Helper()
	// A short path: a socket's is limited.
	folder, err := os.MkdirTemp("", "sf")
	if err != nil {
		t.Fatal(err)
	}
	b := &bot{t: t, folder: folder}
	t.Cleanup(func() {
		if b.running != nil {
			b.kill()
		}
		if t.Failed() {
			t.Logf("the end of the bot's log:\n%s", tail(b.log(), 40))
		}
		_ = os.RemoveAll(folder)
	})
	b.configure(s)
	return b
}

func tail(text string, n int) string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(all[max(0, len(all)-n):], "\n")
}

func (b *bot) configure(s settings) {
	b.t.Helper()
	b.write("token", cmp.Or(s.token, token))
	b.write("discord-token", cmp.Or(s.token, discordToken))
	b.write("steadfast.toml", s.toml())
}

func (b *bot) path(name string) string { return filepath.Join(b.folder, name) }

func (b *bot) write(name, text string) {
	b.t.Helper()
	if err := os.WriteFile(b.path(name), []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bot) read(name string) string {
	text, err := os.ReadFile(b.path(name))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		b.t.Fatal(err)
	}
	return string(text)
}

// log returns what all runs have logged, stdout what they have printed.
func (b *bot) log() string    { return b.read("log") }
func (b *bot) stdout() string { return b.read("stdout") }

func (b *bot) command(name string, args ...string) *exec.Cmd {
	return exec.Command(built(b.t).steadfast, append([]string{name, "-config", b.path("steadfast.toml")}, args...)...)
}

// start runs the bot.
func (b *bot) start() {
	b.t.Helper()
	if b.running != nil {
		b.t.Fatal("the bot runs already")
	}
	cmd := b.command("run")
	for name, to := range map[string]*io.Writer{"stdout": &cmd.Stdout, "log": &cmd.Stderr} {
		f, err := os.OpenFile(b.path(name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			b.t.Fatal(err)
		}
		defer f.Close()
		*to = f
	}
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	b.running, b.ended = cmd, make(chan struct{})
	go func(ended chan struct{}) {
		_ = cmd.Wait() // the exit code is in ProcessState
		close(ended)
	}(b.ended)
}

// exit waits until the bot has ended and returns its exit code.
func (b *bot) exit() int {
	b.t.Helper()
	select {
	case <-b.ended:
	case <-time.After(20 * time.Second):
		b.t.Fatal("the bot does not end")
	}
	code := b.running.ProcessState.ExitCode()
	b.running = nil
	return code
}

// kill ends the bot as a power cut does.
func (b *bot) kill() {
	b.t.Helper()
	_ = b.running.Process.Kill()
	b.exit()
}

// stop ends the bot politely.
func (b *bot) stop() {
	b.t.Helper()
	if err := b.running.Process.Signal(syscall.SIGTERM); err != nil {
		b.t.Fatal(err)
	}
	if code := b.exit(); code != 0 {
		b.t.Errorf("the bot ended with exit code %d", code)
	}
}

// does runs another subcommand and returns what it said and its exit code.
func (b *bot) does(name string, args ...string) (said string, code int) {
	b.t.Helper()
	cmd := b.command(name, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		b.t.Fatal(err)
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// imports brings a roster: the lines after the header.
func (b *bot) imports(lines ...string) {
	b.t.Helper()
	header := "type,name,role,telegram_id,discord_id,language,timezone,mentor,coordinator,schedule\n"
	b.write("roster.csv", header+strings.Join(lines, "\n")+"\n")
	if said, code := b.does("import", b.path("roster.csv")); code != 0 {
		b.t.Fatalf("import: exit code %d: %s", code, said)
	}
}

var codeForm = regexp.MustCompile(`/start ([A-Z0-9]+)\n`)

// ownerCode waits for the code that the bot prints for its first owner.
func (b *bot) ownerCode() (code string) {
	b.t.Helper()
	until(b.t, 15*time.Second, "a code on the standard output", func() bool {
		if found := codeForm.FindStringSubmatch(b.stdout()); found != nil {
			code = found[1]
		}
		return code != ""
	})
	return code
}

// A checkIn is a stored one, as dump shows it.
type checkIn struct {
	ID, Match, Case int
	Note, Pressing  string
	Trend           string // which it completed; "": none
	Partial         bool
	Undone          time.Time
}

// A caseFile is a stored case, as dump shows it.
type caseFile struct {
	No, Level int
	CheckIn   int   `json:"check_in"`
	More      []int // check-ins that came later
	AckedBy   int   `json:"acked_by"`
}

// A hop is a stored step in the timeline of a case.
type hop struct {
	Kind  string
	Level int
}

// danger is the level of a danger.
const danger = 4

// news reports whether somebody told of a danger then.
func (h hop) news() bool {
	return h.Level == danger && (h.Kind == "raised" || h.Kind == "another check-in joined")
}

// timelines returns the hops of each case, in their order.
func (b *bot) timelines() map[string][]hop {
	b.t.Helper()
	all := map[string][]hop{}
	eachStored(b, "hops", func(key string, h hop) {
		no, _, _ := strings.Cut(key, " ")
		all[no] = append(all[no], h)
	})
	return all
}

// stored returns the rows of a table, decoded.
func stored[T any](b *bot, table string) (all []T) {
	b.t.Helper()
	eachStored(b, table, func(_ string, row T) { all = append(all, row) })
	return all
}

// eachStored goes through the rows of a table, decoded, with their keys.
func eachStored[T any](b *bot, table string, see func(key string, row T)) {
	b.t.Helper()
	text, code := b.does("dump")
	if code != 0 {
		b.t.Fatalf("dump: exit code %d: %s", code, tail(text, 3))
	}
	inside := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "[") {
			inside = strings.HasPrefix(line, "["+table+"]")
			continue
		}
		key, value, ok := strings.Cut(line, " = ")
		if !inside || !ok {
			continue
		}
		var row T
		if err := json.Unmarshal([]byte(value), &row); err != nil {
			b.t.Fatalf("dump, %s: %v", table, err)
		}
		see(key, row)
	}
}
