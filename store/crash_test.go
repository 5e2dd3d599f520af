package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"steadfast/bot/program"
)

// asWriter and asHolder, in the environment, make the test binary a process
// that uses the data file named there.
const (
	asWriter = "STEADFAST_TEST_WRITER"
	asHolder = "STEADFAST_TEST_HOLDER"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(asWriter); path != "" {
		writeForEver(path)
	}
	if path := os.Getenv(asHolder); path != "" {
		holdOpen(path)
	}
	os.Exit(m.Run())
}

// writeForEver writes notes and check-ins from several goroutines, and a line
// for each that was acknowledged.
func writeForEver(path string) {
	s, err := Open(path, Options{})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	go func() { // the test is gone
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	var (
		mu sync.Mutex
		wg sync.WaitGroup
	)
	for range 8 {
		wg.Go(func() {
			for {
				var n program.Note
				err := s.Update(context.Background(), func(tx program.Tx) error {
					n = program.Note{At: tx.Now(), Text: strings.Repeat("x", 500)}
					return errors.Join(tx.PutNote(&n), tx.PutCheckIn(&program.CheckIn{Match: 1, At: tx.Now(), Met: program.MetYes}))
				})
				mu.Lock()
				if err != nil {
					fmt.Println("error", err)
				}
				fmt.Println(n.ID)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

func holdOpen(path string) {
	s, err := Open(path, Options{})
	fmt.Println("open", err)
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	_ = s.Close()
	os.Exit(0)
}

// child starts the test binary as another process.
func child(t *testing.T, env, path string) (cmd *exec.Cmd, out *bufio.Scanner, in interface{ Close() error }) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command(self)
	cmd.Env = append(os.Environ(), env+"="+path)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(stdout), stdin
}

// What was acknowledged is there after the process was killed, and what is
// there is whole.
func TestKilledWhileWriting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "steadfast.db")
	rounds := 3
	if testing.Short() {
		rounds = 1
	}
	acknowledged := map[program.NoteID]bool{}
	for round := range rounds {
		cmd, out, _ := child(t, asWriter, path)
		for n := 0; out.Scan(); n++ {
			id, err := strconv.ParseUint(out.Text(), 10, 64)
			if err != nil {
				t.Fatal(out.Text())
			}
			acknowledged[program.NoteID(id)] = true
			if n == 300+100*round {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = cmd.Wait() // "signal: killed"

		s, err := Open(path, Options{MustExist: true})
		if err != nil {
			t.Fatal(err)
		}
		err = s.View(t.Context(), func(tx program.Tx) error {
			for id := range acknowledged {
				if _, err := tx.Note(id); err != nil {
					t.Errorf("note %d: %v", id, err)
				}
			}
			n := 0
			for range tx.CheckInsOf(1) {
				n++
			}
			sum, err := tx.Tally(1, tx.Now())
			if n != sum.Met || n < len(acknowledged) {
				t.Errorf("%d check-ins, tally %d, %d acknowledged", n, sum.Met, len(acknowledged))
			}
			return err
		})
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestASecondProcessIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "steadfast.db")
	cmd, out, in := child(t, asHolder, path)
	if !out.Scan() || out.Text() != "open <nil>" {
		t.Fatal(out.Text())
	}
	if _, err := Open(path, Options{LockTimeout: 10 * time.Millisecond}); !errors.Is(err, ErrInUse) {
		t.Errorf("while it is open: %v", err)
	}
	if err := errors.Join(in.Close(), cmd.Wait()); err != nil {
		t.Fatal(err)
	}
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
