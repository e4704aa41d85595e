package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/network"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
)

func TestTheSecondHalfLoadsAfterThePageAndOnlyWhenTheVisitorIsAsked(t *testing.T) {
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.wait(visible(banner))
	tab.waitForSecondHalf()
	tab.check(`performance.getEntriesByType("resource").find((e) => e.name.includes("/assets/more.")).startTime >
		performance.getEntriesByType("navigation")[0].loadEventEnd`)
	tab.click(rejectButton)
	tab.wait(decisionIsSent)
	stage.consent.clearRequests()
	tab.forgetRequests()
	tab.load(address)
	tab.waitUntilIdle()
	if n := len(tab.requests("/assets/")); n > 0 {
		t.Errorf("%d requests for it after the decision", n)
	}
}

func TestADecisionHoldsWithoutTheSecondHalf(t *testing.T) { // C-40
	stage.consent.overrideWith(t, answerNotFound("/assets/more."))
	address := stage.Address(Page{Body: taggedMarkup})
	stage.host.overrideWith(t, answerGatedFiles)
	tab := openEmptyTab(t)
	tab.expectMessages("Access-Control-Allow-Origin", "ERR_FAILED")
	tab.load(address)
	tab.wait(visible(banner))
	tab.click(preferencesButton) // the page opens instead, and the banner stays
	w := tab.waitForWindow("/preferences")
	w.check(`document.querySelector("form")`)
	w.run(`close()`)
	call(tab, page.BringToFront, cdp.Empty{})
	tab.check(visible(banner))
	tab.click(acceptButton)
	tab.wait("!" + visible(banner))
	tab.checkStates(granted, granted, granted)
	tab.checkRan("inline")
	tab.wait(emptyQueue)
	tab.check(`nod.receipt() === null`) // only the second half stores it

	stage.consent.setOverride(nil)
	tab.load(address)
	tab.checkStates(granted, granted, granted)
	tab.waitUntilIdle()
	if all := tab.records(); len(all) != 1 {
		t.Errorf("%d records; want the one", len(all))
	}
}

func TestADecisionIsSentWhenTheVisitorLeavesAtOnce(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<p>Left at once.</p>`}))
	tab.wait(visible(banner))
	tab.run(`addEventListener("click", () => location.href = "about:blank")`)
	tab.click(acceptButton)
	waitFor(t, "the decision", func() bool { return len(stage.consent.requests(postDecision)) == 1 })
	tab.load(stage.Address(Page{}))
	tab.checkStates(granted, granted, granted)
	tab.wait(decisionIsSent)
	if all := tab.records(); len(all) != 1 {
		t.Errorf("%d records; want the one", len(all))
	}
}

func TestPreferencesThatLoadAfterTheDecisionStayClosed(t *testing.T) {
	release := holdResponses(t, "/assets/more.")
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.click(preferencesButton)
	tab.click(rejectButton)
	tab.wait("!" + visible(banner))
	release()
	tab.wait(decisionIsSent)
	tab.check("!" + dialogIsOpen + " && !" + visible(banner))
}

func TestTheNextPageClearsWhatCouldNotBeCleared(t *testing.T) { // C-10
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(decisionIsSent)
	stage.consent.overrideWith(t, answerNotFound("/assets/more."))
	call(tab, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	tab.expectMessages("Access-Control-Allow-Origin", "ERR_FAILED")
	tab.load(address)
	tab.run(`document.cookie = "_yzj_id=1;path=/pages"; document.cookie = "own=1;path=/";
		localStorage.setItem("yzj.stats.a", "1"); nod.withdraw("analytics")`)
	waitFor(t, "the request for the second half", func() bool { return len(tab.consoleMessages("ERR_FAILED")) > 0 })
	tab.check(`document.cookie.includes("_yzj_id=1")`) // only the second half tries every path
	stage.consent.setOverride(nil)
	tab.load(address)
	tab.wait(`!document.cookie.includes("_yzj_id") && !localStorage.getItem("yzj.stats.a")`)
	tab.check(`document.cookie.includes("own=1") && !nod.has("analytics") && nod.has("functional")`)
}
