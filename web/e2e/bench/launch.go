package main

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
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
	browser, cancel, err := chromium.Start(chromedp.WindowSize(360, 780))
	if err != nil {
		return err
	}
	defer cancel()
	var readable, answerable []float64
	for range openings {
		f, err := launchOnce(browser, app.URL+"/yunzhijia/zh-CN/first-launch.html?platform=android")
		if err != nil {
			return err
		}
		readable, answerable = append(readable, f.Readable), append(answerable, f.Answerable)
	}
	row("the first launch can be read, CPU ×4", median(readable), "ms", "at most 700")
	row("and answered, CPU ×4", median(answerable), "ms", "at most 700")
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
