package e2e

import (
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

// C-25, C-26
func TestAnEnterpriseCanDenyButNotGrant(t *testing.T) {
	const hello = `{ v: 1, type: "nod:hello", platform: "android", tenant: {
		id: "acme", name: "<b>Acme</b>", contact: "it@acme.example",
		denied: ["location", "analytics", "necessary", "nobody", "constructor", 7, null], granted: ["face"],
	} }`
	tab := open(t, launchAddress(""), appScript(hello))
	tab.agreeAsAdult()
	d := tab.messages("decision")[0]
	if a := d["answers"].(map[string]any); a["analytics"] != nil || a["functional"] != "granted" {
		t.Errorf("answered: %v", a)
	}
	if s := d["states"].(map[string]any); s["analytics"] != "denied" || s["necessary"] != "granted" ||
		s["face"] != "unasked" {
		t.Errorf("states: %v", s)
	}
	later := open(t, launchAddress(""), returningAppWith(tab.external(), hello))
	later.wait(onScreen("menu") +
		` && messages.filter((m) => m.type == "nod:ready").map((m) => m.decided).join() == "false,true"`)
	later.check(onScreen("menu")) // nothing is asked again

	tab.openQuestion("location")
	tab.check(action("grant") + `.disabled && document.querySelector("#nod-q-location .locked").textContent ==
		"<b>Acme</b> (it@acme.example) has turned this off for its members."`)
	tab.run(action("grant") + `.disabled = false`)
	tab.click(action("grant"))
	tab.check(`messages.every((m) => m.type != "nod:decision" || m.action == "accept_all")`)
	if r := tab.waitForRecords(1); len(r) != 1 || r[0].Tenant != "acme" {
		t.Errorf("stored: %v of %q", r, r[0].Tenant)
	}
	tab.goBack()
	tab.wait(onScreen("menu"))
	tab.click(element("[data-page='lists/collected']"))
	tab.wait(onScreen("reader") + ` && document.querySelector("#collected-enterprise-work > .note")?.textContent ==
		"Decided by <b>Acme</b> · it@acme.example"`)
	tab.goBack()
	tab.wait(onScreen("menu"))
	tab.openQuestion("location")
	tab.run(`nodReceive({ v: 1, type: "nod:hello", tenant: { id: "other", name: "Other", denied: [] } })`)
	tab.check(action("grant") + `.disabled`) // the second hello is ignored
}

const denyingTenant = `{ v: 1, type: "nod:hello", platform: "android",
	tenant: { id: "acme", name: "Acme", contact: "", denied: ["functional", "analytics", "beacons"] } }`

// C-26
func TestAgreeingCountsWhereAnEnterpriseDeniesEverything(t *testing.T) {
	tab := open(t, launchAddress(""), appScript(denyingTenant))
	tab.agreeAsAdult()
	d := tab.messages("decision")[0]
	if s := d["states"].(map[string]any); s["analytics"] != "denied" || s["necessary"] != "granted" ||
		d["action"] != "accept_all" {
		t.Errorf("decided: %v", d)
	}
	if r := tab.waitForRecords(1)[0]; r.Action != consent.AcceptAll || r.Tenant != "acme" {
		t.Errorf("stored: %s of %q", summarize(r), r.Tenant)
	}
	later := open(t, launchAddress(""), returningAppWith(tab.external(), denyingTenant))
	later.wait(onScreen("menu") + ` && messages.filter((m) => m.type == "nod:ready").at(-1).decided`)
	later.askAboutPermission("camera", "a") // the visitor agreed and refused nothing

	// A visitor who leaves the enterprise is asked.
	open(t, launchAddress(""), returningApp(tab.external())).wait(onScreen("ask"))
}

// C-25
func TestAnEnterpriseWithAnInvalidNameStillDenies(t *testing.T) {
	tenant := `{ id: "acme\ud800", name: "Acme", denied: "location" }` // half a character, and a text for a list
	tab := open(t, launchAddress(""), appScript(`{ v: 1, type: "nod:hello", platform: "android", tenant: `+tenant+` }`))
	tab.expectMessages("the tenant wants")
	tab.agreeAsAdult()
	tab.openQuestion("location")
	tab.check(action("grant") + `.disabled`)
	tab.click(action("refuse"))
	tab.waitForRecords(2) // the server accepts them
}

// C-25, C-26
func TestALateTenantAppliesAndASecondOneIsIgnored(t *testing.T) {
	tab := open(t, launchAddress(""), appScript("null")) // an app that does not say hello
	tab.agreeAsAdult()
	before := tab.external()
	helloOf := func(name, denied string) string {
		return `nodReceive({ v: 1, type: "nod:hello", platform: "android",
			tenant: { id: "` + name + `", name: "` + name + `", contact: "", denied: ["` + denied + `"] } });`
	}
	tab.run(helloOf("acme", "location")) // long after the decision
	tab.check(onScreen("menu"))
	tab.run(helloOf("other", "face"))
	tab.run(`document.querySelector("[data-question=face]").click()`)
	tab.wait(onScreen("q-face") + ` && !` + action("grant") + `.disabled`)
	tab.click(action("refuse"))
	tab.wait(onScreen("menu"))
	if r := tab.waitForRecords(2); r[0].Tenant != "" || r[1].Tenant != "acme" || r[1].Answers["face"] != consent.Denied {
		t.Errorf("stored: %s of %q, then %s of %q", summarize(r[0]), r[0].Tenant, summarize(r[1]), r[1].Tenant)
	}
	if string(before) == string(tab.external()) {
		t.Error("the app was not sent the second answer")
	}
	tab.run(`document.querySelector("[data-question=location]").click()`)
	tab.wait(onScreen("q-location") + ` && ` + action("grant") + `.disabled &&
		document.querySelector("#nod-q-location .locked").textContent.includes("acme")`)
}
