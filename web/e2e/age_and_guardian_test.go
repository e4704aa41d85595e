package e2e

import (
	"testing"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

// enterEvidence fills in the guardian's form. An empty method leaves the one that is selected.
func (tab *Tab) enterEvidence(method string) {
	tab.Helper()
	tab.run(`const { elements } = document.querySelector("#nod-guardian form");
		elements.day.value = elements.day.max;
		elements.method.value = ` + quoteScript(method) + ` || elements.method.value`)
}

// C-23, C-24
func TestAGuardianConsentsForAMinor(t *testing.T) {
	for _, age := range []string{"child", "teen"} {
		t.Run(age, func(t *testing.T) {
			tab := openFirstLaunch(t)
			tab.agreeAs(age)
			tab.wait(onScreen("guardian"))
			tab.check(visible(element(".of-"+age)) + ` && messages.every((m) => m.type != "nod:decision")`)
			tab.run(`document.querySelector("#nod-guardian [name=day]").value = ""`)
			tab.click(action("consents")) // without evidence
			tab.check(onScreen("guardian"))
			tab.enterEvidence("signed-file")
			tab.click(action("consents"))
			tab.wait(onScreen("menu"))
			g := tab.waitForRecords(1)[0].Guardian
			if g == nil || g.Method != "signed-file" || uuid.Validate(g.Reference) != nil || g.Time.IsZero() {
				t.Errorf("evidence: %v", g)
			}
			checkGuardianForQuestion(tab)
			checkGuardianForPreferences(tab)
			if r := tab.waitForRecords(2)[1]; r.Guardian == nil || r.Answers["face"] != consent.Granted {
				t.Errorf("stored: %v with %v", r.Answers, r.Guardian)
			}
			r := tab.waitForRecords(4)
			if r[2].Guardian != nil || r[3].Guardian == nil || r[3].Guardian.Reference == r[0].Guardian.Reference {
				t.Errorf("stored: %v, then %v", r[2].Guardian, r[3].Guardian)
			}
			tab.checkMessages()
		})
	}
}

// Each further grant needs the guardian's consent too.
func checkGuardianForQuestion(tab *Tab) {
	tab.openQuestion("face")
	tab.click(action("grant"))
	tab.wait(onScreen("guardian"))
	tab.click(action("declines"))
	tab.wait(onScreen("q-face"))
	tab.click(action("grant"))
	tab.wait(onScreen("guardian"))
	tab.click(action("consents"))
	tab.wait(onScreen("menu"))
}

// So does a grant in the preferences. A refusal there is stored at once.
func checkGuardianForPreferences(tab *Tab) {
	tab.click(element("#nod-menu [data-page=preferences]"))
	tab.wait(appPreference("#nod-analytics") + `?.checked`)
	tab.run(appPreference("#nod-kingdee") + `.click(); ` + appPreference("#nod-analytics") + `.click(); ` +
		appPreference("button[value=save]") + `.click()`)
	tab.wait(onScreen("guardian") + ` && ` + lastDecision + `.states.analytics == "denied"`)
	tab.check(lastDecision + `.states.kingdee != "granted"`)
	tab.enterEvidence("")
	tab.click(action("consents"))
	tab.wait(onScreen("preferences") + ` && ` + lastDecision + `.states.kingdee == "granted"`)
	tab.wait(appPreference("#nod-kingdee") + `.checked`)
}

// C-23, C-24
func TestAGuardianCanDecline(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.agreeAs("child")
	tab.wait(onScreen("guardian"))
	tab.click(action("declines"))
	tab.wait(onScreen("basic"))
	if r := tab.waitForRecords(1)[0]; r.Action != consent.RejectAll || r.Guardian != nil {
		t.Errorf("stored: %s", summarize(r))
	}
}

// C-23
func TestNothingIsGrantedBeforeAnAgeIsGiven(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.waitForHello()
	tab.click(action("disagree"))
	tab.wait(onScreen("basic"))
	tab.click(action("close"))
	tab.wait(onScreen("menu"))
	tab.openQuestion("face")
	tab.click(action("grant"))
	tab.wait(onScreen("age"))
	tab.click(action("child"))
	tab.wait(onScreen("guardian") + ` && messages.some((m) => m.type == "nod:keep" && m.external.age == "child")`)
	tab.click(action("declines"))
	tab.wait(onScreen("q-face"))
	for range 2 { // the forward button does not lead to another age
		tab.goForward()
		tab.check(onScreen("q-face"))
	}
	tab.click(action("grant"))
	tab.wait(onScreen("guardian"))
	tab.check(`messages.every((m) => m.type != "nod:decision" || Object.values(m.answers).every((a) => a == "denied"))`)

	// A child who refused everything is still a child.
	again := open(t, launchAddress(""), returningApp(tab.external()))
	again.wait(onScreen("menu"))
	again.openQuestion("face")
	again.click(action("grant"))
	again.wait(onScreen("guardian"))
	again.enterEvidence("")
	again.click(action("consents"))
	again.wait(onScreen("menu") + ` && messages.findLast((m) => m.external)?.external.age == "child" && ` +
		lastDecision + `.states.face == "granted"`)
	again.checkMessages()
}

// C-23
func TestGoingForwardNeverAsksForAnotherAge(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.agreeAs("teen")
	tab.wait(onScreen("guardian"))
	tab.enterEvidence("")
	tab.click(action("consents"))
	tab.wait(onScreen("menu"))
	for range 2 {
		tab.goForward()
		tab.check(onScreen("menu") + ` && ` + visible(element("#nod-top")) + ` == false`)
	}
	tab.check(`messages.filter((m) => m.type == "nod:decision").length == 1`)
}

// C-23
func TestTheAgeIsAskedOnceAfterGoingBack(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.agreeAs("child")
	tab.wait(onScreen("guardian"))
	tab.goBack()
	tab.wait(onScreen("ask"))
	tab.click(action("agree"))
	tab.wait(onScreen("guardian")) // the age is not asked again
	tab.check(`messages.every((m) => m.type != "nod:decision")`)
	tab.click(action("declines"))
	tab.wait(onScreen("basic"))
}
