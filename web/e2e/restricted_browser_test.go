package e2e

import "testing"

func TestBrowsersThatLackOrBlockThingsAskAllTheSame(t *testing.T) { // C-40
	throws := `{ get() { throw new DOMException("blocked", "SecurityError") }, set() {
		throw new DOMException("blocked", "SecurityError") } }`
	for name, script := range map[string]string{
		"localStorage is blocked": `Object.defineProperty(window, "localStorage", ` + throws + `)`,
		"all storage is blocked": `for (const s of ["localStorage", "sessionStorage", "indexedDB",
			"caches"]) Object.defineProperty(window, s, ` + throws + `)`,
		"localStorage is full": `Storage.prototype.setItem = () => {
			throw new DOMException("full", "QuotaExceededError") }`,
		"localStorage is null":   `Object.defineProperty(window, "localStorage", { get: () => null })`,
		"cookies are blocked":    `Object.defineProperty(Document.prototype, "cookie", ` + throws + `)`,
		"cookies are dropped":    `Object.defineProperty(Document.prototype, "cookie", { get: () => "", set() {} })`,
		"no crypto.randomUUID":   `delete Crypto.prototype.randomUUID`,
		"no requestIdleCallback": `delete window.requestIdleCallback`,
		"no BroadcastChannel":    `delete window.BroadcastChannel`,
		"no constructed style sheets": `window.CSSStyleSheet = function () { throw new TypeError("Illegal constructor") };
			delete ShadowRoot.prototype.adoptedStyleSheets`,
		"no AbortSignal.timeout": `delete AbortSignal.timeout`,
	} {
		t.Run(name, func(t *testing.T) {
			stage.host.answer(t, gatedFiles)
			tab := open(t, stage.Address(Page{Body: tagged}), "if (parent == window) {"+script+"}")
			tab.until(visible(banner))
			tab.is(`getComputedStyle(` + banner + `).position == "fixed"`)
			tab.whole() // it still comes
			tab.click(agree)
			tab.until("!" + visible(banner))
			tab.stands(granted, granted, granted)
			tab.ran("inline")
			eventually(t, "the decision", func() bool {
				return len(stage.consent.requests("POST "+
					"/v1/"+siteID+"/decisions")) == 1
			})
			tab.run(`document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))`)
			tab.stands(granted, granted, granted) // it holds for the page
			tab.click(wayBack)
			tab.opened().click(element("#nod-withdraw"))
			tab.untilStands(denied, denied, denied)
		})
	}
}
