//go:build full

package e2e

import "testing"

// What differs between engines: cookies, the storage of a tab, and functions that a page replaced.
func TestDecisionsArriveInOtherBrowsers(t *testing.T) { // C-10, C-40
	runInOtherBrowsers(t, func(t *testing.T, page otherBrowser, _ []string) {
		address := stage.Address(Page{})
		page.load(address)
		page.wait(visible(banner))
		page.run(`Array.prototype.toJSON = () => "odd"; nod.acceptAll(); delete Array.prototype.toJSON`)
		page.wait(decisionIsSent)
		page.run(`document.cookie = "_yzj_id=1;path=/;max-age=9000"; nod.withdraw("analytics");
			document.cookie = "_yzj_id=2;path=/;max-age=9000"`)
		page.wait(decisionIsSent)
		page.load(stage.Address(Page{Head: `<script>window.early = document.cookie</script>`}))
		page.wait(`early.includes("nod=") && !early.includes("_yzj_id") && !nod.has("analytics") && nod.has("functional")`)

		planted := makeCookie(grantAll(today()))
		page.run(`document.cookie = "nod=` + planted + `;path=/;domain=yzj.localhost";
			document.cookie = "nod=;path=/;max-age=0"`)
		page.load(address)
		page.wait(`nod.answers().analytics == "denied"`)

		page.load(stage.Address(Page{Site: domainSite, Origin: stage.Abroad}))
		page.wait(visible(banner))
		page.run(`nod.rejectAll()`)
		page.wait(`document.cookie.includes("nod=")`)
	})
}
