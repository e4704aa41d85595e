package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/bundle"
)

func TestABundleServesWithoutItsServer(t *testing.T) {
	var site *policy.Site
	sites, err := loadSites(stage.Host)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sites {
		if s.ID == strictSite { // blocks unknown hosts, but not its own server
			site = s
		}
	}
	missingServer := stage.Consent + "/nobody" // nothing is served there
	files, err := bundle.ForWeb(t.Context(), site, missingServer)
	if err != nil {
		t.Fatal(err)
	}
	stage.pages.HandleFunc("GET /cdn/{path...}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Write(files[r.PathValue("path")])
	})
	tab := open(t, stage.Address(Page{
		Tag: `<script src="` + stage.Abroad + "/cdn/" + strictSite + `/consent.en.js"></script>`,
		Body: `<script>window.ran = []</script>
			<script type="text/plain" data-category="analytics">ran.push("inline")</script>`,
	}))
	tab.expectMessages("blob:nod", "CORS policy", "ERR_FAILED", "404 (Not Found)") // 404 for the frame
	tab.wait(visible(banner))
	tab.run(`window.leaks = []; nod.on("leak", (d) => leaks.push(d.host));
		await fetch("` + stage.Collector + `/bundle/no").catch(() => {})`)
	tab.click(preferencesButton)
	tab.wait(dialogIsOpen)
	waitFor(t, "the request for the frame", func() bool { return len(stage.consent.requests("/preferences")) > 0 })
	tab.click(dialogElement("analytics"))
	tab.click(nodElement("#nod-dialog button[value=save]"))
	tab.wait(`nod.has("analytics") && !nod.has("functional")`)
	tab.run(`await fetch("` + stage.Collector + `/bundle/yes").catch(() => {})`)
	tab.checkRan("inline")
	tab.check(`JSON.parse(localStorage.nod).queue.length == 1`) // the decision waits for the server
	tab.wait(`performance.getEntriesByType("resource").some((e) => e.name.includes("/nobody/v1/"))`)
	tab.check(`leaks.length == 0`)
	if all := stage.collector.requests("/bundle/"); len(all) != 1 || !strings.Contains(all[0], "yes") {
		t.Errorf("sent: %q", all)
	}
}
