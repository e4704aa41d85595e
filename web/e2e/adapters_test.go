package e2e

import (
	"strings"
	"testing"
)

func TestEveryAdapterReceivesTheAnswers(t *testing.T) { // C-41
	address := stage.Address(Page{Site: adapterSite, Head: `<script>window.atFirst = JSON.stringify(dataLayer
		.map((a) => [...a]))</script>`})
	tab := open(t, address)
	tab.wait(visible(banner))
	const denied = `"ad_storage":"denied","ad_user_data":"denied","ad_personalization":"denied","analytics_storage":"denied","functionality_storage":"denied","personalization_storage":"denied","security_storage":"denied"`
	want := `[["consent","default",{` + denied + `,"wait_for_update":500}],["consent","default",{` +
		strings.Replace(denied, `"analytics_storage":"denied"`, `"analytics_storage":"granted"`, 1) +
		`,"wait_for_update":500,"region":["US","US-CA"]}]]`
	if got := eval[string](tab.view, `atFirst`); got != want {
		t.Errorf("before any other tag:\n%s\nwant\n%s", got, want)
	}
	last := func() string {
		return eval[string](tab.view, `(() => { const [what, how, signals] = dataLayer.at(-1); return dataLayer.length + " " +
			what + " " + how + " " + Object.keys(signals).filter((s) => signals[s] == "granted").sort() })()`)
	}
	step := func(act, want string) {
		t.Helper()
		tab.run(act)
		if got := last(); got != want {
			t.Errorf("after %s: %s, want %s", act, got, want)
		}
	}
	step(`nod.save({ analytics: true })`, "3 consent update analytics_storage,security_storage")
	step(`nod.acceptAll()`, "4 consent update ad_storage,analytics_storage,functionality_storage,security_storage")
	step(`nod.withdraw()`, "5 consent update security_storage")
	if got := eval[string](tab.view, `layer.map((e) => e.event + " " + e.nod.analytics)
		.join()`); got != "nod_consent unasked,nod_consent granted,nod_consent granted,nod_consent denied" {
		t.Errorf("data layer: %s", got)
	}
	if got := eval[string](tab.view, `_paq.join()`); got != "requireConsent,setConsentGiven,forgetConsentGiven" {
		t.Errorf("Matomo: %s", got)
	}
	if got := eval[string](tab.view, `clarity.q.map(([call, s]) => call + " " + s.ad_Storage + " " + s.analytics_Storage)
		.join()`); got != "consentv2 denied denied,consentv2 denied granted,consentv2 denied granted,consentv2 denied "+
		"denied" {
		t.Errorf("Clarity: %s", got)
	}
	tab.run(`nod.acceptAll()`)
	tab.load(address) // whoever comes back is known from the first
	if got := last(); got != "3 consent update ad_storage,analytics_storage,functionality_storage,security_storage" {
		t.Errorf("on the next page: %s", got)
	}
}

func TestAdaptersSurviveHostileGlobals(t *testing.T) { // C-40
	tag := `<script src="` + stage.Script(Page{Site: adapterSite}) + `"></script>`
	tab := open(t, stage.Address(Page{Site: adapterSite, Before: `<script>window.clarity = { get q() { throw "odd" } };
		Object.defineProperty(window, "_paq", { get() { throw "odd" } })</script>`, Tag: `<p id="dataLayer"></p>` +
		`<a id="nod"></a><form name="layer"></form>` + tag + tag}))
	tab.expectMessages("blob:nod")
	tab.wait(visible(banner))
	tab.run(`window.ended = await fetch("` + stage.Collector + `/odd").catch((e) => e.name)`)
	tab.check(`ended == "TypeError" && dataLayer.length == 2 && layer.length == 1`) // also with two tags
}
