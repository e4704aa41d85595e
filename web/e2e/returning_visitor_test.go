package e2e

import "testing"

func TestAReturningVisitorLoadsOneCachedScript(t *testing.T) {
	address := stage.Address(Page{})
	for _, choice := range []struct{ button, state string }{{acceptButton, granted}, {rejectButton, denied}} {
		t.Run(choice.state, func(t *testing.T) {
			tab := open(t, address)
			tab.wait(visible(banner))
			tab.click(choice.button)
			tab.wait(decisionIsSent)
			tab.waitUntilIdle()
			tab.forgetRequests()
			stage.consent.clearRequests()
			tab.load(address)
			tab.wait(visible(reopenButton))
			tab.waitUntilIdle()
			tab.checkStates(choice.state, choice.state, choice.state)
			ours := tab.requests(stage.Consent)
			if len(ours) != 1 || !ours[0].Cached || ours[0].URL != stage.Script(Page{}) {
				t.Errorf("requests %+v; want consent.js from the cache", ours)
			}
			if all := stage.consent.requests(""); len(all) > 0 {
				t.Errorf("the server was asked for %q", all)
			}
			tab.check("!" + visible(banner) + " && !" + dialog + " && !" + nodElement("iframe"))
		})
	}
}

func TestGrantedElementsStartWhileThePageIsParsed(t *testing.T) {
	stage.host.overrideWith(t, answerGatedFiles)
	tab := open(t, stage.Address(Page{Body: taggedMarkup}))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(`nod.receipt()`)
	tab.load(stage.Address(Page{}))
	stage.host.clearRequests()
	tab.load(stage.Address(Page{Body: taggedMarkup}))
	tab.checkRan("inline")
	for _, path := range []string{"script", "frame", "image"} {
		if n := len(stage.host.requests("/gated/" + path)); n != 1 {
			t.Errorf("the %s was fetched %d times", path, n)
		}
	}
}
