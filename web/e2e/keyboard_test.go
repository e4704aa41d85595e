package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp/kb"
)

// setFontSize sets the size of the browser's text in px, as a visitor does in its settings.
func (tab *Tab) setFontSize(px int64) {
	tab.Helper()
	call(tab, page.SetFontSizes, page.SetFontSizesParams{FontSizes: &page.FontSizes{Standard: px, Fixed: px}})
}

// isReachable is the JavaScript that is true if the element is in the window, with nothing above its middle.
func isReachable(e string) string {
	return `((e) => {
		const r = e.getBoundingClientRect(), at = e.getRootNode().elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
		return !!at && (e.contains(at) || at.contains(e));
	})(` + e + `)`
}

// findHiddenStops is the JavaScript of the elements of the preferences that nobody sees when they have the focus.
var findHiddenStops = `[...document.querySelectorAll(
		"main :is(summary, button, input, a), #nod-policy > details > summary")]
	.filter((e) => e.checkVisibility() && e.tabIndex >= 0).flatMap((e) => {
		e.focus();
		return ` + isReachable("e") + ` ? [] : [(e.id || e.textContent.slice(0, 40)) + " at " + e.getBoundingClientRect().y];
	})`

func TestTheFocusIsVisibleInThePreferences(t *testing.T) { // WCAG 2.2, 2.4.11
	for _, size := range [][3]int64{{640, 360, 16}, {640, 400, 16}, {320, 480, 16}, {320, 640, 16}, {1280, 800, 16},
		{640, 720, 32}, {1280, 800, 32}} {
		tab := openEmptyTab(t)
		tab.setSize(size[0], size[1])
		tab.setFontSize(size[2])
		check := func(place string, v view) {
			for _, stop := range eval[[]string](v, findHiddenStops) {
				t.Errorf("%s at %v hides %s", place, size, stop)
			}
		}
		tab.load(centreAddress())
		tab.waitForWebAssembly()
		check("the page", tab.view)
		tab.load(stage.Address(Page{}))
		check("the dialog", tab.openPreferences())
	}
}

func TestThePreferencesKnowTheLastChoiceWithoutAHostPage(t *testing.T) {
	tab := open(t, centreAddress())
	tab.waitForWebAssembly()
	tab.saveWith("analytics")
	tab.wait(`location.search.includes("saved") && document.readyState == "complete"`)
	count := element("#nod-decided .count") + `.textContent`
	before := eval[string](tab.view, count)
	if !strings.HasPrefix(before, "1 of ") {
		t.Errorf("the server says %q", before)
	}
	tab.waitForWebAssembly()
	tab.check(visible(element("#nod-withdraw")))
	tab.check(count + fmt.Sprintf(" == %q", before))
}

func TestThePolicyIsUncoveredWhenTheFocusComesToIt(t *testing.T) { // WCAG 2.2, 2.4.11
	tab := openEmptyTab(t)
	tab.setSize(1280, 800)
	tab.load(centreAddress())
	tab.waitForWebAssembly()
	details := `document.querySelector("#nod-analytics").closest("li").querySelector("details")`
	first := element("#nod-policy > details > summary")
	tab.run(details + `.querySelector("summary").focus()`)
	tab.press(kb.Enter)
	tab.wait(details + `.open`)
	tab.tabTo(`document.activeElement == ` + first)
	tab.wait(isReachable(first))
	tab.check("!" + details + `.open`)
}

func TestTheFiltersOfAListFitBesideThePreferences(t *testing.T) {
	tab := openEmptyTab(t)
	tab.setSize(1280, 900)
	tab.load(centreAddress())
	tab.run(`for (const d of document.querySelectorAll("#nod-policy > details")) d.open = true`)
	tab.wait(`document.querySelectorAll("#nod-policy .filter").length > 1`)
	tab.check(`[...document.querySelectorAll("#nod-policy .filter :is(select, input)")].every((e) =>
		e.getBoundingClientRect().right <= e.closest(".filter").getBoundingClientRect().right + 1)`)
}

func TestAListOfLargeTextHasNoNarrowColumns(t *testing.T) { // C-44
	tab := openEmptyTab(t)
	tab.setSize(1280, 800)
	tab.setFontSize(32)
	tab.load(stage.Consent + "/yunzhijia/lists/sdks?lang=en")
	tab.check(`[...document.querySelectorAll(".entry > dl > div")].every((e) =>
		!e.checkVisibility() || e.offsetWidth > 150)`)
}

func TestTheFocusIsVisibleInAPlaceholder(t *testing.T) { // WCAG 2.2, 2.4.11
	tab := openEmptyTab(t)
	tab.setSize(360, 740)
	tab.load(stage.Address(Page{Site: gateSite, Body: `<p style="height: 400px">Words</p><iframe width="300" height="300"
		data-category="functional" data-service="help-chat" data-src="` + stage.Helper + `/chat"></iframe>`}))
	tab.wait(visible(banner) + " && " + visible(placeholder(".once")))
	tab.tabTo(`document.activeElement.shadowRoot?.activeElement?.matches(".once")`)
	tab.wait(`((r, b) => r.top >= 0 && r.bottom <= b.top)(` + placeholder(".once") + `.getBoundingClientRect(), ` +
		banner + `.getBoundingClientRect())`)
	tab.check(placeholder(".placeholder") + `.style.cssText == ""`)
}

// openReloadNotice opens a page of 320 px, whose script ran and was refused afterwards.
func openReloadNotice(t *testing.T, prepare func(*Tab)) *Tab {
	t.Helper()
	tab := openEmptyTab(t)
	tab.setSize(320, 640)
	tab.load(stage.Address(Page{Body: `<script>window.ran = []</script>` + tagged("", `ran.push("inline")`) +
		strings.Repeat(`<p><button>One</button></p>`, 30)}))
	tab.click(acceptButton)
	tab.waitForRan("after the answer", "inline")
	tab.wait(decisionIsSent)
	prepare(tab)
	tab.run(`nod.withdraw()`)
	tab.wait(visible(nodElement("#nod-reload")))
	return tab
}

func TestTheReloadNoticeDoesNotCoverTheFocusedElement(t *testing.T) { // WCAG 2.2, 2.4.11
	tab := openReloadNotice(t, func(*Tab) {})
	tab.check(`[...document.querySelectorAll("button")].every((e) => (e.focus(), ` + isReachable("e") + `))`)
	tab.run(nodElement("#nod-reload .later") + `.focus()`)
	tab.press(kb.Enter)
	tab.wait("!" + visible(nodElement("#nod-reload")))
	tab.wait(`document.activeElement.matches("p > button")`) // had the focus before
	tab.check(`document.documentElement.style.paddingBottom == ""`)
}

func TestTheReloadNoticeMakesRoomInThePreferences(t *testing.T) { // WCAG 2.2, 2.4.11
	tab := openReloadNotice(t, func(tab *Tab) {
		tab.openPreferences()
		tab.wait(dialog + `.matches(":modal")`)
	})
	tab.check(`((f, n) => f.height > 100 && f.bottom <= n.top + 1)(` +
		nodElement("iframe") + `.getBoundingClientRect(), ` + nodElement("#nod-reload") + `.getBoundingClientRect())`)
	tab.run(nodElement("#nod-reload .later") + `.focus()`)
	tab.press(kb.Enter)
	tab.wait(focusedElement + `?.matches("iframe")`)
}

func TestTheFocusGoesToTheHeadingAfterAWithdrawal(t *testing.T) {
	runInBothForms(t, func(t *testing.T, mode formMode) {
		tab := open(t, stage.Address(Page{}))
		tab.wait(visible(banner))
		tab.run(`nod.acceptAll()`)
		tab.click(reopenButton)
		f := mode.waitForPreferences(tab)
		f.run(element("#nod-withdraw") + `.focus()`)
		f.run(`addEventListener("focusout", (e) => (window.next = e.relatedTarget?.localName || "nothing"))`)
		tab.press(kb.Enter)
		f.wait("!" + visible(element("#nod-withdraw")))
		f.wait(`window.next == "h1" && document.activeElement.matches("h1")`) // at once
	})
}

func TestTheFirstLaunchSaysWhereTheFocusIs(t *testing.T) { // C-42
	tab := openEmptyTab(t)
	tab.setSize(360, 640)
	tab.addInitScripts(appScript(helloMessage))
	tab.load(launchAddress(""))
	tab.agreeAsAdult()
	isNamed := func(id string) string {
		return `document.title == document.querySelector("#nod-` + id + ` h1")?.textContent`
	}
	tab.check(isNamed("menu"))
	link := element("#nod-menu [data-page='lists/permissions']")
	tab.run(link + `.focus()`)
	tab.press(kb.Enter)
	tab.wait(onScreen("reader") + ` && document.querySelector("#nod-reader .list")`)
	tab.wait(isNamed("reader") + ` && document.activeElement.matches("#nod-reader h1")`)
	tab.check(`document.querySelector("#nod-reader").getAttribute("aria-label") == document.title`)
	tab.run(`scrollTo(0, 300)`)
	tab.goBack()
	tab.wait(onScreen("menu") + ` && document.activeElement == ` + link)
	tab.check(isReachable(link))
	tab.check(isNamed("menu"))
	tab.run(action("withdraw") + `.focus()`)
	tab.press(kb.Enter)
	tab.wait(`document.activeElement.id == "nod-saved" && ` + isReachable(element("#nod-saved")))
}
