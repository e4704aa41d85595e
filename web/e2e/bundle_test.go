package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

func TestABundleServesWithoutItsServer(t *testing.T) {
	var site *policy.Site
	sites, err := loadSites(stage.Host)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sites {
		if s.ID == tidySite { // which stops what it does not know: not its own server
			site = s
		}
	}
	down := stage.Consent + "/nobody" // nothing is served there
	files, err := web.Bundle(t.Context(), site, down)
	if err != nil {
		t.Fatal(err)
	}
	stage.pages.HandleFunc("GET /cdn/{path...}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Write(files[r.PathValue("path")])
	})
	tab := open(t, stage.Address(Page{Tag: `<script src="` + stage.Abroad + "/cdn/" + tidySite + `/consent.en.js"></script>`, Body: `<script>window.ran = []</script><script type="text/plain" data-category="analytics">ran.push("inline")</script>`}))
	tab.expects("blob:nod", "CORS policy", "ERR_FAILED", "404 (Not Found)") // the last for the preferences' frame
	tab.until(visible(banner))
	tab.run(`window.leaks = []; nod.on("leak", (d) => leaks.push(d.host)); await fetch("` + stage.Collector + `/bundle/no").catch(() => {})`)
	tab.click(preferences)
	tab.until(dialog + shown)
	eventually(t, "the frame to be asked for", func() bool { return len(stage.consent.requests("/preferences")) > 0 })
	tab.click(inBanner("#nod-form-analytics"))
	tab.click(inBanner("#nod-dialog [value=save]"))
	tab.until(`nod.has("analytics") && !nod.has("functional")`)
	tab.run(`await fetch("` + stage.Collector + `/bundle/yes").catch(() => {})`)
	tab.ran("inline")
	tab.is(`JSON.parse(localStorage.nod).queue.length == 1`) // it waits for the server
	tab.until(`performance.getEntriesByType("resource").some((e) => e.name.includes("/nobody/v1/"))`)
	tab.is(`leaks.length == 0`)
	if all := stage.sink.requests("/bundle/"); len(all) != 1 || !strings.Contains(all[0], "yes") {
		t.Errorf("sent: %q", all)
	}
}
