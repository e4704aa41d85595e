package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/chromedp/chromedp"

	"github.com/nod-consent/nod/web/e2e/chromium"
)

// measureGate measures what the gate costs a page: its set-up in a window, and each request that it allows. The page
// keeps the browser's own functions from before the tag. Both are timed in turn.
func measureGate() error {
	mux := http.NewServeMux()
	host, script, done, err := serveEmbedded(mux)
	if err != nil {
		return err
	}
	defer done()
	addGatePages(mux, script)
	ctx, cancel, err := chromium.Start()
	if err != nil {
		return err
	}
	defer cancel()
	if err := measureGateInPage(ctx, host); err != nil {
		return err
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(host), chromedp.Evaluate[chromedp.Void](`nod.acceptAll()`)); err != nil {
		return err
	}
	setUp, err := chromedp.Run(ctx, chromedp.Evaluate[float64](gateInWindow))
	if err != nil {
		return err
	}
	printFigure("gate: set up in a window", setUp*1000, "µs", "")
	allowed, err := chromedp.Run(ctx, chromedp.Evaluate[float64](allowedFetch))
	if err != nil {
		return err
	}
	printFigure("gate: an allowed fetch, on top", allowed, "µs", "under 2")
	return nil
}

// hookedClasses are the classes that the gate hooks.
const hookedClasses = "Worker SharedWorker WebSocket Audio EventSource XMLHttpRequest HTMLInputElement " +
	"HTMLImageElement HTMLSourceElement HTMLIFrameElement HTMLMediaElement HTMLEmbedElement HTMLVideoElement " +
	"HTMLScriptElement HTMLObjectElement HTMLLinkElement ShadowRoot Document DOMParser Range"

// addGatePages adds the pages to measure. Clocks are exact only on a page that is isolated from others.
func addGatePages(mux *http.ServeMux, script string) {
	// The gate reads each function before it hooks it: Audio is the first one, and attachShadow comes after the last one.
	mux.HandleFunc("GET /isolated", func(w http.ResponseWriter, _ *http.Request) {
		writeIsolatedPage(w, fmt.Sprintf(`<script>read = Object.getOwnPropertyDescriptor; took = 0;
			Object.getOwnPropertyDescriptor = (...a) => {
				if (a[1] == "Audio") began = performance.now();
				if (a[1] == "attachShadow" && !took) took = ended - began;
				const d = read(...a);
				ended = performance.now();
				return d;
			}</script><script src="%s"></script>`, script))
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		writeIsolatedPage(w, fmt.Sprintf(`<script>before = { fetch, append: Node.prototype.appendChild,
			window: Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, "contentWindow").get }</script>`+
			`<script src="%s"></script>`, script))
	})
	// The browser makes a class when a script first reads it.
	mux.HandleFunc("GET /classes", func(w http.ResponseWriter, _ *http.Request) {
		writeIsolatedPage(w, `<script>began = performance.now();
			for (const c of "`+hookedClasses+`".split(" ")) window[c].prototype;
			took = performance.now() - began</script>`)
	})
}

func measureGateInPage(ctx context.Context, host string) error {
	evalAt := func(path, expression string) (float64, error) {
		if err := chromedp.Do(ctx, chromedp.Navigate(host+path)); err != nil {
			return 0, err
		}
		return chromedp.Run(ctx, chromedp.Evaluate[float64](expression))
	}
	var gates, classes []float64
	for range 41 {
		took, err := evalAt("/isolated", "took")
		if err != nil {
			return err
		}
		gates = append(gates, took)
		if took, err = evalAt("/classes", "took"); err != nil {
			return err
		}
		classes = append(classes, took)
	}
	printFigure("gate: set up in a page", median(gates)*1000, "µs", "under 1000")
	printFigure("the browser alone, to make the classes that the gate hooks", median(classes)*1000, "µs", "")
	return nil
}

const medianScript = `const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];`

// gateInWindow measures the set-up of the gate in the window of a new frame, in milliseconds.
const gateInWindow = `(() => { ` + medianScript + `
	return median(Array.from({ length: 60 }, () => {
		const f = document.createElement("iframe");
		before.append.call(document.body, f);
		before.window.call(f).fetch; // the browser makes the window when a script reads it
		const began = performance.now();
		f.contentWindow;
		const took = performance.now() - began;
		f.remove();
		return took;
	}));
})()`

// allowedFetch measures what the gate adds to a fetch that it allows, in microseconds. The requests are aborted before
// they are sent.
const allowedFetch = `(() => { ` + medianScript + `
	const none = () => {}, options = { signal: AbortSignal.abort() }, many = 300;
	const time = (f) => {
		const began = performance.now();
		for (let i = 0; i < many; i++) f("https://api.example/path?of=" + i, options).catch(none);
		return performance.now() - began;
	};
	return median(Array.from({ length: 300 }, (_, i) => i % 2 ? time(fetch) - time(before.fetch) :
		-(time(before.fetch) - time(fetch)))) / many * 1000;
})()`

// writeIsolatedPage answers with a page that is isolated from other origins.
func writeIsolatedPage(w http.ResponseWriter, head string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
	w.Header().Set("Cross-Origin-Embedder-Policy", "require-corp")
	fmt.Fprintf(w, `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title>%s</head><body>`+
		`</body></html>`, head)
}
