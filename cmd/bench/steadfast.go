package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// A steadfast is the built bot, with data files that were imported once.
type steadfast struct {
	binary string
	data   string // a data file to begin with; empty: none
	pace   bool   // keep to Telegram's limits
}

// build builds the bot into a folder.
func build(ctx context.Context, folder string) (binary string, err error) {
	binary = filepath.Join(folder, "steadfast-bench")
	out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/steadfast").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build ./cmd/steadfast (from the module's folder): %w\n%s", err, out)
	}
	return binary, nil
}

func (s steadfast) contender(name string) contender {
	return contender{
		name: name,
		prepare: func(folder, url string) error {
			if s.data != "" {
				if err := copyFile(s.data, filepath.Join(folder, "steadfast.db")); err != nil {
					return err
				}
			}
			return s.configure(folder, url)
		},
		command: func(folder, _ string) []string {
			return []string{s.binary, "run", "-config", filepath.Join(folder, "steadfast.toml")}
		},
	}
}

// configure writes the configuration.
func (s steadfast) configure(folder, url string) error {
	limits := "per_second = 0.0\nchat_per_second = 0.0\ngroup_per_minute = 0\n"
	if s.pace {
		limits = "" // Telegram's own are the default
	}
	text := fmt.Sprintf("[telegram]\ntoken = \"777:bench\"\napi_url = %q\n%s[escalation]\nchannels = [\"telegram:%d\"]\n"+
		"[calendar]\nquiet_hours = \"none\"\n[log]\nlevel = \"error\"\n",
		url, limits, supervisors)
	return os.WriteFile(filepath.Join(folder, "steadfast.toml"), []byte(text), 0o600)
}

// imported makes a data file in folder with so many mentors, each with a
// mentee. With a schedule, those from the second on meet then.
func (s steadfast) imported(ctx context.Context, folder string, mentors int, schedule string) (steadfast, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return s, err
	}
	if err := s.configure(folder, "http://127.0.0.1:9"); err != nil {
		return s, err
	}
	roster := filepath.Join(folder, "roster.csv")
	if err := writeRoster(roster, mentors, schedule); err != nil {
		return s, err
	}
	out, err := exec.CommandContext(ctx, s.binary, "import", "-config", filepath.Join(folder, "steadfast.toml"), roster).CombinedOutput()
	if err != nil {
		return s, fmt.Errorf("steadfast import: %w\n%s", err, out)
	}
	s.data = filepath.Join(folder, "steadfast.db")
	return s, nil
}

func writeRoster(path string, mentors int, schedule string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	fmt.Fprintf(w, "type,name,role,telegram_id,mentor,schedule\nperson,Ana,owner+supervisor+coordinator,%d,,\n", firstMentor-1)
	for i := range mentors {
		when := ""
		if i > 0 {
			when = schedule
		}
		fmt.Fprintf(w, "person,Mentor %d,mentor,%d,,\nmentee,Child %d,,,,\nmatch,Child %d,,,Mentor %d,%s\n", i, firstMentor+i, i, i, i, when)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// meeting returns the schedule of a meeting that begins at the next full minute
// that is far enough to import it before, since a match has no meetings before it
// is known; and when it ends.
func meeting(now time.Time) (schedule string, ends time.Time) {
	starts := now.UTC().Add(15 * time.Second).Truncate(time.Minute).Add(time.Minute)
	return starts.Format("weekly Mon 15:04") + " 1m", starts.Add(time.Minute)
}

// copyFile copies a file that nobody writes to, page by page: after one large
// write, Linux keeps the file in large pieces and counts each of them as
// written when a single page in it is.
func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	for page := range slices.Chunk(content, 4096) {
		if _, err := f.Write(page); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	// What still waits for the disk must not hold up the bot's first commit.
	return errors.Join(f.Sync(), f.Close())
}
