//go:build acceptance

// Package acceptance plays whole stories with the built program: steadfast runs
// as a process of its own and talks to a strict local stand-in for Telegram and
// Discord, through which the tests act as the people who use it. Nothing here knows the
// inside of the program; what it has stored is read with "steadfast dump".
//
// The stand-in, chatrig, is not part of this module. STEADFAST_RIG names the
// folder of its sources; without it these tests are skipped.
//
//	STEADFAST_RIG=/path/to/chatrig go test -tags acceptance ./cmd/steadfast/acceptance
//
// rig_test.go and bot_test.go run the two processes, world_test.go joins them
// and holds what must be true after every story, people_test.go is what people
// do and see on Telegram, members_test.go on Discord. The other files are the
// stories: those whose names begin with discord and both are told there.
package acceptance

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// The bot's tokens.
const (
	token        = "123456:RIG-TELEGRAM-TOKEN-SECRET"
	discordToken = "RIG.DISCORD-TOKEN.SECRET"
)

// programs are the two binaries, built once for all tests.
type programs struct{ steadfast, chatrig string }

// workshop is the folder in which the binaries are built.
var workshop string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "steadfast-acceptance")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	workshop = folder
	code := m.Run()
	if err := os.RemoveAll(folder); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// build builds the binaries when it is called for the first time.
var build = sync.OnceValues(func() (programs, error) {
	p := programs{filepath.Join(workshop, "steadfast"), filepath.Join(workshop, "chatrig")}
	return p, errors.Join(
		goBuild("../../..", p.steadfast, "./cmd/steadfast"),
		goBuild(os.Getenv("STEADFAST_RIG"), p.chatrig, "."))
})

func goBuild(folder, to, what string) error {
	cmd := exec.Command("go", "build", "-o", to, what)
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", what, err, out)
	}
	return nil
}

// built returns the binaries, or skips the test where there is no rig.
func built(t *testing.T) programs {
	t.Helper()
	if os.Getenv("STEADFAST_RIG") == "" {
		t.Skip("STEADFAST_RIG is not set: put the folder of chatrig's sources there to play the stories")
	}
	p, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A rig is one platform of a running chatrig.
type rig struct {
	t       *testing.T
	api     string // what the bot takes for the platform
	control string // where the platform is steered
	server  string // of Discord: a server in which the bot is
	channel string // of Discord: a channel in that server
}

// freeAddress returns an address of this machine that nobody uses.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// startRig runs a chatrig whose Telegram is at an address.
func startRig(t *testing.T, address string) *rig {
	t.Helper()
	telegram, _ := startRigs(t, address, "")
	return telegram
}

// startRigs runs a chatrig whose platforms are at two addresses; without an
// address there is no such platform.
func startRigs(t *testing.T, forTelegram, forDiscord string) (telegram, discord *rig) {
	t.Helper()
	specs := filepath.Join(os.Getenv("STEADFAST_RIG"), "specs")
	cmd := exec.Command(built(t).chatrig, "-control-addr", "127.0.0.1:0",
		"-telegram-addr", forTelegram, "-tg-spec", filepath.Join(specs, "tg-api.json"), "-tg-token", token,
		"-discord-addr", forDiscord, "-discord-spec", filepath.Join(specs, "discord-openapi.json"), "-discord-token", discordToken)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	var ready struct {
		Control  string
		Telegram struct{ URL string }
		Discord  struct{ URL, Guild, Channel string }
	}
	line, _ := bufio.NewReader(out).ReadBytes('\n')
	if err := json.Unmarshal(line, &ready); err != nil {
		t.Fatalf("chatrig did not start: %v\n%s", err, &complaints)
	}
	if forTelegram != "" {
		telegram = &rig{t: t, api: ready.Telegram.URL, control: ready.Control + "/tg/"}
	}
	if forDiscord != "" {
		discord = &rig{t: t, api: ready.Discord.URL, control: ready.Control + "/dc/",
			server: ready.Discord.Guild, channel: ready.Discord.Channel}
	}
	return telegram, discord
}

type fields map[string]any

// try asks the rig's control API and decodes the answer into out, unless that
// is nil.
func (r *rig) try(path string, in fields, out any) error {
	if in == nil {
		in = fields{}
	}
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	resp, err := http.Post(r.control+path, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("rig: %s: %s", path, bytes.TrimSpace(answer))
	case out == nil:
		return nil
	}
	return json.Unmarshal(answer, out)
}

func (r *rig) ask(path string, in fields, out any) {
	r.t.Helper()
	if err := r.try(path, in, out); err != nil {
		r.t.Fatal(err)
	}
}

// quiet waits until the bot has called nothing for a while.
func (r *rig) quiet(d time.Duration) { r.t.Helper(); r.quietWithin(d, time.Minute) }

func (r *rig) quietWithin(d, limit time.Duration) {
	r.t.Helper()
	var answer struct{ Quiet bool }
	r.ask("quiet", fields{"ms": d.Milliseconds(), "timeout_ms": limit.Milliseconds()}, &answer)
	if !answer.Quiet {
		r.t.Fatal("the bot does not come to rest")
	}
}

// A violation is something that the bot did and the platform would not like.
type violation struct{ Severity, Where, What string }

// faults returns what the bot did wrong, but for refusals that the story
// provoked.
func (r *rig) faults(provoked []string) (all []violation) {
	r.t.Helper()
	var answer struct{ Violations []violation }
	r.ask("violations", nil, &answer)
	for _, v := range answer.Violations {
		expected := slices.ContainsFunc(provoked, func(p string) bool { return strings.Contains(v.Severity+": "+v.Where+": "+v.What, p) })
		if v.Severity != "lint" && !expected {
			all = append(all, v)
		}
	}
	return all
}

// A shown is a message as a chat shows it.
type shown struct {
	ID      int64 `json:"message_id"`
	Bot     bool
	Text    string
	Buttons [][]struct {
		Label string
		Data  string `json:"callback_data"`
	}
	Edits   int
	History []string
	Seq     int
	File    struct {
		ID   string `json:"file_id"`
		Name string
		Type string `json:"mime"`
	}
}

func (s shown) labels() (all []string) {
	for _, row := range s.Buttons {
		for _, b := range row {
			all = append(all, b.Label)
		}
	}
	return all
}

// chat returns all that a chat shows.
func (r *rig) chat(id int64) []shown {
	r.t.Helper()
	var answer struct{ Messages []shown }
	r.ask("chat", fields{"chat": id, "deleted": true}, &answer)
	return answer.Messages
}

// until waits for a condition, but not for ever.
func until(t *testing.T, limit time.Duration, what string, met func() bool) {
	t.Helper()
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for !met() {
		select {
		case <-look.C:
		case <-deadline.C:
			t.Fatalf("waited %v in vain: %s", limit, what)
		}
	}
}
