package e2e

import "testing"

func TestTheBannerWorksWithoutOptionalBrowserFeatures(t *testing.T) { // C-40
	const throws = `{ get() { throw new DOMException("blocked", "SecurityError") },
		set() { throw new DOMException("blocked", "SecurityError") } }`
	for name, script := range map[string]string{
		"all storage is blocked": `for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
			Object.defineProperty(window, name, ` + throws + `)`,
		"localStorage is full": `Storage.prototype.setItem =
			() => { throw new DOMException("full", "QuotaExceededError") }`,
		"localStorage is null": `Object.defineProperty(window, "localStorage", { get: () => null })`,
		"cookies are blocked":  `Object.defineProperty(Document.prototype, "cookie", ` + throws + `)`,
		"cookies are dropped":  `Object.defineProperty(Document.prototype, "cookie", { get: () => "", set() {} })`,
		"an older browser": `delete Crypto.prototype.randomUUID; delete window.requestIdleCallback;
			delete window.BroadcastChannel; delete AbortSignal.timeout;
			window.CSSStyleSheet = function () { throw new TypeError("Illegal constructor") };
			delete ShadowRoot.prototype.adoptedStyleSheets`,
	} {
		t.Run(name, func(t *testing.T) {
			stage.host.overrideWith(t, answerGatedFiles)
			tab := open(t, stage.Address(Page{Body: taggedMarkup}), "if (parent == window) {"+script+"}")
			tab.wait(visible(banner))
			tab.check(`getComputedStyle(` + banner + `).position == "fixed"`)
			tab.waitForSecondHalf() // it still loads
			tab.click(acceptButton)
			tab.wait("!" + visible(banner))
			tab.checkStates(granted, granted, granted)
			tab.checkRan("inline")
			waitFor(t, "the decision", func() bool {
				return len(stage.consent.requests(postDecision)) == 1
			})
			tab.run(`document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))`)
			tab.checkStates(granted, granted, granted) // the decision holds for the page
			tab.click(reopenButton)
			tab.waitForPreferences().click(element("#nod-withdraw"))
			tab.waitForStates(denied, denied, denied)
		})
	}
}
