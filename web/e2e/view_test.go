package e2e

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// eval is the value of a JavaScript expression in the view, after what it promises.
func eval[T any](v view, expression string) T {
	v.tab.Helper()
	got, err := try[T](v, expression)
	if err != nil {
		v.tab.Fatalf("%s: %v", expression, err)
	}
	return got
}

func try[T any](v view, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(v.tab.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise, func(p *runtime.EvaluateParams) {
		p.UniqueContextID = v.inside
	}))
}

// run runs statements in the view.
func (v view) run(statements string) {
	v.tab.Helper()
	eval[bool](v, "(async () => {"+statements+"; return true})()")
}

// is wants the expression to be true now.
func (v view) is(expression string) {
	v.tab.Helper()
	if !eval[bool](v, "!!("+expression+")") {
		v.tab.Errorf("not so: %s", expression)
	}
}

// until waits until the expression is true. (chromedp's own polling makes a function of a string, which a strict
// Content-Security-Policy forbids.)
func (v view) until(expression string) {
	v.tab.Helper()
	var err error
	for end := time.Now().Add(patience); ; time.Sleep(tick) {
		var is bool
		if is, err = try[bool](v, "!!("+expression+")"); is {
			return
		}
		if time.Now().After(end) {
			v.tab.Fatalf("waited in vain for %s (%v); the console says %q", expression, err, v.tab.said(""))
		}
	}
}

// inBanner is the JavaScript of an element of ours on a host page.
func inBanner(selector string) string {
	return fmt.Sprintf(`document.getElementById("nod")?.shadowRoot.querySelector(%q)`, selector)
}

// element is the JavaScript of an element of the document.
func element(selector string) string { return fmt.Sprintf(`document.querySelector(%q)`, selector) }

// visible is the JavaScript that says whether an element is seen.
func visible(e string) string { return "(" + e + ")?.checkVisibility({visibilityProperty: true})" }

// pointer is where the mouse has to go for an element: its middle, in the coordinates of the window.
type pointer struct {
	X, Y float64
	Free bool // nothing else lies over it
}

// at scrolls the element into view and waits until it rests and nothing covers it.
func (v view) at(e string) (pointer, error) {
	v.tab.Helper()
	script := `((e) => {
		if (!e || !e.checkVisibility({visibilityProperty: true})) return {};
		e.scrollIntoView({ block: "center", behavior: "instant" });
		const b = e.getClientRects()[0]; // of a text, the first line
		if (!b) return {};
		const X = b.x + b.width / 2, Y = b.y + b.height / 2;
		return { X, Y, Free: e.contains(e.getRootNode().elementFromPoint(X, Y)) };
	})(` + e + `)`
	var p, before pointer
	var err error
	for end := time.Now().Add(patience); !p.Free || p != before; time.Sleep(3 * tick) {
		before = p
		if p, err = try[pointer](v, script); time.Now().After(end) {
			return p, errors.Join(fmt.Errorf("%s can't be clicked", e), err)
		}
	}
	if v.offset == "" {
		return p, nil
	}
	frame, err := try[pointer](v.keyboard().view, `(({x, y}) => ({X: x, Y: y}))(`+v.offset+`.getBoundingClientRect())`)
	return pointer{X: p.X + frame.X, Y: p.Y + frame.Y}, err
}

// keyboard is the tab that mouse and keyboard belong to.
func (v view) keyboard() *Tab {
	if v.over != nil {
		return v.over
	}
	return v.tab
}

// click clicks an element, given as JavaScript, with the mouse.
func (v view) click(e string) {
	v.tab.Helper()
	p, err := v.at(e)
	if err != nil {
		v.tab.Fatal(err)
	}
	tab := v.keyboard()
	if wait := time.Until(tab.clicked.next); math.Hypot(p.X-tab.clicked.X, p.Y-tab.clicked.Y) < 50 && wait > 0 {
		time.Sleep(wait)
	}
	tab.clickAt(p.X, p.Y)
	tab.clicked = clicked{p, time.Now().Add(500 * time.Millisecond)}
}

// clicked is where the mouse was pressed last, and when it may be pressed there again: sooner, it would be a double click.
type clicked struct {
	pointer
	next time.Time
}

func (tab *Tab) clickAt(x, y float64) {
	tab.Helper()
	tab.clickAtTime(x, y, time.Now())
}

// clickAtTime has the page take the click for one of that time, however busy the machine is.
func (tab *Tab) clickAtTime(x, y float64, at time.Time) {
	tab.Helper()
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMouseMoved, input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		p := input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Timestamp: input.TimeSinceEpoch(float64(at.UnixMicro()) / 1e6)}
		if kind != input.DispatchMouseEventTypeMouseMoved {
			p.Button, p.ClickCount = input.MouseButtonLeft, 1
		}
		call(tab, input.DispatchMouseEvent, p)
	}
}

// press presses keys, one after another.
func (tab *Tab) press(keys ...string) {
	tab.Helper()
	for _, k := range keys {
		if err := chromedp.Do(tab.ctx, chromedp.KeyEvent(k)); err != nil {
			tab.Fatal(err)
		}
	}
}

// tabTo presses Tab until the expression holds of the view.
func (v view) tabTo(expression string) {
	v.tab.Helper()
	for range 60 {
		v.keyboard().press(kb.Tab)
		if is, err := try[bool](v, "!!("+expression+")"); is && err == nil {
			return
		}
	}
	v.tab.Fatalf("60 times Tab do not lead to %s", expression)
}

// states are the answers of the first four purposes as the API gives them: "necessary:granted functional:unasked …". The
// others want consents of their own.
func (v view) states() string {
	v.tab.Helper()
	return eval[string](v, `Object.entries(nod.answers()).slice(0, 4).map((a) => a.join(":")).join(" ")`)
}

// stands wants the states of the optional purposes.
func (v view) stands(functional, analytics, beacons string) {
	v.tab.Helper()
	want := fmt.Sprintf("necessary:granted functional:%s analytics:%s beacons:%s", functional, analytics, beacons)
	if got := v.states(); got != want {
		v.tab.Errorf("states %s; want %s", got, want)
	}
}

// untilStands waits for them.
func (v view) untilStands(functional, analytics, beacons string) {
	v.tab.Helper()
	v.until(fmt.Sprintf(`nod.has && Object.values(nod.answers()).slice(0, 4).join() == "granted,%s,%s,%s"`, functional, analytics, beacons))
}

const (
	granted = "granted"
	denied  = "denied"
	unasked = "unasked"
)

// The expressions that most tests use.
var (
	banner      = inBanner("#nod-banner")
	agree       = inBanner("#nod-accept")
	refuse      = inBanner("#nod-reject")
	preferences = inBanner("#nod-preferences")
	wayBack     = inBanner("#nod-reopen")
	dialog      = inBanner("dialog")
)

// shown, after dialog, says whether it stands in sight: out of sight it waits, open already.
const shown = "?.matches('[open]:not(.waiting)')"

// opened waits for the preference centre's frame to be open and connected, and to have begun anew.
func (tab *Tab) opened() view {
	tab.Helper()
	tab.until(dialog + shown)
	f := tab.frame("/preferences")
	tab.until("!" + visible(inBanner(".preferences"))) // it has taken the place of what was drawn first
	f.until(`document.documentElement.dataset.connected == "" && document.activeElement.matches("h1")`)
	return f
}

// whole waits until the second half of the script is there, which comes by itself once the page is calm.
func (tab *Tab) whole() {
	tab.Helper()
	tab.until(`performance.getEntriesByType("resource").some((e) => e.name.includes("/assets/more.") && e.responseEnd)`)
}

// centre opens the preference centre by the API, and waits until WebAssembly has taken it over.
func (tab *Tab) centre() view {
	tab.Helper()
	tab.run(`nod.preferences()`)
	f := tab.opened()
	f.takenOver()
	return f
}

// takenOver waits until WebAssembly runs the page: its buttons have handlers of their own then.
func (v view) takenOver() {
	v.tab.Helper()
	eventually(v.tab, "WebAssembly to take the page over", func() bool { return v.handlers("#nod-close") > 0 })
}

// handlers counts the click handlers that an element has of its own.
func (v view) handlers(selector string) int {
	n, err := chromedp.Run(v.tab.ctx, chromedp.Evaluate[int](`(getEventListeners(`+element(selector)+`).click || []).length`,
		chromedp.EvalWithCommandLineAPI, func(p *runtime.EvaluateParams) { p.UniqueContextID = v.inside }))
	if err != nil {
		return 0
	}
	return n
}
