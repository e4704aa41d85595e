package e2e

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/web/native"
)

// answerNatively is what an app keeps after a tap in the first layer that it drew from the package.
func answerNatively(t *testing.T, files map[string][]byte, agreed bool) (answer string, presentation string) {
	t.Helper()
	drawn := files[siteID+"/en/native.json"]
	d, err := native.Parse(drawn)
	if err != nil {
		t.Fatal(err)
	}
	presentation = ledger.PresentationHash(ledger.Presentation{
		Site: d.Site, Kind: ledger.Native, Language: d.Language, Policy: d.Policy, HTML: string(drawn), Shown: d.Shown,
	})
	seed := make([]byte, 64)
	rand.Read(seed) // never fails
	text, err := json.Marshal([]map[string]any{{
		"v": 1, "site": d.Site, "platform": d.Platform, "id": "0b5c7e52-6d8f-4a40-9a10-5b1f0f4f7a11", "agreed": agreed,
		"policy": d.Policy, "language": d.Language, "presentation": presentation, "template": d.Template,
		"at": time.Now().Add(-time.Hour).UTC().Format(time.RFC3339Nano), "seed": base64.RawURLEncoding.EncodeToString(seed),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return string(text), presentation
}

// C-01, C-23, C-35, C-37, C-50: agreed natively without a network, killed twice, sent once.
func TestAnAnswerToTheNativeFirstLayerBecomesOneRecord(t *testing.T) {
	address, files, _ := servePackage(t)
	answer, presentation := answerNatively(t, files, true)
	given := "window.nodFirst = " + answer + ";"
	restart := stage.consent.takeDown(t)

	tab := open(t, address, given+appScript(helloMessage))
	tab.expectMessages("ERR_CONNECTION_REFUSED")
	tab.wait(onScreen("age") + ` && window.greeted`)
	tab.check(`messages.every((m) => m.type != "nod:decision") && writes.length == 0`)
	tab.load("about:blank") // killed before the person answered the age

	again := open(t, address, given+appScript(helloMessage))
	again.expectMessages("ERR_CONNECTION_REFUSED")
	again.wait(onScreen("age") + ` && window.greeted`)
	again.check(`!` + onScreen("ask"))
	again.click(action("adult"))
	again.wait(onScreen("menu") + ` && messages.some((m) => m.type == "nod:close" && m.reason == "decided")`)
	again.checkMessages()
	external := again.external()
	again.load("about:blank") // killed before the app forgot the tap
	restart()

	last := open(t, address, given+returningApp(external))
	last.wait(onScreen("menu") + ` && messages.some((m) => m.type == "nod:keep" && m.external.queue.length == 0)`)
	records := last.waitForRecords(1)
	if len(records) != 1 || records[0].Presentation != presentation || records[0].Kind != ledger.Native ||
		summarize(records[0]) != acceptedAll {
		t.Errorf("%d records, the first is %+v", len(records), records[0])
	}
	last.check(`messages.every((m) => m.type != "nod:decision")`)
	last.checkMessages()
}

// C-05, C-35: the page is first opened from the menu, long after a native refusal.
func TestANativeRefusalIsRecordedWhenThePageIsOpened(t *testing.T) {
	address, files, _ := servePackage(t)
	answer, presentation := answerNatively(t, files, false)
	tab := open(t, address, "window.nodFirst = "+answer+";"+appScript(helloMessage))
	tab.wait(onScreen("menu") + ` && messages.some((m) => m.type == "nod:keep" && m.external.queue.length == 0)`)
	records := tab.waitForRecords(1)
	if len(records) != 1 || records[0].Presentation != presentation || len(records[0].Granted()) > 0 {
		t.Errorf("%d records, the first is %+v", len(records), records[0])
	}
	tab.check(`messages.every((m) => m.type != "nod:close")`)
	tab.checkMessages()
}
