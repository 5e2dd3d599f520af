package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"steadfast/adapters/web"
	"steadfast/bot/chat"
)

// demoListen is where the demo is if nobody asks for another place and nobody
// else is there.
const demoListen = "127.0.0.1:8642"

// demo is the subcommand: the whole bot on a page of this machine, with
// invented people, until ctx ends. Nothing of it stays.
func demo(ctx context.Context, args []string, env Env) error {
	env = env.complete()
	address, open, err := demoFlags(args, env)
	if err != nil {
		return err
	}
	l, err := listenHere(address)
	if err != nil {
		return err
	}
	defer l.Close()
	folder, err := os.MkdirTemp("", "steadfast-demo-")
	if err != nil {
		return fmt.Errorf("the demo needs a temporary folder: %w", err)
	}
	defer os.RemoveAll(folder)
	p, err := newDemo(ctx, folder, l, env)
	if err != nil {
		return err
	}
	url := "http://" + l.Addr().String()
	fmt.Fprintf(env.Stdout, "\n  The demo of Steadfast is at %s\n\n"+
		"  Everybody in it is invented. Its clock starts at %s.\n  Press Ctrl-C to end it; nothing of it stays.\n\n",
		url, p.env.Now().In(p.config.zone()).Format("Monday, 15:04"))
	if open {
		p.add("browser", func(ctx context.Context) error { openBrowser(ctx, url); return nil })
	}
	return p.run(ctx)
}

func demoFlags(args []string, env Env) (address string, open bool, err error) {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(env.Stderr)
	flags.StringVar(&address, "listen", "", "where the page is served; this machine only (default "+demoListen+", or a free port)")
	stay := flags.Bool("no-open", false, "do not open a browser")
	if err := flags.Parse(args); err != nil {
		return "", false, errUsage
	}
	if flags.NArg() > 0 {
		fmt.Fprintln(env.Stderr, "steadfast demo takes no arguments beside -listen and -no-open.")
		return "", false, errUsage
	}
	return address, !*stay, nil
}

// listenHere opens the socket of the page. The page lets everybody who reaches
// it act as anybody, so only this machine may.
func listenHere(address string) (net.Listener, error) {
	if address == "" {
		if l, err := net.Listen("tcp", demoListen); err == nil {
			return l, nil
		}
		address = "127.0.0.1:0" // somebody else is there, perhaps another demo
	}
	host, port, err := net.SplitHostPort(address)
	switch {
	case err != nil:
		return nil, fmt.Errorf("-listen %s: write it like %s", address, demoListen)
	case host == "localhost":
		host = "127.0.0.1"
	case host != "127.0.0.1" && host != "::1":
		return nil, fmt.Errorf("-listen %s: the demo has no passwords, so it is for this machine only: use 127.0.0.1:%s", address, port)
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, fmt.Errorf("the demo cannot be served at %s: choose another -listen, or stop what uses it: %w", address, err)
	}
	return l, nil
}

// newDemo makes the process of a demo, which lives until ctx ends: the same as
// any other, but for the page in place of a platform, people who are in it
// already, and a clock that can be moved ahead. Its data are in folder.
func newDemo(ctx context.Context, folder string, l net.Listener, env Env) (*process, error) {
	c := Default()
	c.Store.Path = filepath.Join(folder, "demo.db")
	c.Program.Name, c.Program.Timezone = "Riverside Mentors", "Europe/Berlin"
	c.Reminders.BeforeMeeting = "never" // unless somebody chooses it in /settings: the story is told without
	c.Log.Level = "warn"
	zone := c.zone()
	read := env.complete().Now
	begin := demoStart(read().In(zone))
	now, skip, jumped := movable(read, begin.Sub(read()))
	env.Now, env.Jumped, env.NoSync = now, jumped, true
	log := newLog(c, env.complete().Stderr)
	var passing lapse // of the process, which needs the page first
	page := web.New(web.Options{
		Seats: demoSeats(), Steps: demoTour(), Now: now, Location: zone, Log: log,
		Skip:     func(by time.Duration, moved func()) error { return passing.pass(ctx, by, moved) },
		Calendar: web.Calendar{Seat: "carla", Read: func(ctx context.Context) (web.Weeks, error) { return passing.readCalendar(ctx) }},
	})
	behind := newStage(page, demoSeats(), now)
	p, err := assemble(c, env, log, behind)
	if err != nil {
		return nil, err
	}
	passing = lapse{p, behind, skip}
	if err := p.settle(ctx, begin); err != nil {
		return nil, errors.Join(fmt.Errorf("the demo's people: %w", err), p.store.Close())
	}
	p.addServer("page", l, page.Handler(), 0) // its stream of changes does not end
	return p, nil
}

// demoStart returns when the demo begins: a few minutes after a meeting in the
// afternoon of a working day that is followed by another. It is no Monday: two
// weeks later, the staff's weekly messages would come after the alert.
func demoStart(now time.Time) time.Time {
	at := time.Date(now.Year(), now.Month(), now.Day(), 17, 4, 0, 0, now.Location())
	for at.Before(now) || at.Weekday() < time.Tuesday || at.Weekday() > time.Thursday {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// demoSeats are the chats on the page. Ana has two: the channel that she shares
// with Ben, and her own. Ben is there because a danger takes two to close.
func demoSeats() []web.Seat {
	seat := func(key, title, subtitle, name string) web.Seat {
		a := demoAccount(name)
		return web.Seat{
			Key: key, Title: title, Subtitle: subtitle, Private: true,
			Person: chat.Sender{Account: a, Name: name, Language: "en"}, Place: a.Private(),
		}
	}
	channel := seat("supervisors", "Supervisors", "Shared channel", "Ana")
	channel.Place, channel.Private = demoChannel(), false
	ana, ben := seat("ana", "Ana's chat", "Supervisor", "Ana"), seat("ben", "Ben's chat", "Supervisor", "Ben")
	channel.Group, ana.Group, ben.Group = "supervisors", "supervisors", "supervisors"
	return []web.Seat{
		seat("mia", "Mia's phone", "Mentor of Jonas and Lea", "Mia"),
		seat("carla", "Carla's chat", "Coordinator", "Carla"),
		channel, ana, ben,
	}
}

// openBrowser shows the page, if there is a desktop. Whether it works or not,
// the address stands in the terminal.
func openBrowser(ctx context.Context, url string) {
	if command := browserCommand(runtime.GOOS, os.Getenv, url); command != nil {
		_ = exec.CommandContext(ctx, command[0], command[1:]...).Run()
	}
}

// browserCommand returns what opens a page on a system; nil where there is no
// desktop.
func browserCommand(system string, getenv func(string) string, url string) []string {
	switch system {
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler", url}
	case "darwin":
		return []string{"open", url}
	}
	if getenv("DISPLAY") == "" && getenv("WAYLAND_DISPLAY") == "" {
		return nil
	}
	return []string{"xdg-open", url}
}
