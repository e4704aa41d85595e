// Package e2e opens the pages in a real browser, as visitors do: a page of another origin with the one tag, the banner
// on it, the preference centre in its frame or window, and our own pages without a script.
//
// All tests share one browser process and one server; each has a browser context of its own, that is, no cookie and no
// storage of another test's. Every test ends with a look at the console: an error or an uncaught exception on any page
// fails it, unless the test said beforehand that it expects one.
package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"
)

// What TestMain makes, and all tests use.
var (
	chromium context.Context
	stage    *Stage
)

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

func runAll(m *testing.M) int {
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, "browser tests:", err)
		return 1
	}
	program, err := findBrowser()
	if err != nil {
		return fail(err)
	}
	dir, err := os.MkdirTemp("", "nod-e2e-")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(dir)
	if stage, err = newStage(dir); err != nil {
		return fail(err)
	}
	defer stage.close()

	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program),
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.WindowSize(1280, 800),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	defer cancel()
	var closeBrowser context.CancelFunc
	chromium, closeBrowser = chromedp.NewContext(allocator)
	defer closeBrowser()
	if err := chromedp.Do(chromium); err != nil {
		return fail(fmt.Errorf("start %s: %w", program, err))
	}
	return m.Run()
}

// findBrowser looks where deps.sh looks.
func findBrowser() (string, error) {
	if named := os.Getenv("CHROME"); named != "" {
		return exec.LookPath(named)
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New(`no Chromium found: run "make deps", or name a browser with CHROME=/path/to/chrome`)
}
