package e2e

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// taggedMarkup is markup of every kind that has to wait. Scripts add what they did to window.ran.
const taggedMarkup = `<script>window.ran = [];</script>
	<script type="text/plain" data-category="analytics">ran.push("inline")</script>
	<script type="text/plain" data-category="analytics" data-src="/gated/script"></script>
	<iframe data-category="functional" data-src="/gated/frame"></iframe>
	<img data-category="beacons" data-src="/gated/image" alt="">`

// answerGatedFiles is for gateway.overrideWith: it serves what the markup loads.
func answerGatedFiles(w http.ResponseWriter, r *http.Request) bool {
	types := map[string]string{"/gated/script": "text/javascript", "/gated/frame": "text/html",
		"/gated/image": "image/svg+xml"}
	if types[r.URL.Path] == "" {
		return false
	}
	w.Header().Set("Content-Type", types[r.URL.Path])
	w.Header().Set("Cache-Control", "no-store")
	if r.URL.Path == "/gated/image" {
		io.WriteString(w, `<svg xmlns="http://www.w3.org/2000/svg"/>`)
	}
	return true
}

// cookies lists all cookies of the visitor's browser, with HttpOnly ones and those of other hosts.
func (tab *Tab) cookies() []*network.Cookie {
	tab.Helper()
	got, err := chromedp.CallBrowser(tab.ctx, storage.GetCookies,
		storage.GetCookiesParams{BrowserContextID: cdp.BrowserContextID(chromedp.FromContext(tab.ctx).BrowserContextID)})
	if err != nil {
		tab.Fatal(err)
	}
	return got.Cookies
}

// countStored is the JavaScript that counts what an origin stores in the browser.
const countStored = `(async () => document.cookie.length + localStorage.length + sessionStorage.length +
	(await indexedDB.databases()).length + (await caches.keys()).length)()`

// waitUntilIdle waits until the page has done its idle work, to check that something does not happen. It waits longer
// than every pause of the scripts.
func (v view) waitUntilIdle() {
	v.tab.Helper()
	v.run(fmt.Sprintf(`await new Promise((r) => setTimeout(r, %d));
		await new Promise((r) => globalThis.requestIdleCallback ? requestIdleCallback(r, { timeout: 500 }) :
			setTimeout(r, 50));
		await new Promise((r) => setTimeout(r, 50))`, int(2500*timeScale)))
}

func TestNothingIsStoredOrRequestedBeforeADecision(t *testing.T) { // C-01
	stage.host.overrideWith(t, answerGatedFiles)
	tab := open(t, stage.Address(Page{Body: taggedMarkup}))
	tab.wait(visible(banner))
	tab.waitForSecondHalf()
	tab.waitUntilIdle()
	if n := len(tab.cookies()); n > 0 {
		t.Errorf("%d cookies are set", n)
	}
	if n := eval[int](tab.view, countStored); n > 0 {
		t.Errorf("the page's origin stores %d entries", n)
	}
	tab.click(preferencesButton)
	if n := eval[int](tab.waitForPreferences(), countStored); n > 0 {
		t.Errorf("the consent server's origin stores %d entries", n)
	}
	tab.run(dialog + `.close()`)
	for _, r := range tab.requests("") {
		ours := strings.HasPrefix(r.URL, stage.Consent) && r.Method == "GET"
		if !ours && !strings.HasPrefix(r.URL, stage.Host+"/pages/") {
			t.Errorf("request to %s", r.URL)
		}
	}
	if all := stage.host.requests(""); len(all) != 1 {
		t.Errorf("the page's server received %q; want only the page", all)
	}
	if all := tab.posted(); len(all) > 0 {
		t.Errorf("the page sent %v", all)
	}
	tab.check(`ran.length == 0 && !document.querySelector("iframe").src && !document.querySelector("img").src`)

	// The same checks find something after the decision.
	tab.click(acceptButton)
	tab.wait(`ran.length && nod.receipt()`)
	if len(tab.cookies()) == 0 || eval[int](tab.view, countStored) == 0 || len(tab.posted()) != 1 {
		t.Error("after the decision the cookie, the storage or the record is missing")
	}
	waitFor(t, "requests for what was granted", func() bool { return len(stage.host.requests("/gated/")) == 3 })
}

// buttonStyle is the JavaScript of a button's style and size.
const buttonStyle = `((e) => {
	const s = getComputedStyle(e), b = e.getBoundingClientRect();
	// In one row, browsers give one button 1/64 px more than another.
	const round = (x) => parseFloat(x).toFixed(1);
	return [round(s.width), s.height, s.color, s.backgroundColor, s.fontFamily, s.fontSize, s.fontWeight, s.fontStyle,
		s.textDecoration, s.border, s.borderRadius, s.padding, s.margin, s.opacity, s.boxShadow, s.cursor,
		s.textTransform, s.filter, round(b.width), b.height].join("; ");
})`

func TestAcceptAndRejectButtonsHaveTheSameStyle(t *testing.T) { // C-02, C-03
	for _, test := range []struct {
		name   string
		isDark bool
		width  int64
	}{{"light", false, 1280}, {"dark", true, 1280}, {"on a small screen", false, 360}} {
		t.Run(test.name, func(t *testing.T) {
			tab := openEmptyTab(t)
			if test.isDark {
				tab.setDark()
			}
			tab.setSize(test.width, 740)
			tab.load(stage.Address(Page{}))
			tab.wait(visible(acceptButton))
			accept := eval[string](tab.view, buttonStyle+"("+acceptButton+")")
			reject := eval[string](tab.view, buttonStyle+"("+rejectButton+")")
			preferences := eval[string](tab.view, buttonStyle+"("+preferencesButton+")")
			if accept != reject {
				t.Errorf("accept: %s\nreject: %s", accept, reject)
			}
			// The third button does not answer, and has no fill. On a small screen it has a row of its own.
			withoutFill := func(s string) string {
				all := strings.Split(s, "; ")
				return strings.Join(slices.Concat(all[1:2], all[4:18], all[19:]), "; ")
			}
			if withoutFill(accept) != withoutFill(preferences) {
				t.Errorf("accept: %s\npreferences: %s", accept, preferences)
			}
			background := eval[string](tab.view, `getComputedStyle(`+banner+`).backgroundColor`)
			if test.isDark == strings.Contains(background, "255, 255, 255") {
				t.Errorf("background %s", background)
			}
			tab.check(`[` + acceptButton + `, ` + rejectButton + `].every((e) => {
				const b = e.getBoundingClientRect(), box = ` + banner + `.getBoundingClientRect();
				return b.top >= Math.max(box.top, 0) && b.bottom <= Math.min(box.bottom, innerHeight) &&
					` + banner + `.scrollTop == 0;
			})`)
			tab.check(acceptButton + `.getRootNode() == ` + rejectButton + `.getRootNode()`)
			tab.click(preferencesButton)
			tab.waitForPreferences().check(`[...document.querySelectorAll("input")].every((i) => i.checked == i.disabled) &&
				document.querySelectorAll("input:enabled").length > 5`)
		})
	}
}

func TestTheKeyboardCanReject(t *testing.T) { // C-03, C-42
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.tabTo(focusedElement + " == " + rejectButton)
	tab.press(kb.Enter)
	tab.wait("!" + visible(banner))
	tab.checkStates(denied, denied, denied)
}

func TestUsingThePageNeitherConsentsNorClosesTheBanner(t *testing.T) { // C-04, C-43
	tab := open(t, stage.Address(Page{Body: taggedMarkup +
		`<a href="#there">A link</a> <button onclick="this.dataset.clicked = 1">A button</button>
		<div style="height: 4000px"></div><p id="there">The end</p>`}))
	tab.wait(visible(banner))
	tab.check(`document.activeElement == document.body`) // the banner does not take the focus
	tab.check(banner + `.localName == "section" && ` + banner + `.getRootNode().getElementById(` + banner +
		`.getAttribute("aria-labelledby")).textContent.length > 5`)
	tab.check(`!` + banner + `.matches(":modal") && !document.body.inert && getComputedStyle(document.body).overflow ==
		"visible"`)

	// A click while the page still scrolls would miss the button.
	tab.run(`document.addEventListener("scrollend", () => (window.hasScrolled = true))`)
	call(tab, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel,
		X: 200, Y: 300, DeltaX: 1, DeltaY: 600})
	tab.wait(`scrollY > 0 && window.hasScrolled`)
	tab.click(element("button"))
	tab.check(`document.querySelector("button").dataset.clicked`)
	tab.clickAt(300, 500)
	tab.press(kb.Escape)
	tab.click(element("a"))
	tab.wait(`location.hash == "#there"`)
	tab.waitUntilIdle()
	tab.check(visible(banner))
	tab.checkStates(unasked, unasked, unasked)
	tab.check(`ran.length == 0`)

	tab.load(stage.Address(Page{Body: taggedMarkup}))
	tab.wait(visible(banner))
	tab.checkStates(unasked, unasked, unasked)
	if len(tab.cookies()) > 0 || len(tab.posted()) > 0 {
		t.Error("using the page left a cookie or a record")
	}
}

func TestTheKeyboardReachesTheBannerInOrderWithVisibleFocus(t *testing.T) { // C-42, C-43
	tab := open(t, stage.Address(Page{Body: `<button id="one">One</button><button id="two">Two</button>`}))
	tab.wait(visible(banner))
	const where = `(document.activeElement.shadowRoot?.activeElement ?? document.activeElement)`
	var order []string
	for range 10 {
		tab.press(kb.Tab)
		order = append(order, eval[string](tab.view, where+`.id || `+where+`.localName`))
		if strings.HasPrefix(order[len(order)-1], "nod-") {
			tab.check(`parseFloat(getComputedStyle(` + where + `).outlineWidth) >= 2 && getComputedStyle(` + where +
				`).outlineStyle == "solid"`)
			// The focused element is in the window and nothing covers it.
			tab.check(`((e) => {
				const b = e.getBoundingClientRect();
				return e.contains(e.getRootNode().elementFromPoint(b.x + b.width / 2, b.y + b.height / 2));
			})(` + where + `)`)
		}
	}
	if got := strings.Join(order, " "); !strings.HasPrefix(got, "a a a nod-reject nod-accept nod-preferences one two") {
		t.Errorf("order of focus: %s", got)
	}
	if last := order[len(order)-1]; strings.HasPrefix(last, "nod-") {
		t.Errorf("the banner traps the focus: %q", order)
	}
}
