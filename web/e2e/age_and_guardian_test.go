package e2e

import (
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

// C-23, C-24
func TestAGuardianConsentsForAMinor(t *testing.T) {
	for _, whose := range []string{"child", "teen"} {
		t.Run(whose, func(t *testing.T) {
			tab := open(t, launchAddress(""), appScript(helloMessage))
			tab.waitForHello()
			tab.click(action("agree"))
			tab.wait(onScreen("age"))
			tab.click(action(whose))
			tab.wait(onScreen("guardian"))
			tab.check(visible(element(".of-"+whose)) + ` && messages.every((m) => m.type != "nod:decision")`)
			tab.click(action("consents")) // without evidence
			tab.check(onScreen("guardian"))
			tab.run(`const f = document.querySelector("#nod-guardian form"); f.elements.reference.value = "HR-2026-114";
				f.elements.method.value = "signed-file"`)
			tab.click(action("consents"))
			tab.wait(onScreen("menu"))
			g := tab.waitForRecords(1)[0].Guardian
			if g == nil || g.Method != "signed-file" || g.Reference != "HR-2026-114" || g.Time.IsZero() {
				t.Errorf("evidence: %v", g)
			}
			tab.openQuestion("face") // each further yes wants the guardian's, too
			tab.click(action("grant"))
			tab.wait(onScreen("guardian"))
			tab.click(action("declines"))
			tab.wait(onScreen("q-face"))
			tab.click(action("grant"))
			tab.wait(onScreen("guardian"))
			tab.click(action("consents"))
			tab.wait(onScreen("menu"))
			tab.click(element("#nod-menu [data-page=preferences]")) // nor do the preferences take one without it
			tab.wait(`document.querySelector("#nod-preferences iframe")?.contentDocument?.querySelector("#nod-analytics")?.checked`)
			tab.run(`const d = document.querySelector("#nod-preferences iframe").contentDocument;
				d.querySelector("#nod-kingdee").click(); d.querySelector("#nod-analytics").click();
				d.querySelector("[value=save]").click()`)
			tab.wait(onScreen("guardian") + ` && messages.findLast((m) => m.type == "nod:decision").states.analytics == "denied"`)
			tab.check(`messages.findLast((m) => m.type == "nod:decision").states.kingdee != "granted"`)
			tab.run(`document.querySelector("#nod-guardian form").elements.reference.value = "HR-2026\t115"`)
			tab.click(action("consents"))
			tab.wait(onScreen("preferences") + ` && messages.findLast((m) => m.type == "nod:decision").states.kingdee == "granted"`)
			tab.wait(`document.querySelector("#nod-preferences iframe").contentDocument.querySelector("#nod-kingdee").checked`)
			if r := tab.waitForRecords(2)[1]; r.Guardian == nil || r.Answers["face"] != consent.Granted {
				t.Errorf("kept: %v with %v", r.Answers, r.Guardian)
			}
			if r := tab.waitForRecords(4); r[2].Guardian != nil || r[3].Guardian == nil || r[3].Guardian.Reference != "HR-2026 115" {
				t.Errorf("kept: %v, then %v", r[2].Guardian, r[3].Guardian)
			}
			tab.checkMessages()
		})
	}
	tab := open(t, launchAddress(""), appScript(helloMessage))
	tab.agreeAs("child")
	tab.wait(onScreen("guardian"))
	tab.click(action("declines"))
	tab.wait(onScreen("basic"))
	if r := tab.waitForRecords(1)[0]; r.Action != consent.RejectAll || r.Guardian != nil {
		t.Errorf("kept: %s", summarize(r))
	}
}

// C-23
func TestNothingIsGrantedBeforeAnAgeIsGiven(t *testing.T) {
	tab := open(t, launchAddress(""), appScript(helloMessage))
	tab.waitForHello()
	tab.click(action("disagree"))
	tab.wait(onScreen("basic"))
	tab.click(action("close"))
	tab.wait(onScreen("menu"))
	tab.openQuestion("face")
	tab.click(action("grant"))
	tab.wait(onScreen("age"))
	tab.click(action("child"))
	tab.wait(onScreen("guardian") + ` && messages.at(-1).type == "nod:keep" && messages.at(-1).external.age == "child"`)
	tab.click(action("declines"))
	tab.wait(onScreen("q-face"))
	for range 2 { // the browser's way forward leads to no other age
		tab.goForward()
		tab.check(onScreen("q-face"))
	}
	tab.click(action("grant"))
	tab.wait(onScreen("guardian"))
	tab.check(`messages.every((m) => m.type != "nod:decision" || Object.values(m.answers).every((a) => a == "denied"))`)
	kept := tab.external()

	again := open(t, launchAddress(""), returningApp(kept)) // a child that refused everything is a child still
	again.wait(onScreen("menu"))
	again.openQuestion("face")
	again.click(action("grant"))
	again.wait(onScreen("guardian"))
	again.run(`document.querySelector("#nod-guardian form").elements.reference.value = "HR-2026-116"`)
	again.click(action("consents"))
	again.wait(onScreen("menu") + ` && messages.at(-1).external?.age == "child" &&
		messages.findLast((m) => m.type == "nod:decision").states.face == "granted"`)
	again.checkMessages()
}

// C-23
func TestGoingForwardNeverAsksForAnotherAge(t *testing.T) {
	tab := open(t, launchAddress(""), appScript(helloMessage))
	tab.agreeAs("teen")
	tab.wait(onScreen("guardian"))
	tab.run(`document.querySelector("#nod-guardian form").elements.reference.value = "HR-2026-117"`)
	tab.click(action("consents"))
	tab.wait(onScreen("menu"))
	for range 2 {
		tab.goForward()
		tab.check(onScreen("menu") + ` && ` + visible(element("#nod-top")) + ` == false`)
	}
	tab.check(`messages.filter((m) => m.type == "nod:decision").length == 1`)
}

// What people and apps do that nobody expects of them: nothing of it grants, loses a decision, or leaves somebody
// without an answer.

// C-23
func TestTheAgeIsAskedOnceAfterGoingBack(t *testing.T) {
	tab := open(t, launchAddress(""), appScript(helloMessage))
	tab.agreeAs("child")
	tab.wait(onScreen("guardian"))
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.wait(onScreen("ask"))
	tab.click(action("agree"))
	tab.wait(onScreen("guardian")) // and no other age before it
	tab.check(`messages.every((m) => m.type != "nod:decision")`)
	tab.click(action("declines"))
	tab.wait(onScreen("basic"))
}
