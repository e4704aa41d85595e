package e2e

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// eval evaluates a JavaScript expression in the view. If the value is a promise, it waits for it.
func eval[T any](v view, expression string) T {
	v.tab.Helper()
	got, err := tryEval[T](v, expression)
	if err != nil {
		v.tab.Fatalf("%s: %v", expression, err)
	}
	return got
}

// tryEval is eval with an error instead of a failed test.
func tryEval[T any](v view, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(v.tab.ctx, timeout)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise, func(p *runtime.EvaluateParams) {
		p.UniqueContextID = v.contextID
	}))
}

// run runs statements in the view.
func (v view) run(statements string) {
	v.tab.Helper()
	eval[bool](v, "(async () => {"+statements+"; return true})()")
}

// leavePage runs statements that lead to another document. The old one may be gone before it can answer.
func (v view) leavePage(statements string) {
	v.tab.Helper()
	_, err := tryEval[bool](v, "(() => {"+statements+"; return true})()")
	if err != nil && !strings.Contains(err.Error(), "Inspected target navigated or closed") {
		v.tab.Fatalf("%s: %v", statements, err)
	}
}

// check fails the test if the expression is not true now.
func (v view) check(expression string) {
	v.tab.Helper()
	if !eval[bool](v, "!!("+expression+")") {
		v.tab.Errorf("not true: %s", expression)
	}
}

// wait waits until the expression is true. It does not use chromedp.Poll, which makes a function from a string: a
// strict Content-Security-Policy forbids that.
func (v view) wait(expression string) {
	v.tab.Helper()
	var err error
	for end := time.Now().Add(timeout); ; time.Sleep(pollInterval) {
		var isTrue bool
		if isTrue, err = tryEval[bool](v, "!!("+expression+")"); isTrue {
			return
		}
		if time.Now().After(end) {
			v.tab.Fatalf("timed out waiting for %s (%v); console: %q", expression, err, v.tab.consoleMessages(""))
		}
	}
}

// nodElement is the JavaScript of an element in Nod's shadow root on a host page.
func nodElement(selector string) string {
	return fmt.Sprintf(`document.getElementById("nod")?.shadowRoot.querySelector(%q)`, selector)
}

// element is the JavaScript of an element of the document.
func element(selector string) string { return fmt.Sprintf(`document.querySelector(%q)`, selector) }

// visible is the JavaScript that is true if an element is visible.
func visible(e string) string { return "(" + e + ")?.checkVisibility({visibilityProperty: true})" }

// clickPoint is the middle of an element, in the coordinates of the window.
type clickPoint struct {
	X, Y        float64
	IsUncovered bool // no other element is above it
}

// findClickPoint scrolls the element into view and waits until it no longer moves and nothing covers it.
func (v view) findClickPoint(e string) (clickPoint, error) {
	v.tab.Helper()
	script := `((e) => {
		if (!e || !e.checkVisibility({visibilityProperty: true})) return {};
		e.scrollIntoView({ block: "center", behavior: "instant" });
		const b = e.getClientRects()[0]; // of a text, the first line
		if (!b) return {};
		const X = b.x + b.width / 2, Y = b.y + b.height / 2;
		return { X, Y, IsUncovered: e.contains(e.getRootNode().elementFromPoint(X, Y)) };
	})(` + e + `)`
	var p, before clickPoint
	var err error
	for end := time.Now().Add(timeout); !p.IsUncovered || p != before; time.Sleep(3 * pollInterval) {
		before = p
		if p, err = tryEval[clickPoint](v, script); time.Now().After(end) {
			return p, errors.Join(fmt.Errorf("%s can't be clicked", e), err)
		}
	}
	if v.frameElement == "" {
		return p, nil
	}
	frame, err := tryEval[clickPoint](v.inputTab().view,
		`(({x, y}) => ({X: x, Y: y}))(`+v.frameElement+`.getBoundingClientRect())`)
	return clickPoint{X: p.X + frame.X, Y: p.Y + frame.Y}, err
}

// inputTab is the tab that receives the input of mouse and keyboard.
func (v view) inputTab() *Tab {
	if v.outerTab != nil {
		return v.outerTab
	}
	return v.tab
}

// click clicks an element, given as JavaScript, with the mouse.
func (v view) click(e string) {
	v.tab.Helper()
	p, err := v.findClickPoint(e)
	if err != nil {
		v.tab.Fatal(err)
	}
	tab := v.inputTab()
	pause := time.Until(tab.lastClick.nextTime)
	if math.Hypot(p.X-tab.lastClick.X, p.Y-tab.lastClick.Y) < 50 && pause > 0 {
		time.Sleep(pause)
	}
	tab.clickAt(p.X, p.Y)
	tab.lastClick = lastClick{p, time.Now().Add(500 * time.Millisecond)}
}

// lastClick is the place of the last click, and the time of the next one there that is not a double click.
type lastClick struct {
	clickPoint
	nextTime time.Time
}

func (tab *Tab) clickAt(x, y float64) {
	tab.Helper()
	tab.clickAtTime(x, y, time.Now())
}

// clickAtTime clicks with that time in the events, however busy the machine is.
func (tab *Tab) clickAtTime(x, y float64, at time.Time) {
	tab.Helper()
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMouseMoved,
		input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		p := input.DispatchMouseEventParams{Type: kind, X: x, Y: y,
			Timestamp: input.TimeSinceEpoch(float64(at.UnixMicro()) / 1e6)}
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

// tabTo presses Tab until the expression is true in the view.
func (v view) tabTo(expression string) {
	v.tab.Helper()
	for range 60 {
		v.inputTab().press(kb.Tab)
		if isTrue, err := tryEval[bool](v, "!!("+expression+")"); isTrue && err == nil {
			return
		}
	}
	v.tab.Fatalf("pressed Tab 60 times without reaching %s", expression)
}

// states lists the states of the first four purposes as the API returns them: "necessary:granted
// functional:unasked …". The other purposes are separate consents.
func (v view) states() string {
	v.tab.Helper()
	return eval[string](v, `Object.entries(nod.answers()).slice(0, 4).map((a) => a.join(":")).join(" ")`)
}

// checkStates fails the test if the optional purposes have other states.
func (v view) checkStates(functional, analytics, beacons string) {
	v.tab.Helper()
	want := fmt.Sprintf("necessary:granted functional:%s analytics:%s beacons:%s", functional, analytics, beacons)
	if got := v.states(); got != want {
		v.tab.Errorf("states %s; want %s", got, want)
	}
}

// waitForStates waits until the optional purposes have these states.
func (v view) waitForStates(functional, analytics, beacons string) {
	v.tab.Helper()
	v.wait(fmt.Sprintf(`nod.has && Object.values(nod.answers()).slice(0, 4).join() == "granted,%s,%s,%s"`,
		functional, analytics, beacons))
}

const (
	granted = "granted"
	denied  = "denied"
	unasked = "unasked"
)

// JavaScript that most tests use.
var (
	banner            = nodElement("#nod-banner")
	acceptButton      = nodElement("#nod-accept")
	rejectButton      = nodElement("#nod-reject")
	preferencesButton = nodElement("#nod-preferences")
	reopenButton      = nodElement("#nod-reopen")
	dialog            = nodElement("dialog")

	// While it waits out of sight, the dialog is open already.
	dialogIsOpen = dialog + "?.matches('[open]:not(.waiting)')"
)

// waitForPreferences waits until the frame of the preference centre is open, connected and reset.
func (tab *Tab) waitForPreferences() view {
	tab.Helper()
	tab.wait(dialogIsOpen)
	f := tab.waitForFrame("/preferences")
	tab.wait("!" + visible(dialogForm)) // the frame has replaced it
	f.wait(`document.documentElement.dataset.connected == "" && document.activeElement.matches("h1")`)
	return f
}

// waitForSecondHalf waits until the second half of the script is loaded. The first half loads it when the page is idle.
func (tab *Tab) waitForSecondHalf() {
	tab.Helper()
	tab.wait(`performance.getEntriesByType("resource").some((e) => e.name.includes("/assets/more.") && e.responseEnd)`)
}

// openPreferences opens the preference centre by the API and waits until WebAssembly runs it.
func (tab *Tab) openPreferences() view {
	tab.Helper()
	tab.run(`nod.preferences()`)
	f := tab.waitForPreferences()
	f.waitForWebAssembly()
	return f
}

// clickPreferences is openPreferences by the banner's button.
func (tab *Tab) clickPreferences() view {
	tab.Helper()
	tab.click(preferencesButton)
	f := tab.waitForPreferences()
	f.waitForWebAssembly()
	return f
}

// saveWith switches a purpose in the preference centre, and saves.
func (v view) saveWith(purpose string) {
	v.tab.Helper()
	v.click(element("#nod-" + purpose))
	v.click(element("footer [value=save]"))
}

// waitForWebAssembly waits until WebAssembly runs the page: then its buttons have click handlers.
func (v view) waitForWebAssembly() {
	v.tab.Helper()
	waitFor(v.tab, "WebAssembly to run the page", func() bool { return v.countClickHandlers("#nod-close") > 0 })
}

// countClickHandlers counts the click handlers of the element itself.
func (v view) countClickHandlers(selector string) int {
	script := `(getEventListeners(` + element(selector) + `).click || []).length`
	n, err := chromedp.Run(v.tab.ctx, chromedp.Evaluate[int](script, chromedp.EvalWithCommandLineAPI,
		func(p *runtime.EvaluateParams) { p.UniqueContextID = v.contextID }))
	if err != nil {
		return 0
	}
	return n
}
