package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

// C-01, C-02, C-05, C-21
func TestTheFirstLaunchStoresNothingBeforeAGrant(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.waitForHello()
	tab.waitUntilIdle()
	checkNothingStarted(tab, "before a decision")
	if all := eval[[]string](tab.view, `messages.map((m) => m.type)`); len(all) != 1 || all[0] != "nod:ready" {
		t.Errorf("before a decision the app received %q", all)
	}
	const width = `.getBoundingClientRect().width`
	tab.check(action("agree") + width + ` == ` + action("disagree") + width) // C-03
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", re: "1" });
		nodReceive({ v: 1, type: "nod:sdk", sdk: "amap", re: "2" })`)
	tab.check(onScreen("ask")) // no question comes before the first layer
	tab.check(`messages.at(-2).state == "denied" && messages.at(-1).state == "denied" && messages.at(-1).re == "2"`)

	tab.click(action("disagree"))
	tab.wait(onScreen("basic"))
	checkNothingStarted(tab, "after a refusal")
	tab.run(`nodReceive({ v: 1, type: "nod:sdk", sdk: "amap", re: "3" });
		nodReceive({ v: 1, type: "nod:sdk", sdk: "tbs", re: "4" })`)
	tab.check(onScreen("basic") + ` && messages.filter((m) => m.re > 2).every((m) => m.state == "denied")`)
	r := tab.waitForRecords(1)[0]
	if summarize(r) != rejectedAll || r.Platform != "android" {
		t.Errorf("stored: %s on %s", summarize(r), r.Platform)
	}
	tab.click(action("close"))
	tab.wait(isClosedBy("basic")) // no exit, no loop
	tab.checkMessages()

	again := open(t, launchAddress(""), returningApp(tab.external())) // the app starts again
	again.wait(onScreen("menu"))
	again.waitUntilIdle()
	if len(again.messages("decision")) > 0 {
		t.Error("the page made another decision")
	}
}

// checkNothingStarted fails the test if anything was stored in the browser, requested from others, or granted to an SDK
// that takes personal information.
func checkNothingStarted(tab *Tab, when string) {
	tab.Helper()
	if w := eval[[]string](tab.view, `writes`); len(w) > 0 {
		tab.Errorf("%s the page stored %q", when, w)
	}
	if n := eval[int](tab.view, countStored); n > 0 || len(tab.cookies()) > 0 {
		tab.Errorf("%s the browser has %d entries and %d cookies", when, n, len(tab.cookies()))
	}
	for _, r := range tab.requests("") {
		if !strings.HasPrefix(r.URL, stage.Consent+"/") && !strings.HasPrefix(r.URL, "data:") {
			tab.Errorf("%s the page requested %s", when, r.URL)
		}
	}
	for _, m := range tab.messages("decision") {
		for sdk, state := range m["sdks"].(map[string]any) {
			if (state == "granted") != (sdk == "bangcle") { // which takes nothing, and is named before the choice
				tab.Errorf("%s the SDK %s is %s", when, sdk, state)
			}
		}
	}
}

// The page works in a browser without an app too.
func TestTheFirstLaunchWorksAsAPage(t *testing.T) {
	tab := open(t, launchAddress(""))
	tab.wait(onScreen("ask"))
	tab.click(action("disagree"))
	tab.wait(onScreen("basic") + " && " + emptyQueue)
	if r := tab.records(); len(r) != 1 || r[0].Action != consent.RejectAll {
		t.Errorf("%d records", len(r))
	}
	tab.load(launchAddress(""))
	tab.wait(onScreen("basic")) // where the visitor was
	tab.click(action("close"))
	tab.wait(onScreen("menu"))
	tab.load(stage.Consent + "/demo/?lang=en")
	tab.waitUntilIdle()
	tab.check("!" + visible(banner)) // one decision holds for the page too (C-50)
}

func TestTheDemoActsAsAnApp(t *testing.T) {
	tab := open(t, stage.Localhost+"/demo/app?lang=en")
	tab.wait(`document.querySelector("#log").textContent.includes("nod:ready")`)
	f := tab.waitForFrame("/first-launch")
	f.wait(onScreen("ask"))
	f.run(action("agree") + `.click()`)
	f.wait(onScreen("age"))
	f.run(action("adult") + `.click()`)
	tab.wait(`document.querySelector("#log").textContent.includes('"action":"accept_all"')`)
	tab.click(`[...document.querySelectorAll("button")].find((b) => b.textContent == "Need the camera")`)
	f.wait(onScreen("q-camera"))
	f.run(action("refuse") + `.click()`)
	tab.wait(`document.querySelector("#log").textContent.includes('"permission":"camera","state":"denied"')`)
}

// C-45, C-54
func TestTheFirstLaunchHasLargeButtonsAndText(t *testing.T) {
	for large, least := range map[string]struct{ target, text int }{"0": {44, 14}, "1": {60, 18}} {
		for _, lang := range append([]string{"en"}, inFullRun("zh-CN", "zh-TW")...) {
			tab := openEmptyTab(t)
			tab.setSize(320, 640)
			tab.addInitScripts(appScript(helloMessage))
			tab.load(stage.Consent + "/" + siteID + "/first-launch?platform=android&lang=" + lang + "&large=" + large)
			tab.agreeAsAdult()
			tab.wait(element("#nod-q-camera"))
			for _, id := range eval[[]string](tab.view, `[...document.querySelectorAll(".screen")].map((s) => s.id)
				.filter((id) => !/reader|preferences/.test(id))`) {
				checkScreenSizes(tab, id, lang, least.target, least.text)
			}
		}
	}
}

func TestTheButtonsOfTheFirstLaunchAreOnABarAsWideAsTheWindow(t *testing.T) {
	for _, width := range []int64{360, 1440} {
		tab := openEmptyTab(t)
		tab.setSize(width, 800)
		tab.load(stage.Consent + "/" + siteID + "/first-launch?platform=ios&lang=en")
		tab.wait(onScreen("ask"))
		tab.check(`(() => {
			const bar = document.querySelector("#nod-ask .choice").getBoundingClientRect();
			const button = document.querySelector("#nod-ask .choice button").getBoundingClientRect();
			const words = document.querySelector("#nod-ask .words").getBoundingClientRect();
			return bar.left <= 0 && bar.right >= innerWidth && button.left == words.left && ` + needsNoScrolling + `;
		})()`)
	}
}

// C-54: the preference centre follows the app's text size, also when that changes.
func TestThePreferencesInAnAppHaveLargeButtonsAndText(t *testing.T) {
	for _, lang := range []string{"en", "zh-CN"} {
		tab := openEmptyTab(t)
		tab.setSize(320, 640)
		tab.addInitScripts(appScript(helloMessage))
		tab.load(stage.Consent + "/" + siteID + "/first-launch?platform=android&lang=" + lang + "&large=1")
		tab.agreeAsAdult()
		tab.click(element("#nod-menu [data-page=preferences]"))
		tab.wait(appPreference("#nod-analytics") + `?.checked`)
		f := tab.waitForFrame("/preferences")
		f.wait(`document.documentElement.dataset.large == "true"`)
		for _, e := range eval[[]string](f, `[...document.querySelectorAll("button, summary, select, .switch")]
			.filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().height < 60)
			.map((e) => e.getBoundingClientRect().height + ": " + e.outerHTML.slice(0, 90))`) {
			t.Errorf("in %s: less than 60 pixels: %s", lang, e)
		}
		for _, e := range eval[[]string](f, `
			[...document.querySelectorAll("h1, h2, h3, h4, p, li, a, button, label, summary, span")]
			.filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.textContent.trim() && e.offsetWidth > 1)
			.filter((e) => parseFloat(getComputedStyle(e).fontSize) < 18)
			.map((e) => getComputedStyle(e).fontSize + ": " + e.outerHTML.slice(0, 90))`) {
			t.Errorf("in %s: less than 18 pixels: %s", lang, e)
		}
		if !eval[bool](f, needsNoScrolling) { // C-44
			t.Errorf("in %s the preferences are %d pixels wide", lang, eval[int](f, `document.documentElement.scrollWidth`))
		}
		tab.run(`nodReceive({ v: 1, type: "nod:theme", large: false })`)
		f.wait(`document.documentElement.dataset.large == "false"`)
	}
}

// checkScreenSizes shows one screen, and checks the height of its buttons, the size of its text and its width.
func checkScreenSizes(tab *Tab, id, lang string, leastTarget, leastText int) {
	tab.Helper()
	tab.run(`for (const s of document.querySelectorAll(".screen")) s.hidden = s.id != "` + id + `";
		document.getElementById("nod-top").hidden = false; ` + openDetails)
	for _, e := range eval[[]string](tab.view, fmt.Sprintf(
		`[...document.querySelectorAll("button, a, select, input:not([type=hidden]), summary")]
		.filter((e) => e.checkVisibility({ visibilityProperty: true }))
		.filter((e) => e.getBoundingClientRect().height < %d)
		.map((e) => e.getBoundingClientRect().height + ": " + e.outerHTML.slice(0, 90))`, leastTarget)) {
		tab.Errorf("%s in %s: less than %d pixels: %s", id, lang, leastTarget, e)
	}
	for _, e := range eval[[]string](tab.view, fmt.Sprintf(
		`[...document.querySelectorAll("h1, h2, p, li, dt, dd, span, a, button, label, select, input, summary")]
		.filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.textContent.trim())
		.filter((e) => parseFloat(getComputedStyle(e).fontSize) < %d)
		.map((e) => getComputedStyle(e).fontSize + ": " + e.outerHTML.slice(0, 90))`, leastText)) {
		tab.Errorf("%s in %s: less than %d pixels: %s", id, lang, leastText, e)
	}
	if !eval[bool](tab.view, needsNoScrolling) { // C-44
		tab.Errorf("%s in %s is %d pixels wide", id, lang, eval[int](tab.view, `document.documentElement.scrollWidth`))
	}
}
