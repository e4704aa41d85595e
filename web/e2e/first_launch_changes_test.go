package e2e

import (
	"strconv"
	"testing"

	"github.com/nod-consent/nod/app/policy"
)

// answerLater makes the company answer later: a reduction of rights that a comparison finds.
func answerLater(p *policy.Policy) {
	p.Requests.AnswerDays = 45
	p.Revision.Announced = dateAfter(0)
}

// openLaunchOn opens the first launch in an app on a day, with what an earlier page had the app store.
func (v *versionedSite) openLaunchOn(day int, earlier *Tab) *Tab {
	v.Helper()
	v.advanceTo(day)
	script := appScript(helloMessage)
	if earlier != nil {
		script = returningApp(earlier.external())
	}
	return open(v.TB, v.origin()+"/"+siteID+"/first-launch?platform=android&lang=en&day="+strconv.Itoa(day),
		clockScript(day), script)
}

const changesScreen = `document.querySelector("#nod-changes")`

// C-28, C-30: an app tells of a reduction of rights before its day, and asks on it.
func TestAnAppTellsOfAChangeThatReducesRights(t *testing.T) {
	site := newVersionedSite(t, answerLater)
	first := site.openLaunchOn(0, nil)
	first.agreeAsAdult()

	told := site.openLaunchOn(2, first)
	told.wait(onScreen("changes") + ` && messages.some((m) => m.type == "nod:ready" && m.decided && m.changed)`)
	told.check(changesScreen + `.innerText.includes("takes effect on ` + dateAfter(10) + `") &&
		` + changesScreen + `.innerText.includes("Answer to your request")`)
	told.click(action("understood"))
	told.wait(onScreen("menu") + ` && ` + lastReport + `.reason == "decided"`)
	told.check(lastDecision + `.states.analytics == "granted"`)
	again := site.openLaunchOn(2, told)
	again.wait(onScreen("menu"))
	again.waitUntilIdle()
	again.check(onScreen("menu") + ` && messages.every((m) => !m.changed)`)

	asked := site.openLaunchOn(11, told)
	asked.wait(onScreen("changes"))
	asked.check(`[...` + changesScreen + `.querySelectorAll(".change")].some((c) =>
		/Answer to your request[^]*15 days[^]*45 days/.test(c.innerText))`)
	asked.check(action("accept-change") + `.offsetWidth == ` + action("keep-earlier") + `.offsetWidth`) // C-03
	asked.click(action("keep-earlier"))
	asked.wait(onScreen("menu") + ` && ` + lastDecision + `.policy == "v1"`)
	asked.check(lastDecision + `.states.analytics == "granted"`)
	asked.checkMessages()
	kept := site.openLaunchOn(11, asked)
	kept.wait(onScreen("menu"))
	kept.waitUntilIdle()
	kept.check(onScreen("menu"))
}

// C-28, C-29: an app asks again only for the purpose that changed. Meanwhile the other answers stand.
func TestAnAppAsksAgainOnlyForWhatChanged(t *testing.T) {
	site := newVersionedSite(t, addRecipient)
	first := site.openLaunchOn(0, nil)
	first.agreeAsAdult()
	first.openQuestion("location")
	first.click(action("grant"))
	first.wait(onScreen("menu"))

	asked := site.openLaunchOn(11, first)
	asked.wait(onScreen("changes"))
	asked.check(changesScreen + `.innerText.includes("New Statistics Ltd.")`)
	asked.askPermission("location", "a")
	asked.check(isAnswered("a", "granted")) // C-05
	asked.run(`nodReceive({ v: 1, type: "nod:sdk", sdk: "amap" })`)
	asked.check(lastReport + `.state == "granted"`)
	asked.click(action("refuse-changed"))
	asked.wait(onScreen("menu") + ` && Object.keys(` + lastDecision + `.answers) == "analytics"`)
	asked.check(lastDecision + `.states.functional == "granted" && ` + lastDecision + `.states.analytics == "denied"`)
	asked.checkMessages()
}

// C-28, C-30: so does a page, and its banner has the same lines.
func TestAPageTellsOfAReductionOfRightsBeforeItsDay(t *testing.T) {
	site := newVersionedSite(t, answerLater)
	tab := site.openAndChoose(acceptButton)
	tab.load(site.address(0))
	tab.wait(visible(banner) + ` && ` + understoodButton)
	tab.check(banner + `.innerText.includes("takes effect on ` + dateAfter(10) + `") && nod.has("analytics")`)
	tab.check(`/Answer to your request[^]*15 days[^]*45 days/.test(` + changesList + `.innerText)`)
	tab.click(understoodButton)
	tab.wait(hasEmptyReceipt)
	tab.check(`nod.receipt().record.policy == "v1" && nod.has("analytics")`)
	tab.load(site.address(0))
	tab.wait(visible(reopenButton))
	tab.check(`!` + visible(banner))
	tab.load(site.advanceTo(11)) // on its day it asks
	tab.wait(visible(banner) + ` && ` + keepButton)
}
