package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tagged is markup that has to wait, of every kind. Each says what it did in window.ran.
const tagged = `<script>window.ran = [];</script>
	<script type="text/plain" data-category="analytics">ran.push("inline")</script>
	<script type="text/plain" data-category="analytics" data-src="/gated/script"></script>
	<iframe data-category="functional" data-src="/gated/frame"></iframe>
	<img data-category="beacons" data-src="/gated/image" alt="">`

// gatedFiles answers for what the markup loads.
func gatedFiles(w http.ResponseWriter, r *http.Request) bool {
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

// cookies are all that the visitor's browser holds, HttpOnly ones and those of other hosts too.
func (tab *Tab) cookies() []*network.Cookie {
	tab.Helper()
	got, err := chromedp.CallBrowser(tab.ctx, storage.GetCookies,
		storage.GetCookiesParams{BrowserContextID: cdp.BrowserContextID(chromedp.FromContext(tab.ctx).BrowserContextID)})
	if err != nil {
		tab.Fatal(err)
	}
	return got.Cookies
}

// holdings counts what an origin keeps in the browser.
const holdings = `(async () => document.cookie.length + localStorage.length + sessionStorage.length +
	(await indexedDB.databases()).length + (await caches.keys()).length)()`

// settled waits until the page has done what it does when it is idle, for what must not happen later. The pause is
// longer than any that the scripts make by themselves.
func (v view) settled() {
	v.tab.Helper()
	v.run(fmt.Sprintf(`await new Promise((r) => setTimeout(r, %d));
		await new Promise((r) => globalThis.requestIdleCallback ? requestIdleCallback(r, { timeout: 500 }) :
			setTimeout(r, 50));
		await new Promise((r) => setTimeout(r, 50))`, int(2500*timeScale)))
}

func TestNothingIsKeptAndNothingOptionalAskedForBeforeAChoice(t *testing.T) { // C-01
	stage.host.answer(t, gatedFiles)
	tab := open(t, stage.Address(Page{Body: tagged}))
	tab.until(visible(banner))
	tab.whole()
	tab.settled()
	if n := len(tab.cookies()); n > 0 {
		t.Errorf("%d cookies are set", n)
	}
	if n := eval[int](tab.view, holdings); n > 0 {
		t.Errorf("the page's origin keeps %d things", n)
	}
	tab.click(preferences)
	if n := eval[int](tab.opened(), holdings); n > 0 {
		t.Errorf("the consent server's origin keeps %d things", n)
	}
	tab.run(dialog + `.close()`)
	for _, r := range tab.requests("") {
		ours := strings.HasPrefix(r.URL, stage.Consent) && r.Method == "GET"
		if !ours && !strings.HasPrefix(r.URL, stage.Host+"/pages/") {
			t.Errorf("request to %s", r.URL)
		}
	}
	if all := stage.host.requests(""); len(all) != 1 {
		t.Errorf("the page's server was asked for %q; want the page alone", all)
	}
	if all := stage.consent.requests("POST"); len(all) > 0 {
		t.Errorf("the server was told %q", all)
	}
	tab.is(`ran.length == 0 && !document.querySelector("iframe").src && !document.querySelector("img").src`)

	// The same measures see what is there after the choice.
	tab.click(agree)
	tab.until(`ran.length && nod.receipt()`)
	if len(tab.cookies()) == 0 || eval[int](tab.view, holdings) == 0 || len(stage.consent.requests("POST")) != 1 {
		t.Error("after the choice cookie, storage or record is missing")
	}
	eventually(t, "what was granted to be fetched", func() bool { return len(stage.host.requests("/gated/")) == 3 })
}

// looks is how a button looks and what it takes.
const looks = `((e) => { const s = getComputedStyle(e), b = e.getBoundingClientRect();
	return [s.width, s.height, s.color, s.backgroundColor, s.fontFamily, s.fontSize, s.fontWeight, s.fontStyle,
		s.textDecoration,
		s.border, s.borderRadius, s.padding, s.margin, s.opacity, s.boxShadow, s.cursor, s.textTransform, s.filter, b.width,
			b.height].join("; ") })`

func TestAgreeingAndRefusingLookTheSameOnTheFirstLayer(t *testing.T) { // C-02, C-03
	for _, test := range []struct {
		name  string
		dark  bool
		width int64
	}{{"light", false, 1280}, {"dark", true, 1280}, {"on a small screen", false, 360}} {
		t.Run(test.name, func(t *testing.T) {
			tab := arrive(t)
			if test.dark {
				tab.dark()
			}
			tab.size(test.width, 740)
			tab.load(stage.Address(Page{}))
			tab.until(visible(agree))
			first, second, third := eval[string](tab.view, looks+"("+agree+")"), eval[string](tab.view, looks+"("+refuse+")"),
				eval[string](tab.view, looks+"("+preferences+")")
			if first != second {
				t.Errorf("agree: %s\nrefuse: %s", first, second)
			}
			withoutWidth := func(s string) string { // on a small screen it has a row of its own
				all := strings.Split(s, "; ")
				return strings.Join(append(all[1:18:18], all[19]), "; ")
			}
			if withoutWidth(first) != withoutWidth(third) {
				t.Errorf("agree: %s\npreferences: %s", first, third)
			}
			if background := eval[string](tab.view,
				`getComputedStyle(`+banner+`).backgroundColor`); test.dark == strings.Contains(background, "255, 255, 255") {
				t.Errorf("background %s", background)
			}
			tab.is(`[` + agree + `, ` + refuse + `].every((e) => { const b = e.getBoundingClientRect(), box = ` + banner +
				`.getBoundingClientRect();
				return b.top >= Math.max(box.top, 0) && b.bottom <= Math.min(box.bottom, innerHeight) && ` + banner +
				`.scrollTop == 0 })`)
			tab.is(agree + `.getRootNode() == ` + refuse + `.getRootNode()`)
			tab.click(preferences)
			tab.opened().is(`[...document.querySelectorAll("input")].every((i) => i.checked == i.disabled) &&
				document.querySelectorAll("input:enabled").length > 5`)
		})
	}
}

func TestTheBannerOffersRefusingByTheKeyboardToo(t *testing.T) { // C-03, C-42
	tab := open(t, stage.Address(Page{}))
	tab.until(visible(banner))
	tab.tabTo(`document.getElementById("nod").shadowRoot.activeElement == ` + refuse)
	tab.press(kb.Enter)
	tab.until("!" + visible(banner))
	tab.stands(denied, denied, denied)
}

func TestGoingOnIsNoConsentAndDoesNotCloseTheBanner(t *testing.T) { // C-04, C-43
	tab := open(t, stage.Address(Page{Body: tagged +
		`<a href="#there">A link</a> <button onclick="this.dataset.clicked = 1">A button</button>
		<div style="height: 4000px"></div><p id="there">The end</p>`}))
	tab.until(visible(banner))
	tab.is(`document.activeElement == document.body`) // no focus is taken
	tab.is(banner + `.localName == "section" && ` + banner + `.getRootNode().getElementById(` + banner +
		`.getAttribute("aria-labelledby")).textContent.length > 5`)
	tab.is(`!` + banner + `.matches(":modal") && !document.body.inert && getComputedStyle(document.body).overflow ==
		"visible"`)

	call(tab, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel,
		X: 200, Y: 300, DeltaX: 1, DeltaY: 600})
	tab.until(`scrollY > 0`)
	tab.click(element("button"))
	tab.is(`document.querySelector("button").dataset.clicked`)
	tab.clickAt(300, 500)
	tab.press(kb.Escape)
	tab.click(element("a"))
	tab.until(`location.hash == "#there"`)
	tab.settled()
	tab.is(visible(banner))
	tab.stands(unasked, unasked, unasked)
	tab.is(`ran.length == 0`)

	tab.load(stage.Address(Page{Body: tagged}))
	tab.until(visible(banner))
	tab.stands(unasked, unasked, unasked)
	if len(tab.cookies()) > 0 || len(stage.consent.requests("POST")) > 0 {
		t.Error("going on left a cookie or a record")
	}
}

func TestTheKeyboardReachesTheBannerInOrderAndShowsWhereItIs(t *testing.T) { // C-42, C-43
	tab := open(t, stage.Address(Page{Body: `<button id="one">One</button><button id="two">Two</button>`}))
	tab.until(visible(banner))
	const where = `(document.activeElement.shadowRoot?.activeElement ?? document.activeElement)`
	var order []string
	for range 8 {
		tab.press(kb.Tab)
		order = append(order, eval[string](tab.view, where+`.id || `+where+`.localName`))
		if strings.HasPrefix(order[len(order)-1], "nod-") {
			tab.is(`parseFloat(getComputedStyle(` + where + `).outlineWidth) >= 2 && getComputedStyle(` + where +
				`).outlineStyle == "solid"`)
			// Nothing covers it, and it is in the window.
			tab.is(`((e) => { const b = e.getBoundingClientRect(); return e.contains(e.getRootNode().elementFromPoint(b.x +
				b.width / 2, b.y + b.height / 2)) })(` + where + `)`)
		}
	}
	if got := strings.Join(order, " "); !strings.HasPrefix(got, "a nod-accept nod-reject nod-preferences one two") {
		t.Errorf("order of focus: %s", got)
	}
	if last := order[len(order)-1]; strings.HasPrefix(last, "nod-") {
		t.Errorf("the banner keeps the focus: %q", order)
	}
}
