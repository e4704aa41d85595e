package e2e

import (
	"strings"
	"testing"
)

// violations collects what the Content-Security-Policy blocks.
const violations = `window.violations = []; document.addEventListener("securitypolicyviolation",
	(e) => violations.push(e.effectiveDirective + " " + e.blockedURI + " " + e.sample))`

func TestTheBannerWorksUnderAStrictContentSecurityPolicy(t *testing.T) {
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
		{"with a nonce and strict-dynamic", Page{
			CSP: "default-src 'none'; script-src 'nonce-abc' 'strict-dynamic'" + rest, Tag: tag(`nonce="abc"`)}},
		{"with the server's origin", Page{CSP: "default-src 'none'; script-src " + stage.Consent + rest}},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := open(t, stage.Address(test.page), violations)
			tab.wait(visible(banner))
			tab.check(`getComputedStyle(` + banner + `).position == "fixed"`)
			tab.check(`getComputedStyle(` + acceptButton + `).minHeight == "48px"`)
			f := tab.clickPreferences()
			f.saveWith("analytics")
			tab.waitForStates(denied, granted, denied)
			tab.wait(visible(reopenButton) + " && nod.receipt()")
			tab.check(`getComputedStyle(` + reopenButton + `).position == "fixed"`)
			if all := eval[[]string](tab.view, `violations`); len(all) > 0 {
				t.Errorf("violations: %s", strings.Join(all, "; "))
			}
			if all := eval[[]string](f, `window.violations`); len(all) > 0 {
				t.Errorf("violations in the preferences: %s", strings.Join(all, "; "))
			}
			tab.run(`try { document.body.innerHTML = "<p>" } catch {}`) // the policy is in force
			tab.wait(`violations.length == 1`)
			tab.expectMessages("TrustedHTML")
		})
	}
}

func TestTaggedScriptsStartWhereTrustedTypesAreRequired(t *testing.T) {
	path := addScript(`ran.push("src")`)
	tab := open(t, stage.Address(Page{
		CSP: "script-src 'self' 'nonce-abc' " + stage.Consent + "; require-trusted-types-for 'script'; trusted-types nod",
		Body: `<script nonce="abc">window.ran = []</script>
			<script type="text/plain" data-category="analytics" data-src="` + path + `"></script>
			<script nonce="abc" type="text/plain" data-category="analytics">ran.push("inline")</script>`,
	}), violations)
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.checkRan("src", "inline")
	tab.check(`violations.length == 0`)
}

// With strict-dynamic, a tagged element that the browser would not run without us stays off: both markup that a
// script put in, and a tag without the nonce.
func TestATagDoesNotGetPastTheContentSecurityPolicy(t *testing.T) { // C-40
	evil := stage.Abroad + stage.File("text/javascript", `window.evil = 1`)
	p := Page{CSP: "script-src 'nonce-abc' 'strict-dynamic'; object-src 'none'; base-uri 'none'",
		Body: `<div id="u"></div><script type="text/plain" data-category="necessary" data-src="` + evil + `"></script>`}
	p.Tag = `<script nonce="abc" src="` + stage.Script(p) + `"></script>`
	tab := open(t, stage.Address(p))
	tab.expectMessages("has not the nonce")
	tab.waitForSecondHalf()
	tab.check(`!window.evil`)
	tab.run(`window.evil = 0;
		u.innerHTML = '<script type="text/plain" data-category="necessary" data-src="` + evil + `?2"></scr' + 'ipt>'`)
	tab.waitUntilIdle()
	tab.check(`!window.evil`)
}
