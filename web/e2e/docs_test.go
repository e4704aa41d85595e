package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// The documentation is searched in the browser, by keyboard, under its own Content-Security-Policy. It is accessible
// with the results open, and fits a narrow screen.
func TestTheDocumentationIsSearchedInTheBrowser(t *testing.T) { // C-42, C-44
	tab := openEmptyTab(t)
	const results = `document.querySelectorAll(".docs-search .results a")`
	for page, test := range map[string]struct{ query, leadsTo string }{
		"/docs/":                  {"rotate", "/docs/guides/rotate-the-key"},
		"/docs/zh-CN/quick-start": {"百度统计", "/docs/zh-CN/guides/baidu-tongji"},
	} {
		tab.load(stage.Consent + page)
		tab.click(element(".docs-search input"))
		tab.press(strings.Split(test.query, "")...)
		tab.wait(results + `.length > 0 && ` + results + `[0].pathname.startsWith("` + test.leadsTo + `")`)
		tab.check(`document.querySelector(".docs-search [role=status]").textContent != ""`)
		accessibilityCheck{tab: tab, axe: readAxe(t)}.addAxe(tab.view)
		tab.checkAccessibility(allRules)
		tab.setSize(320, 640)
		tab.check(needsNoScrolling)
		tab.press("\r")
		tab.wait(`location.pathname.startsWith("` + test.leadsTo + `") && document.readyState == "complete"`)
		tab.setSize(1280, 800)
	}
	tab.check(`!document.cookie && !localStorage.length`)
}

func TestAWideTableOfTheDocumentationScrollsByKeyboard(t *testing.T) { // C-44
	const stops = `document.querySelectorAll(".table[tabindex]")`
	tab := openEmptyTab(t)
	tab.setSize(320, 640)
	tab.load(stage.Consent + "/docs/api")
	tab.wait(stops + `.length > 0`)
	tab.check(`document.querySelectorAll(".table > table").length > ` + stops + `.length`) // not those that fit
	accessibilityCheck{tab: tab, axe: readAxe(t)}.addAxe(tab.view)
	tab.checkAccessibility(allRules)
	tab.check(needsNoScrolling)
	tab.tabTo(`document.activeElement.matches(".table")`)
	tab.press(kb.ArrowRight)
	tab.wait(`document.activeElement.scrollLeft > 0`)
	tab.setSize(1440, 800)
	tab.wait(`!` + stops + `.length`)
}
