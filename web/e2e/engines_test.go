package e2e

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/nod-consent/nod/web/e2e/engine"
)

// engines are the browsers beside Chromium. WebKit gives a frame with a document of its own another window than the one
// that it had when it came, so that what a script in there sends is not stopped: the documentation says so.
var engines = []struct {
	name   string
	start  func(context.Context) (engine.Browser, error)
	misses []string
}{
	{"Firefox", engine.Firefox, nil},
	{"WebKitGTK", engine.WebKit, []string{"a script in a frame's own document"}},
}

// elsewhere is a page in another browser than Chromium.
type elsewhere struct {
	testing.TB
	engine.Browser
}

func (e elsewhere) load(address string) {
	e.Helper()
	ctx, cancel := context.WithTimeout(e.Context(), patience)
	defer cancel()
	if err := e.Open(ctx, address); err != nil {
		e.Fatalf("open %s: %v", address, err)
	}
}

// ask gives the value of an expression.
func ask[T any](e elsewhere, expression string) (value T) {
	e.Helper()
	ctx, cancel := context.WithTimeout(e.Context(), patience)
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

func (e elsewhere) run(statements string) {
	e.Helper()
	ask[bool](e, "(async () => {"+statements+"; return true})()")
}

func (e elsewhere) until(expression string) {
	e.Helper()
	for end := time.Now().Add(patience); !ask[bool](e, "!!("+expression+")"); time.Sleep(3 * tick) {
		if time.Now().After(end) {
			e.Fatalf("waited in vain for %s", expression)
		}
	}
}

// inEngines runs the test in each of the other browsers.
func inEngines(t *testing.T, test func(t *testing.T, page elsewhere, misses []string)) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			browser, err := e.start(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(browser.Close)
			test(t, elsewhere{t, browser}, e.misses)
		})
	}
}

func TestNothingIsSentInOtherBrowsersBeforeAYes(t *testing.T) { // C-01, C-12
	inEngines(t, func(t *testing.T, page elsewhere, misses []string) {
		mark := func(s string) string { return s + "-" + t.Name()[len("TestNothingIsSentInOtherBrowsersBeforeAYes/"):] }
		page.load(stage.Address(Page{Tag: "<!-- none -->"}))
		page.run(inEveryWay(stage.Collector, mark("without")))
		for end := time.Now().Add(5 * time.Second); len(arrived(mark("without"))) < len(ways) &&
			time.Now().Before(end); time.Sleep(tick) {
			continue // some wait until a browser has nothing else to do
		}
		nothingMore()
		without := arrived(mark("without"))
		t.Logf("without a gate %d of %d ways arrive", len(without), len(ways))
		if len(without) < len(ways)*9/10 {
			for _, w := range ways {
				if !slices.Contains(without, w.name) {
					t.Errorf("without a gate: %s does not arrive", w.name)
				}
			}
		}
		page.load(stage.Address(Page{Site: gateSite}))
		page.until(visible(banner))
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
			page.run(inEveryWay(stage.Collector, mark(phase.name)))
			if phase.name == "agreed" {
				eventually(t, "what is granted", func() bool {
					got := arrived(mark(phase.name))
					// A prefetch is a hint: Firefox follows it once it has nothing else to do, or never.
					return !slices.ContainsFunc(phase.want, func(w string) bool {
						return w != "a prefetch" &&
							!slices.Contains(got, w)
					})
				})
				t.Logf("agreed: %d of %d ways arrive", len(arrived(mark(phase.name))), len(ways))
				continue
			}
			nothingMore()
			got := arrived(mark(phase.name))
			t.Logf("%s: %d of %d ways arrive", phase.name, len(got), len(ways))
			for _, w := range ways {
				if slices.Contains(got, w.name) != slices.Contains(phase.want, w.name) {
					t.Errorf("%s: %s: arrived %t, want %t", phase.name, w.name, slices.Contains(got, w.name),
						slices.Contains(phase.want, w.name))
				}
			}
		}
	})
}
