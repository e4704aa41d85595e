package e2e

import "testing"

func TestAReturningVisitorCostsOneCachedScript(t *testing.T) {
	address := stage.Address(Page{})
	for _, choice := range []struct{ button, state string }{{agree, granted}, {refuse, denied}} {
		t.Run(choice.state, func(t *testing.T) {
			tab := open(t, address)
			tab.until(visible(banner))
			tab.click(choice.button)
			tab.until(`nod.receipt() && JSON.parse(localStorage.nod).queue.length == 0`)
			tab.settled()
			tab.forgetRequests()
			stage.consent.forget()
			tab.load(address)
			tab.until(visible(wayBack))
			tab.settled()
			tab.stands(choice.state, choice.state, choice.state)
			ours := tab.requests(stage.Consent)
			if len(ours) != 1 || !ours[0].Cached || ours[0].URL != stage.Script(Page{}) {
				t.Errorf("requests %+v; want consent.js from the cache", ours)
			}
			if all := stage.consent.requests(""); len(all) > 0 {
				t.Errorf("the server was asked for %q", all)
			}
			tab.is("!" + banner + " && !" + dialog + " && !" + inBanner("iframe"))
		})
	}
}

func TestElementsOfAReturningVisitorStartWhileThePageIsParsed(t *testing.T) {
	stage.host.answer(t, gatedFiles)
	tab := open(t, stage.Address(Page{Body: tagged}))
	tab.until(visible(banner))
	tab.click(agree)
	tab.until(`nod.receipt()`)
	tab.load(stage.Address(Page{}))
	stage.host.forget()
	tab.load(stage.Address(Page{Body: tagged}))
	tab.ran("inline")
	for _, path := range []string{"script", "frame", "image"} {
		if n := len(stage.host.requests("/gated/" + path)); n != 1 {
			t.Errorf("the %s was fetched %d times", path, n)
		}
	}
}
