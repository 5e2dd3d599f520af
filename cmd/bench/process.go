package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A contender is a bot that is measured.
type contender struct {
	name string
	// prepare makes a folder ready for a bot that talks to url.
	prepare func(folder, url string) error
	// command is what starts it there.
	command func(folder, url string) []string
}

// A process is a bot that runs.
type process struct {
	cmd       *exec.Cmd
	began     time.Time
	start     time.Duration // until it asked for updates
	pressed   chan time.Time
	complaint *bytes.Buffer // of its standard error; read it after the end
	ended     chan struct{}
}

// launch starts a bot and waits until it asks for updates.
func launch(ctx context.Context, f *fake, command []string) (*process, error) {
	p := &process{complaint: new(bytes.Buffer), ended: make(chan struct{})}
	p.cmd = exec.CommandContext(ctx, command[0], command[1:]...)
	p.cmd.Stdout, p.cmd.Stderr = io.Discard, p.complaint
	m := f.expect()
	p.pressed = m.pressed
	p.began = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait() // it is stopped or killed, or its complaint tells
		close(p.ended)
	}()
	select {
	case at := <-m.polled:
		p.start = at.Sub(p.began)
		return p, nil
	case <-p.ended:
		return nil, fmt.Errorf("%s ended at once: %s", filepath.Base(command[0]), p.complaint)
	case <-time.After(time.Minute):
		p.kill()
		return nil, fmt.Errorf("%s did not ask for updates: %s", filepath.Base(command[0]), p.complaint)
	}
}

// stop ends the bot as a system does, and by force when that takes too long.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // has it ended, so much the better
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
		p.kill()
	}
}

// kill is kill -9.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// A usage is what a process has used so far. All of it is zero where the system
// does not tell.
type usage struct {
	cpu       time.Duration
	rss, peak int64 // bytes
	written   int64 // bytes
}

// clockTick is the unit of processor time in /proc, the same on all of Linux.
const clockTick = 10 * time.Millisecond

// use reads what p has used.
func (p *process) use() (u usage) {
	folder := filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid))
	if stat, err := os.ReadFile(filepath.Join(folder, "stat")); err == nil {
		// The second field is a name in brackets, which may hold spaces.
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(fields) > 12 {
			user, _ := strconv.ParseInt(fields[11], 10, 64)
			system, _ := strconv.ParseInt(fields[12], 10, 64)
			u.cpu = time.Duration(user+system) * clockTick
		}
	}
	u.rss = named(filepath.Join(folder, "status"), "VmRSS:") << 10
	u.peak = named(filepath.Join(folder, "status"), "VmHWM:") << 10
	u.written = named(filepath.Join(folder, "io"), "write_bytes:")
	return u
}

// named returns the number after a name in a file of /proc.
func named(path, name string) int64 {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "\n"+name)
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	n, _ := strconv.ParseInt(fields[0], 10, 64)
	return n
}
