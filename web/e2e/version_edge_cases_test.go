package e2e

import (
	"strconv"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/policy"
)

// Versions of a policy meet what is old, late, wrong or hostile: no refusal becomes a grant, and nobody is asked for ever.

const keptIt = `nod.receipt() && Object.keys(nod.receipt().record.answers).length == 0`

// keeping is a visitor who refused what is required since, and kept it so.
func (j *journey) keeping() *Tab {
	j.Helper()
	tab := j.chosen(refuse)
	tab.load(j.on(11))
	tab.until(visible(banner) + ` && ` + keep)
	tab.click(keep)
	tab.until(keptIt)
	tab.is(`!nod.has("functional")`)
	return tab
}

// script is a page at one time with the script of another.
func (j *journey) script(days, of int) string {
	return strings.Replace(j.page(days), "&day="+strconv.Itoa(days), "&day="+strconv.Itoa(of), 1)
}

// C-26
func TestToUnderstandIsNoYesToWhatWasKept(t *testing.T) {
	j := travel(t, cantBeRefused, movesOffice)
	tab := j.keeping()
	press := `{ const b = document.createElement("button"); b.dataset.nod = "acknowledge"; document.body.append(b); b.click() }`
	tab.run(press) // no banner asks
	tab.load(j.on(22))
	tab.until(visible(banner) + ` && ` + done)
	tab.is(`!nod.has("functional")`)
	tab.click(done)
	tab.until(`nod.receipt() && nod.receipt().record.policy == "v3"`)
	tab.is(`!nod.has("functional") && !nod.has("help-chat") && Object.keys(nod.receipt().record.answers).length == 0`)
	tab.run(press)
	tab.load(j.page(22))
	tab.until(visible(back))
	tab.is(`!nod.has("functional")`)
}

// C-26
func TestASavingThatTouchesNothingGrantsNothing(t *testing.T) {
	j := travel(t, cantBeRefused)
	tab := open(t, j.on(0))
	tab.until(visible(banner))
	tab.run(`nod.save({ functional: true, "help-chat": false, analytics: false, beacons: false })`)
	tab.until(`nod.receipt()`)
	tab.load(j.on(11))
	tab.until(visible(banner) + ` && ` + keep)
	tab.click(keep)
	tab.until(visible(back) + " && " + keptIt)
	tab.run(`nod.save(nod.answers())`)
	tab.is(`!nod.has("help-chat")`)
	tab.click(wayBack)
	f := tab.opened()
	f.takenOver()
	const functional = `document.querySelector("#nod-functional")`
	f.until(`!` + functional + `.checked && !` + functional + `.disabled && !document.querySelector("#nod-help-chat").checked`)
	f.click(element("footer [value=save]"))
	tab.until("!" + dialog + shown)
	tab.is(`!nod.has("help-chat")`)
	tab.click(wayBack)
	f = tab.opened()
	f.click(element("#nod-functional"))
	f.click(element("footer [value=save]"))
	tab.until(`nod.has("functional") && nod.has("help-chat")`)
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
	tab.until(`nod.receipt() && nod.receipt().record.answers.analytics == "denied" && !("functional" in nod.receipt().record.answers)`)
}

func TestWhatAPagePutsWhereItLikesNeitherHidesNorAnswersAnything(t *testing.T) {
	t.Run("a receipt that can't be compared", func(t *testing.T) {
		j := travel(t, movesOffice, asksForMore)
		tab := open(t, j.on(11))
		tab.until(visible(banner))
		tab.click(agree)
		tab.until(`nod.receipt()`)
		tab.run(`{ const l = JSON.parse(localStorage.nod); l.receipt.record.policy = l.receipt.record.id = l.seen = { toString: null }; localStorage.nod = JSON.stringify(l) }`)
		tab.load(j.on(22))
		tab.until(visible(banner) + ` && ` + changes)
		tab.is(`!nod.has("analytics") && nod.has("functional")`)
	})
	t.Run("properties that everything inherits", func(t *testing.T) {
		j := travel(t, asksForMore)
		tab := arrive(t)
		tab.first(`for (const name of ["policy", "reduces", "keep", "asked", "named"]) Object.prototype[name] = "x"`)
		tab.load(j.on(11))
		tab.until(visible(banner))
		tab.click(refuse)
		tab.until(`nod.receipt()`)
		tab.is(`nod.receipt().record.policy == "v2" && !nod.has("analytics") && !nod.has("functional")`)
	})
}

// A cookie may be shared with a host that has the secret, where somebody chose meanwhile: nothing tells this page.
func TestWhoLostTheSecretUndoesNoRefusalUnawares(t *testing.T) { // C-51
	tab := open(t, stage.Address(Page{}))
	tab.until(visible(banner))
	tab.click(agree)
	tab.until(`nod.receipt()`)
	tab.run(`localStorage.removeItem("nod")`)
	tab.load(stage.Address(Page{}))
	tab.until(visible(back))
	tab.click(wayBack)
	f := tab.opened()
	f.takenOver()
	tab.run(`{ const [version, id, ...rest] = /nod=([^;]*)/.exec(document.cookie)[1].split(".");
		const raw = Uint8Array.from(atob(id.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
		if (++raw[5] == 256) raw[5] = 0; raw[4] += 1; // a later decision
		const later = btoa(String.fromCharCode(...raw)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
		document.cookie = "nod=" + [version, later, ...rest.map((a) => a.replace("analytics:g", "analytics:d"))].join(".") + ";path=/" }`)
	f.click(element("footer [value=save]"))
	tab.until("!" + dialog + shown)
	tab.is(`!nod.has("analytics") && nod.has("functional")`)
}
