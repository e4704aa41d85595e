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

// visitCount is the number of times that each page is opened, in turn with the others.
const visitCount = 45

// paragraphs makes the measured page as long as an ordinary one.
const paragraphs = 60

// measuredPage is a page to open. Like most pages, all but one have a short script of their own: the first script of any
// page costs the browser some 2 ms.
type measuredPage struct{ path, head, end string }

// measureBrowser measures what Nod's script adds to the page of a visitor who has decided already. It opens these pages
// in turn: without Nod, with Nod and a preferences button of the page, and with Nod and its reopen button.
func measureBrowser() error {
	mux := http.NewServeMux()
	host, script, done, err := serveEmbedded(mux)
	if err != nil {
		return err
	}
	defer done()

	tag := `<script src="` + script + `"></script>`
	line := `<script src="/page.js"></script>`
	pages := []measuredPage{
		{"/still", "", `<button type="button">Preferences</button>`},
		{"/bare", line, `<button type="button">Preferences</button>`},
		{"/own", line + tag, `<button type="button" data-nod="preferences">Preferences</button>`},
		{"/button", line + tag, `<button type="button">Preferences</button>`},
	}
	addMeasuredPages(mux, pages)
	ctx, cancel, err := chromium.Start()
	if err != nil {
		return err
	}
	defer cancel()
	if err := chromedp.Do(ctx,
		chromedp.Func(measureOnly),
		chromedp.Navigate(host+"/own"),
		chromedp.Evaluate[chromedp.Void](`nod.rejectAll()`),
	); err != nil {
		return err
	}
	work := map[string][]figures{}
	for i := range visitCount + 3 {
		for _, p := range pages {
			f, err := visit(ctx, host+p.path)
			if err != nil {
				return err
			}
			if i >= 3 { // by then the browser has cached the compiled code
				work[p.path] = append(work[p.path], f)
			}
		}
	}
	printWork(work)
	return nil
}

func addMeasuredPages(mux *http.ServeMux, pages []measuredPage) {
	mux.HandleFunc("GET /page.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		w.Header().Set("Cache-Control", "max-age=3600")
		fmt.Fprint(w, `document.documentElement.classList.add("scripted")`)
	})
	text := strings.Repeat("<h2>A part</h2><p>Words that fill a line of the page and then some.</p>", paragraphs)
	for _, p := range pages {
		mux.HandleFunc("GET "+p.path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Cache-Control", "no-cache")
			fmt.Fprintf(w, `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title>%s</head><body>`+
				`<main>%s</main>%s</body></html>`, p.head, text, p.end)
		})
	}
}

// measureOnly turns off what chromedp watches in a page, which costs as much as Nod's script, and turns on the metrics.
func measureOnly(ctx context.Context, t *chromedp.Target) error {
	for _, disable := range []cdp.Command[cdp.Empty, cdp.Empty]{
		css.Disable, dom.Disable, log.Disable, network.Disable, runtime.Disable,
	} {
		if _, err := cdp.Call(ctx, t, disable, cdp.Empty{}); err != nil {
			return err
		}
	}
	_, err := cdp.Call(ctx, t, performance.Enable, performance.EnableParams{})
	return err
}

// printWork compares each visit with the visit to the bare page in the same round: other load on the machine changes
// slowly.
func printWork(work map[string][]figures) {
	added := func(path, below string, pick func(figures) float64) float64 {
		var list []float64
		for i, f := range work[path] {
			list = append(list, pick(f)-pick(work[below][i]))
		}
		return median(list)
	}
	scripting := func(f figures) float64 { return f.script + f.style + f.layout }
	allTasks := func(f figures) float64 { return f.task }
	var bare []float64
	for _, f := range work["/bare"] {
		bare = append(bare, allTasks(f))
	}
	printFigure("bare page: all main-thread tasks", median(bare), "ms", "")
	for _, p := range []struct{ path, what string }{
		{"/own", "script, page with a link back"}, {"/button", "script and its own button"},
	} {
		printFigure(p.what+": script, style, layout on top", added(p.path, "/bare", scripting), "ms", "under 5")
		printFigure(p.what+": all tasks on top", added(p.path, "/bare", allTasks), "ms", "")
	}
	printFigure("script and its own button: on top of a page without a script",
		added("/button", "/still", scripting), "ms", "")
}

// figures are what a visit cost the page's main thread, in milliseconds.
type figures struct{ task, script, style, layout float64 }

// visit opens the page and measures until it is idle.
func visit(ctx context.Context, url string) (figures, error) {
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		return figures{}, err
	}
	time.Sleep(100 * time.Millisecond)
	before, err := chromedp.Run(ctx, readMetrics)
	if err != nil {
		return figures{}, err
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		return figures{}, err
	}
	time.Sleep(400 * time.Millisecond)
	after, err := chromedp.Run(ctx, readMetrics)
	ms := func(name string) float64 { return (after[name] - before[name]) * 1000 }
	return figures{ms("TaskDuration"), ms("ScriptDuration"), ms("RecalcStyleDuration"), ms("LayoutDuration")}, err
}

func readMetrics(ctx context.Context, t *chromedp.Target) (map[string]float64, error) {
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

// serveEmbedded serves pages from one origin, and the built-in site that they embed from another. It returns the pages'
// origin and the script's address. done stops both.
func serveEmbedded(pages http.Handler) (host, script string, done func(), err error) {
	sites, store, closeStore, err := open()
	if err != nil {
		return "", "", nil, err
	}
	server := httptest.NewServer(pages)
	sites[0].Origins = append(sites[0].Origins, server.URL)
	s, err := web.New(context.Background(), web.Options{Sites: sites, Ledger: store, Log: silentLog})
	if err != nil {
		server.Close()
		closeStore()
		return "", "", nil, err
	}
	nod := httptest.NewServer(s)
	return server.URL, nod.URL + "/" + sites[0].ID + "/consent.js?lang=en",
		func() { nod.Close(); server.Close(); closeStore() }, nil
}
