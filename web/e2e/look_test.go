package e2e

import (
	"fmt"
	"testing"
)

// hasSixSizes is the JavaScript of the elements whose own text has a size that the interface does not use, or that is
// too small to read easily. The mark on the reopen button repeats its title.
const hasSixSizes = `((root) => [...root.querySelectorAll("*")].filter((e) =>
	e.checkVisibility() && !e.matches(".mark") && [...e.childNodes].some((n) => n.nodeType == 3 && n.data.trim()) &&
	![14, 16, 18, 22, 28].includes(Math.round(parseFloat(getComputedStyle(e).fontSize) * 10) / 10))
	.map((e) => getComputedStyle(e).fontSize + " " + e.outerHTML.slice(0, 90)))`

// smallTargets is the JavaScript of the controls that are lower or narrower than 44 px. A switch has a larger area to
// press than what is drawn, and a link within a line of text is as high as the line; the links of a first layer are not
// within one.
const smallTargets = `((root) => [
	...root.querySelectorAll("button, summary, select, input:not([type=hidden], .of), .menu a, .links a")]
	.filter((e) => e.checkVisibility({ visibilityProperty: true })).filter((e) => {
		const area = e.matches(".switch") ? 16 : 0, b = e.getBoundingClientRect();
		return b.width + area < 44 || b.height + area < 44;
	}).map((e) => e.getBoundingClientRect().height + " " + e.outerHTML.slice(0, 90)))`

// checkSizes checks the sizes of texts and targets within an element.
func (v view) checkSizes(t *testing.T, what, e string) {
	t.Helper()
	for _, found := range eval[[]string](v, hasSixSizes+`(`+e+`)`) {
		t.Errorf("%s: text of another size: %s", what, found)
	}
	for _, found := range eval[[]string](v, smallTargets+`(`+e+`)`) {
		t.Errorf("%s: a target below 44 px: %s", what, found)
	}
}

func TestEachSurfaceHasReadableTextAndLargeTargets(t *testing.T) { // C-45
	tab := openEmptyTab(t)
	tab.setSize(390, 844)
	tab.load(stage.Address(Page{Lang: "zh-CN"}))
	tab.wait(visible(banner))
	tab.checkSizes(t, "the banner", banner)
	tab.check(banner + `.getBoundingClientRect().height <= 320`)
	tab.check(`((words) => words.scrollHeight <= words.clientHeight)(` + banner + `.querySelector(".words"))`)
	f := tab.clickPreferences()
	open := func(details string) string {
		return `for (const d of document.querySelectorAll("#nod-centre ` + details + `")) d.open = true`
	}
	f.run(open("details:not(.separate)"))
	f.checkSizes(t, "the preferences", `document.querySelector("#nod-centre")`)
	f.run(open(".separate"))
	f.checkSizes(t, "what is asked separately", `document.querySelector("#nod-centre")`)
	f.click(element(".separate > summary"))
	f.click(element("[value=reject_all]"))
	tab.wait(visible(savedNotice))
	tab.checkSizes(t, "the notice", savedNotice)
	tab.checkSizes(t, "the reopen button", reopenButton+`.parentNode`)

	tab.load(stage.Consent + "/yunzhijia/first-launch?platform=android&lang=zh-CN")
	tab.click(action("agree"))
	tab.click(action("adult"))
	tab.wait(element("#nod-q-camera"))
	for _, id := range eval[[]string](tab.view, `[...document.querySelectorAll(".screen")].map((s) => s.id)`) {
		tab.run(`for (const s of document.querySelectorAll(".screen")) s.hidden = s.id != "` + id + `"`)
		tab.checkSizes(t, id, element("#"+id))
	}
}

// savedNotice is the JavaScript of the button of the notice that a choice was saved.
var savedNotice = nodElement(".saved.shown")

func TestARowOfThePreferencesIsLowAndItsDetailsAreBesideTheList(t *testing.T) {
	tab := openEmptyTab(t)
	tab.setSize(1440, 900)
	tab.load(stage.Address(Page{Lang: "zh-CN"}))
	f := tab.clickPreferences()
	for _, id := range []string{"functional", "analytics"} {
		height := eval[float64](f, element("[data-id="+id+"]")+`.getBoundingClientRect().height`)
		if height < 64 || height > 72 {
			t.Errorf("the row of %s is %g px high", id, height)
		}
	}
	f.click(element("[data-id=functional] summary .sum"))
	f.click(element("[data-id=analytics] summary .sum"))
	f.wait(`document.querySelectorAll(".purpose details[open]").length == 1`) // one at a time
	f.wait(element("[data-id=analytics] .part dl"))
	f.check(`(() => {
		const list = document.querySelector(".optional").getBoundingClientRect();
		const detail = document.querySelector("[data-id=analytics] .detail").getBoundingClientRect();
		return detail.left >= list.right && detail.right <= innerWidth &&
			Math.abs(detail.bottom - document.querySelector("footer").getBoundingClientRect().top) <= 2;
	})()`)
	f.click(element("[data-id=analytics] summary .sum"))
	f.wait(`!document.querySelector(".purpose details[open]")`)
	f.click(element("#nod-policy summary")) // the policy and its lists are there again
}

func TestWhatIsAskedSeparatelyIsAPageOfItsOwn(t *testing.T) {
	const others = `[...document.querySelectorAll(".decided, .intro, .optional, .always, footer button[value$=_all]")]
		.filter((e) => e.checkVisibility()).length`
	for _, width := range []int64{390, 1440} {
		t.Run(fmt.Sprintf("in a window of %d px", width), func(t *testing.T) {
			tab := openEmptyTab(t)
			tab.setSize(width, 800)
			tab.load(stage.Address(Page{Lang: "zh-CN"}))
			f := tab.clickPreferences()
			f.wait(others + ` > 3`)
			f.click(element(".separate > summary"))
			f.wait(others + ` == 0`)
			f.check(`document.querySelector(".separate > summary").getBoundingClientRect().top <
				document.querySelector("header").getBoundingClientRect().bottom + 40`)
			f.click(element("#nod-kingdee"))
			f.click(element(".separate > summary"))
			f.wait(others + ` > 3`)
			f.wait(visible(element(".separate > summary")))
			f.check(`!document.querySelector("#nod-kingdee").checkVisibility()`)
			f.click(element("footer button[value=save]")) // keeps what was switched on that page
			tab.wait(`nod.has("kingdee")`)
		})
	}
}

func TestEachJobTakesFewClicks(t *testing.T) { // C-09, C-48
	clicks := 0
	click := func(v view, e string) {
		clicks++
		v.click(e)
	}
	check := func(job string, want int) {
		t.Helper()
		if clicks != want {
			t.Errorf("%s: %d clicks; want %d", job, clicks, want)
		}
		clicks = 0
	}
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.check(banner + `.querySelector("a[href^='mailto:'], a[href^='tel:']").checkVisibility()`) // contact: 1
	tab.run(`window.shifts = []; new PerformanceObserver((l) => shifts.push(...l.getEntries().map((e) => e.value + " " +
			e.sources.map((s) => s.node?.outerHTML?.slice(0, 60)))))
		.observe({ type: "layout-shift", buffered: true })`)

	click(tab.view, banner+`.querySelector("a[data-page]")`)
	w := tab.waitForWindow("/policy")
	click(w.view, element(`a[href*="lists/sdks"]`))
	w.wait(`location.pathname.endsWith("/lists/sdks")`)
	check("read the list of SDKs", 2)

	click(tab.view, rejectButton)
	tab.waitForStates(denied, denied, denied)
	check("refuse", 1)

	tab.wait(visible(savedNotice))
	click(tab.view, savedNotice+`.querySelector("button")`) // "Change"
	f := tab.waitForPreferences()
	tab.check("!" + visible(savedNotice))
	click(f, element("#nod-analytics"))
	click(f, element("footer button[value=save]"))
	tab.waitForStates(denied, granted, denied)
	check("decide one purpose", 3)

	click(tab.view, reopenButton)
	f = tab.waitForPreferences()
	click(f, element("#nod-withdraw"))
	tab.waitForStates(denied, denied, denied)
	check("withdraw", 2)
	f.click(element("#nod-close"))
	tab.wait("!" + dialogIsOpen)

	tab.wait(`nod.receipt()`)
	click(tab.view, reopenButton)
	f = tab.waitForPreferences()
	click(f, element("#nod-policy .check a"))
	tab.waitForWindow("/receipt").wait(`document.querySelector("#nod-result .good")`)
	check("check the own receipt", 2)
	for _, shift := range eval[[]string](tab.view, `shifts`) {
		t.Errorf("something moved: %s", shift)
	}
}
