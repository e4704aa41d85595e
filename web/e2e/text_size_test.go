package e2e

import "testing"

// The type scale begins at 13 px. Sizes that multiply, such as .875em in a cell of .875rem, would be below it.
func TestNoTextOfOurPagesIsBelowTheSmallestSize(t *testing.T) {
	tab := openEmptyTab(t)
	tab.expectMessages("404 (Not Found)")
	for _, page := range []string{
		"/yunzhijia/?lang=en", "/yunzhijia/policy?lang=en&q=cookie", "/yunzhijia/preferences?lang=en",
		"/yunzhijia/lists/sdks?lang=en", "/yunzhijia/lists/purposes?lang=en", "/yunzhijia/receipt?lang=en",
		"/yunzhijia/records?lang=en", "/yunzhijia/rights?lang=en", "/docs/", "/docs/claims", "/docs/guides/react", "/nowhere",
	} {
		tab.load(stage.Consent + page)
		tab.run(openDetails)
		for _, small := range eval[[]string](tab.view, `[...document.querySelectorAll("body *")]
			.filter((e) => [...e.childNodes].some((n) => n.nodeType == Node.TEXT_NODE && n.data.trim()))
			.filter((e) => e.checkVisibility({ visibilityProperty: true }) && parseFloat(getComputedStyle(e).fontSize) < 13)
			.map((e) => getComputedStyle(e).fontSize + ": " + e.outerHTML.slice(0, 90))`) {
			t.Errorf("%s: %s", page, small)
		}
	}
}
