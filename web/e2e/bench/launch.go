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

	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/bundle"
	"github.com/nod-consent/nod/web/e2e/chromium"
)

// launchTimes are the times when the text was painted and when the buttons had their handlers, in milliseconds after
// the start of the navigation.
const launchTimes = `({ readable: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
	answerable: performance.getEntriesByType("navigation")[0].domContentLoadedEventStart })`

// measureLaunch measures the first launch from an app's package, on a phone's screen with a quarter of this machine's
// speed.
func measureLaunch() error {
	files, err := bundleWithBarePage()
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
	browser, err := chromium.StartPiped("--window-size=360,780")
	if err != nil {
		return err
	}
	defer browser.Stop()
	var bare, readable, answerable []float64
	for range openingCount {
		e, err := openLaunch(browser, app.URL+"/bare.html")
		if err != nil {
			return err
		}
		f, err := openLaunch(browser, app.URL+"/yunzhijia/zh-CN/first-launch.html?platform=android")
		if err != nil {
			return err
		}
		bare, readable, answerable = append(bare, e.Readable), append(readable, f.Readable), append(answerable, f.Answerable)
	}
	printFigure("a page of one heading can be read, CPU ×4", median(bare), "ms", "")
	printFigure("the first launch can be read, CPU ×4", median(readable), "ms", "at most 700")
	printFigure("and answered, CPU ×4", median(answerable), "ms", "at most 700")
	printFigure("of the quietest: read", slices.Min(readable), "ms", "")
	printFigure("of the quietest: answered", slices.Min(answerable), "ms", "")
	return nil
}

// bundleWithBarePage makes an app's package whose server does not exist. It adds a page of one heading, which shows
// what the browser needs for any page.
func bundleWithBarePage() (map[string][]byte, error) {
	sites, err := loadBuiltInSite()
	if err != nil {
		return nil, err
	}
	key, err := proof.NewKey("consent.example")
	if err != nil {
		return nil, err
	}
	files, err := bundle.ForApp(context.Background(), sites[0], policy.Android, "http://127.0.0.1:9", key)
	if err != nil {
		return nil, err
	}
	files["bare.html"] = []byte(`<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>A page</title>` +
		`<h1>云之家隐私政策</h1>`)
	return files, nil
}

type launchFigures struct{ Readable, Answerable float64 }

type object = map[string]any

// openLaunch opens the address in an empty tab as a new visitor.
func openLaunch(browser *chromium.Piped, url string) (f launchFigures, err error) {
	var visitor struct{ BrowserContextID string }
	if err := browser.Call("", "Target.createBrowserContext", object{}, &visitor); err != nil {
		return f, err
	}
	defer browser.Call("", "Target.disposeBrowserContext", object{"browserContextId": visitor.BrowserContextID}, nil)
	var tab struct{ TargetID string }
	if err := browser.Call("", "Target.createTarget", object{"url": "about:blank",
		"browserContextId": visitor.BrowserContextID}, &tab); err != nil {
		return f, err
	}
	var s struct{ SessionID string }
	if err := browser.Call("", "Target.attachToTarget", object{"targetId": tab.TargetID, "flatten": true},
		&s); err != nil {
		return f, err
	}
	// An app starts its webview before it loads the page, so the start of an empty tab is not measured.
	time.Sleep(time.Second)
	for _, do := range []struct {
		method string
		params object
	}{
		{"Emulation.setDeviceMetricsOverride", object{"width": 360, "height": 780, "deviceScaleFactor": 2, "mobile": true}},
		{"Emulation.setCPUThrottlingRate", object{"rate": 4}},
		{"Page.navigate", object{"url": url}},
	} {
		if err := browser.Call(s.SessionID, do.method, do.params, nil); err != nil {
			return f, err
		}
	}
	time.Sleep(2 * time.Second)
	var got struct {
		Result struct{ Value launchFigures }
	}
	if err := browser.Call(s.SessionID, "Runtime.evaluate", object{"expression": launchTimes, "returnByValue": true},
		&got); err != nil {
		return f, err
	}
	if f = got.Result.Value; f.Readable == 0 || f.Answerable == 0 {
		return f, fmt.Errorf("%s was not painted: %+v", url, f)
	}
	return f, nil
}
