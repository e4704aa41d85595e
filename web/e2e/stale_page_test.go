package e2e

import (
	"testing"

	"github.com/nod-consent/nod/app/policy"
)

// A page out of a cache shows the version before for a while: what is decided there is kept under that one, and the
// news come after.
func TestADecisionOnAnOldPageIsKeptUnderTheVersionThatWasShown(t *testing.T) {
	j := travel(t, movesOffice)
	old := j.on(9)
	tab := open(t, old)
	tab.until(visible(banner))
	j.on(10)
	tab.run(`{ const Real = Date; Date.now = () => Real.prototype.getTime.call(new Real()) + 864e5 }`)
	tab.click(agree)
	tab.until(`nod.receipt()`)
	tab.is(`nod.receipt().record.policy == "v1"`)
	tab.load(j.page(10))
	tab.until(visible(banner) + ` && ` + done)
	tab.is(`nod.has("analytics")`)
}

// C-26
func TestAnOldScriptForgetsNoRefusalOfANewerVersion(t *testing.T) {
	j := travel(t, func(p *policy.Policy) {
		cantBeRefused(p)
		for i := range p.Purposes {
			if q := &p.Purposes[i]; q.ID == "functional" {
				q.Retention = words("一年", "A year.")
			}
		}
	})
	tab := j.keeping()
	j.on(9) // the server's cache, too
	tab.load(j.script(11, 9))
	tab.until(`window.nod && nod.answers().functional`)
	tab.run(`nod.withdraw("analytics")`)
	tab.until(`nod.receipt() && nod.receipt().record.action == "withdraw"`)
	tab.load(j.on(11))
	tab.until(visible(back) + ` || ` + visible(banner))
	tab.is(`!nod.has("functional")`)
}

func TestAClockThatIsBehindAsksNobodyForEver(t *testing.T) {
	j := travel(t, movesOffice)
	j.on(11)
	address := j.script(9, 11)
	tab := open(t, address)
	tab.until(visible(banner))
	tab.is(`!` + changes)
	tab.click(agree)
	tab.until(`nod.receipt()`)
	tab.is(`!` + visible(banner) + ` && nod.receipt().record.policy == "v2"`)
	tab.load(address)
	tab.until(visible(back))
	tab.is(`!` + visible(banner) + ` && nod.has("analytics")`)
}

// A version may be published after its day, and a page stay open for long: what was shown counts, and not the day.
func TestWhoDecidedUnderAnOldVersionLateIsToldOfTheNewOne(t *testing.T) {
	j := travel(t, takesARight)
	j.site.Published = "v1"
	tab := open(t, j.on(15))
	tab.until(visible(banner))
	tab.click(agree)
	tab.until(`nod.receipt() && nod.receipt().record.policy == "v1"`)
	j.site.Published = ""
	tab.load(j.on(16))
	tab.until(visible(banner) + ` && ` + keep)
	tab.click(yes)
	tab.until(`nod.receipt() && nod.receipt().record.policy == "v2"`)
	tab.load(j.page(16))
	tab.until(visible(back))
	tab.is(`!` + visible(banner))
}

// C-11
func TestARefusalInATabThatWasLeftOpenCounts(t *testing.T) {
	j := travel(t, movesOffice)
	tab := j.chosen(agree)
	tab.load(j.on(9))
	tab.until(visible(back))
	j.on(10) // the frame is of the next version
	tab.click(wayBack)
	f := tab.opened()
	f.takenOver()
	f.click(element("#nod-analytics"))
	f.until(`!document.querySelector("#nod-analytics").checked`)
	f.click(element("footer [value=save]"))
	tab.until(`!nod.has("analytics") && nod.has("functional")`)
	tab.until(`nod.receipt() && nod.receipt().record.answers.analytics == "denied" &&
		!("functional" in nod.receipt().record.answers)`)
}
