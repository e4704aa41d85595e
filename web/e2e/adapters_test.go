package e2e

import (
	"strings"
	"testing"
)

func TestEveryAdapterReceivesTheAnswers(t *testing.T) { // C-41
	address := stage.Address(Page{Site: adapterSite,
		Head: `<script>window.atFirst = JSON.stringify(dataLayer.map((a) => [...a]))</script>`})
	tab := open(t, address)
	tab.wait(visible(banner))
	const allDenied = `"ad_storage":"denied","ad_user_data":"denied","ad_personalization":"denied",` +
		`"analytics_storage":"denied","functionality_storage":"denied","personalization_storage":"denied",` +
		`"security_storage":"denied"`
	want := `[["consent","default",{` + allDenied + `,"wait_for_update":500}],["consent","default",{` +
		strings.Replace(allDenied, `"analytics_storage":"denied"`, `"analytics_storage":"granted"`, 1) +
		`,"wait_for_update":500,"region":["US","US-CA"]}]]`
	if got := eval[string](tab.view, `atFirst`); got != want {
		t.Errorf("before any other tag:\n%s\nwant\n%s", got, want)
	}
	const lastUpdate = `(() => {
		const [command, kind, signals] = dataLayer.at(-1);
		const granted = Object.keys(signals).filter((s) => signals[s] == "granted").sort();
		return dataLayer.length + " " + command + " " + kind + " " + granted;
	})()`
	for _, step := range []struct{ script, want string }{
		{`nod.save({ analytics: true })`, "3 consent update analytics_storage,security_storage"},
		{`nod.acceptAll()`,
			"4 consent update ad_storage,analytics_storage,functionality_storage,security_storage"},
		{`nod.withdraw()`, "5 consent update security_storage"},
	} {
		tab.run(step.script)
		if got := eval[string](tab.view, lastUpdate); got != step.want {
			t.Errorf("after %s: %s, want %s", step.script, got, step.want)
		}
	}
	for _, adapter := range []struct{ name, calls, want string }{
		{"data layer", `layer.map((e) => e.event + " " + e.nod.analytics).join()`,
			"nod_consent unasked,nod_consent granted,nod_consent granted,nod_consent denied"},
		{"Matomo", `_paq.join()`, "requireConsent,setConsentGiven,forgetConsentGiven"},
		{"Clarity", `clarity.q.map(([call, s]) => call + " " + s.ad_Storage + " " + s.analytics_Storage).join()`,
			"consentv2 denied denied,consentv2 denied granted,consentv2 denied granted,consentv2 denied denied"},
	} {
		if got := eval[string](tab.view, adapter.calls); got != adapter.want {
			t.Errorf("%s: %s", adapter.name, got)
		}
	}
	tab.run(`nod.acceptAll()`)
	tab.load(address) // a returning visitor's answers are known at once
	if got := eval[string](tab.view, lastUpdate); got !=
		"3 consent update ad_storage,analytics_storage,functionality_storage,security_storage" {
		t.Errorf("on the next page: %s", got)
	}
}

// The site names the data layer first, and the page its own listener before everything.
func TestTagsFindTheConsentUpdatedWhenTheEventComes(t *testing.T) { // C-41
	tab := open(t, stage.Address(Page{Site: eventSite,
		Before: `<script>window.nod = [["on", "change", () => dataLayer.push({ event: "own" })]]</script>`}))
	tab.wait(visible(banner))
	const order = `dataLayer.map((e) => e.event || e[1]).join()`
	tab.run(`dataLayer.length = 0; nod.acceptAll()`)
	if got := eval[string](tab.view, order); got != "update,own,nod_consent" {
		t.Errorf("on a change: %s", got)
	}
	tab.load(stage.Address(Page{Site: eventSite}))
	if got := eval[string](tab.view, order); got != "default,update,nod_consent" {
		t.Errorf("on the next page: %s", got)
	}
}

func TestAdaptersSurviveHostileGlobals(t *testing.T) { // C-40
	tag := `<script src="` + stage.Script(Page{Site: adapterSite}) + `"></script>`
	tab := open(t, stage.Address(Page{
		Site: adapterSite,
		Before: `<script>window.clarity = { get q() { throw "odd" } };
			Object.defineProperty(window, "_paq", { get() { throw "odd" } })</script>`,
		Tag: `<p id="dataLayer"></p><a id="nod"></a><form name="layer"></form>` + tag + tag,
	}))
	tab.expectMessages("blob:nod")
	tab.wait(visible(banner))
	tab.run(`window.ended = await fetch("` + stage.Collector + `/odd").catch((e) => e.name)`)
	tab.check(`ended == "TypeError" && dataLayer.length == 2 && layer.length == 1`) // once, with two tags
}
