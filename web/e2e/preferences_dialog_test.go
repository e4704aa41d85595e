package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/nod-consent/nod/app/consent"
)

// dialogForm is the JavaScript of the form that the host page shows in the dialog until the frame is loaded.
var dialogForm = nodElement(".preferences")

// dialogElement is the JavaScript of an element of that form.
func dialogElement(id string) string { return nodElement("#nod-form-" + id) }

// dialogFormIsOpen is the JavaScript that is true while the form is shown and the frame loads.
var dialogFormIsOpen = dialogIsOpen + " && " + visible(dialogForm) + " && !!" + nodElement("iframe")

// withoutFrameTimeout has the page wait for a held frame instead of taking it for blocked.
const withoutFrameTimeout = `if (parent == window) {
	const real = setTimeout;
	setTimeout = (f, ms, ...more) => real(f, ms == 3000 ? 6e5 : ms, ...more);
}`

// openWithFrameHeld opens the preferences of a page while their frame is held.
func openWithFrameHeld(t *testing.T, p Page, prepare func(*Tab)) (tab *Tab, release func()) {
	t.Helper()
	release = holdResponses(t, "/preferences")
	tab = openEmptyTab(t)
	tab.addInitScripts(withoutFrameTimeout)
	if prepare != nil {
		prepare(tab)
	}
	tab.load(stage.Address(p))
	tab.wait(visible(banner))
	tab.click(preferencesButton)
	tab.wait(dialogFormIsOpen)
	return tab, release
}

func TestTheFrameReplacesTheDialogFormWithoutAFlash(t *testing.T) { // C-44, C-62
	for _, test := range []struct {
		name, lang string
		width      int64
		isDark     bool
	}{
		{"Chinese", "zh-CN", 1280, false},
		{"English, dark", "en", 1280, true},
		{"from right to left on a small screen", "ar", 390, false},
		{"English at 320 pixels", "en", 320, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab, release := openWithFrameHeld(t, Page{Lang: test.lang}, func(tab *Tab) {
				tab.setSize(test.width, 800)
				if test.isDark {
					tab.setDark()
				}
			})
			before := tab.takeScreenshot()
			release()
			f := tab.waitForPreferences()
			// Beside the form, where the dialog has nothing, the frame has the policy and its lists.
			f.run(`if (innerWidth >= 900) document.querySelector("#nod-policy").style.visibility = "hidden"`)
			if n := countDifferentPixels(before, tab.takeScreenshot()); n != 0 {
				t.Errorf("%d pixels differ", n)
			}
			tab.run(`Object.assign(` + nodElement("iframe") + `.style, { top: "1px" })`) // the check can fail
			if countDifferentPixels(before, tab.takeScreenshot()) == 0 {
				t.Error("no pixel differs after the frame has moved")
			}
		})
	}
}

func TestTheFrameAdoptsWhatWasTickedBeforeItLoaded(t *testing.T) {
	for _, listed := range listedOrigins() {
		t.Run(listed.name, func(t *testing.T) {
			tab, release := openWithFrameHeld(t, Page{Origin: listed.origin}, nil)
			tab.setSize(800, 600)
			tab.click(dialogElement("analytics"))
			tab.click(`[...` + dialogForm + `.querySelectorAll("summary")].find((s) =>
				s.closest("li").querySelector("#nod-form-analytics"))`)
			tab.click(dialogElement("performance"))
			tab.check(dialogElement("analytics") + ".checked && " + dialogElement("usage-stats") + ".checked && !" +
				dialogElement("performance") + ".checked")
			tab.run(`Object.assign(` + dialogForm + `, { scrollTop: 180 })`)
			tab.wait(focusedElement + " == " + dialogElement("performance"))
			release()
			f := tab.waitForFrame("/preferences")
			tab.wait("!" + visible(dialogForm))
			f.wait(`document.activeElement.id == "nod-performance"`)
			const onlyUsageStats = `[...document.querySelectorAll("input:checked:enabled")].map((c) => c.name)
				.join() == "analytics,usage-stats"`
			f.check(onlyUsageStats)
			f.check(`scrollY == 180 && document.querySelectorAll("#nod-centre details[open]").length == 1`)
			f.wait(`document.querySelector("details[open] .part").firstChild`)
			f.click(element("footer button[value=save]"))
			tab.waitForStates(denied, granted, denied)
			tab.check(`nod.has("usage-stats") && !nod.has("performance")`)

			tab.click(reopenButton) // now the frame is loaded, and is reset
			f = tab.waitForPreferences()
			f.check(onlyUsageStats)
		})
	}
}

func TestADecisionDoesNotWaitForTheFrame(t *testing.T) { // C-37
	for _, test := range []struct {
		name   string
		choose func(*Tab)
		want   string
	}{
		{"save", func(tab *Tab) {
			tab.click(dialogElement("beacons"))
			tab.click(nodElement("dialog button[value=save]"))
		},
			"save: functional=denied analytics=denied beacons=granted"},
		{"agree to all", func(tab *Tab) { tab.click(nodElement("dialog [value=accept_all]")) },
			acceptedAll},
		{"refuse all", func(tab *Tab) { tab.click(nodElement("dialog [value=reject_all]")) },
			rejectedAll},
		{"by the keyboard", func(tab *Tab) {
			tab.tabTo(focusedElement + " == " + dialogElement("functional"))
			tab.press(kb.Enter) // does not submit the form
			tab.check(dialogIsOpen + " && " + dialogElement("functional") + ".checked")
			tab.tabTo(focusedElement + `?.value == "save"`)
			tab.press(kb.Enter)
		}, "save: functional=granted analytics=denied beacons=denied"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab, _ := openWithFrameHeld(t, Page{}, nil)
			test.choose(tab)
			tab.wait("!" + dialogIsOpen + " && !" + visible(banner))
			tab.wait(`nod.receipt()`)
			got := tab.waitForReceipt()
			if summarize(got) != test.want || got.Presentation == "" || got.Presentation == consent.CustomPresentation {
				t.Errorf("record %s with the presentation %q; want %s", summarize(got), got.Presentation, test.want)
			}
			tab.wait(focusedElement + " == " + reopenButton)
		})
	}
}

func TestClosingThePreferencesBeforeTheFrameLoadsIsNoDecision(t *testing.T) { // C-04
	for name, leave := range map[string]func(*Tab){
		"Escape":           func(tab *Tab) { tab.press(kb.Escape) },
		"the close button": func(tab *Tab) { tab.click(dialogElement("close")) },
	} {
		t.Run(name, func(t *testing.T) {
			tab, release := openWithFrameHeld(t, Page{}, nil)
			tab.click(dialogElement("analytics"))
			leave(tab)
			tab.wait("!" + dialogIsOpen)
			tab.wait(focusedElement + " == " + preferencesButton)
			tab.checkStates(unasked, unasked, unasked)
			release()
			tab.click(preferencesButton)
			tab.waitForPreferences().check(`!document.querySelector("input:checked:enabled")`) // the tick was not saved
			tab.check(`document.cookie == ""`)
		})
	}
}

func TestThePreferencesUseTheColoursOfThePage(t *testing.T) {
	tab, release := openWithFrameHeld(t, Page{Head: `<style>#nod { --nod-accent: rgb(10, 107, 79); --nod-radius: 3px;
		--nod-font: serif; --nod-text: url(https://evil.example/x); --nod-choice: red; background: lime }</style>`}, nil)
	const style = `((link, button) => [getComputedStyle(link).color, getComputedStyle(button).borderRadius,
		getComputedStyle(button).fontFamily, getComputedStyle(button).backgroundColor].join())`
	before := eval[string](tab.view,
		style+"("+dialogForm+`.querySelector(".sum"), `+nodElement("dialog button[value=save]")+")")
	if !strings.HasPrefix(before, "rgb(10, 107, 79),3px,serif,rgb(255, 0, 0)") {
		t.Errorf("the form in the dialog has the style %s", before)
	}
	release()
	f := tab.waitForPreferences()
	after := eval[string](f, style+"("+element(".sum")+", "+element("footer button[value=save]")+")")
	if after != before {
		t.Errorf("the form in the dialog has the style %s, the frame %s", before, after)
	}
	f.check(`document.documentElement.style.getPropertyValue("--nod-text") == ""`) // a URL is not a colour
	if n := len(tab.requests("evil.example")); n > 0 {
		t.Errorf("%d requests to the address in the page's style", n)
	}
}

func TestTheDialogFormShowsTheLastDecision(t *testing.T) { // C-48
	tab := open(t, stage.Address(Page{}), withoutFrameTimeout)
	tab.wait(visible(banner))
	tab.run(`nod.save({ functional: false, analytics: true, beacons: false })`)
	tab.wait(`nod.receipt()`)
	release := holdResponses(t, "/preferences")
	tab.click(reopenButton)
	tab.wait(dialogFormIsOpen)
	tab.check(visible(dialogElement("decided")) + " && " + visible(dialogElement("receipt")) + " && " +
		visible(dialogElement("withdraw")))
	tab.check(dialogElement("analytics") + ".checked && !" + dialogElement("beacons") + ".checked")
	// Where the buttons and switches are, from a corner.
	const positions = `((root, { x, y }) => [
		...root.querySelectorAll("[id$=-withdraw], [id$=-receipt], .purpose > .switch")]
		.map((e) => { const r = e.getBoundingClientRect(); return [r.x - x, r.y - y] }).join())`
	tab.run(`URL.createObjectURL = (blob) => { window.file = blob.text(); return "#" }`)
	tab.click(dialogElement("receipt"))
	if !eval[bool](tab.view, `file.then((text) => JSON.parse(text).record.id == nod.receipt().record.id)`) {
		t.Error("the file has another receipt")
	}
	before := eval[string](tab.view, positions+"("+dialogForm+", "+dialog+".getBoundingClientRect())")
	release()
	f := tab.waitForFrame("/preferences")
	tab.wait("!" + visible(dialogForm))
	f.wait(`document.activeElement.id == "nod-receipt"`)
	waitFor(t, "the same positions in the frame", func() bool {
		return eval[string](f, positions+"(document, { x: 0, y: 0 })") == before
	})
	tab.press(kb.Escape)
	tab.wait("!" + dialogIsOpen)

	// A withdrawal does not wait for the frame either. The frame of another language is not in the browser's cache.
	tab.load(stage.Address(Page{Lang: "zh-CN"}))
	holdResponses(t, "/preferences")
	tab.click(reopenButton)
	tab.click(dialogElement("withdraw"))
	tab.waitForStates(denied, denied, denied)
	tab.wait("!" + dialogIsOpen)
}

func TestAWithdrawalOnThePageUpdatesTheOpenPreferences(t *testing.T) {
	tab := open(t, stage.Address(Page{}), withoutFrameTimeout)
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(decisionIsSent)
	release := holdResponses(t, "/preferences")
	tab.click(reopenButton)
	tab.wait(dialogFormIsOpen)
	tab.click(dialogElement("beacons"))
	tab.run(`nod.withdraw("analytics")`)
	tab.wait("!" + dialogElement("analytics") + ".checked")
	tab.check(dialogElement("functional") + ".checked && !" + dialogElement("beacons") + ".checked")
	release()
	f := tab.waitForFrame("/preferences")
	tab.wait("!" + visible(dialogForm))
	f.check(`!document.querySelector("#nod-analytics").checked && document.querySelector("#nod-functional").checked &&
		!document.querySelector("#nod-beacons").checked`)
	f.click(element("footer button[value=save]"))
	tab.waitForStates(granted, denied, denied)
}

func TestPreferencesPreparedOutOfSightCannotBeReached(t *testing.T) { // C-42, C-43
	for _, test := range []struct{ name, lang string }{{"from left to right", "en"}, {"from right to left", "ar"}} {
		t.Run(test.name, func(t *testing.T) {
			tab := openEmptyTab(t)
			tab.setSize(390, 700)
			tab.load(stage.Address(Page{Lang: test.lang}))
			tab.wait(visible(banner))
			tab.run("document.documentElement.dir = '" + map[string]string{"ar": "rtl"}[test.lang] + "'")
			tab.run(banner + ".dispatchEvent(new MouseEvent('mouseover', { bubbles: true, composed: true }))")
			tab.wait(dialog + "?.matches('.waiting')")
			tab.check(dialog + ".getBoundingClientRect().right <= 0 && " + needsNoScrolling + " && " +
				nodElement(".scrim") + ".hidden")
			for range 40 { // more than there are elements to focus
				tab.press(kb.Tab)
				tab.check("!" + dialog + ".contains(" + dialog + ".getRootNode().activeElement)")
			}
			for _, point := range []string{"5, 5", "300, 5"} {
				tab.check("document.elementFromPoint(" + point + ").id != 'nod'")
			}
			if names := strings.Join(tab.listAccessibleNames(), "\n"); strings.Contains(names, "dialog ") ||
				strings.Contains(names, "switch ") {
				t.Errorf("a screen reader finds the waiting dialog: %s", names)
			}
			// A press of the button that is cancelled opens nothing.
			tab.run(preferencesButton + ".dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }))")
			tab.check("!" + dialog + ".inert")
			tab.run("dispatchEvent(new PointerEvent('pointercancel'))")
			tab.wait(dialog + ".inert")
			tab.check("!" + dialogIsOpen)
		})
	}
}
