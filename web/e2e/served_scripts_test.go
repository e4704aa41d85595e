package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

// serveProductionScripts starts a server with the scripts of the program. Other tests use scripts with shorter pauses.
func serveProductionScripts(t *testing.T) (origin string) {
	t.Helper()
	site, err := loadBuiltInSite()
	if err != nil {
		t.Fatal(err)
	}
	site.Origins = append(site.Origins, stage.Host)
	handler, err := web.New(t.Context(), web.Options{Sites: []*policy.Site{site}, Ledger: stage.store,
		Log: silentLog})
	if err != nil {
		t.Fatal(err)
	}
	g, err := newGateway()
	if err != nil {
		t.Fatal(err)
	}
	g.next = handler
	t.Cleanup(g.stop)
	return "http://consent.yzj.localhost:" + g.port()
}

func TestTheScriptsWorkWithProductionPauses(t *testing.T) {
	origin := serveProductionScripts(t)
	stage.host.overrideWith(t, answerGatedFiles)
	tag := `<script src="` + origin + `/` + siteID + `/consent.js?lang=en"></script>`
	tab := open(t, stage.Address(Page{Tag: tag, Body: taggedMarkup}))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(`ran.length && nod.receipt()`)
	tab.checkStates(granted, granted, granted)

	tab.click(reopenButton)
	f := tab.waitForPreferences()
	f.waitForWebAssembly()
	f.saveWith("analytics")
	tab.wait("!" + dialogIsOpen)
	tab.wait(`!nod.has("analytics") && nod.has("functional")`)

	other := tab.openTab(stage.Address(Page{Tag: tag}))
	other.wait(visible(reopenButton))
	tab.run(`nod.withdraw()`)
	other.wait(`!nod.has("functional")`)
	other.click(reopenButton)
	other.waitForPreferences()
	other.press(kb.Escape)
	other.wait("!" + dialogIsOpen)
}
