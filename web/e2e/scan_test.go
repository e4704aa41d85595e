package e2e

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/scan"
)

// scanPages scans pages of the site, and returns the findings as lines.
func scanPages(t *testing.T, site *policy.Site, pages ...string) (findings []string) {
	t.Helper()
	stage.consent.clearRequests()
	seen, err := scan.Pages(t.Context(), scan.Options{
		Pages: pages, Site: site.ID, Browser: os.Getenv("CHROME"), NoSandbox: os.Geteuid() == 0,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range scan.Compare(site.CurrentPolicy(), seen) {
		if f.Problem != scan.Unseen {
			findings = append(findings, string(f.Problem)+" "+string(f.Stage)+": "+f.Describe())
		}
	}
	return findings
}

// C-52
func TestAScanFindsWhatThePolicyDoesNotAllow(t *testing.T) {
	site := siteOf(t, gateSite)
	worker := "data:text/javascript,fetch('http://worker.other.localhost:1/')"
	bad := stage.Address(Page{
		Site: gateSite,
		Before: `<script>
			document.cookie = "early=1; path=/";
			fetch("` + stage.Collector + `/early", { mode: "no-cors" }).catch(() => {});
		</script>`,
		Body: `<script>
			localStorage.setItem("unknown-entry", "1");
			indexedDB.open("unknown-database");
			new Worker("` + worker + `");
			nod.on("change", states => {
				if (states.analytics == "granted") sessionStorage.setItem("later", "1");
				if (states.analytics == "denied") fetch("http://sulk.other.localhost:1/").catch(() => {});
			});
		</script>
		<iframe src="` + stage.Abroad + `/scan-frame"></iframe>
		<script type="text/plain" data-category="analytics">
			document.cookie = "tagged=1; path=/";
			fetch("` + stage.Collector + `/tagged", { mode: "no-cors" }).catch(() => {});
		</script>`,
	})
	stage.Address(Page{Path: "/scan-frame", Tag: " ", Head: `<script>localStorage.setItem("of-the-frame", 1)</script>`})
	got := scanPages(t, site, bad)
	want := []string{
		"early before: request to stats.collector.localhost",
		"undeclared before: cookie early of www.yzj.localhost",
		"undeclared granted: cookie tagged of www.yzj.localhost",
		"undeclared before: IndexedDB database unknown-database of www.yzj.localhost",
		"undeclared before: localStorage entry of-the-frame of www.abroad.localhost",
		"undeclared before: localStorage entry unknown-entry of www.yzj.localhost",
		"undeclared refused: request to sulk.other.localhost",
		"undeclared before: request to worker.other.localhost",
		"undeclared before: request to www.abroad.localhost",
		"undeclared granted: sessionStorage entry later of www.yzj.localhost",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if sent := stage.consent.requests("POST "); len(sent) > 0 {
		t.Errorf("the scan sent decisions: %q", sent)
	}
}
