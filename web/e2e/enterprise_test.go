package e2e

import (
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

// C-25, C-26
func TestAnEnterpriseCanDenyButNotGrant(t *testing.T) {
	tenant := `tenant: { id: "acme", name: "<b>Acme</b>", contact: "it@acme.example", denied: ["location", "analytics",
		"necessary", "nobody", "constructor", 7, null], granted: ["face"] }`
	tab := open(t, launchAddress(""), appScript(`{ v: 1, type: "nod:hello", platform: "android", `+tenant+` }`))
	tab.agreeAsAdult()
	d := tab.messages("decision")[0]
	if a := d["answers"].(map[string]any); a["analytics"] != nil || a["functional"] != "granted" {
		t.Errorf("answered: %v", a)
	}
	if s := d["states"].(map[string]any); s["analytics"] != "denied" || s["necessary"] != "granted" ||
		s["face"] != "unasked" {
		t.Errorf("states: %v", s)
	}
	later := open(t, launchAddress(""), "window.nodExternal = "+string(tab.external())+";"+appScript(`{ v: 1,
		type: "nod:hello", platform: "android", `+tenant+` }`))
	// not asked again
	later.wait(onScreen("menu") + ` && messages.filter((m) => m.type == "nod:ready").map((m) => m.decided)
		.join() == "false,true"`)
	later.check(onScreen("menu"))
	tab.openQuestion("location")
	tab.check(action("grant") + `.disabled && document.querySelector("#nod-q-location .locked").textContent ==
		"<b>Acme</b> (it@acme.example) has switched this off for its members."`)
	tab.run(action("grant") + `.disabled = false`)
	tab.click(action("grant"))
	tab.check(`messages.every((m) => m.type != "nod:decision" || m.action == "accept_all")`)
	if r := tab.waitForRecords(1); len(r) != 1 || r[0].Tenant != "acme" {
		t.Errorf("kept: %v of %q", r, r[0].Tenant)
	}
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.wait(onScreen("menu"))
	tab.click(element("[data-page='lists/collected']"))
	tab.wait(onScreen("reader") + ` && document.querySelector("#collected-enterprise-work > .note")?.textContent ==
		"Decided by <b>Acme</b> · it@acme.example"`)
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.wait(onScreen("menu"))
	tab.openQuestion("location")
	// who says it twice
	tab.run(`nodReceive({ v: 1, type: "nod:hello", tenant: { id: "other", name: "Other", denied: [] } })`)
	tab.check(action("grant") + `.disabled`)
}

const denyingTenant = `{ v: 1, type: "nod:hello", platform: "android", tenant: { id: "acme", name: "Acme", contact: "",
	denied: ["functional", "analytics", "beacons"] } }`

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
		t.Errorf("kept: %s of %q", summarize(r), r.Tenant)
	}
	later := open(t, launchAddress(""), "window.nodExternal = "+string(tab.external())+";"+appScript(denyingTenant))
	later.wait(onScreen("menu") + ` && messages.filter((m) => m.type == "nod:ready").at(-1).decided`)
	later.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", re: "a" })`)
	later.wait(onScreen("q-camera")) // it was agreed to, and no was said to nothing

	open(t, launchAddress(""), returningApp(tab.external())).wait(onScreen("ask")) // whoever leaves the enterprise is asked
}

// C-25
func TestAnEnterpriseWithAnInvalidNameStillDenies(t *testing.T) {
	tenant := `{ id: "acme\ud800", name: "Acme", denied: "location" }` // half a character, and no list
	tab := open(t, launchAddress(""), appScript(`{ v: 1, type: "nod:hello", platform: "android", tenant: `+tenant+` }`))
	tab.expectMessages("the tenant wants")
	tab.agreeAsAdult()
	tab.openQuestion("location")
	tab.check(action("grant") + `.disabled`)
	tab.click(action("refuse"))
	tab.waitForRecords(2) // which the server takes
}

// C-25, C-26
func TestALateTenantAppliesAndASecondOneIsIgnored(t *testing.T) {
	silent := strings.Replace(appScript("null"), `setTimeout(() => nodReceive(JSON.stringify(null)))`, "0", 1)
	tab := open(t, launchAddress(""), silent)
	tab.agreeAsAdult()
	before := tab.external()
	from := func(name, denied string) string {
		return `nodReceive({ v: 1, type: "nod:hello", platform: "android", tenant: { id: "` + name + `", name: "` + name +
			`", contact: "", denied: ["` + denied + `"] } });`
	}
	tab.run(from("acme", "location")) // long after the answer
	tab.check(onScreen("menu"))
	tab.run(from("other", "face"))
	tab.run(`document.querySelector("[data-question=face]").click()`)
	tab.wait(onScreen("q-face") + ` && !` + action("grant") + `.disabled`)
	tab.click(action("refuse"))
	tab.wait(onScreen("menu"))
	if r := tab.waitForRecords(2); r[0].Tenant != "" || r[1].Tenant != "acme" || r[1].Answers["face"] != consent.Denied {
		t.Errorf("kept: %s of %q, then %s of %q", summarize(r[0]), r[0].Tenant, summarize(r[1]), r[1].Tenant)
	}
	if string(before) == string(tab.external()) {
		t.Error("the second answer was not given to the app")
	}
	tab.run(`document.querySelector("[data-question=location]").click()`)
	tab.wait(onScreen("q-location") + ` && ` + action("grant") + `.disabled &&
		document.querySelector("#nod-q-location .locked").textContent.includes("acme")`)
}
