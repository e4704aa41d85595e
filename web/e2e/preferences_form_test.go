package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"github.com/nod-consent/nod/app/consent"
)

func TestThePreferencesWorkWithoutJavaScript(t *testing.T) { // C-61
	for _, lang := range []string{"en", "zh-CN"} {
		t.Run(lang, func(t *testing.T) {
			tab := openEmptyTab(t)
			call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			tab.load(stage.Consent + "/yunzhijia/preferences?lang=" + lang)
			if len(tab.cookies()) > 0 {
				t.Error("a cookie before the decision")
			}
			tab.check(`!document.querySelector("input:enabled:checked") && document.querySelector("#nod-necessary").checked`)
			tab.check("!" + visible(element("#nod-close"))) // a page has nothing to close
			tab.click(element("#nod-analytics"))
			tab.saveWith("functional")
			tab.wait(`location.search.includes("saved") && document.readyState == "complete"`)
			tab.check(visible(element("#nod-saved span")))
			tab.check(`document.documentElement.lang == "` + lang + `"`)
			tab.check(`document.querySelector("#nod-analytics").checked && document.querySelector("#nod-functional").checked &&
				!document.querySelector("#nod-beacons").checked`)
			tab.check(visible(element("#nod-decided time")))

			stored, err := consent.DecodeCookie(tab.cookie(consent.CookieName).Value)
			if err != nil {
				t.Fatal(err)
			}
			all, err := stage.Ledger.Records(t.Context(), siteID, stored.Subject)
			if err != nil || len(all) != 1 || summarize(all[0]) != "save: functional=granted analytics=granted beacons=denied" ||
				all[0].Language != lang {
				t.Fatalf("records %v: %v", all, err)
			}
			tab.click(element("#nod-withdraw"))
			tab.wait(`!document.querySelector("#nod-analytics").checked && document.readyState == "complete"`)
			tab.check(`!document.querySelector("input:enabled:checked")`)
			if all, err = stage.Ledger.Records(t.Context(), siteID, stored.Subject); err != nil || len(all) != 2 ||
				all[1].Action != consent.Withdraw {
				t.Errorf("records %v: %v", all, err)
			}
			tab.load(stage.Consent + "/yunzhijia/preferences?lang=" + lang)
			tab.check(`!document.querySelector("input:enabled:checked")`)
			tab.check("!(" + visible(element("#nod-saved span")) + ")")
		})
	}
}

func TestThePreferencesPageWorksWithJavaScript(t *testing.T) {
	tab := open(t, stage.Consent+"/yunzhijia/preferences?lang=en")
	tab.waitForWebAssembly()
	tab.saveWith("beacons")
	tab.wait(`location.search.includes("saved") && document.readyState == "complete"`)
	tab.check(`document.querySelector("#nod-beacons").checked && !document.querySelector("#nod-analytics").checked`)
	tab.waitForWebAssembly()
	tab.check(`document.querySelector("#nod-beacons").checked && !document.querySelector("#nod-analytics").checked`)
	tab.check(visible(element("#nod-saved span")))
	tab.check(visible(element("#nod-decided time")))
}
