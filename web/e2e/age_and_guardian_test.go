package e2e

import (
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

// C-23, C-24
func TestAGuardianConsentsForAMinor(t *testing.T) {
	for _, whose := range []string{"child", "teen"} {
		t.Run(whose, func(t *testing.T) {
			tab := open(t, launchAddress(""), anApp(hello))
			tab.untilGreeted()
			tab.click(deed("agree"))
			tab.until(onScreen("age"))
			tab.click(deed(whose))
			tab.until(onScreen("guardian"))
			tab.is(visible(element(".of-"+whose)) + ` && told.every((m) => m.type != "nod:decision")`)
			tab.click(deed("consents")) // without evidence
			tab.is(onScreen("guardian"))
			tab.run(`const f = document.querySelector("#nod-guardian form"); f.elements.reference.value = "HR-2026-114";
				f.elements.method.value = "signed-file"`)
			tab.click(deed("consents"))
			tab.until(onScreen("menu"))
			g := tab.launched(1)[0].Guardian
			if g == nil || g.Method != "signed-file" || g.Reference != "HR-2026-114" || g.Time.IsZero() {
				t.Errorf("evidence: %v", g)
			}
			tab.opens("face") // each further yes wants the guardian's, too
			tab.click(deed("grant"))
			tab.until(onScreen("guardian"))
			tab.click(deed("declines"))
			tab.until(onScreen("q-face"))
			tab.click(deed("grant"))
			tab.until(onScreen("guardian"))
			tab.click(deed("consents"))
			tab.until(onScreen("menu"))
			tab.click(element("#nod-menu [data-page=preferences]")) // nor do the preferences take one without it
			tab.until(`document.querySelector("#nod-preferences iframe")?.contentDocument?.querySelector("#nod-analytics")?.checked`)
			tab.run(`const d = document.querySelector("#nod-preferences iframe").contentDocument;
				d.querySelector("#nod-kingdee").click(); d.querySelector("#nod-analytics").click();
				d.querySelector("[value=save]").click()`)
			tab.until(onScreen("guardian") + ` && told.findLast((m) => m.type == "nod:decision").states.analytics == "denied"`)
			tab.is(`told.findLast((m) => m.type == "nod:decision").states.kingdee != "granted"`)
			tab.run(`document.querySelector("#nod-guardian form").elements.reference.value = "HR-2026\t115"`)
			tab.click(deed("consents"))
			tab.until(onScreen("preferences") + ` && told.findLast((m) => m.type == "nod:decision").states.kingdee == "granted"`)
			tab.until(`document.querySelector("#nod-preferences iframe").contentDocument.querySelector("#nod-kingdee").checked`)
			if r := tab.launched(2)[1]; r.Guardian == nil || r.Answers["face"] != consent.Granted {
				t.Errorf("kept: %v with %v", r.Answers, r.Guardian)
			}
			if r := tab.launched(4); r[2].Guardian != nil || r[3].Guardian == nil || r[3].Guardian.Reference != "HR-2026 115" {
				t.Errorf("kept: %v, then %v", r[2].Guardian, r[3].Guardian)
			}
			tab.fitsTheSchema()
		})
	}
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreeing("child")
	tab.until(onScreen("guardian"))
	tab.click(deed("declines"))
	tab.until(onScreen("basic"))
	if r := tab.launched(1)[0]; r.Action != consent.RejectAll || r.Guardian != nil {
		t.Errorf("kept: %s", saying(r))
	}
}

// C-23
func TestNoYesComesBeforeAnAge(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.untilGreeted()
	tab.click(deed("disagree"))
	tab.until(onScreen("basic"))
	tab.click(deed("close"))
	tab.until(onScreen("menu"))
	tab.opens("face")
	tab.click(deed("grant"))
	tab.until(onScreen("age"))
	tab.click(deed("child"))
	tab.until(onScreen("guardian") + ` && told.at(-1).type == "nod:keep" && told.at(-1).external.age == "child"`)
	tab.click(deed("declines"))
	tab.until(onScreen("q-face"))
	for range 2 { // the browser's way forward leads to no other age
		tab.goForward()
		tab.is(onScreen("q-face"))
	}
	tab.click(deed("grant"))
	tab.until(onScreen("guardian"))
	tab.is(`told.every((m) => m.type != "nod:decision" || Object.values(m.answers).every((a) => a == "denied"))`)
	kept := tab.external()

	again := open(t, launchAddress(""), returning(kept)) // a child that refused everything is a child still
	again.until(onScreen("menu"))
	again.opens("face")
	again.click(deed("grant"))
	again.until(onScreen("guardian"))
	again.run(`document.querySelector("#nod-guardian form").elements.reference.value = "HR-2026-116"`)
	again.click(deed("consents"))
	again.until(onScreen("menu") + ` && told.at(-1).external?.age == "child" &&
		told.findLast((m) => m.type == "nod:decision").states.face == "granted"`)
	again.fitsTheSchema()
}

// C-23
func TestWhoAgreedIsNotAskedAnotherAgeByTheWayForward(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreeing("teen")
	tab.until(onScreen("guardian"))
	tab.run(`document.querySelector("#nod-guardian form").elements.reference.value = "HR-2026-117"`)
	tab.click(deed("consents"))
	tab.until(onScreen("menu"))
	for range 2 {
		tab.goForward()
		tab.is(onScreen("menu") + ` && ` + visible(element("#nod-top")) + ` == false`)
	}
	tab.is(`told.filter((m) => m.type == "nod:decision").length == 1`)
}

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
