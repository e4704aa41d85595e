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

// launchTimes are when the page's words were painted, and when its buttons answered to the script, in ms after the
// navigation began.
const launchTimes = `({ readable: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
	answerable: performance.getEntriesByType("navigation")[0].domContentLoadedEventStart })`

// launch measures the first launch from an app's package, on a telephone's screen with a quarter of this machine's
// speed.
func launch() error {
	sites, err := builtIn()
	if err != nil {
		return err
	}
	key, err := proof.NewKey("consent.example")
	if err != nil {
		return err
	}
	const nowhere = "http://127.0.0.1:9"
	files, err := bundle.ForApp(context.Background(), sites[0], policy.Android, nowhere, key)
	if err != nil {
		return err
	}
	// what the browser takes for anything
	files["bare.html"] = []byte(`<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>A page</title>` +
		`<h1>云之家隐私政策</h1>`)
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
	browser, err := chromium.StartBare("--window-size=360,780")
	if err != nil {
		return err
	}
	defer browser.Stop()
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

type object = map[string]any

// launchOnce opens the address in an empty tab as somebody who was never there.
func launchOnce(browser *chromium.Bare, url string) (f figuresOfLaunch, err error) {
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
	// an app's webview stands before it is given a page: what an empty tab does by itself at first is no part of it
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
		Result struct{ Value figuresOfLaunch }
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
