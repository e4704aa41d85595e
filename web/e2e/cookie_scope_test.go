package e2e

import (
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

// Browsers treat hosts under .localhost as secure, so a page of these tests can set partitioned cookies without TLS.

func TestACookieThatItsDomainDoesNotCoverIsForTheHost(t *testing.T) {
	address := stage.Address(Page{Site: domainSite, Origin: stage.Abroad}) // the domain is yzj.localhost
	tab := openEmptyTab(t)
	tab.expectMessages("nod: cookie.domain yzj.localhost does not cover")
	tab.load(address)
	tab.wait(visible(banner))
	tab.click(rejectButton)
	tab.wait(`document.cookie.includes("nod=")`)
	if c := tab.cookie(consent.CookieName); c.Domain != "www.abroad.localhost" {
		t.Errorf("the cookie is for %s", c.Domain)
	}
	tab.wait(decisionIsSent)
	tab.load(address)
	tab.waitUntilIdle()
	tab.checkStates(denied, denied, denied)
	tab.check("!" + visible(banner))
	if n := len(tab.consoleMessages("nod:")); n != 1 {
		t.Errorf("%d warnings", n)
	}
}

func TestAFrameOfAnotherSiteKeepsItsAnswers(t *testing.T) {
	inner := stage.Address(Page{Body: `<p>Within</p>`})
	outer := stage.Address(Page{Origin: stage.Abroad, Tag: "<!-- no tag -->",
		Body: `<iframe title="Widget" src="` + inner + `" width="600" height="400"></iframe>`})
	tab := open(t, outer)
	frame := tab.waitForFrame(inner)
	frame.wait(visible(banner))
	frame.run(`nod.rejectAll()`)
	frame.wait(`document.cookie.includes("nod=")`)
	c := tab.cookie(consent.CookieName)
	if c.PartitionKey == nil || !c.Secure || c.SameSite != "None" {
		t.Errorf("the cookie is %+v", c)
	}
	frame.wait(decisionIsSent)
	tab.load(outer)
	frame = tab.waitForFrame(inner)
	frame.checkStates(denied, denied, denied)
	frame.check("!" + visible(banner))
}

func TestWithdrawalRemovesPartitionedCookies(t *testing.T) { // C-10
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(decisionIsSent)
	tab.run(`document.cookie = "_yzj_id=1;path=/;secure;samesite=none;partitioned";
		document.cookie = "_yzj_ses.1=1;path=/;domain=yzj.localhost;secure;samesite=none;partitioned"`)
	tab.check(`document.cookie.includes("_yzj_id") && document.cookie.includes("_yzj_ses")`)
	tab.run(`nod.withdraw("analytics")`)
	tab.check(`!document.cookie.includes("_yzj")`)
	tab.check(`nod.has("functional")`)
}

func TestCookiesWrittenAgainAreGoneBeforeTheNextPageUsesThem(t *testing.T) { // C-10
	tab := open(t, stage.Address(Page{Body: `<script type="text/plain" data-category="analytics">
		addEventListener("pagehide", () => document.cookie = "_yzj_id=1;path=/;max-age=9000")</script>`}))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(decisionIsSent)
	tab.run(`nod.withdraw("analytics")`)
	tab.load(stage.Address(Page{Head: `<script>window.early = document.cookie</script>`}))
	tab.check(`early.includes("nod=") && !early.includes("_yzj_id")`)
}
