// Package e2e opens the pages in a real browser, as visitors do: a page of another origin with the one tag, the banner
// on it, the preference centre in its frame or window, and our own pages without a script.
//
// The tests of a process share one browser and one server; each has a browser context of its own, that is, no cookie
// and no storage of another test's. Every test ends with a look at the console: an error or an uncaught exception on
// any page fails it, unless the test said beforehand that it expects one.
package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/nod-consent/nod/web/e2e/chromium"
	"github.com/nod-consent/nod/web/loader"
	"github.com/nod-consent/nod/web/loader/bundle"
)

// What TestMain makes, and all tests use.
var (
	chrome context.Context
	stage  *Stage

	scripts loader.Scripts // with shorter pauses than in production
)

// timeScale multiplies the pauses of the scripts that the tests run. TestTheScriptsThatAreServedWork takes the real
// ones.
const timeScale = 0.1

// quickScripts bundles the scripts with shorter pauses.
func quickScripts(folder string) (loader.Scripts, error) {
	err := bundle.Write(bundle.Options{Source: "../loader/src", Out: folder, TimeScale: timeScale})
	return loader.ScriptsIn(os.DirFS(folder)), err
}

func TestMain(m *testing.M) {
	if isWholeRun() {
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
	if scripts, err = quickScripts(filepath.Join(dir, "scripts")); err != nil {
		return fail(err)
	}
	if stage, err = newStage(dir); err != nil {
		return fail(err)
	}
	defer stage.close()

	var stop context.CancelFunc
	if chrome, stop, err = chromium.Start(chromedp.WindowSize(1280, 800), chromedp.Flag("host-resolver-rules",
		"MAP *.example.com.cn 127.0.0.1, MAP *.example.co.uk 127.0.0.1")); err != nil {
		return fail(err)
	}
	defer stop()
	return m.Run()
}
