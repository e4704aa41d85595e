//go:build full

package e2e

import "testing"

// C-52
func TestAScanOfAPageThatKeepsToThePolicyFindsNothing(t *testing.T) {
	good := stage.Address(Page{Site: gateSite, Body: `<script type="text/plain" data-category="analytics">
		fetch("` + stage.Collector + `/tagged", { mode: "no-cors" }).catch(() => {});
	</script>`})
	if got := scanPages(t, siteOf(t, gateSite), good); got != nil {
		t.Errorf("found %q", got)
	}
	if untagged := stage.Address(Page{Tag: " "}); scanPages(t, siteOf(t, gateSite), untagged) != nil {
		t.Error("a page without the tag has findings")
	}
}
