package e2e

import "testing"

func TestTheWayBackShowsWhereThePageHasNone(t *testing.T) { // C-09
	tab := open(t, stage.Address(Page{}))
	tab.until(visible(banner))
	tab.is("!" + visible(wayBack))
	tab.click(refuse)
	tab.until(visible(wayBack))
	// Granting and withdrawing take as many clicks from here: two, with nothing asked in between.
	tab.click(wayBack)
	tab.opened().click(element("[value=accept_all]"))
	tab.untilStands(granted, granted, granted)
	tab.until("!" + dialog + shown)
	tab.click(wayBack)
	tab.opened().click(element("#nod-withdraw"))
	tab.untilStands(denied, denied, denied)

	tab.load(stage.Address(Page{Body: `<button data-nod="preferences">Privacy</button>`}))
	tab.settled()
	tab.is("!(" + visible(wayBack) + ")")
	tab.click(element("button"))
	tab.opened()
}
