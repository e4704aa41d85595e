package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/nod-consent/nod/web"
	"github.com/nod-consent/nod/web/e2e/chromium"
)

const openingCount = 7 // visits at each speed

// watchScript collects layout shifts in every document, and the WebAssembly program.
const watchScript = `window.shift = 0;
new PerformanceObserver((l) => l.getEntries().forEach((e) => { shift += e.value }))
	.observe({ type: "layout-shift", buffered: true });
const real = WebAssembly.instantiateStreaming;
WebAssembly.instantiateStreaming = async (...a) => { const r = await real.apply(WebAssembly, a);
	window.program = r.instance; return r }`

// openScript opens the preferences. It returns when they could be used, when their frame was connected and WebAssembly
// ran it, and how long a switch took to show its new state.
const openScript = `(async () => {
	const paint = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
	const root = document.getElementById("nod").shadowRoot;
	const began = performance.now();
	nod.preferences();
	while (!root.querySelector("dialog[open] .preferences")) await paint();
	await paint();
	const usable = performance.now() - began;
	const frame = () => root.querySelector("iframe");
	const centre = () => frame() && frame().contentDocument.getElementById("nod-centre");
	while (!centre() || frame().contentDocument.documentElement.dataset.connected === undefined) await paint();
	const connected = performance.now() - began;
	centre().former = true;
	while (centre().former) await paint();
	await paint();
	const mounted = performance.now() - began;
	await new Promise((done) => setTimeout(done, 300));
	const shift = frame().contentWindow.shift;
	const flipped = performance.now();
	frame().contentDocument.getElementById("nod-functional").click();
	await paint();
	return { usable, connected, mounted, flip: performance.now() - flipped, shift,
		megabytes: frame().contentWindow.program.exports.mem.buffer.byteLength / 2 ** 20 };
})()`

// measureOpening measures how long a visitor waits who opens the preferences.
func measureOpening() error {
	sites, store, done, err := open()
	if err != nil {
		return err
	}
	defer done()
	s, err := web.New(context.Background(), web.Options{Sites: sites, Ledger: store, Log: silentLog, Demo: true})
	if err != nil {
		return err
	}
	nod := httptest.NewServer(s)
	defer nod.Close()
	browser, cancel, err := chromium.Start(chromedp.WindowSize(1280, 800))
	if err != nil {
		return err
	}
	defer cancel()
	for _, speed := range []struct {
		name   string
		slower float64
		usable string
		flip   string
	}{{"this machine", 1, "at most 450", ""}, {"CPU ×4", 4, "at most 1300", "at most 50"}} {
		var usable, connected, mounted, flip, shift, megabytes []float64
		for range openingCount {
			f, err := openPreferences(browser, nod.URL+"/demo/?lang=en", speed.slower)
			if err != nil {
				return err
			}
			usable, connected = append(usable, f.Usable), append(connected, f.Connected)
			mounted, flip = append(mounted, f.Mounted), append(flip, f.Flip)
			shift, megabytes = append(shift, f.Shift), append(megabytes, f.Megabytes)
		}
		printFigure("preferences can be used, "+speed.name, median(usable), "ms", speed.usable)
		// No visitor waits for these: the frame loads and replaces the form while the visitor does nothing.
		printFigure("their frame is connected, "+speed.name, median(connected), "ms", "")
		printFigure("WebAssembly has taken over, "+speed.name, median(mounted), "ms", "")
		printFigure("a switch shows its new state, "+speed.name, median(flip), "ms", speed.flip)
		printFigure("layout shift until then, "+speed.name, median(shift), "", "0")
		printFigure("the program's memory, "+speed.name, median(megabytes), "MB", "at most 12")
	}
	return nil
}

type openingFigures struct{ Usable, Connected, Mounted, Flip, Shift, Megabytes float64 }

func openPreferences(browser context.Context, url string, slower float64) (openingFigures, error) {
	ctx, leave := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	defer leave()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx,
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			if _, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument,
				page.AddScriptToEvaluateOnNewDocumentParams{Source: watchScript}); err != nil {
				return err
			}
			_, err := cdp.Call(ctx, t, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slower})
			return err
		}),
		chromedp.Navigate(url),
	); err != nil {
		return openingFigures{}, err
	}
	time.Sleep(time.Duration(2500+500*slower) * time.Millisecond) // by then the dialog is prepared, out of sight
	f, err := chromedp.Run(ctx, chromedp.Evaluate[openingFigures](openScript, chromedp.EvalAwaitPromise))
	if err != nil {
		return f, fmt.Errorf("open the preferences: %w", err)
	}
	return f, nil
}
