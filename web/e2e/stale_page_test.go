package e2e

import (
	"testing"

	"github.com/nod-consent/nod/app/policy"
)

// A page from a cache shows the previous version for a while. A decision there is stored under that version, and the
// next page shows the changes.
func TestADecisionOnAnOldPageNamesTheVersionThatWasShown(t *testing.T) {
	site := newVersionedSite(t, changeAddress)
	old := site.advanceTo(9)
	tab := open(t, old)
	tab.wait(visible(banner))
	site.advanceTo(10)
	tab.run(`{ const Real = Date; Date.now = () => Real.prototype.getTime.call(new Real()) + 864e5 }`)
	tab.click(acceptButton)
	tab.wait(`nod.receipt()`)
	tab.check(`nod.receipt().record.policy == "v1"`)
	tab.load(site.address(10))
	tab.wait(visible(banner) + ` && ` + understoodButton)
	tab.check(`nod.has("analytics")`)
}

// C-26
func TestAnOldScriptPreservesRefusalsOfANewerVersion(t *testing.T) {
	site := newVersionedSite(t, func(p *policy.Policy) {
		makeRequired(p)
		for i := range p.Purposes {
			if q := &p.Purposes[i]; q.ID == "functional" {
				q.Retention = localText("一年", "A year.")
			}
		}
	})
	tab := site.openAndKeepRefusal()
	site.advanceTo(9) // the server has the old script too
	tab.load(site.addressWithScriptOf(11, 9))
	tab.wait(`window.nod && nod.answers().functional`)
	tab.run(`nod.withdraw("analytics")`)
	tab.wait(`nod.receipt() && nod.receipt().record.action == "withdraw"`)
	tab.load(site.advanceTo(11))
	tab.wait(visible(reopenButton) + ` || ` + visible(banner))
	tab.check(`!nod.has("functional")`)
}

func TestABrowserWhoseClockIsBehindIsAskedOnce(t *testing.T) {
	site := newVersionedSite(t, changeAddress)
	site.advanceTo(11)
	address := site.addressWithScriptOf(9, 11)
	tab := open(t, address)
	tab.wait(visible(banner))
	tab.check(`!` + changesList)
	tab.click(acceptButton)
	tab.wait(`nod.receipt()`)
	tab.check(`!` + visible(banner) + ` && nod.receipt().record.policy == "v2"`)
	tab.load(address)
	tab.wait(visible(reopenButton))
	tab.check(`!` + visible(banner) + ` && nod.has("analytics")`)
}

// A version may be published after its date, and a page may stay open for long. The version that was shown counts, not
// the date.
func TestALateDecisionOnAnOldVersionIsAskedAgain(t *testing.T) {
	site := newVersionedSite(t, reduceRights)
	site.settings.Published = "v1"
	tab := open(t, site.advanceTo(15))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(hasReceiptOf("v1"))
	site.settings.Published = ""
	tab.load(site.advanceTo(16))
	tab.wait(visible(banner) + ` && ` + keepButton)
	tab.click(agreeToChangeButton)
	tab.wait(hasReceiptOf("v2"))
	tab.load(site.address(16))
	tab.wait(visible(reopenButton))
	tab.check(`!` + visible(banner))
}

// C-11
func TestARefusalInATabOfAnOldVersionIsStored(t *testing.T) {
	site := newVersionedSite(t, changeAddress)
	tab := site.openAndChoose(acceptButton)
	tab.load(site.advanceTo(9))
	tab.wait(visible(reopenButton))
	site.advanceTo(10) // the frame has the next version
	tab.click(reopenButton)
	f := tab.waitForPreferences()
	f.waitForWebAssembly()
	f.click(element("#nod-analytics"))
	f.wait(`!document.querySelector("#nod-analytics").checked`)
	f.click(element("footer button[value=save]"))
	tab.wait(`!nod.has("analytics") && nod.has("functional")`)
	tab.wait(`nod.receipt() && nod.receipt().record.answers.analytics == "denied" &&
		!("functional" in nod.receipt().record.answers)`)
}
