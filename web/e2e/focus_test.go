package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp/kb"
)

// active is the id of the element that has the focus on the host page, in our shadow root too.
const active = `((document.activeElement?.shadowRoot || document).activeElement?.id)`

func TestAfterAChoiceTheFocusIsWhereOneCanGoOn(t *testing.T) { // C-42
	const own = `<button id="before">Before</button><button id="link" data-nod="preferences">Privacy</button>`
	for _, test := range []struct {
		name, body string
		choose     func(*Tab)
		want       string
	}{
		{"in the banner, on a page without a way back", "", func(tab *Tab) {
			tab.tabTo(focused + " == " + refuse)
			tab.press(kb.Enter)
		}, "nod-reopen"},
		{"in the banner, on a page that has one", own, func(tab *Tab) {
			tab.run(refuse + `.focus()`) // from nowhere
			tab.press(kb.Enter)
			tab.until(`document.activeElement.id == "nod"`) // where the banner stood, and on from there
			tab.press(kb.Tab)
		}, "before"},
		{"in the banner, from an element of the page", own, func(tab *Tab) {
			tab.run(`document.querySelector("#before").focus()`)
			tab.run(agree + `.focus()`)
			tab.press(kb.Enter)
		}, "before"},
		{"in the preferences that the banner opened", "", func(tab *Tab) {
			tab.run(preferences + `.focus()`)
			tab.press(kb.Enter)
			f := tab.opened()
			f.takenOver()
			f.run(`document.querySelector("footer [value=save]").focus()`)
			tab.press(kb.Enter)
			tab.until("!" + dialog + shown)
		}, "nod-reopen"},
		{"in the preferences that the page opened", own, func(tab *Tab) {
			tab.run(`document.querySelector("#link").focus()`)
			tab.press(kb.Enter)
			f := tab.opened()
			f.run(`document.querySelector("footer [value=reject_all]").focus()`)
			tab.press(kb.Enter)
			tab.until("!" + dialog + shown)
		}, "link"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Body: test.body}))
			tab.until(visible(banner))
			test.choose(tab)
			tab.until("!" + visible(banner))
			tab.until(active + ` == "` + test.want + `"`)
		})
	}
}

func TestTheBannerDoesNotCoverWhatHasTheFocus(t *testing.T) { // C-42; WCAG 2.2, 2.4.11
	body := strings.Repeat(`<p><button>One</button> <button>Another</button></p><p>Words that fill a line and then some more of them.</p>`, 12)
	for _, size := range [][2]int64{{1280, 800}, {390, 844}, {320, 256}} {
		tab := arrive(t)
		tab.size(size[0], size[1])
		tab.load(stage.Address(Page{Body: body}))
		tab.until(visible(banner))
		if size[1] < 480 { // whatever else is to be read, the buttons are there
			tab.is(`((r) => r.top >= 0 && r.bottom <= innerHeight)(` + agree + `.getBoundingClientRect())`)
		}
		before := eval[string](tab.view, `document.documentElement.style.cssText`)
		tab.press(kb.Tab) // somebody is there
		tab.whole()
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

func TestAScreenReaderIsToldThatTheChoiceIsKept(t *testing.T) { // WCAG 4.1.3
	tab := open(t, stage.Address(Page{}))
	tab.until(visible(banner))
	status := inBanner("[role=status]")
	tab.until(status + `?.textContent == ""`) // it is there before it speaks
	tab.click(agree)
	tab.until(status + `.textContent == "Your choice has been saved."`)
	for _, ready := range []string{"the form", "WebAssembly"} {
		tab.click(wayBack)
		f := tab.opened()
		if ready == "WebAssembly" {
			f.takenOver()
		}
		const said = `getComputedStyle(document.querySelector("#nod-saved span")).display != "none"`
		f.until("!(" + said + ")") // nothing is said of an earlier choice
		f.click(element("#nod-withdraw"))
		f.until(said)
		tab.is(dialog + shown)
		tab.press(kb.Escape)
		tab.until("!" + dialog + shown)
		tab.run(`nod.acceptAll()`)
	}
}

func TestTheSavedMessageStaysWhenWebAssemblyTakesOver(t *testing.T) { // WCAG 4.1.3
	release := hold(t, ".wasm")
	tab := open(t, stage.Address(Page{}))
	tab.until(visible(banner))
	tab.run(`nod.acceptAll()`)
	tab.click(wayBack)
	f := tab.opened()
	f.click(element("#nod-withdraw"))
	const said = `getComputedStyle(document.querySelector("#nod-saved span")).display != "none"`
	f.until(said)
	release()
	f.takenOver()
	f.is(said)
}

func TestAPressOfTheSpaceBarIsNotLostToWebAssembly(t *testing.T) { // C-42
	release := hold(t, ".wasm")
	tab := open(t, stage.Address(Page{}), `if (parent != window) {
		const real = WebAssembly.instantiateStreaming;
		WebAssembly.instantiateStreaming = (...a) => real.apply(WebAssembly, a).then((r) => (setTimeout(() => (window.compiled = true)), r));
	}`)
	tab.until(visible(banner))
	tab.run(`nod.acceptAll()`)
	tab.click(wayBack)
	f := tab.opened()
	f.run(`document.querySelector("#nod-withdraw").focus()`)
	f.until(`document.activeElement.id == "nod-withdraw"`)
	space := input.DispatchKeyEventParams{Key: " ", Code: "Space", WindowsVirtualKeyCode: 32, Text: " "}
	space.Type = input.DispatchKeyEventTypeKeyDown
	call(tab, input.DispatchKeyEvent, space)
	release()
	f.until(`window.compiled`)
	if f.handlers("#nod-close") > 0 {
		t.Fatal("WebAssembly took over while the space bar was pressed")
	}
	space.Type = input.DispatchKeyEventTypeKeyUp
	call(tab, input.DispatchKeyEvent, space)
	f.until(`getComputedStyle(document.querySelector("#nod-saved span")).display != "none"`)
	f.takenOver()
}

func TestThePreferencesBeginAnewEachTime(t *testing.T) {
	for _, ready := range []string{"the form", "WebAssembly"} {
		t.Run(ready, func(t *testing.T) {
			if ready == "the form" {
				hold(t, ".wasm")
			}
			tab := open(t, stage.Address(Page{}))
			tab.until(visible(banner))
			tab.click(preferences)
			f := tab.opened()
			if ready == "WebAssembly" {
				f.takenOver()
			}
			f.until(`document.activeElement == document.querySelector("h1")`)
			f.click(element("#nod-analytics"))
			f.run(`scrollTo(0, 400)`)
			// What is hidden before it was painted keeps its scroll in the browser's other half.
			eval[bool](f, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(scrollY > 0))))`)
			tab.press(kb.Escape)
			tab.until("!" + dialog + shown)
			tab.click(preferences)
			f.until(`scrollY == 0 && document.activeElement == document.querySelector("h1") && !document.querySelector("#nod-analytics").checked`)
			f.is(`!document.querySelector("#nod-usage-stats").checked`)
			// Enter on a switch is a switch's, and not the form's.
			f.run(`document.querySelector("#nod-beacons").focus()`)
			tab.press(kb.Enter)
			f.until(`document.querySelector("#nod-beacons").checked && document.querySelector("#nod-page-beacon").checked`)
			tab.is(dialog + shown + ` && document.cookie == ""`)
		})
	}
}

func TestTakingThePageOverKeepsTheFocusWhereverItIs(t *testing.T) {
	for _, at := range []string{"h1", "#nod-close", "#nod-functional", "#nod-analytics-details", "footer [value=reject_all]"} {
		t.Run(at, func(t *testing.T) {
			release := hold(t, ".wasm")
			tab := open(t, stage.Address(Page{}))
			tab.until(visible(banner))
			tab.click(preferences)
			f := tab.opened()
			e := element(at)
			if at == "#nod-analytics-details" {
				e = `document.querySelector("#nod-analytics").closest("li").querySelector("summary")`
			}
			f.run(e + `.focus(); document.getElementById("nod-centre").old = true`)
			release()
			f.takenOver()
			f.is(`!document.getElementById("nod-centre").old`)
			f.until(`document.activeElement == ` + e)
		})
	}
}

func TestTextsAndListsOpenWithinThePreferences(t *testing.T) { // C-07, C-22
	for _, ready := range []string{"the form", "WebAssembly"} {
		t.Run(ready, func(t *testing.T) {
			release := hold(t, ".wasm")
			tab := open(t, stage.Address(Page{Lang: "zh-CN"}))
			tab.until(visible(banner))
			tab.click(preferences)
			f := tab.opened()
			if ready == "WebAssembly" {
				release()
				f.takenOver()
			}
			part := func(id string) string {
				return `[...document.querySelectorAll("details")].find((d) => d.querySelector("[data-part$='#` + id + `']"))`
			}
			f.click(part("nod-text") + `.querySelector("summary")`)
			f.until(part("nod-text") + `.querySelector("article h2#cookies")`)
			for list, n := range map[string]int{"sdks": 30, "permissions": 9, "collected": 24, "shared": 10} {
				f.click(part("nod-list-"+list) + `.querySelector("summary")`)
				f.until(part("nod-list-"+list) + fmt.Sprintf(`.querySelectorAll(".entry").length == %d`, n))
			}
			f.until(part("nod-list-sdks") + `.querySelector("[type=submit]").hidden`) // its script is there
			f.run(part("nod-list-sdks") + `.querySelector("[name=platform]").focus()`)
			tab.press("i")
			f.until(part("nod-list-sdks") + `.querySelectorAll(".entry:not([hidden])").length == 11`)
			f.click(`document.querySelector("#nod-beacons").closest("li").querySelector("summary")`)
			f.until(`document.querySelector("#nod-beacons").closest("li").querySelector(".part dl")?.textContent.includes("援引页面的位址")`)
			if ready == "the form" { // what was loaded stays when the program takes over
				release()
				f.takenOver()
				f.is(`document.querySelector("#nod-beacons").closest("li").querySelectorAll(".part dl").length == 1`)
			}
			f.click(part("nod-list-sdks") + `.querySelector("[type=search]")`)
			tab.press("q", "q", kb.Escape) // takes back what was typed, and no more
			f.until(part("nod-list-sdks") + `.querySelector("[type=search]").value == ""`)
			tab.is(dialog + shown)
			tab.press(kb.Escape)
			tab.until("!" + dialog + shown)
		})
	}
}

func TestAPartThatCannotBeLoadedSaysSoAndIsTriedAgain(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	f := tab.centre()
	const list = `[...document.querySelectorAll("details")].find((d) => d.querySelector("[data-part$='#nod-list-sdks']"))`
	f.run(`window.real = fetch; window.fetch = () => Promise.reject(new TypeError("off line"))`)
	f.click(list + `.querySelector("summary")`)
	f.until(list + `.querySelector("[role=status].failed")?.textContent.length > 10`)
	f.is(list + `.querySelector(".more a").href.includes("/lists/sdks")`)
	f.click(list + `.querySelector("summary")`)
	f.run(`window.fetch = real`)
	f.click(list + `.querySelector("summary")`)
	f.until(list + `.querySelectorAll(".entry").length == 30 && !` + list + `.querySelector(".failed")`)
}

func TestTheBannerComesBeforeThePageHoweverLateItsScriptIs(t *testing.T) { // C-42
	tab := open(t, stage.Address(Page{Tag: "<!-- below -->", Body: `<button>Own</button><script defer src="` + stage.Script(Page{}) + `"></script>`}))
	tab.until(visible(banner))
	tab.is(`[...document.documentElement.children].map((e) => e.id || e.localName).join() == "head,nod,body"`)
}
