package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp/kb"
)

// activeID is the JavaScript of the id of the focused element, on the host page or in Nod's shadow root.
const activeID = `((document.activeElement?.shadowRoot || document).activeElement?.id)`

func TestTheFocusMovesToAUsefulPlaceAfterADecision(t *testing.T) { // C-42
	const own = `<button id="before">Before</button><button id="link" data-nod="preferences">Privacy</button>`
	for _, test := range []struct {
		name, body string
		choose     func(*Tab)
		want       string
	}{
		{"in the banner, on a page without a preferences button", "", func(tab *Tab) {
			tab.tabTo(focusedElement + " == " + rejectButton)
			tab.press(kb.Enter)
		}, "nod-reopen"},
		{"in the banner, on a page with a preferences button", own, func(tab *Tab) {
			tab.run(rejectButton + `.focus()`) // no element had the focus before
			tab.press(kb.Enter)
			tab.wait(focusedElement + `?.textContent == "Change"`) // the next Tab goes on from where the banner was
			tab.press(kb.Tab)
		}, "before"},
		{"in the banner, from an element of the page", own, func(tab *Tab) {
			tab.run(`document.querySelector("#before").focus()`)
			tab.run(acceptButton + `.focus()`)
			tab.press(kb.Enter)
		}, "before"},
		{"in the preferences that the banner opened", "", func(tab *Tab) {
			tab.run(preferencesButton + `.focus()`)
			tab.press(kb.Enter)
			f := tab.waitForPreferences()
			f.waitForWebAssembly()
			f.run(`document.querySelector("footer button[value=save]").focus()`)
			tab.press(kb.Enter)
			tab.wait("!" + dialogIsOpen)
		}, "nod-reopen"},
		{"in the preferences that the page opened", own, func(tab *Tab) {
			tab.run(`document.querySelector("#link").focus()`)
			tab.press(kb.Enter)
			f := tab.waitForPreferences()
			f.run(`document.querySelector("footer [value=reject_all]").focus()`)
			tab.press(kb.Enter)
			tab.wait("!" + dialogIsOpen)
		}, "link"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Body: test.body}))
			tab.wait(visible(banner))
			test.choose(tab)
			tab.wait("!" + visible(banner))
			tab.wait(activeID + ` == "` + test.want + `"`)
		})
	}
}

func TestTheBannerDoesNotCoverTheFocusedElement(t *testing.T) { // C-42; WCAG 2.2, 2.4.11
	body := strings.Repeat(`<p><button>One</button> <button>Another</button></p>`+
		`<p>Words that fill a line and then some more of them.</p>`, 12)
	for _, size := range [][2]int64{{1280, 800}, {390, 844}, {320, 256}} {
		tab := openEmptyTab(t)
		tab.setSize(size[0], size[1])
		tab.load(stage.Address(Page{Body: body}))
		tab.wait(visible(banner))
		if size[1] < 480 { // the buttons are in view even where the text is not
			tab.check(`((r) => r.top >= 0 && r.bottom <= innerHeight)(` + acceptButton + `.getBoundingClientRect())`)
		}
		before := eval[string](tab.view, `document.documentElement.style.cssText`)
		tab.press(kb.Tab) // a key loads the second half
		tab.waitForSecondHalf()
		covered := eval[[]string](tab.view, `[...document.querySelectorAll("button")].flatMap((b, i) => {
			b.focus();
			const r = b.getBoundingClientRect(), at = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
			return at == b ? [] : [i + " at " + Math.round(r.y)];
		})`)
		for _, c := range covered {
			t.Errorf("at %v the banner covers button %s", size, c)
		}
		tab.run(`nod.rejectAll()`)
		if after := eval[string](tab.view, `document.documentElement.style.cssText`); after != before {
			t.Errorf("the page is left with the style %q", after)
		}
	}
}

func TestAPressOfTheSpaceBarIsNotLostWhenWebAssemblyTakesOver(t *testing.T) { // C-42
	release := holdResponses(t, ".wasm")
	tab := open(t, stage.Address(Page{}), `if (parent != window) {
		const real = WebAssembly.instantiateStreaming;
		WebAssembly.instantiateStreaming = (...a) => real.apply(WebAssembly, a)
			.then((r) => (setTimeout(() => (window.compiled = true)), r));
	}`)
	tab.wait(visible(banner))
	tab.run(`nod.acceptAll()`)
	tab.click(reopenButton)
	f := tab.waitForPreferences()
	f.run(`document.querySelector("#nod-withdraw").focus()`)
	f.wait(`document.activeElement.id == "nod-withdraw"`)
	space := input.DispatchKeyEventParams{Key: " ", Code: "Space", WindowsVirtualKeyCode: 32, Text: " "}
	space.Type = input.DispatchKeyEventTypeKeyDown
	call(tab, input.DispatchKeyEvent, space)
	release()
	f.wait(`window.compiled`)
	if f.countClickHandlers("#nod-close") > 0 {
		t.Fatal("WebAssembly took over while the space bar was pressed")
	}
	space.Type = input.DispatchKeyEventTypeKeyUp
	call(tab, input.DispatchKeyEvent, space)
	f.wait(savedMessageIsShown)
	f.waitForWebAssembly()
}

func TestThePreferencesStartFreshEachTime(t *testing.T) {
	runInBothForms(t, func(t *testing.T, mode formMode) {
		tab := open(t, stage.Address(Page{}))
		tab.wait(visible(banner))
		tab.click(preferencesButton)
		f := mode.waitForPreferences(tab)
		f.wait(`document.activeElement == document.querySelector("h1")`)
		f.click(element("#nod-analytics"))
		f.run(`scrollTo(0, 400)`)
		// The compositor keeps the scroll position of a frame that is hidden before it was painted.
		const isScrolled = `new Promise((done) => requestAnimationFrame(() =>
			requestAnimationFrame(() => done(scrollY > 0))))`
		eval[bool](f, isScrolled)
		tab.press(kb.Escape)
		tab.wait("!" + dialogIsOpen)
		tab.click(preferencesButton)
		f.wait(`scrollY == 0 && document.activeElement == document.querySelector("h1") &&
			!document.querySelector("#nod-analytics").checked`)
		f.check(`!document.querySelector("#nod-usage-stats").checked`)
		// Enter on a switch turns the switch and does not submit the form.
		f.run(`document.querySelector("#nod-beacons").focus()`)
		tab.press(kb.Enter)
		f.wait(`document.querySelector("#nod-beacons").checked && document.querySelector("#nod-page-beacon").checked`)
		tab.check(dialogIsOpen + ` && document.cookie == ""`)
	})
}

func TestWebAssemblyPreservesTheFocus(t *testing.T) {
	for name, e := range map[string]string{
		"the heading":      element("h1"),
		"the close button": element("#nod-close"),
		"a switch":         element("#nod-functional"),
		"details":          `document.querySelector("#nod-analytics").closest("li").querySelector("summary")`,
		"a button":         element("footer [value=reject_all]"),
	} {
		t.Run(name, func(t *testing.T) {
			release := holdResponses(t, ".wasm")
			tab := open(t, stage.Address(Page{}))
			tab.wait(visible(banner))
			tab.click(preferencesButton)
			f := tab.waitForPreferences()
			f.run(e + `.focus(); document.getElementById("nod-centre").old = true`)
			release()
			f.waitForWebAssembly()
			f.check(`!document.getElementById("nod-centre").old`)
			f.wait(`document.activeElement == ` + e)
		})
	}
}

func TestADeferredScriptPutsTheBannerBeforeThePage(t *testing.T) { // C-42
	tab := open(t, stage.Address(Page{Tag: "<!-- below -->", Body: `<button>Own</button><script defer src="` +
		stage.Script(Page{}) + `"></script>`}))
	tab.wait(visible(banner))
	tab.check(`[...document.documentElement.children].map((e) => e.id || e.localName).join() == "head,nod,body"`)
}
