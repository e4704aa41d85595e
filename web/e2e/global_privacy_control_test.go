package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"

	"github.com/nod-consent/nod/app/consent"
)

// signals are the two ways in which a browser sends Global Privacy Control.
var signals = []struct {
	name   string
	turnOn func(*Tab)
}{
	{"as a property", func(tab *Tab) {
		tab.addInitScripts(`Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true })`)
	}},
	{"as a header", func(tab *Tab) {
		tab.setHeaders(map[string]string{"Sec-GPC": "1"})
		// The test adds the header after the browser's cache, which therefore does not see that the answer varies.
		call(tab, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	}},
}

// signalPage is a page whose tag names no language: only such an answer may depend on the headers of a request.
func signalPage() Page {
	return Page{
		Body: taggedMarkup, Tag: `<script src="` + stage.Consent + "/" + siteID + `/consent.js"></script>`,
	}
}

func TestTheSignalAloneDeniesAndStoresNothing(t *testing.T) { // C-38, C-39
	for _, signal := range signals {
		t.Run(signal.name, func(t *testing.T) {
			stage.host.overrideWith(t, answerGatedFiles)
			tab := openEmptyTab(t)
			signal.turnOn(tab)
			tab.load(stage.Address(signalPage()))
			tab.wait(visible(banner))
			tab.checkStates(unasked, denied, denied)
			tab.check(visible(nodElement("#nod-banner #nod-signal")))
			tab.waitUntilIdle()
			if len(tab.cookies()) > 0 || len(tab.posted()) > 0 || eval[int](tab.view, countStored) > 0 {
				t.Error("the signal alone left a cookie, a record or an entry")
			}

			// "Agree" answers only what is asked, not what the signal denies.
			tab.click(acceptButton)
			tab.waitForStates(granted, denied, denied)
			r := tab.waitForReceipt()
			if got := summarize(r); got != "accept_all: functional=granted" || !r.GPC {
				t.Errorf("record %s, gpc %v", got, r.GPC)
			}
			tab.run(`nod.acceptAll()`)
			tab.checkStates(granted, denied, denied)
			tab.checkRan()
			tab.check(visible(reopenButton) + " && " + visible(nodElement("#nod-reopen .mark")))
		})
	}
}

func TestTheSignalBeatsAnOlderGrant(t *testing.T) { // C-38
	for _, signal := range signals {
		t.Run(signal.name, func(t *testing.T) {
			stage.host.overrideWith(t, answerGatedFiles)
			address := stage.Address(signalPage())
			tab := open(t, address)
			tab.wait(visible(banner))
			tab.click(acceptButton)
			tab.checkRan("inline")
			tab.wait(`nod.receipt()`)
			before := tab.cookie(consent.CookieName).Value
			stage.host.clearRequests()

			signal.turnOn(tab)
			tab.load(address)
			tab.wait(visible(reopenButton))
			tab.checkStates(granted, denied, denied)
			tab.checkRan()
			waitFor(t, "the functional frame", func() bool { return len(stage.host.requests("/gated/frame")) > 0 })
			if all := stage.host.requests("/gated/"); len(all) != 1 || !strings.HasSuffix(all[0], "frame") {
				t.Errorf("%q were fetched; want the functional frame", all)
			}
			if tab.cookie(consent.CookieName).Value != before || len(tab.records()) != 1 {
				t.Error("the signal alone made a cookie or a record")
			}
			tab.check("!(" + visible(banner) + ")")
			f := tab.openPreferences()
			f.wait(visible(element("#nod-signal"))) // C-39
			f.check(`document.getElementById("nod-functional").checked && !document.getElementById("nod-analytics").checked`)
		})
	}
}

func TestAnExpressGrantOverridesTheSignal(t *testing.T) {
	for _, signal := range signals {
		t.Run(signal.name, func(t *testing.T) {
			stage.host.overrideWith(t, answerGatedFiles)
			tab := openEmptyTab(t)
			signal.turnOn(tab)
			address := stage.Address(signalPage())
			tab.load(address)
			tab.wait(visible(banner))
			f := tab.clickPreferences()
			f.wait(visible(element("#nod-signal")))
			f.click(element("[value=accept_all]")) // this is not an express grant
			tab.waitForStates(granted, denied, denied)
			tab.wait("!" + dialogIsOpen)

			tab.click(reopenButton)
			f = tab.waitForPreferences()
			f.saveWith("analytics")
			tab.waitForStates(granted, granted, denied)
			tab.wait(`nod.receipt()?.record.action == "save"`)
			r := tab.waitForReceipt()
			if !r.GPC || summarize(r) != "save: functional=granted analytics=granted beacons=denied" {
				t.Errorf("record %s, gpc %v", summarize(r), r.GPC)
			}
			tab.load(address)
			tab.wait(`nod.has`)
			tab.checkStates(granted, granted, denied)
			tab.checkRan("inline")
		})
	}
}

func TestOnlyTrueIsASignal(t *testing.T) { // C-38
	tab := openEmptyTab(t)
	tab.addInitScripts(`Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => "1" })`)
	tab.load(stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.checkStates(unasked, unasked, unasked)
	tab.check("!" + visible(nodElement("#nod-banner #nod-signal")))
}
