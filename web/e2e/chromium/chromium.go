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

// withoutFeatures are what costs a process or two with each window that opens, and none of our pages sees: the pages of
// the browser's own address bar, and a renderer in reserve. The others are those that chromedp goes without.
const withoutFeatures = "Translate,BlinkGenPropertyTrees,WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,SpareRendererForSitePerProcess"

// Start starts a browser without a window, and stops it when the function that it returns is called. The error says
// how to come by a browser where there is none.
func Start(options ...chromedp.ExecAllocatorOption) (context.Context, context.CancelFunc, error) {
	program, err := find()
	if err != nil {
		return nil, nil, err
	}
	all := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program),
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-features", withoutFeatures),
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

// find looks where deps.sh looks.
func find() (string, error) {
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
