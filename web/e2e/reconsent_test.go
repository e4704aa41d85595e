package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// C-28, C-29, C-30
func TestANewPolicyVersionAsksOnlyForWhatChanged(t *testing.T) {
	site := newVersionedSite(t, changeNotice, changeAddress, addRecipient)
	tab := open(t, site.advanceTo(0))
	tab.wait(visible(banner))
	tab.check(`!` + changesList)
	tab.click(acceptButton)
	tab.wait(`nod.receipt()`)
	tab.check(`nod.receipt().record.policy == "v1" && nod.has("analytics") && nod.has("functional")`)

	checkAnnouncedChange(tab, site)
	checkMinorChange(tab, site)
	checkMaterialChange(tab, site)
	checkChangedPurpose(tab, site)
}

// Before version 2 takes effect, only the preferences announce it.
func checkAnnouncedChange(tab *Tab, site *versionedSite) {
	tab.Helper()
	tab.load(site.advanceTo(5))
	tab.wait(visible(reopenButton))
	tab.check(`!` + newMark + ` && !` + visible(banner))
	tab.click(reopenButton)
	tab.wait(announcement)
	tab.check(announcement + `.innerText.includes("takes effect on ` + dateAfter(10) + `")`)

	centre := tab.waitForPreferences()
	centre.waitForWebAssembly()
	centre.check(`document.querySelector(".news a").href.endsWith("/` + siteID + `/policy/v2?lang=en#nod-changes")`)
}

// A minor change puts a mark on the reopen button until the visitor has seen the change.
func checkMinorChange(tab *Tab, site *versionedSite) {
	tab.Helper()
	tab.load(site.advanceTo(12))
	tab.wait(newMark + ` == "New"`)
	tab.check(`!` + visible(banner) + ` && nod.has("analytics")`)
	tab.click(reopenButton)
	tab.wait(announcement)
	tab.load(site.address(12))
	tab.wait(visible(reopenButton))
	tab.waitUntilIdle() // the mark appears while the page is idle
	tab.check(`!` + newMark)
}

// A material change that concerns no purpose shows the banner. The record says that the visitor has seen it.
func checkMaterialChange(tab *Tab, site *versionedSite) {
	tab.Helper()
	tab.load(site.advanceTo(22))
	tab.wait(visible(banner))
	text := eval[string](tab.view, changesList+`.innerText`)
	for _, want := range []string{"1 New Street, Beijing", "Contact", dateAfter(20)} {
		if !strings.Contains(text, want) {
			tab.Errorf("the banner has no %q: %s", want, text)
		}
	}
	tab.check(`nod.has("analytics") && !` + acceptButton)
	tab.click(understoodButton)
	tab.wait(hasReceiptOf("v3"))
	tab.check(hasEmptyReceipt + ` && nod.has("analytics") && nod.has("functional")`)
	tab.load(site.address(22))
	tab.wait(visible(reopenButton))
	tab.check(`!` + visible(banner))
}

// A material change to one purpose asks for that purpose again. The other answers hold.
func checkChangedPurpose(tab *Tab, site *versionedSite) {
	tab.Helper()
	tab.load(site.advanceTo(32))
	tab.wait(visible(banner))
	tab.check(changesList + `.innerText.includes("New Statistics Ltd.")`)
	tab.check(`!nod.has("analytics") && nod.has("functional") && !` + changesList + `.innerText.includes("New Street")`)
	tab.click(rejectButton)
	tab.wait(hasReceiptOf("v4"))
	tab.check(`Object.keys(nod.receipt().record.answers) == "analytics" && nod.has("functional") && !nod.has("analytics")`)
	tab.load(site.address(32))
	tab.wait(visible(reopenButton))
	tab.check(`!` + visible(banner))
}

// C-30
func TestAChangeThatReducesRightsNeedsAgreement(t *testing.T) {
	site := newVersionedSite(t, reduceRights)
	tab := site.openAndChoose(rejectButton)
	tab.load(site.advanceTo(11))
	tab.wait(visible(banner) + ` && ` + keepButton)
	tab.check(banner + `.innerText.includes("thirty days") && ` +
		banner + `.innerText.includes("only applies if you accept")`)
	tab.click(keepButton)
	tab.wait(hasEmptyReceipt)
	tab.check(`nod.receipt().record.policy == "v1" && !nod.has("analytics")`)
	tab.load(site.address(11))
	tab.wait(visible(reopenButton))
	tab.check(`!` + visible(banner))
}

// C-42
func TestScreenReadersReadWhatChangedInThePolicy(t *testing.T) {
	site := newVersionedSite(t, changeAddress, reduceRights)
	source := readAxe(t)
	tab := site.openAndChoose(rejectButton)
	for _, test := range []struct {
		day     int
		names   []string
		button  string // label of the button to press
		version string
	}{
		{11, []string{"heading Contact", "link Privacy policy", "button Understood", "button Choose"},
			"Understood", "v2"},
		{21, []string{"link Privacy policy", "button Keep the earlier version", "button Accept the change", "button Choose"},
			"Accept the change", "v3"},
	} {
		const title = "The privacy policy changed since your last choice."
		tab.load(site.advanceTo(test.day))
		tab.wait(visible(banner) + ` && ` + changesList)
		tab.checkReadingOrder(slices.Concat(
			[]string{"region " + title, "heading " + title, "heading Version of " + dateAfter(test.day-1)}, test.names)...)
		eval[bool](tab.view, source)
		tab.checkAccessibilityOf(`document.getElementById("nod")`, allRules, 5)
		tab.tabTo(focusedElement + `?.textContent == "` + test.button + `"`)
		tab.check(`getComputedStyle(` + focusedElement + `).outlineStyle != "none"`)
		tab.press(kb.Enter)
		tab.wait(hasReceiptOf(test.version))
		tab.wait("!" + visible(banner) + " && " + focusedElement + " == " + reopenButton)
	}
}

// If the list of changes can't be loaded, nothing is granted and nothing is lost: the next page shows the changes.
func TestChangesThatFailToLoadChangeNothing(t *testing.T) {
	site := newVersionedSite(t, changeAddress)
	tab := site.openAndChoose(acceptButton)
	next := site.advanceTo(11)
	site.gateway.setOverride(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, "policy-changes") {
			return false
		}
		http.Error(w, "gone", http.StatusInternalServerError)
		return true
	})
	tab.expectMessages("Failed to load resource", "blocked by CORS policy")
	tab.load(next)
	tab.wait(visible(reopenButton))
	tab.check(`nod.has("analytics") && !` + visible(banner))
	site.gateway.setOverride(nil)
	tab.load(site.address(11))
	tab.wait(visible(banner) + ` && ` + understoodButton)
}

// The banner asks as always while the list of changes is still loading.
func TestTheBannerDoesNotWaitForTheListOfChanges(t *testing.T) {
	site := newVersionedSite(t, addRecipient)
	tab := site.openAndChoose(acceptButton)
	next := site.advanceTo(11)
	ended := make(chan struct{})
	defer close(ended)
	site.gateway.setOverride(func(_ http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, "policy-changes") {
			return false
		}
		<-ended
		return true
	})
	tab.load(next)
	tab.wait(visible(banner))
	tab.check(`!` + changesList + ` && !nod.has("analytics") && nod.has("functional")`)
	tab.click(rejectButton)
	tab.wait(hasReceiptOf("v2"))
	tab.check(`Object.keys(nod.receipt().record.answers) == "analytics"`)
}
