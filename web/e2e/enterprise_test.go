package e2e

import (
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

// C-25, C-26
func TestAnEnterpriseKeepsThingsOffAndTurnsNothingOn(t *testing.T) {
	tenant := `tenant: { id: "acme", name: "<b>Acme</b>", contact: "it@acme.example", denied: ["location", "analytics",
		"necessary", "nobody", "constructor", 7, null], granted: ["face"] }`
	tab := open(t, launchAddress(""), anApp(`{ v: 1, type: "nod:hello", platform: "android", `+tenant+` }`))
	tab.agreed()
	d := tab.told("decision")[0]
	if a := d["answers"].(map[string]any); a["analytics"] != nil || a["functional"] != "granted" {
		t.Errorf("answered: %v", a)
	}
	if s := d["states"].(map[string]any); s["analytics"] != "denied" || s["necessary"] != "granted" ||
		s["face"] != "unasked" {
		t.Errorf("states: %v", s)
	}
	later := open(t, launchAddress(""), "window.nodExternal = "+string(tab.external())+";"+anApp(`{ v: 1,
		type: "nod:hello", platform: "android", `+tenant+` }`))
	// not asked again
	later.until(onScreen("menu") + ` && told.filter((m) => m.type == "nod:ready").map((m) => m.decided)
		.join() == "false,true"`)
	later.is(onScreen("menu"))
	tab.opens("location")
	tab.is(deed("grant") + `.disabled && document.querySelector("#nod-q-location .locked").textContent ==
		"<b>Acme</b> (it@acme.example) has switched this off for its members."`)
	tab.run(deed("grant") + `.disabled = false`)
	tab.click(deed("grant"))
	tab.is(`told.every((m) => m.type != "nod:decision" || m.action == "accept_all")`)
	if r := tab.launched(1); len(r) != 1 || r[0].Tenant != "acme" {
		t.Errorf("kept: %v of %q", r, r[0].Tenant)
	}
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(onScreen("menu"))
	tab.click(element("[data-page='lists/collected']"))
	tab.until(onScreen("reader") + ` && document.querySelector("#collected-enterprise-work > .note")?.textContent ==
		"Decided by <b>Acme</b> · it@acme.example"`)
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(onScreen("menu"))
	tab.opens("location")
	// who says it twice
	tab.run(`nodReceive({ v: 1, type: "nod:hello", tenant: { id: "other", name: "Other", denied: [] } })`)
	tab.is(deed("grant") + `.disabled`)
}

const denying = `{ v: 1, type: "nod:hello", platform: "android", tenant: { id: "acme", name: "Acme", contact: "",
	denied: ["functional", "analytics", "beacons"] } }`

// C-26
func TestWhoAgreesWhereAnEnterpriseKeepsAllOffHasDecided(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(denying))
	tab.agreed()
	d := tab.told("decision")[0]
	if s := d["states"].(map[string]any); s["analytics"] != "denied" || s["necessary"] != "granted" ||
		d["action"] != "accept_all" {
		t.Errorf("decided: %v", d)
	}
	if r := tab.launched(1)[0]; r.Action != consent.AcceptAll || r.Tenant != "acme" {
		t.Errorf("kept: %s of %q", saying(r), r.Tenant)
	}
	later := open(t, launchAddress(""), "window.nodExternal = "+string(tab.external())+";"+anApp(denying))
	later.until(onScreen("menu") + ` && told.filter((m) => m.type == "nod:ready").at(-1).decided`)
	later.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", re: "a" })`)
	later.until(onScreen("q-camera")) // it was agreed to, and no was said to nothing

	open(t, launchAddress(""), returning(tab.external())).until(onScreen("ask")) // whoever leaves the enterprise is asked
}

// C-25
func TestAnEnterpriseThatIsNotWellNamedStillKeepsThingsOff(t *testing.T) {
	tenant := `{ id: "acme\ud800", name: "Acme", denied: "location" }` // half a character, and no list
	tab := open(t, launchAddress(""), anApp(`{ v: 1, type: "nod:hello", platform: "android", tenant: `+tenant+` }`))
	tab.expects("the tenant wants")
	tab.agreed()
	tab.opens("location")
	tab.is(deed("grant") + `.disabled`)
	tab.click(deed("refuse"))
	tab.launched(2) // which the server takes
}

// C-25, C-26
func TestAnAppThatAnswersLateOrTwiceChangesNothing(t *testing.T) {
	silent := strings.Replace(anApp("null"), `setTimeout(() => nodReceive(JSON.stringify(null)))`, "0", 1)
	tab := open(t, launchAddress(""), silent)
	tab.agreed()
	before := tab.external()
	from := func(name, denied string) string {
		return `nodReceive({ v: 1, type: "nod:hello", platform: "android", tenant: { id: "` + name + `", name: "` + name +
			`", contact: "", denied: ["` + denied + `"] } });`
	}
	tab.run(from("acme", "location")) // long after the answer
	tab.is(onScreen("menu"))
	tab.run(from("other", "face"))
	tab.run(`document.querySelector("[data-question=face]").click()`)
	tab.until(onScreen("q-face") + ` && !` + deed("grant") + `.disabled`)
	tab.click(deed("refuse"))
	tab.until(onScreen("menu"))
	if r := tab.launched(2); r[0].Tenant != "" || r[1].Tenant != "acme" || r[1].Answers["face"] != consent.Denied {
		t.Errorf("kept: %s of %q, then %s of %q", saying(r[0]), r[0].Tenant, saying(r[1]), r[1].Tenant)
	}
	if string(before) == string(tab.external()) {
		t.Error("the second answer was not given to the app")
	}
	tab.run(`document.querySelector("[data-question=location]").click()`)
	tab.until(onScreen("q-location") + ` && ` + deed("grant") + `.disabled &&
		document.querySelector("#nod-q-location .locked").textContent.includes("acme")`)
}
