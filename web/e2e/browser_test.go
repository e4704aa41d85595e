// Package e2e opens the pages in a real browser, as visitors do: a page of another origin with the one tag, the banner
// on it, the preference centre in its frame or window, and our own pages without a script.
//
// The tests of a process share one browser and one server; each has a browser context of its own, that is, no cookie and no
// storage of another test's. Every test ends with a look at the console: an error or an uncaught exception on any page
// fails it, unless the test said beforehand that it expects one.
package e2e

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/nod-consent/nod/web/e2e/chromium"
)

// What TestMain makes, and all tests use.
var (
	chrome context.Context
	stage  *Stage
)

func TestMain(m *testing.M) {
	if whole() {
		os.Exit(runShares())
	}
	os.Exit(runAll(m))
}

func runAll(m *testing.M) int {
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, "browser tests:", err)
		return 1
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

	var stop context.CancelFunc
	if chrome, stop, err = chromium.Start(chromedp.WindowSize(1280, 800), chromedp.Flag("host-resolver-rules", "MAP *.example.com.cn 127.0.0.1, MAP *.example.co.uk 127.0.0.1")); err != nil {
		return fail(err)
	}
	defer stop()
	return m.Run()
}
