package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/consent"
)

// What people and apps do that nobody expects of them: nothing of it grants, loses a decision, or leaves somebody
// without an answer.

// C-23
func TestAnAgeIsSaidOnceWhicheverWayOneGoesBack(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreeing("child")
	tab.until(onScreen("guardian"))
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(onScreen("ask"))
	tab.click(deed("agree"))
	tab.until(onScreen("guardian")) // and no other age before it
	tab.is(`told.every((m) => m.type != "nod:decision")`)
	tab.click(deed("declines"))
	tab.until(onScreen("basic"))
}

// doubleClick presses a button twice, as fast as a hand does.
func (tab *Tab) doubleClick(button string) {
	tab.Helper()
	p, err := tab.at(button)
	if err != nil {
		tab.Fatal(err)
	}
	first := time.Now()
	tab.clickAtTime(p.X, p.Y, first)
	tab.clickAtTime(p.X, p.Y, first.Add(100*time.Millisecond))
	tab.settled()
}

// C-02, C-23
func TestASecondClickOfADoubleClickPressesNothing(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.untilGreeted()
	tab.doubleClick(deed("agree"))
	tab.is(onScreen("age") + ` && told.every((m) => m.type != "nod:decision")`)
	tab.doubleClick(deed("adult"))
	tab.until(onScreen("menu"))
	tab.is(`told.filter((m) => m.type == "nod:decision").length == 1`)
	tab.opens("face")
	tab.doubleClick(deed("refuse"))
	tab.until(onScreen("menu"))
	tab.is(`told.filter((m) => m.type == "nod:decision").map((m) => m.action).join() == "accept_all,save"`)

	basic := open(t, launchAddress(""), anApp(hello))
	basic.untilGreeted()
	basic.doubleClick(deed("disagree"))
	basic.is(onScreen("basic") + ` && told.filter((m) => m.type == "nod:decision").length == 1`)
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

// C-17
func TestAnAppThatAskedIsAnsweredWhateverComesBetween(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreed()
	tab.run(`nodReceive({ v: 1, type: "nod:permission" })`) // for nothing
	tab.is(`told.findLast((m) => m.type == "nod:permission").state == "denied" && told.every((m) => m.reason != "done")`)
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", re: "a" })`)
	tab.until(onScreen("q-camera"))
	tab.run(`nodReceive(` + strings.Replace(denying, `["functional"`, `["camera", "functional"`, 1) + `);
		nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(onScreen("menu") + ` && told.some((m) => m.re == "a" && m.state == "denied")`)
	tab.fitsTheSchema()
}

// C-06: the location is a separate consent as well as a permission.
func TestARefusedLocationRestsAsLongAsAPermission(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreed()
	tab.run(`nodReceive({ v: 1, type: "nod:permission", permission: "location", re: "a" })`)
	tab.until(onScreen("q-location"))
	tab.click(deed("refuse"))
	tab.until(onScreen("menu"))
	later := open(t, launchAddress("&permission=location"), `{ const real = Date.now; Date.now = () => real() +
		73 * 36e5 }`, returning(tab.external()))
	later.until(onScreen("q-location"))
}

func TestWhatALinkLeadsToOpensWithinThePage(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreed()
	tab.click(element("#nod-menu [data-page=preferences]"))
	tab.until(`document.querySelector("#nod-preferences iframe")?.contentDocument?.querySelector("#nod-analytics")?.checked`)
	tab.run(`[...document.querySelector("#nod-preferences iframe").contentDocument.querySelectorAll("a")].find((a) =>
		a.href.includes("/lists/")).click()`)
	tab.until(onScreen("reader") + ` && document.querySelector("#nod-reader .list")`)
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(onScreen("preferences"))
	tab.is(`location.pathname.endsWith("/first-launch")`)
}

func TestATextThatComesLateIsNotMixedWithTheNext(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello), `{ const f = window.fetch;
		const late = new Promise((r) => window.release = r);
		window.fetch = (url, ...a) => f(url, ...a).then((r) => {
			if (!/policy[?.]/.test(url)) return r;
			const text = r.text.bind(r);
			r.text = () => text().then((t) => late.then(() => (setTimeout(() => window.read = true), t)));
			return r;
		}) }`)
	tab.agreed()
	tab.click(element("#nod-menu [data-page=policy]"))
	tab.until(onScreen("reader"))
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(onScreen("menu"))
	tab.click(element(`#nod-menu [data-page^="lists/"]`))
	tab.until(`document.querySelector("#nod-reader .list")`)
	tab.run(`release()`)
	tab.until(`window.read`)
	tab.is(`document.querySelector("#nod-reader .words").children.length == 1 &&
		document.querySelector("#nod-reader .list")`)
}
