package main

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
	"github.com/nod-consent/nod/web/e2e/chromium"
)

// launchTimes are when the page's words were painted, and when its buttons answered to the script, in ms after the navigation began.
const launchTimes = `({ readable: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
	answerable: performance.getEntriesByType("navigation")[0].domContentLoadedEventStart })`

// launch measures the first launch from an app's package, on a telephone's screen with a quarter of this machine's speed.
func launch() error {
	sites, err := builtIn()
	if err != nil {
		return err
	}
	key, err := ledger.NewKey("consent.example")
	if err != nil {
		return err
	}
	files, err := web.BundleApp(context.Background(), sites[0], policy.Android, "http://127.0.0.1:9", key) // where nobody is
	if err != nil {
		return err
	}
	files["bare.html"] = []byte(`<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>A page</title><h1>云之家隐私政策</h1>`) // what the browser takes for anything
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, ok := files[strings.TrimPrefix(r.URL.Path, "/")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(r.URL.Path)))
		w.Write(content)
	}))
	defer app.Close()
	browser, cancel, err := chromium.Start(chromedp.WindowSize(360, 780),
		chromedp.Flag("enable-features", false), chromedp.Flag("disable-features", false)) // as people have it
	if err != nil {
		return err
	}
	defer cancel()
	var bare, readable, answerable []float64
	for range openings {
		e, err := launchOnce(browser, app.URL+"/bare.html")
		if err != nil {
			return err
		}
		f, err := launchOnce(browser, app.URL+"/yunzhijia/zh-CN/first-launch.html?platform=android")
		if err != nil {
			return err
		}
		bare, readable, answerable = append(bare, e.Readable), append(readable, f.Readable), append(answerable, f.Answerable)
	}
	row("a page of one heading can be read, CPU ×4", median(bare), "ms", "")
	row("the first launch can be read, CPU ×4", median(readable), "ms", "at most 700")
	row("and answered, CPU ×4", median(answerable), "ms", "at most 700")
	row("of the quietest: read", slices.Min(readable), "ms", "")
	row("of the quietest: answered", slices.Min(answerable), "ms", "")
	return nil
}

type figuresOfLaunch struct{ Readable, Answerable float64 }

func launchOnce(browser context.Context, url string) (figuresOfLaunch, error) {
	ctx, leave := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	defer leave()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx,
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			if _, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 360, Height: 780, DeviceScaleFactor: 2, Mobile: true}); err != nil {
				return err
			}
			// What watches the page takes its time, and is slowed down with it.
			for _, off := range []cdp.Command[cdp.Empty, cdp.Empty]{css.Disable, dom.Disable, network.Disable, log.Disable} {
				if _, err := cdp.Call(ctx, t, off, cdp.Empty{}); err != nil {
					return err
				}
			}
			_, err := cdp.Call(ctx, t, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4})
			return err
		}),
		chromedp.Navigate(url),
	); err != nil {
		return figuresOfLaunch{}, err
	}
	time.Sleep(time.Second)
	f, err := chromedp.Run(ctx, chromedp.Evaluate[figuresOfLaunch](launchTimes))
	if err == nil && (f.Readable == 0 || f.Answerable == 0) {
		err = fmt.Errorf("nothing was painted: %+v", f)
	}
	return f, err
}
