package e2e

import (
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

// C-05, C-19: a permission never depends on the answer to the first layer.
func TestAPermissionIsAskedForAfterARefusalOfEverythingElse(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.waitForHello()
	tab.click(action("disagree"))
	tab.wait(onScreen("basic"))
	tab.askAboutPermission("location", "a")
	tab.click(action("grant"))
	tab.wait(onScreen("age"))
	tab.click(action("adult"))
	tab.wait(isAnswered("a", "granted"))
	tab.check(lastDecision + `.sdks.amap == "granted" && ` + lastDecision + `.states.analytics == "denied"`)
	tab.askPermission("location", "b")
	tab.wait(isAnswered("b", "granted"))
	if r := tab.waitForRecords(2)[1]; r.Age != consent.Adult || r.Permission != "location" {
		t.Errorf("stored: %v of %q with age %q", r.Answers, r.Permission, r.Age)
	}
	again := open(t, launchAddress("&permission=location"), returningApp(tab.external()))
	again.wait(`messages.some((m) => m.type == "nod:permission" && m.state == "granted")`)
	again.run(`nodReceive({ v: 1, type: "nod:sdk", sdk: "amap" })`)
	again.wait(`messages.filter((m) => m.type == "nod:sdk").at(-1)?.state == "granted"`) // the receipt may come after it
}

// C-11, C-18, C-21: what the system takes back is a withdrawal.
func TestAPermissionThatTheSystemDeniesIsWithdrawnOnce(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.agreeAsAdult()
	tab.askAboutPermission("location", "a")
	tab.click(action("grant"))
	tab.wait(onScreen("menu"))
	tab.reportPermissions(`{ location: "granted" }`)
	tab.click(element(".menu [data-page='lists/permissions']"))
	const register = `document.querySelector("#permission-location > .note")?.textContent`
	tab.wait(register + ` == "Accepted · System permission: Allowed"`)
	tab.reportPermissions(`{ location: "denied" }`)
	tab.wait(lastDecision + `.action == "withdraw"`)
	tab.check(register + ` == "Rejected · System permission: Not allowed"`)
	tab.reportPermissions(`{ location: "denied" }`)
	tab.check(lastDecision + `.permission == "location" && ` + lastDecision + `.sdks.amap == "denied" &&
		messages.filter((m) => m.action == "withdraw").length == 1`)
	tab.run(`nodReceive({ v: 1, type: "nod:sdk", sdk: "amap" })`)
	tab.wait(`messages.filter((m) => m.type == "nod:sdk").at(-1)?.state == "denied"`) // the receipt may come after it
	records := tab.waitForRecords(3)
	if r := records[2]; len(records) != 3 || r.Action != consent.Withdraw || r.Permission != "location" ||
		len(r.Answers) != 1 || r.Answers["location"] != consent.Denied {
		t.Errorf("%d records, the last: %s %v of %q", len(records), r.Action, r.Answers, r.Permission)
	}
	tab.reportPermissions(`{ location: "prompt" }`) // the person turned it on again
	tab.askAboutPermission("location", "b")
	tab.checkMessages()
}

// C-18: "only this time", and a permission that the system took back because it was not used.
func TestAPermissionThatTheSystemResetIsAskedForAgain(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.agreeAsAdult()
	tab.askAboutPermission("camera", "a")
	tab.click(action("grant"))
	tab.wait(isAnswered("a", "granted"))
	tab.reportPermissions(`{ camera: "prompt" }`) // the system has not asked yet
	tab.askPermission("camera", "b")
	tab.wait(isAnswered("b", "granted"))
	tab.reportPermissions(`{ camera: "granted" }`)
	tab.reportPermissions(`{ camera: "prompt" }`)
	tab.check(`messages.filter((m) => m.type == "nod:decision").length == 2`)
	tab.wait(onScreen("menu"))
	tab.askAboutPermission("camera", "c")
	tab.goBack()
	tab.wait(isAnswered("c", "unasked"))
	tab.check(`messages.filter((m) => m.type == "nod:decision").length == 2`)

	// The same at a later start.
	again := open(t, launchAddress("&permission=camera"), returningApp(tab.external()))
	again.wait(onScreen("q-camera"))
	again.click(action("refuse"))
	again.wait(`messages.some((m) => m.type == "nod:permission" && m.state == "denied")`)
}
