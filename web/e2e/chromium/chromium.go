// Package chromium starts the browser in which the pages are tested, measured and photographed.
package chromium

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/chromedp/chromedp"
)

// disabledFeatures are features that no page of the tests needs. The pages of the address bar and the spare renderer
// cost a process or two for each window. chromedp disables the others by default.
const disabledFeatures = "Translate,BlinkGenPropertyTrees,WebUIOmniboxPopup,WebUIOmniboxAimPopup," +
	"WebUIOmniboxFullPopup,SpareRendererForSitePerProcess"

// programs are the names of the browser, in the same order as in deps.sh.
var programs = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// headlessShell is Chromium without its own windows. Pages behave the same, and tests need 40 % less processor time.
const headlessShell = "chromium-headless-shell"

// Start starts a browser without a window. The function that it returns stops the browser. If there is no browser, the
// error says how to install one.
func Start(options ...chromedp.ExecAllocatorOption) (context.Context, context.CancelFunc, error) {
	return start(programs, options)
}

// StartShell is like Start, but prefers Chromium's headless shell. Sites have processes of their own, as in Chromium.
func StartShell(options ...chromedp.ExecAllocatorOption) (context.Context, context.CancelFunc, error) {
	options = append([]chromedp.ExecAllocatorOption{chromedp.Flag("site-per-process", true)}, options...)
	return start(append([]string{headlessShell}, programs...), options)
}

func start(names []string, options []chromedp.ExecAllocatorOption) (context.Context, context.CancelFunc, error) {
	program, err := find(names)
	if err != nil {
		return nil, nil, err
	}
	all := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program),
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-features", disabledFeatures),
	)
	if os.Geteuid() == 0 {
		all = append(all, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(all, options...)...)
	ctx, cancel := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		stop()
		return nil, nil, fmt.Errorf("start %s: %w", program, err)
	}
	return ctx, func() { cancel(); stop() }, nil
}

// find looks for a browser by name.
func find(names []string) (string, error) {
	if named := os.Getenv("CHROME"); named != "" {
		return exec.LookPath(named)
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New(`no Chromium found: run "make deps", or name a browser with CHROME=/path/to/chrome`)
}
