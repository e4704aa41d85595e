// Package e2e tests Nod in a real browser, as visitors use it: a host page of another origin with the one tag, the
// banner on it, the preference centre in its frame or window, and Nod's own pages without JavaScript.
//
// The tests of a process share one browser and one server. Each test has a browser context of its own, without the
// cookies and the storage of other tests. Every test ends with a check of the console: an error or an uncaught
// exception on any page fails the test, unless it expects the message.
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

// TestMain makes these for all tests.
var (
	chrome context.Context
	stage  *Stage

	scripts loader.Scripts // with shorter pauses than in production
)

// timeScale multiplies the pauses of the scripts. Only TestTheScriptsWorkWithProductionPauses uses the real ones.
const timeScale = 0.1

// bundleQuickScripts bundles the scripts with shorter pauses.
func bundleQuickScripts(folder string) (loader.Scripts, error) {
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
	if scripts, err = bundleQuickScripts(filepath.Join(dir, "scripts")); err != nil {
		return fail(err)
	}
	if stage, err = newStage(dir); err != nil {
		return fail(err)
	}
	defer stage.close()

	var stop context.CancelFunc
	if chrome, stop, err = chromium.StartShell(chromedp.WindowSize(1280, 800), chromedp.Flag("host-resolver-rules",
		"MAP *.example.com.cn 127.0.0.1, MAP *.example.co.uk 127.0.0.1")); err != nil {
		return fail(err)
	}
	defer stop()
	return m.Run()
}
