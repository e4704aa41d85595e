package e2e

import (
	"encoding/json"
	"strings"
	"testing"
)

// ownRecord is the JavaScript of the record that the page of own records shows first.
const ownRecord = `document.querySelector("article.mine")`

// checkOwnRecords checks the page of own records in a window: it shows the record, and the key is not in its address.
func (tab *Tab) checkOwnRecords(t *testing.T, id, secret string) {
	t.Helper()
	tab.wait(ownRecord)
	tab.check(ownRecord + `.textContent.includes("` + id + `")`)
	tab.check(`!location.href.includes("` + secret + `") && !location.hash`)
	// A moment is in the visitor's language and time zone.
	tab.check(`((t) => t.textContent == new Date(t.dateTime).toLocaleString(document.documentElement.lang,
		{ dateStyle: "medium", timeStyle: "short" }))(` + ownRecord + `.querySelector("time"))`)
	tab.check(visible(element("#nod-print")) + ` && document.querySelector("[value=download]")`)
	eval[bool](tab.view, readAxe(t))
	tab.checkAccessibility(allRules)
}

// C-36, C-48
func TestAPersonReadsTheOwnRecordsFromThePreferences(t *testing.T) {
	runInBothForms(t, func(t *testing.T, mode formMode) {
		tab := open(t, stage.Address(Page{}))
		tab.wait(visible(banner))
		tab.click(acceptButton)
		tab.waitForReceipt()
		person := tab.readStorage()
		tab.click(reopenButton)
		f := mode.waitForPreferences(tab)
		f.click(element(".check .own"))
		w := tab.waitForWindow("/records")
		w.checkOwnRecords(t, tab.records()[0].ID.String(), person.Secret)
		w.setSize(320, 640)
		w.wait(`innerWidth == 320`)
		w.check(needsNoScrolling)
	})
}

// C-36
func TestAPersonReadsTheOwnRecordsInTheApp(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.agreeAsAdult()
	r := tab.waitForRecords(1)
	var stored struct{ Secret string }
	if err := json.Unmarshal(tab.external(), &stored); err != nil {
		t.Fatal(err)
	}
	tab.click(element("#nod-menu [data-page=preferences]"))
	f := tab.waitForFrame("/preferences")
	f.frameElement = element("#nod-preferences iframe")
	f.wait(visible(element(".check .own")) + ` && "connected" in document.documentElement.dataset`)
	f.click(element(".check .own"))
	tab.waitForWindow("/records").checkOwnRecords(t, r[0].ID.String(), stored.Secret)
}

// On a page of this host, the key is in the storage of this host.
func TestThePageOfOwnRecordsFindsTheKeyOfItsOwnHost(t *testing.T) {
	tab := openEmptyTab(t)
	tab.load(stage.Consent + "/yunzhijia/records?lang=en")
	tab.check(`document.getElementById("nod-own").hidden`)
	tab.load(stage.Consent + "/yunzhijia/first-launch?platform=android&lang=en")
	tab.click(action("disagree"))
	tab.wait(`JSON.parse(localStorage.nod).receipt`)
	secret := tab.readStorage().Secret
	tab.load(stage.Consent + "/yunzhijia/records?lang=en")
	tab.click(element("#nod-own button"))
	tab.wait(ownRecord)
	if text := eval[string](tab.view, ownRecord+`.textContent`); !strings.Contains(text, "Rejected") {
		t.Errorf("the record is %s", text)
	}
	tab.check(`!location.href.includes("` + secret + `")`)
	tab.load(stage.Consent + "/yunzhijia/?lang=en")
	tab.load(stage.Consent + "/yunzhijia/records?lang=en#00000000-0000-4000-8000-000000000000." + strings.Repeat("A", 43))
	tab.expectMessages("403")
	tab.wait(`document.querySelector("[role=alert]")?.textContent.includes("opens no records")`)
	tab.check(`!location.hash`)
}
