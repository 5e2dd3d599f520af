// Package webtest finds the browser in which the pages of the bot are tried.
package webtest

import (
	"os"
	"os/exec"
	"testing"
)

// Browser returns the path of a browser of the Chromium family: of the one that the
// environment names in STEADFAST_BROWSER, without which the test fails, or of any
// that is installed, without which it is skipped.
func Browser(t testing.TB) string {
	t.Helper()
	if name := os.Getenv("STEADFAST_BROWSER"); name != "" {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatalf("STEADFAST_BROWSER names %s, which is not here", name)
		}
		return path
	}
	for _, name := range []string{
		"chromium-headless-shell", "chrome-headless-shell", "headless-shell",
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
	} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no browser here: install Chromium, or name one in STEADFAST_BROWSER, to test the page in it")
	return ""
}
