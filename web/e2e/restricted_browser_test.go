package e2e

import (
	"strings"
	"testing"
)

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

// violations collects what the page's policy stops.
const violations = `window.violations = []; document.addEventListener("securitypolicyviolation",
	(e) => violations.push(e.effectiveDirective + " " + e.blockedURI + " " + e.sample))`

func TestTheBannerLivesUnderAStrictPolicy(t *testing.T) {
	rest := "; style-src 'none'; img-src data:; connect-src " + stage.Consent + "; frame-src " + stage.Consent +
		"; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types nod"
	tag := func(attributes string) string {
		return `<script ` + attributes + ` src="` + stage.Script(Page{}) + `"></script>`
	}
	for _, test := range []struct {
		name string
		page Page
	}{
		{"with a nonce", Page{CSP: "default-src 'none'; script-src 'nonce-abc'" + rest, Tag: tag(`nonce="abc"`)}},
		{"with a nonce and strict-dynamic", Page{CSP: "default-src 'none'; script-src 'nonce-abc' 'strict-dynamic'" + rest,
			Tag: tag(`nonce="abc"`)}},
		{"with the server's origin", Page{CSP: "default-src 'none'; script-src " + stage.Consent + rest}},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := open(t, stage.Address(test.page), violations)
			tab.until(visible(banner))
			tab.is(`getComputedStyle(` + banner + `).position == "fixed" && getComputedStyle(` + agree + `).minHeight == "44px"`)
			tab.click(preferences)
			f := tab.opened()
			f.takenOver()
			f.click(element("#nod-analytics"))
			f.click(element("footer [value=save]"))
			tab.untilStands(denied, granted, denied)
			tab.until(visible(wayBack) + " && nod.receipt()")
			tab.is(`getComputedStyle(` + wayBack + `).position == "fixed"`)
			if all := eval[[]string](tab.view, `violations`); len(all) > 0 {
				t.Errorf("violations: %s", strings.Join(all, "; "))
			}
			if all := eval[[]string](f, `window.violations`); len(all) > 0 {
				t.Errorf("violations in the centre: %s", strings.Join(all, "; "))
			}
			tab.run(`try { document.body.innerHTML = "<p>" } catch {}`) // the policy is in force
			tab.until(`violations.length == 1`)
			tab.expects("TrustedHTML")
		})
	}
}

func TestTaggedScriptsStartWhereTrustedTypesAreRequired(t *testing.T) {
	path := script(`ran.push("src")`)
	tab := open(t, stage.Address(Page{
		CSP: "script-src 'self' 'nonce-abc' " + stage.Consent + "; require-trusted-types-for 'script'; trusted-types nod",
		Body: `<script nonce="abc">window.ran = []</script><script type="text/plain" data-category="analytics" data-src="` +
			path + `"></script><script nonce="abc" type="text/plain" data-category="analytics">ran.push("inline")</script>`,
	}), violations)
	tab.until(visible(banner))
	tab.click(agree)
	tab.ran("src", "inline")
	tab.is(`violations.length == 0`)
}
