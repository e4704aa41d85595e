package e2e

import (
	"io/fs"
	"log/slog"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web"
)

// servedScripts is a server with the scripts as they are compiled into the program, where all others have shorter
// pauses.
func servedScripts(t *testing.T) (origin string) {
	t.Helper()
	files, err := fs.Sub(assets.Files, "sites")
	if err != nil {
		t.Fatal(err)
	}
	site, err := load.Site(files, siteID)
	if err != nil {
		t.Fatal(err)
	}
	site.Origins = append(site.Origins, stage.Host)
	handler, err := web.New(t.Context(), web.Options{Sites: []*policy.Site{site}, Ledger: stage.store,
		Log: slog.New(slog.DiscardHandler)})
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

func TestTheScriptsThatAreServedWork(t *testing.T) {
	origin := servedScripts(t)
	stage.host.answer(t, gatedFiles)
	tab := open(t, stage.Address(Page{Tag: `<script src="` + origin + `/` + siteID + `/consent.js?lang=en">` +
		`</script>`, Body: tagged}))
	tab.until(visible(banner))
	tab.click(agree)
	tab.until(`ran.length && nod.receipt()`)
	tab.stands(granted, granted, granted)

	tab.click(wayBack)
	f := tab.opened()
	f.takenOver()
	f.click(element("#nod-analytics"))
	f.click(element("footer [value=save]"))
	tab.until("!" + dialog + shown)
	tab.until(`!nod.has("analytics") && nod.has("functional")`)

	other := tab.another(stage.Address(Page{Tag: `<script src="` + origin + `/` + siteID + `/consent.js?lang=en">` +
		`</script>`}))
	other.until(visible(wayBack))
	tab.run(`nod.withdraw()`)
	other.until(`!nod.has("functional")`)
	other.click(wayBack)
	other.opened()
	other.press(kb.Escape)
	other.until("!" + dialog + shown)
}
