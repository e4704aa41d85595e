package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
)

func TestTheSecondHalfComesOnlyWhereSomebodyIsAsked(t *testing.T) {
	halves := func() (n int) {
		for _, r := range stage.consent.requests("/assets/more.") {
			if strings.HasPrefix(r, http.MethodGet) {
				n++
			}
		}
		return n
	}
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.until(visible(banner))
	if n := halves(); n > 0 {
		t.Error("it came with the page")
	}
	tab.click(refuse)
	tab.until(emptyQueue + " && nod.receipt()")
	stage.consent.forget()
	tab.forgetRequests()
	tab.load(address)
	tab.settled()
	if n := len(tab.requests("/assets/")); n > 0 {
		t.Errorf("%d requests for it after the choice", n)
	}
}

func TestWithoutItsSecondHalfTheScriptKeepsTheChoice(t *testing.T) { // C-40
	stage.consent.answer(t, refusing("/assets/more."))
	address := stage.Address(Page{Body: tagged})
	stage.host.answer(t, gatedFiles)
	tab := arrive(t)
	tab.expects("Access-Control-Allow-Origin", "ERR_FAILED")
	tab.load(address)
	tab.until(visible(banner))
	tab.click(preferences) // not to be had: the banner asks
	tab.until(focused + " == " + banner)
	tab.click(agree)
	tab.until("!" + visible(banner))
	tab.stands(granted, granted, granted)
	tab.ran("inline")
	// sent, but not confirmed here
	eventually(t, "the decision", func() bool { return len(stage.consent.requests("POST")) > 0 })
	tab.is(`nod.receipt() === null`)
	if n := len(tab.kept().Queue); n != 1 {
		t.Errorf("%d decisions wait", n)
	}

	stage.consent.set(nil)
	tab.load(address)
	tab.stands(granted, granted, granted)
	tab.until(emptyQueue + " && nod.receipt()")
	if all := tab.records(); len(all) != 1 {
		t.Errorf("%d records; want the one", len(all))
	}
}

func TestAChoiceIsSentAlsoWhenThePageIsLeftAtOnce(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<p>Left at once.</p>`}))
	tab.until(visible(banner))
	tab.run(`addEventListener("click", () => location.href = "about:blank")`)
	tab.click(agree)
	eventually(t, "the decision", func() bool { return len(stage.consent.requests("POST /v1/"+siteID+"/decisions")) == 1 })
	tab.load(stage.Address(Page{}))
	tab.stands(granted, granted, granted)
	tab.until(emptyQueue + " && nod.receipt()")
	if all := tab.records(); len(all) != 1 {
		t.Errorf("%d records; want the one", len(all))
	}
}

func TestPreferencesThatComeAfterTheChoiceStayShut(t *testing.T) {
	release := hold(t, "/assets/more.")
	tab := open(t, stage.Address(Page{}))
	tab.until(visible(banner))
	tab.click(preferences)
	tab.click(refuse)
	tab.until("!" + visible(banner))
	release()
	tab.until(emptyQueue + " && nod.receipt()")
	tab.is("!" + dialog + shown + " && !" + visible(banner))
}

func TestWhatCouldNotBeClearedIsClearedFromTheNextPage(t *testing.T) { // C-10
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.until(visible(banner))
	tab.click(agree)
	tab.until(emptyQueue + " && nod.receipt()")
	stage.consent.answer(t, refusing("/assets/more."))
	call(tab, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	tab.expects("Access-Control-Allow-Origin", "ERR_FAILED")
	tab.load(address)
	tab.run(`document.cookie = "_yzj_id=1;path=/"; document.cookie = "own=1;path=/";
		localStorage.setItem("yzj.stats.a", "1"); nod.withdraw("analytics")`)
	eventually(t, "the second half to be asked for", func() bool { return len(tab.said("ERR_FAILED")) > 0 })
	tab.is(`document.cookie.includes("_yzj_id=1")`)
	stage.consent.set(nil)
	tab.load(address)
	tab.until(`!document.cookie.includes("_yzj_id") && !localStorage.getItem("yzj.stats.a")`)
	tab.is(`document.cookie.includes("own=1") && !nod.has("analytics") && nod.has("functional")`)
}
