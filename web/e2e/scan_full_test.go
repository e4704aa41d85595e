//go:build full

package e2e

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/nod-consent/nod/web/scan"
)

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

func TestAScanRefusesPagesThatShowNothing(t *testing.T) {
	stage.pages.HandleFunc("GET /scan-away", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, stage.Abroad+"/scan-there", http.StatusFound)
	})
	stage.Address(Page{Path: "/scan-there", Tag: " "})
	for page, want := range map[string]string{
		"/no-such-page": "the answer is 404",
		"/scan-away":    "is not the same site",
	} {
		_, err := scan.Pages(t.Context(), scan.Options{
			Pages: []string{stage.Host + page}, Site: siteID, Browser: os.Getenv("CHROME"), NoSandbox: os.Geteuid() == 0,
		})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v; want %q", page, err, want)
		}
	}
}
