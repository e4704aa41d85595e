package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/nod-consent/nod/web"
	"github.com/nod-consent/nod/web/e2e/chromium"
)

// visits is how often each page is opened, in turn with the others.
const visits = 45

// paragraphs makes the measured page as long as an ordinary one.
const paragraphs = 60

// browser measures what the script adds to the page of a visitor who has chosen already. The pages are opened in turn:
// bare, with the script where the page has its own way back to the preferences, and with the script's small button.
// Like any page they have a script of their own, one line long: what a browser does once for the first script of a
// page, some 2 ms, comes to light beside the page that has none.
func browser() error {
	mux := http.NewServeMux()
	host, script, done, err := embedded(mux)
	if err != nil {
		return err
	}
	defer done()

	tag := `<script src="` + script + `"></script>`
	line := `<script src="/page.js"></script>`
	pages := []struct{ path, head, end string }{
		{"/still", "", `<button type="button">Preferences</button>`},
		{"/bare", line, `<button type="button">Preferences</button>`},
		{"/own", line + tag, `<button type="button" data-nod="preferences">Preferences</button>`},
		{"/button", line + tag, `<button type="button">Preferences</button>`},
	}
	mux.HandleFunc("GET /page.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		w.Header().Set("Cache-Control", "max-age=3600")
		fmt.Fprint(w, `document.documentElement.classList.add("scripted")`)
	})
	for _, p := range pages {
		mux.HandleFunc("GET "+p.path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Cache-Control", "no-cache")
			fmt.Fprintf(w, `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title>%s</head><body>`+
				`<main>%s</main>%s</body></html>`,
				p.head, strings.Repeat("<h2>A part</h2><p>Words that fill a line of the page and then some.</p>", paragraphs),
				p.end)
		})
	}

	ctx, cancel, err := chromium.Start()
	if err != nil {
		return err
	}
	defer cancel()
	if err := chromedp.Do(ctx,
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			// What watches the page for chromedp, elements above all, costs the page as much as the script does.
			for _, disable := range []cdp.Command[cdp.Empty, cdp.Empty]{css.Disable, dom.Disable, log.Disable, network.Disable,
				runtime.Disable} {
				if _, err := cdp.Call(ctx, t, disable, cdp.Empty{}); err != nil {
					return err
				}
			}
			_, err := cdp.Call(ctx, t, performance.Enable, performance.EnableParams{})
			return err
		}),
		chromedp.Navigate(host+"/own"),
		chromedp.Evaluate[chromedp.Void](`nod.rejectAll()`),
	); err != nil {
		return err
	}
	work := map[string][]figures{}
	for i := range visits + 3 {
		for _, p := range pages {
			f, err := visit(ctx, host+p.path)
			if err != nil {
				return err
			}
			if i >= 3 { // by then the browser has its compiled code in the cache
				work[p.path] = append(work[p.path], f)
			}
		}
	}
	// Each visit is compared with the one to the bare page in the same round: what else the machine does changes slowly.
	onTop := func(path, below string, pick func(figures) float64) float64 {
		var list []float64
		for i, f := range work[path] {
			list = append(list, pick(f)-pick(work[below][i]))
		}
		return median(list)
	}
	own := func(f figures) float64 { return f.script + f.style + f.layout }
	task := func(f figures) float64 { return f.task }
	var bare []float64
	for _, f := range work["/bare"] {
		bare = append(bare, task(f))
	}
	row("bare page: all main-thread tasks", median(bare), "ms", "")
	for _, p := range []struct{ path, what string }{{"/own", "script, page with a link back"},
		{"/button", "script and its own button"}} {
		row(p.what+": script, style, layout on top", onTop(p.path, "/bare", own), "ms", "under 5")
		row(p.what+": all tasks on top", onTop(p.path, "/bare", task), "ms", "")
	}
	row("script and its own button: likewise, where the page has no script", onTop("/button", "/still", own), "ms", "")
	return nil
}

// figures are what a visit cost the page's main thread, in milliseconds.
type figures struct{ task, script, style, layout float64 }

// visit opens the page and waits until it is still.
func visit(ctx context.Context, url string) (figures, error) {
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		return figures{}, err
	}
	time.Sleep(100 * time.Millisecond)
	before, err := chromedp.Run(ctx, metrics)
	if err != nil {
		return figures{}, err
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		return figures{}, err
	}
	time.Sleep(400 * time.Millisecond)
	after, err := chromedp.Run(ctx, metrics)
	ms := func(name string) float64 { return (after[name] - before[name]) * 1000 }
	return figures{ms("TaskDuration"), ms("ScriptDuration"), ms("RecalcStyleDuration"), ms("LayoutDuration")}, err
}

func metrics(ctx context.Context, t *chromedp.Target) (map[string]float64, error) {
	res, err := cdp.Call(ctx, t, performance.GetMetrics, cdp.Empty{})
	if err != nil {
		return nil, err
	}
	out := map[string]float64{}
	for _, m := range res.Metrics {
		out[m.Name] = m.Value
	}
	return out, nil
}

// embedded serves pages from one origin, and from another the built-in site that they may embed: the pages' origin, and
// the script's address. done ends both.
func embedded(pages http.Handler) (host, script string, done func(), err error) {
	sites, store, closeStore, err := open()
	if err != nil {
		return "", "", nil, err
	}
	server := httptest.NewServer(pages)
	sites[0].Origins = append(sites[0].Origins, server.URL)
	s, err := web.New(context.Background(), web.Options{Sites: sites, Ledger: store, Log: quiet})
	if err != nil {
		server.Close()
		closeStore()
		return "", "", nil, err
	}
	nod := httptest.NewServer(s)
	return server.URL, nod.URL + "/" + sites[0].ID + "/consent.js?lang=en",
		func() { nod.Close(); server.Close(); closeStore() }, nil
}
