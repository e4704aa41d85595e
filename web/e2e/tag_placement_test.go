package e2e

import (
	"strings"
	"testing"
)

func TestTheTagWorksWhereverThePagePutsIt(t *testing.T) {
	stage.host.overrideWith(t, answerGatedFiles)
	tag := `<script src="` + stage.Script(Page{Site: gateSite}) + `"></script>`
	t.Run("twice, and with the tag of another site", func(t *testing.T) {
		otherTag := `<script src="` + stage.Script(Page{}) + `"></script>`
		tab := open(t, stage.Address(Page{Tag: tag, Head: tag + otherTag + earlyTracker("twice"), Body: taggedMarkup}))
		tab.expectMessages("blob:nod")
		tab.wait(visible(banner))
		sendLater(tab, "twice")
		tab.check(`document.querySelectorAll("#nod").length == 1 &&
			document.getElementById("nod").shadowRoot.querySelectorAll(".banner").length == 1`)
		checkSentCount(t, "twice", 0)
		tab.click(acceptButton)
		tab.checkRan("inline")
		sendLater(tab, "twice")
		checkSentCount(t, "twice", 1)
	})
	t.Run("late", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Tag: earlyTracker("late"), Body: taggedMarkup + tag}))
		tab.expectMessages("blob:nod")
		tab.wait(visible(banner))
		sendLater(tab, "late")
		checkSentCount(t, "late", 1) // the tracker before the tag has run
		tab.checkRan()
		tab.click(acceptButton)
		tab.checkRan("inline")
	})
	t.Run("async", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Tag: strings.Replace(tag, "<script", "<script async", 1),
			Head: earlyTracker("async"), Body: taggedMarkup}))
		tab.expectMessages("blob:nod")
		tab.wait(visible(banner))
		sendLater(tab, "async")
		if all := stage.collector.requests("/async/later"); len(all) > 0 {
			t.Errorf("%q were sent", all)
		}
		tab.checkRan()
		tab.click(acceptButton)
		tab.checkRan("inline")
	})
	t.Run("blocked", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Tag: `<script>window.nod = window.nod || [];
				nod.push(["on", "ready", () => ran.push("ready")])</script>
			<script src="` + stage.Consent + `/nowhere/consent.js"></script>`,
			Head: earlyTracker("blocked"), Body: taggedMarkup}))
		tab.waitUntilIdle()
		tab.checkRan()
		tab.check(`Array.isArray(nod) && !document.getElementById("nod")`)
	})
}

// earlyTracker is a tag that sends to the collector while the page is parsed.
func earlyTracker(mark string) string {
	return `<script>window.ran = []; fetch("` + stage.Collector + "/" + mark + `/early").catch(() => {})</script>`
}

func sendLater(tab *Tab, mark string) {
	tab.Helper()
	tab.run(`await fetch("` + stage.Collector + "/" + mark + `/later").catch(() => {})`)
}

func checkSentCount(t *testing.T, mark string, want int) {
	t.Helper()
	waitForSilence()
	if all := stage.collector.requests("/" + mark + "/"); len(all) != want {
		t.Errorf("%q were sent; want %d", all, want)
	}
}

func TestASecondTagChangesNothing(t *testing.T) {
	stage.host.overrideWith(t, answerGatedFiles)
	tab := open(t, stage.Address(Page{Body: taggedMarkup + `<script src="` + stage.Script(Page{}) + `"></script>` +
		`<script src="` + stage.Script(Page{Lang: "zh-CN"}) + `"></script>`}))
	tab.wait(visible(banner))
	tab.check(`document.querySelectorAll("#nod").length == 1`)
	tab.click(acceptButton)
	tab.wait("nod.receipt() && !" + visible(banner))
	tab.waitUntilIdle()
	tab.check(`ran.join() == "inline"`)
	if all := stage.consent.requests("POST"); len(all) != 1 {
		t.Errorf("%q; want one decision", all)
	}
}

func TestAModuleFindsItsServerByItsTag(t *testing.T) {
	// A module has no document.currentScript.
	tab := open(t, stage.Address(Page{Tag: `<script type="module" src="` + stage.Script(Page{}) + `"></script>`}))
	tab.wait(visible(banner))
	tab.checkStates(unasked, unasked, unasked)
	tab.click(rejectButton)
	tab.checkStates(denied, denied, denied)
	tab.wait(decisionIsSent)
	if all := stage.host.requests("POST"); len(all) > 0 {
		t.Errorf("the page's own server got %q", all)
	}
}
