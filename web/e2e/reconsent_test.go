package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// C-28, C-29, C-30
func TestAVisitorWhoLivesThroughThePolicysVersionsIsToldWhatChangedAndAskedOnlyForThat(t *testing.T) {
	j := travel(t, tellsMore, movesOffice, asksForMore)
	tab := open(t, j.on(0))
	tab.until(visible(banner))
	tab.is(`!` + changes)
	tab.click(agree)
	tab.until(`nod.receipt()`)
	tab.is(`nod.receipt().record.policy == "v1" && nod.has("analytics") && nod.has("functional")`)

	// Announced: nothing changes yet, and the preferences tell.
	tab.load(j.on(5))
	tab.until(visible(back))
	tab.is(`!` + mark + ` && !` + visible(banner))
	tab.click(back)
	tab.until(`document.getElementById("nod").shadowRoot.querySelector("dialog .news")`)
	tab.is(`document.getElementById("nod").shadowRoot.querySelector("dialog .news").innerText.includes("takes effect on ` +
		day(10) + `")`)

	centre := tab.opened()
	centre.takenOver()
	centre.is(`document.querySelector(".news a").href.endsWith("/` + siteID + `/policy/v2?lang=en#nod-changes")`)

	// Minor: a mark, until it was looked at.
	tab.load(j.on(12))
	tab.until(mark + ` == "New"`)
	tab.is(`!` + visible(banner) + ` && nod.has("analytics")`)
	tab.click(back)
	tab.until(`document.getElementById("nod").shadowRoot.querySelector("dialog .news")`)
	tab.load(j.page(12))
	tab.until(visible(back))
	tab.settled() // the mark would come with the idle work
	tab.is(`!` + mark)

	// Material, and nothing to ask: told, and kept that it was.
	tab.load(j.on(22))
	tab.until(visible(banner))
	text := eval[string](tab.view, changes+`.innerText`)
	for _, want := range []string{"1 New Street, Beijing", "Contact", day(20)} {
		if !strings.Contains(text, want) {
			t.Errorf("the banner does not say %q: %s", want, text)
		}
	}
	tab.is(`nod.has("analytics") && !` + agree)
	tab.click(done)
	tab.until(`nod.receipt() && nod.receipt().record.policy == "v3"`)
	tab.is(`Object.keys(nod.receipt().record.answers).length == 0 && nod.has("analytics") && nod.has("functional")`)
	tab.load(j.page(22))
	tab.until(visible(back))
	tab.is(`!` + visible(banner))

	// Material, and one purpose concerned: asked for that one, the others stand.
	tab.load(j.on(32))
	tab.until(visible(banner))
	tab.is(changes + `.innerText.includes("New Statistics Ltd.")`)
	tab.is(`!nod.has("analytics") && nod.has("functional") && !` + changes + `.innerText.includes("New Street")`)
	tab.click(refuse)
	tab.until(`nod.receipt() && nod.receipt().record.policy == "v4"`)
	tab.is(`Object.keys(nod.receipt().record.answers) == "analytics" && nod.has("functional") && !nod.has("analytics")`)
	tab.load(j.page(32))
	tab.until(visible(back))
	tab.is(`!` + visible(banner))
}

// C-30
func TestARightIsTakenAwayOnlyFromWhoSaysYes(t *testing.T) {
	j := travel(t, takesARight)
	tab := j.chosen(refuse)
	tab.load(j.on(11))
	tab.until(visible(banner) + ` && ` + keep)
	tab.is(banner + `.innerText.includes("thirty days") && ` + banner + `.innerText.includes("only if you agree")`)
	tab.click(keep)
	tab.until(`nod.receipt() && Object.keys(nod.receipt().record.answers).length == 0`)
	tab.is(`nod.receipt().record.policy == "v1" && !nod.has("analytics")`)
	tab.load(j.page(11))
	tab.until(visible(back))
	tab.is(`!` + visible(banner))
}

// C-42
func TestWhatChangedIsHeardAndAnsweredByKeyboard(t *testing.T) {
	j := travel(t, movesOffice, takesARight)
	source := axe(t)
	tab := j.chosen(refuse)
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
		tab.load(j.on(test.day))
		tab.until(visible(banner) + ` && ` + changes)
		tab.inOrder(append([]string{"region " + title, "heading " + title, "heading Version of " + day(test.day-1)},
			test.heard...)...)
		eval[bool](tab.view, source)
		tab.isAccessibleWithin(`document.getElementById("nod")`, allRules, 5)
		tab.tabTo(focused + `?.textContent == "` + test.presses + `"`)
		tab.is(`getComputedStyle(` + focused + `).outlineStyle != "none"`)
		tab.press(kb.Enter)
		tab.until(`nod.receipt() && nod.receipt().record.policy == "` + test.version + `"`)
		tab.until("!" + visible(banner) + " && " + focused + " == " + wayBack)
	}
}

// Where what is new can't be had, nothing is granted and nothing is lost: the visitor is told with the next page.
func TestNewsThatDoNotComeChangeNothing(t *testing.T) {
	j := travel(t, movesOffice)
	tab := j.chosen(agree)
	next := j.on(11)
	j.gateway.set(func(w http.ResponseWriter, r *http.Request) bool {
		lost := strings.Contains(r.URL.Path, "news")
		if lost {
			http.Error(w, "gone", http.StatusInternalServerError)
		}
		return lost
	})
	tab.expects("Failed to load resource", "blocked by CORS policy")
	tab.load(next)
	tab.until(visible(back))
	tab.is(`nod.has("analytics") && !` + visible(banner))
	j.gateway.set(nil)
	tab.load(j.page(11))
	tab.until(visible(banner) + ` && ` + done)
}

// Where they only keep one waiting, what is to be asked is asked as always.
func TestWhatIsToBeAskedIsAskedWithoutTheNews(t *testing.T) {
	j := travel(t, asksForMore)
	tab := j.chosen(agree)
	next := j.on(11)
	ended := make(chan struct{})
	defer close(ended)
	j.gateway.set(func(_ http.ResponseWriter, r *http.Request) bool {
		late := strings.Contains(r.URL.Path, "news")
		if late {
			<-ended
		}
		return late
	})
	tab.load(next)
	tab.until(visible(banner))
	tab.is(`!` + changes + ` && !nod.has("analytics") && nod.has("functional")`)
	tab.click(refuse)
	tab.until(`nod.receipt() && nod.receipt().record.policy == "v2"`)
	tab.is(`Object.keys(nod.receipt().record.answers) == "analytics"`)
}
