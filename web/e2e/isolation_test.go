package e2e

import "testing"

// A host page that is cross-origin isolated can load only what allows it, and frame only pages that are isolated too.
func TestAnIsolatedPageShowsTheBannerAndThePreferences(t *testing.T) {
	for _, test := range []struct {
		name       string
		page       Page
		isIsolated bool
	}{
		{"with an embedder policy", Page{Embed: "require-corp"}, false},
		{"with an opener policy", Page{Opener: "same-origin"}, false},
		{"with both, of another site", Page{Embed: "require-corp", Opener: "same-origin", Origin: stage.Abroad}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := open(t, stage.Address(test.page))
			tab.wait(visible(banner))
			if got := eval[bool](tab.view, `crossOriginIsolated`); got != test.isIsolated {
				t.Fatalf("the page is isolated: %v", got)
			}
			f := tab.clickPreferences()
			f.saveWith("beacons")
			tab.waitForStates(denied, denied, granted)
			if got := summarize(tab.waitForReceipt()); got != "save: functional=denied analytics=denied beacons=granted" {
				t.Errorf("record %s", got)
			}
			tab.wait(visible(reopenButton))
		})
	}
}
