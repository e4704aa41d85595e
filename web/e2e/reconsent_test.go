package e2e

import (
	"net/http"
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

	// Announced: nothing changes yet, and the preferences tell.
	tab.load(site.advanceTo(5))
	tab.wait(visible(reopenButton))
	tab.check(`!` + newMark + ` && !` + visible(banner))
	tab.click(reopenButton)
	tab.wait(`document.getElementById("nod").shadowRoot.querySelector("dialog .news")`)
	tab.check(`document.getElementById("nod").shadowRoot.querySelector("dialog .news").innerText.includes("takes effect on ` +
		dateAfter(10) + `")`)

	centre := tab.waitForPreferences()
	centre.waitForWebAssembly()
	centre.check(`document.querySelector(".news a").href.endsWith("/` + siteID + `/policy/v2?lang=en#nod-changes")`)

	// Minor: a mark, until it was looked at.
	tab.load(site.advanceTo(12))
	tab.wait(newMark + ` == "New"`)
	tab.check(`!` + visible(banner) + ` && nod.has("analytics")`)
	tab.click(reopenButton)
	tab.wait(`document.getElementById("nod").shadowRoot.querySelector("dialog .news")`)
	tab.load(site.address(12))
	tab.wait(visible(reopenButton))
	tab.waitUntilIdle() // the mark would come with the idle work
	tab.check(`!` + newMark)

	// Material, and nothing to ask: told, and kept that it was.
	tab.load(site.advanceTo(22))
	tab.wait(visible(banner))
	text := eval[string](tab.view, changesList+`.innerText`)
	for _, want := range []string{"1 New Street, Beijing", "Contact", dateAfter(20)} {
		if !strings.Contains(text, want) {
			t.Errorf("the banner does not say %q: %s", want, text)
		}
	}
	tab.check(`nod.has("analytics") && !` + acceptButton)
	tab.click(understoodButton)
	tab.wait(`nod.receipt() && nod.receipt().record.policy == "v3"`)
	tab.check(`Object.keys(nod.receipt().record.answers).length == 0 && nod.has("analytics") && nod.has("functional")`)
	tab.load(site.address(22))
	tab.wait(visible(reopenButton))
	tab.check(`!` + visible(banner))

	// Material, and one purpose concerned: asked for that one, the others stand.
	tab.load(site.advanceTo(32))
	tab.wait(visible(banner))
	tab.check(changesList + `.innerText.includes("New Statistics Ltd.")`)
	tab.check(`!nod.has("analytics") && nod.has("functional") && !` + changesList + `.innerText.includes("New Street")`)
	tab.click(rejectButton)
	tab.wait(`nod.receipt() && nod.receipt().record.policy == "v4"`)
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
	tab.check(banner + `.innerText.includes("thirty days") && ` + banner + `.innerText.includes("only if you agree")`)
	tab.click(keepButton)
	tab.wait(`nod.receipt() && Object.keys(nod.receipt().record.answers).length == 0`)
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
		heard   []string
		presses string // label of the button that has the focus then
		version string
	}{
		{11, []string{"heading Contact", "link Privacy policy", "button Understood", "button Preferences"}, "Understood",
			"v2"},
		{21, []string{"link Privacy policy", "button Agree", "button Keep as it was", "button Preferences"}, "Agree", "v3"},
	} {
		const title = "The privacy policy has changed since your last choice."
		tab.load(site.advanceTo(test.day))
		tab.wait(visible(banner) + ` && ` + changesList)
		tab.checkReadingOrder(append([]string{"region " + title, "heading " + title, "heading Version of " + dateAfter(test.day-1)},
			test.heard...)...)
		eval[bool](tab.view, source)
		tab.checkAccessibilityOf(`document.getElementById("nod")`, allRules, 5)
		tab.tabTo(focusedElement + `?.textContent == "` + test.presses + `"`)
		tab.check(`getComputedStyle(` + focusedElement + `).outlineStyle != "none"`)
		tab.press(kb.Enter)
		tab.wait(`nod.receipt() && nod.receipt().record.policy == "` + test.version + `"`)
		tab.wait("!" + visible(banner) + " && " + focusedElement + " == " + reopenButton)
	}
}

// Where what is new can't be had, nothing is granted and nothing is lost: the visitor is told with the next page.
func TestChangesThatFailToLoadChangeNothing(t *testing.T) {
	site := newVersionedSite(t, changeAddress)
	tab := site.openAndChoose(acceptButton)
	next := site.advanceTo(11)
	site.gateway.setOverride(func(w http.ResponseWriter, r *http.Request) bool {
		lost := strings.Contains(r.URL.Path, "news")
		if lost {
			http.Error(w, "gone", http.StatusInternalServerError)
		}
		return lost
	})
	tab.expectMessages("Failed to load resource", "blocked by CORS policy")
	tab.load(next)
	tab.wait(visible(reopenButton))
	tab.check(`nod.has("analytics") && !` + visible(banner))
	site.gateway.setOverride(nil)
	tab.load(site.address(11))
	tab.wait(visible(banner) + ` && ` + understoodButton)
}

// Where they only keep one waiting, what is to be asked is asked as always.
func TestTheBannerDoesNotWaitForTheListOfChanges(t *testing.T) {
	site := newVersionedSite(t, addRecipient)
	tab := site.openAndChoose(acceptButton)
	next := site.advanceTo(11)
	ended := make(chan struct{})
	defer close(ended)
	site.gateway.setOverride(func(_ http.ResponseWriter, r *http.Request) bool {
		late := strings.Contains(r.URL.Path, "news")
		if late {
			<-ended
		}
		return late
	})
	tab.load(next)
	tab.wait(visible(banner))
	tab.check(`!` + changesList + ` && !nod.has("analytics") && nod.has("functional")`)
	tab.click(rejectButton)
	tab.wait(`nod.receipt() && nod.receipt().record.policy == "v2"`)
	tab.check(`Object.keys(nod.receipt().record.answers) == "analytics"`)
}
