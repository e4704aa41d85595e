package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"

	"github.com/nod-consent/nod/app/consent"
)

// signals are the two ways in which a browser sends Global Privacy Control.
var signals = []struct {
	name string
	turn func(*Tab)
}{
	{"as a property", func(tab *Tab) {
		tab.first(`Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true })`)
	}},
	{"as a header", func(tab *Tab) {
		tab.headers(map[string]string{"Sec-GPC": "1"})
		// This header comes after the cache of scripts, which can't see that it varies.
		call(tab, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	}},
}

func TestTheSignalAloneKeepsOptionalThingsOffAndLeavesNoTrace(t *testing.T) { // C-38, C-39
	for _, signal := range signals {
		t.Run(signal.name, func(t *testing.T) {
			stage.host.answer(t, gatedFiles)
			tab := arrive(t)
			signal.turn(tab)
			tab.load(stage.Address(Page{Body: tagged}))
			tab.until(visible(banner))
			tab.stands(unasked, denied, denied)
			tab.is(visible(inBanner("#nod-banner #nod-signal")))
			tab.settled()
			if len(tab.cookies()) > 0 || len(stage.consent.requests("POST")) > 0 || eval[int](tab.view, holdings) > 0 {
				t.Error("the signal alone left a cookie, a record or an entry")
			}

			// "Agree" answers what is asked, and not what the signal refuses.
			tab.click(agree)
			tab.untilStands(granted, denied, denied)
			r := tab.receipt()
			if got := saying(r); got != "accept_all: functional=granted" || !r.GPC {
				t.Errorf("record %s, gpc %v", got, r.GPC)
			}
			tab.run(`nod.acceptAll()`)
			tab.stands(granted, denied, denied)
			tab.ran()
			tab.is(visible(wayBack) + " && " + wayBack + `.classList.contains("gpc")`)
		})
	}
}

func TestTheSignalBeatsAnOlderGrant(t *testing.T) { // C-38
	for _, signal := range signals {
		t.Run(signal.name, func(t *testing.T) {
			stage.host.answer(t, gatedFiles)
			address := stage.Address(Page{Body: tagged})
			tab := open(t, address)
			tab.until(visible(banner))
			tab.click(agree)
			tab.ran("inline")
			tab.until(`nod.receipt()`)
			before := tab.cookie(consent.CookieName).Value
			stage.host.forget()

			signal.turn(tab)
			tab.load(address)
			tab.until(visible(wayBack))
			tab.stands(granted, denied, denied)
			tab.ran()
			eventually(t, "the functional frame", func() bool { return len(stage.host.requests("/gated/frame")) > 0 })
			if all := stage.host.requests("/gated/"); len(all) != 1 || !strings.HasSuffix(all[0], "frame") {
				t.Errorf("%q were fetched; want the functional frame", all)
			}
			if tab.cookie(consent.CookieName).Value != before || len(tab.records()) != 1 {
				t.Error("the signal alone made a cookie or a record")
			}
			tab.is("!(" + visible(banner) + ")")
			f := tab.centre()
			f.until(visible(element("#nod-signal"))) // C-39
			f.is(`document.getElementById("nod-functional").checked && !document.getElementById("nod-analytics").checked`)
		})
	}
}

func TestAnExpressGrantStandsAgainstTheSignal(t *testing.T) {
	for _, signal := range signals {
		t.Run(signal.name, func(t *testing.T) {
			stage.host.answer(t, gatedFiles)
			tab := arrive(t)
			signal.turn(tab)
			address := stage.Address(Page{Body: tagged})
			tab.load(address)
			tab.until(visible(banner))
			tab.click(preferences)
			f := tab.opened()
			f.takenOver()
			f.until(visible(element("#nod-signal")))
			f.click(element("[value=accept_all]")) // which is not express
			tab.untilStands(granted, denied, denied)
			tab.until("!" + dialog + shown)

			tab.click(wayBack)
			f = tab.opened()
			f.click(element("#nod-analytics"))
			f.click(element("footer [value=save]"))
			tab.untilStands(granted, granted, denied)
			tab.until(`nod.receipt()?.record.action == "save"`)
			if r := tab.receipt(); !r.GPC || saying(r) != "save: functional=granted analytics=granted beacons=denied" {
				t.Errorf("record %s, gpc %v", saying(r), r.GPC)
			}
			tab.load(address)
			tab.until(`nod.has`)
			tab.stands(granted, granted, denied)
			tab.ran("inline")
		})
	}
}

func TestAnotherValueIsNoSignal(t *testing.T) { // C-38
	tab := arrive(t)
	tab.first(`Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => "1" })`)
	tab.load(stage.Address(Page{}))
	tab.until(visible(banner))
	tab.stands(unasked, unasked, unasked)
	tab.is("!" + visible(inBanner("#nod-banner #nod-signal")))
}
