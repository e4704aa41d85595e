package e2e

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/nod-consent/nod/web/e2e/engine"
)

// otherEngine is a browser besides Chromium. misses are the ways to send that the gate cannot block there.
type otherEngine struct {
	name   string
	start  func(context.Context) (engine.Browser, error)
	misses []string
}

// WebKit replaces the window of a frame with srcdoc after the gate has hooked it. The documentation says so.
var (
	firefox      = otherEngine{"Firefox", engine.Firefox, nil}
	webKit       = otherEngine{"WebKitGTK", engine.WebKit, []string{"a script in a frame's own document"}}
	otherEngines = []otherEngine{firefox, webKit}
)

// otherBrowser is a page in another browser than Chromium.
type otherBrowser struct {
	testing.TB
	engine.Browser
}

func (e otherBrowser) load(address string) {
	e.Helper()
	ctx, cancel := context.WithTimeout(e.Context(), timeout)
	defer cancel()
	if err := e.Open(ctx, address); err != nil {
		e.Fatalf("open %s: %v", address, err)
	}
}

// evalIn evaluates an expression.
func evalIn[T any](e otherBrowser, expression string) (value T) {
	e.Helper()
	ctx, cancel := context.WithTimeout(e.Context(), timeout)
	defer cancel()
	data, err := e.Eval(ctx, expression)
	if err == nil {
		err = json.Unmarshal(data, &value)
	}
	if err != nil {
		e.Fatalf("%s: %v", expression, err)
	}
	return value
}

func (e otherBrowser) run(statements string) {
	e.Helper()
	evalIn[bool](e, "(async () => {"+statements+"; return true})()")
}

func (e otherBrowser) wait(expression string) {
	e.Helper()
	for end := time.Now().Add(timeout); !evalIn[bool](e, "!!("+expression+")"); time.Sleep(3 * pollInterval) {
		if time.Now().After(end) {
			e.Fatalf("timed out waiting for %s", expression)
		}
	}
}

// runInOtherBrowsers runs the test in each of the other browsers.
func runInOtherBrowsers(t *testing.T, test func(t *testing.T, page otherBrowser, misses []string)) {
	for _, e := range otherEngines {
		t.Run(e.name, func(t *testing.T) { runInEngine(t, e, test) })
	}
}

func runInEngine(t *testing.T, e otherEngine, test func(t *testing.T, page otherBrowser, misses []string)) {
	browser, err := e.start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(browser.Close)
	test(t, otherBrowser{t, browser}, e.misses)
}

func TestNothingIsSentInOtherBrowsersBeforeAGrant(t *testing.T) { // C-01, C-12
	runInOtherBrowsers(t, func(t *testing.T, page otherBrowser, misses []string) {
		mark := func(s string) string {
			return s + "-" + t.Name()[len("TestNothingIsSentInOtherBrowsersBeforeAGrant/"):]
		}
		page.load(stage.Address(Page{Tag: "<!-- none -->"}))
		page.run(sendEveryWayScript(stage.Collector, mark("without")))
		for end := time.Now().Add(5 * time.Second); len(listArrived(mark("without"))) < len(waysToSend) &&
			time.Now().Before(end); time.Sleep(pollInterval) {
			continue // some requests wait until the browser is idle
		}
		waitForSilence()
		without := listArrived(mark("without"))
		t.Logf("without a gate %d of %d ways arrive", len(without), len(waysToSend))
		if len(without) < len(waysToSend)*9/10 {
			for _, w := range waysToSend {
				if !slices.Contains(without, w.name) {
					t.Errorf("without a gate: %s does not arrive", w.name)
				}
			}
		}
		page.load(stage.Address(Page{Site: gateSite}))
		page.wait(visible(banner))
		for _, phase := range []struct {
			name, act string
			want      []string
		}{
			{"before", "", misses},
			{"refused", "nod.rejectAll()", misses},
			{"agreed", "nod.acceptAll()", without},
			{"withdrawn", "nod.withdraw()", misses},
		} {
			page.run(phase.act)
			page.run(sendEveryWayScript(stage.Collector, mark(phase.name)))
			if phase.name == "agreed" {
				waitFor(t, "granted requests", func() bool {
					got := listArrived(mark(phase.name))
					// A prefetch is a hint: Firefox follows it when it is idle, or never.
					return !slices.ContainsFunc(phase.want, func(w string) bool {
						return w != "a prefetch" && !slices.Contains(got, w)
					})
				})
				t.Logf("agreed: %d of %d ways arrive", len(listArrived(mark(phase.name))), len(waysToSend))
				continue
			}
			checkArrived(t, mark(phase.name), phase.want)
		}
	})
}
