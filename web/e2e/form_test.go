package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"github.com/nod-consent/nod/app/consent"
)

func TestThePreferencesWorkWithoutJavaScript(t *testing.T) { // C-61
	for _, lang := range []string{"en", "zh-CN"} {
		t.Run(lang, func(t *testing.T) {
			tab := arrive(t)
			call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			tab.load(stage.Consent + "/yunzhijia/preferences?lang=" + lang)
			if len(tab.cookies()) > 0 {
				t.Error("a cookie before the choice")
			}
			tab.is(`!document.querySelector("input:enabled:checked") && document.querySelector("#nod-necessary").checked`)
			tab.is("!" + visible(element("#nod-close"))) // there is nothing to close
			tab.click(element("#nod-analytics"))
			tab.click(element("#nod-functional"))
			tab.click(element("footer [value=save]"))
			tab.until(`location.search.includes("saved") && document.readyState == "complete"`)
			tab.is(visible(element("#nod-saved span")))
			tab.is(`document.documentElement.lang == "` + lang + `"`)
			tab.is(`document.querySelector("#nod-analytics").checked && document.querySelector("#nod-functional").checked &&
				!document.querySelector("#nod-beacons").checked`)
			tab.is(visible(element("#nod-decided time")))

			stored, err := consent.DecodeCookie(tab.cookie(consent.CookieName).Value)
			if err != nil {
				t.Fatal(err)
			}
			all, err := stage.Ledger.Records(t.Context(), siteID, stored.Subject)
			if err != nil || len(all) != 1 || saying(all[0]) != "save: functional=granted analytics=granted beacons=denied" ||
				all[0].Language != lang {
				t.Fatalf("records %v: %v", all, err)
			}
			tab.click(element("#nod-withdraw"))
			tab.until(`!document.querySelector("#nod-analytics").checked && document.readyState == "complete"`)
			tab.is(`!document.querySelector("input:enabled:checked")`)
			if all, err = stage.Ledger.Records(t.Context(), siteID, stored.Subject); err != nil || len(all) != 2 ||
				all[1].Action != consent.Withdraw {
				t.Errorf("records %v: %v", all, err)
			}
			tab.load(stage.Consent + "/yunzhijia/preferences?lang=" + lang)
			tab.is(`!document.querySelector("input:enabled:checked")`)
			tab.is("!(" + visible(element("#nod-saved span")) + ")")
		})
	}
}

func TestThePreferencesByThemselvesWorkWithJavaScriptToo(t *testing.T) {
	tab := open(t, stage.Consent+"/yunzhijia/preferences?lang=en")
	tab.takenOver()
	tab.click(element("#nod-beacons"))
	tab.click(element("footer [value=save]"))
	tab.until(`location.search.includes("saved") && document.readyState == "complete"`)
	tab.is(`document.querySelector("#nod-beacons").checked && !document.querySelector("#nod-analytics").checked`)
	tab.takenOver()
	tab.is(`document.querySelector("#nod-beacons").checked && !document.querySelector("#nod-analytics").checked`)
	tab.is(visible(element("#nod-saved span")))
	tab.is(visible(element("#nod-decided time")))
}
