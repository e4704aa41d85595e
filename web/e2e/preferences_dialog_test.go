package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp/kb"

	"github.com/nod-consent/nod/app/consent"
)

// The preferences are drawn at once, in the dialog on the host page; the frame comes later.
var (
	pane       = inBanner(".preferences")
	unhurried  = `{ const real = setTimeout; setTimeout = (f, ms, ...more) => real(f, ms == 3000 ? 6e5 : ms, ...more) }` // a frame that is held back is not taken for blocked
	paneSwitch = func(id string) string { return inBanner("#nod-form-" + id) }
)

// slowly opens the preferences of a page while their frame is held back.
func slowly(t *testing.T, p Page, prepare func(*Tab)) (tab *Tab, release func()) {
	t.Helper()
	release = hold(t, "/preferences")
	tab = arrive(t)
	tab.first("if (parent == window) " + unhurried)
	if prepare != nil {
		prepare(tab)
	}
	tab.load(stage.Address(p))
	tab.until(visible(banner))
	tab.click(preferences)
	tab.until(dialog + shown + " && " + visible(pane) + " && !!" + inBanner("iframe"))
	return tab, release
}

func TestTheFrameTakesThePlaceOfWhatWasDrawnFirstUnnoticed(t *testing.T) { // C-44, C-62
	for _, test := range []struct {
		name, lang string
		width      int64
		dark       bool
	}{
		{"Chinese", "zh-CN", 1280, false},
		{"English, dark", "en", 1280, true},
		{"from right to left on a small screen", "ar", 390, false},
		{"English at 320 pixels", "en", 320, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab, release := slowly(t, Page{Lang: test.lang}, func(tab *Tab) {
				tab.size(test.width, 800)
				if test.dark {
					tab.dark()
				}
			})
			before := tab.shot()
			release()
			tab.opened()
			if n := differing(before, tab.shot()); n != 0 {
				t.Errorf("%d pixels differ", n)
			}
			tab.run(`Object.assign(` + inBanner("iframe") + `.style, { top: "1px" })`) // the measure could fail
			if differing(before, tab.shot()) == 0 {
				t.Error("no pixel differs after the frame has moved")
			}
		})
	}
}

func TestWhatWasDoneBeforeTheFrameCameStaysDone(t *testing.T) {
	for _, where := range []string{stage.Host, stage.Abroad} {
		t.Run(where[len("http://"):len("http://")+7], func(t *testing.T) {
			tab, release := slowly(t, Page{Origin: where}, nil)
			tab.click(paneSwitch("analytics"))
			tab.click(`[...` + pane + `.querySelectorAll("summary")].find((s) => s.closest("li").querySelector("#nod-form-analytics"))`)
			tab.click(paneSwitch("performance"))
			tab.is(paneSwitch("analytics") + ".checked && " + paneSwitch("usage-stats") + ".checked && !" + paneSwitch("performance") + ".checked")
			tab.run(`Object.assign(` + pane + `, { scrollTop: 180 })`)
			tab.until(focused + " == " + paneSwitch("performance"))
			release()
			f := tab.frame("/preferences")
			tab.until("!" + visible(pane))
			f.until(`document.activeElement.id == "nod-performance"`)
			f.is(`[...document.querySelectorAll("input:checked:enabled")].map((c) => c.name).join() == "analytics,usage-stats"`)
			f.is(`scrollY == 180 && document.querySelectorAll("#nod-centre details[open]").length == 1`)
			f.until(`document.querySelector("details[open] .part").firstChild`)
			f.click(element("footer [value=save]"))
			tab.untilStands(denied, granted, denied)
			tab.is(`nod.has("usage-stats") && !nod.has("performance")`)

			tab.click(wayBack) // the frame is there now, and begins anew
			f = tab.opened()
			f.is(`[...document.querySelectorAll("input:checked:enabled")].map((c) => c.name).join() == "analytics,usage-stats"`)
		})
	}
}

func TestAChoiceDoesNotWaitForTheFrame(t *testing.T) { // C-37
	for _, test := range []struct {
		name   string
		choose func(*Tab)
		want   string
	}{
		{"save", func(tab *Tab) { tab.click(paneSwitch("beacons")); tab.click(inBanner("dialog [value=save]")) }, "save: functional=denied analytics=denied beacons=granted"},
		{"agree to all", func(tab *Tab) { tab.click(inBanner("dialog [value=accept_all]")) }, "accept_all: functional=granted analytics=granted beacons=granted"},
		{"refuse all", func(tab *Tab) { tab.click(inBanner("dialog [value=reject_all]")) }, "reject_all: functional=denied analytics=denied beacons=denied"},
		{"by the keyboard", func(tab *Tab) {
			tab.tabTo(focused + " == " + paneSwitch("functional"))
			tab.press(kb.Enter) // which sends no form
			tab.is(dialog + shown + " && " + paneSwitch("functional") + ".checked")
			tab.tabTo(focused + `?.value == "save"`)
			tab.press(kb.Enter)
		}, "save: functional=granted analytics=denied beacons=denied"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab, _ := slowly(t, Page{}, nil)
			test.choose(tab)
			tab.until("!" + dialog + shown + " && !" + visible(banner))
			tab.until(`nod.receipt()`)
			got := tab.receipt()
			if saying(got) != test.want || got.Presentation == "" || got.Presentation == consent.CustomPresentation {
				t.Errorf("record %s with the presentation %q; want %s", saying(got), got.Presentation, test.want)
			}
			tab.until(focused + " == " + wayBack)
		})
	}
}

func TestClosingWhatWasDrawnFirstIsNoAnswer(t *testing.T) { // C-04
	for name, leave := range map[string]func(*Tab){
		"Escape":           func(tab *Tab) { tab.press(kb.Escape) },
		"the close button": func(tab *Tab) { tab.click(paneSwitch("close")) },
	} {
		t.Run(name, func(t *testing.T) {
			tab, release := slowly(t, Page{}, nil)
			tab.click(paneSwitch("analytics"))
			leave(tab)
			tab.until("!" + dialog + shown)
			tab.until(focused + " == " + preferences)
			tab.stands(unasked, unasked, unasked)
			release()
			tab.click(preferences)
			tab.opened().is(`!document.querySelector("input:checked:enabled")`) // what was not saved is forgotten
			tab.is(`document.cookie == ""`)
		})
	}
}

func TestWithoutItsSecondHalfTheScriptKeepsTheChoice(t *testing.T) { // C-40
	stage.consent.answer(t, refusing("/assets/more."))
	address := stage.Address(Page{Body: tagged})
	stage.host.answer(t, gatedFiles)
	tab := arrive(t)
	tab.expects("Access-Control-Allow-Origin", "ERR_FAILED")
	tab.load(address)
	tab.until(visible(banner))
	tab.click(preferences) // not to be had: the banner asks
	tab.until(focused + " == " + banner)
	tab.click(agree)
	tab.until("!" + visible(banner))
	tab.stands(granted, granted, granted)
	tab.ran("inline")
	eventually(t, "the decision", func() bool { return len(stage.consent.requests("POST")) > 0 }) // sent, but not confirmed here
	tab.is(`nod.receipt() === null`)
	if n := len(tab.kept().Queue); n != 1 {
		t.Errorf("%d decisions wait", n)
	}

	stage.consent.set(nil)
	tab.load(address)
	tab.stands(granted, granted, granted)
	tab.until(emptyQueue + " && nod.receipt()")
	if all := tab.records(); len(all) != 1 {
		t.Errorf("%d records; want the one", len(all))
	}
}

func TestAChoiceIsSentAlsoWhenThePageIsLeftAtOnce(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<p>Left at once.</p>`}))
	tab.until(visible(banner))
	tab.run(`addEventListener("click", () => location.href = "about:blank")`)
	tab.click(agree)
	eventually(t, "the decision", func() bool { return len(stage.consent.requests("POST /v1/"+siteID+"/decisions")) == 1 })
	tab.load(stage.Address(Page{}))
	tab.stands(granted, granted, granted)
	tab.until(emptyQueue + " && nod.receipt()")
	if all := tab.records(); len(all) != 1 {
		t.Errorf("%d records; want the one", len(all))
	}
}

func TestTheSecondHalfComesOnlyWhereSomebodyIsAsked(t *testing.T) {
	halves := func() (n int) {
		for _, r := range stage.consent.requests("/assets/more.") {
			if strings.HasPrefix(r, http.MethodGet) {
				n++
			}
		}
		return n
	}
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.until(visible(banner))
	if n := halves(); n > 0 {
		t.Error("it came with the page")
	}
	tab.click(refuse)
	tab.until(emptyQueue + " && nod.receipt()")
	stage.consent.forget()
	tab.forgetRequests()
	tab.load(address)
	tab.settled()
	if n := len(tab.requests("/assets/")); n > 0 {
		t.Errorf("%d requests for it after the choice", n)
	}
}

func TestThePreferencesTakeTheLookOfThePage(t *testing.T) {
	tab, release := slowly(t, Page{Head: `<style>#nod { --nod-accent: rgb(10, 107, 79); --nod-radius: 3px; --nod-font: serif; --nod-text: url(https://evil.example/x); --nod-line: red; background: lime }</style>`}, nil)
	looks := `((e, b) => [getComputedStyle(e).color, getComputedStyle(b).borderRadius, getComputedStyle(b).fontFamily, getComputedStyle(b).borderTopColor].join())`
	before := eval[string](tab.view, looks+"("+pane+`.querySelector("summary"), `+inBanner("dialog [value=save]")+")")
	if !strings.HasPrefix(before, "rgb(10, 107, 79),3px,serif,rgb(255, 0, 0)") {
		t.Errorf("the pane looks %s", before)
	}
	release()
	f := tab.opened()
	if after := eval[string](f, looks+`(document.querySelector("summary"), document.querySelector("footer [value=save]"))`); after != before {
		t.Errorf("the pane looks %s, the frame %s", before, after)
	}
	f.is(`document.documentElement.style.getPropertyValue("--nod-text") == ""`) // only what a colour can be
	if n := len(tab.requests("evil.example")); n > 0 {
		t.Errorf("%d requests to what the page named", n)
	}
}

func TestWhoeverComesBackFindsTheLastChoiceBeforeTheFrameCame(t *testing.T) { // C-48
	tab := open(t, stage.Address(Page{}), "if (parent == window) "+unhurried)
	tab.until(visible(banner))
	tab.run(`nod.save({ functional: false, analytics: true, beacons: false })`)
	tab.until(`nod.receipt()`)
	release := hold(t, "/preferences")
	tab.click(wayBack)
	tab.until(dialog + shown + " && " + visible(pane) + " && !!" + inBanner("iframe"))
	tab.is(visible(paneSwitch("decided")) + " && " + visible(paneSwitch("receipt")) + " && " + visible(paneSwitch("withdraw")))
	tab.is(paneSwitch("analytics") + ".checked && !" + paneSwitch("beacons") + ".checked")
	const places = `((root) => [...root.querySelectorAll("[id$=-withdraw], [id$=-receipt], .switch")].map((e) => { const r = e.getBoundingClientRect(); return [r.x, r.y] }).join())`
	tab.run(`URL.createObjectURL = (blob) => { window.file = blob.text(); return "#" }`)
	tab.click(paneSwitch("receipt"))
	if !eval[bool](tab.view, `file.then((text) => JSON.parse(text).record.id == nod.receipt().record.id)`) {
		t.Error("the file holds another receipt")
	}
	before := eval[string](tab.view, places+"("+pane+")")
	release()
	f := tab.frame("/preferences")
	tab.until("!" + visible(pane))
	f.until(`document.activeElement.id == "nod-receipt"`)
	eventually(t, "everything in its place", func() bool {
		return eval[string](f, places+"(document)") == eval[string](tab.view, `((from, box) => from.split(",").map((n, i) => n - (i % 2 ? box.y : box.x)).join())(`+"`"+before+"`"+`, `+dialog+`.getBoundingClientRect())`)
	})
	tab.press(kb.Escape)
	tab.until("!" + dialog + shown)

	// Withdrawing does not wait either. In another language: the browser has the frame of this one in its cache.
	tab.load(stage.Address(Page{Lang: "zh-CN"}))
	hold(t, "/preferences")
	tab.click(wayBack)
	tab.click(paneSwitch("withdraw"))
	tab.untilStands(denied, denied, denied)
	tab.until("!" + dialog + shown)
}

func TestAWithdrawalElsewhereCountsInWhatIsOpen(t *testing.T) {
	tab := open(t, stage.Address(Page{}), "if (parent == window) "+unhurried)
	tab.until(visible(banner))
	tab.click(agree)
	tab.until(emptyQueue + " && nod.receipt()")
	release := hold(t, "/preferences")
	tab.click(wayBack)
	tab.until(dialog + shown + " && " + visible(pane) + " && !!" + inBanner("iframe"))
	tab.click(paneSwitch("beacons"))
	tab.run(`nod.withdraw("analytics")`)
	tab.until("!" + paneSwitch("analytics") + ".checked")
	tab.is(paneSwitch("functional") + ".checked && !" + paneSwitch("beacons") + ".checked")
	release()
	f := tab.frame("/preferences")
	tab.until("!" + visible(pane))
	f.is(`!document.querySelector("#nod-analytics").checked && document.querySelector("#nod-functional").checked && !document.querySelector("#nod-beacons").checked`)
	f.click(element("footer [value=save]"))
	tab.untilStands(granted, denied, denied)
}

func TestPreferencesThatComeAfterTheChoiceStayShut(t *testing.T) {
	release := hold(t, "/assets/more.")
	tab := open(t, stage.Address(Page{}))
	tab.until(visible(banner))
	tab.click(preferences)
	tab.click(refuse)
	tab.until("!" + visible(banner))
	release()
	tab.until(emptyQueue + " && nod.receipt()")
	tab.is("!" + dialog + shown + " && !" + visible(banner))
}

func TestWhatCouldNotBeClearedIsClearedFromTheNextPage(t *testing.T) { // C-10
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.until(visible(banner))
	tab.click(agree)
	tab.until(emptyQueue + " && nod.receipt()")
	stage.consent.answer(t, refusing("/assets/more."))
	call(tab, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	tab.expects("Access-Control-Allow-Origin", "ERR_FAILED")
	tab.load(address)
	tab.run(`document.cookie = "_yzj_id=1;path=/"; document.cookie = "own=1;path=/"; localStorage.setItem("yzj.stats.a", "1"); nod.withdraw("analytics")`)
	eventually(t, "the second half to be asked for", func() bool { return len(tab.said("ERR_FAILED")) > 0 })
	tab.is(`document.cookie.includes("_yzj_id=1")`)
	stage.consent.set(nil)
	tab.load(address)
	tab.until(`!document.cookie.includes("_yzj_id") && !localStorage.getItem("yzj.stats.a")`)
	tab.is(`document.cookie.includes("own=1") && !nod.has("analytics") && nod.has("functional")`)
}

func TestPreferencesThatWaitOutOfSightAreOutOfReach(t *testing.T) { // C-42, C-43
	for _, test := range []struct{ name, lang string }{{"from left to right", "en"}, {"from right to left", "ar"}} {
		t.Run(test.name, func(t *testing.T) {
			tab := arrive(t)
			tab.size(390, 700)
			tab.load(stage.Address(Page{Lang: test.lang}))
			tab.until(visible(banner))
			tab.run("document.documentElement.dir = '" + map[string]string{"ar": "rtl"}[test.lang] + "'")
			tab.run(banner + ".dispatchEvent(new PointerEvent('pointerover', { bubbles: true, composed: true }))")
			tab.until(dialog + "?.matches('.waiting[open]')")
			tab.is(dialog + ".getBoundingClientRect().right <= 0 && document.documentElement.scrollWidth <= innerWidth && " + inBanner(".scrim") + ".hidden")
			for range 40 { // more often than there are places to go to
				tab.press(kb.Tab)
				tab.is("!" + dialog + ".contains(" + dialog + ".getRootNode().activeElement)")
			}
			for _, where := range []string{"5, 5", "300, 5"} {
				tab.is("document.elementFromPoint(" + where + ").id != 'nod'")
			}
			if heard := strings.Join(tab.heard(), "\n"); strings.Contains(heard, "dialog ") || strings.Contains(heard, "switch ") {
				t.Errorf("a screen reader finds what waits: %s", heard)
			}
			// A button pressed and not let go on it opens nothing, and leaves nothing behind.
			tab.run(preferences + ".dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }))")
			tab.is("!" + dialog + ".inert")
			tab.run("dispatchEvent(new PointerEvent('pointercancel'))")
			tab.until(dialog + ".inert")
			tab.is("!" + dialog + shown)
		})
	}
}
