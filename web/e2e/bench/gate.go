package main

import (
	"fmt"
	"net/http"

	"github.com/chromedp/chromedp"

	"github.com/nod-consent/nod/web/e2e/chromium"
)

// gate measures what the gate costs a page: to set it up in a window, and for each request that it lets pass. What the
// page kept from before the tag is what the browser does by itself; both are timed in turn.
func gate() error {
	mux := http.NewServeMux()
	host, script, done, err := embedded(mux)
	if err != nil {
		return err
	}
	defer done()
	// Clocks are exact only for a page that is isolated from others. The gate looks at each function before it hooks it:
	// the first look and the last are its beginning and its end. Without a last one, the looks are only counted.
	mux.HandleFunc("GET /isolated", func(w http.ResponseWriter, r *http.Request) {
		isolated(w, fmt.Sprintf(`<script>look = Object.getOwnPropertyDescriptor; looks = took = 0;
			Object.getOwnPropertyDescriptor = (...a) => {
			if (++looks == 1) began = performance.now();
			const d = look(...a);
			if (looks == %q) took = performance.now() - began;
			return d;
		}</script><script src="%s"></script>`, r.FormValue("last"), script))
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		isolated(w, fmt.Sprintf(`<script>before = { fetch, append: Node.prototype.appendChild,
			window: Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, "contentWindow").get }</script>`+
			`<script src="%s"></script>`, script))
	})
	// What the browser takes to make the same classes, which it does when one is first looked at.
	mux.HandleFunc("GET /classes", func(w http.ResponseWriter, _ *http.Request) {
		isolated(w, `<script>began = performance.now();
			for (const c of "Worker SharedWorker WebSocket Audio EventSource XMLHttpRequest HTMLInputElement HTMLImageElement HTMLSourceElement HTMLIFrameElement HTMLMediaElement HTMLEmbedElement HTMLVideoElement HTMLScriptElement HTMLObjectElement HTMLLinkElement ShadowRoot Document DOMParser Range".split(" ")) window[c].prototype;
			took = performance.now() - began</script>`)
	})
	ctx, cancel, err := chromium.Start()
	if err != nil {
		return err
	}
	defer cancel()
	at := func(address, what string) (float64, error) {
		if err := chromedp.Do(ctx, chromedp.Navigate(host+address)); err != nil {
			return 0, err
		}
		return chromedp.Run(ctx, chromedp.Evaluate[float64](what))
	}
	last, err := at("/isolated", "looks")
	if err != nil {
		return err
	}
	var gates, classes []float64
	for range 41 {
		took, err := at(fmt.Sprintf("/isolated?last=%.0f", last), "took")
		if err != nil {
			return err
		}
		gates = append(gates, took)
		if took, err = at("/classes", "took"); err != nil {
			return err
		}
		classes = append(classes, took)
	}
	row("gate: set up in a page", median(gates)*1000, "µs", "under 1000")
	row("the browser alone, to make the classes that the gate hooks", median(classes)*1000, "µs", "")
	if err := chromedp.Do(ctx, chromedp.Navigate(host), chromedp.Evaluate[chromedp.Void](`nod.acceptAll()`)); err != nil {
		return err
	}
	const middle = `const middle = (list) => list.sort((a, b) => a - b)[list.length >> 1];`
	setUp, err := chromedp.Run(ctx, chromedp.Evaluate[float64](`(() => { `+middle+`
		return middle(Array.from({ length: 60 }, () => {
			const f = document.createElement("iframe");
			before.append.call(document.body, f);
			before.window.call(f).fetch; // the browser makes the window when it is looked at
			const began = performance.now();
			f.contentWindow;
			const took = performance.now() - began;
			f.remove();
			return took;
		})) })()`))
	if err != nil {
		return err
	}
	row("gate: set up in a window", setUp*1000, "µs", "")
	// A request that is given up at once is asked of nobody.
	passing, err := chromedp.Run(ctx, chromedp.Evaluate[float64](`(() => { `+middle+`
		const none = () => {}, options = { signal: AbortSignal.abort() }, many = 300;
		const time = (f) => {
			const began = performance.now();
			for (let i = 0; i < many; i++) f("https://api.example/path?of=" + i, options).catch(none);
			return performance.now() - began;
		};
		return middle(Array.from({ length: 300 }, (_, i) => i % 2 ? time(fetch) - time(before.fetch) :
			-(time(before.fetch) - time(fetch)))) / many * 1000 })()`))
	if err != nil {
		return err
	}
	row("gate: an allowed fetch, on top", passing, "µs", "under 2")
	return nil
}

// isolated answers with a page that no other can look into.
func isolated(w http.ResponseWriter, head string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
	w.Header().Set("Cross-Origin-Embedder-Policy", "require-corp")
	fmt.Fprintf(w, `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title>%s</head><body>`+
		`</body></html>`, head)
}
