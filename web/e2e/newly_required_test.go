package e2e

import "testing"

// C-26, C-30
func TestARefusalHoldsWhenThePurposeBecomesRequired(t *testing.T) {
	site := newVersionedSite(t, makeRequired, changeNotice)
	for _, test := range []struct {
		button, version string
		answers, has    string
	}{
		{keepButton, "v1", `{}`, "false"},
		{agreeToChangeButton, "v2", `{"functional":"granted"}`, "true"},
	} {
		tab := site.openAndChoose(rejectButton)
		tab.load(site.advanceTo(11))
		tab.wait(visible(banner) + ` && ` + keepButton)
		tab.check(`nod.has("functional") == false`)
		tab.click(test.button)
		tab.wait(`nod.receipt() && JSON.stringify(nod.receipt().record.answers) == '` + test.answers + `'`)
		tab.check(`nod.receipt().record.policy == "` + test.version + `" && nod.has("functional") == ` + test.has)
		tab.load(site.advanceTo(22))
		tab.wait(visible(reopenButton))
		tab.check(`!` + visible(banner) + ` && nod.has("functional") == ` + test.has)
	}
}

// openAndKeepRefusal opens the site as a visitor who refused a purpose, and keeps that refusal when the purpose becomes
// required.
func (site *versionedSite) openAndKeepRefusal() *Tab {
	site.Helper()
	tab := site.openAndChoose(rejectButton)
	tab.load(site.advanceTo(11))
	tab.wait(visible(banner) + ` && ` + keepButton)
	tab.click(keepButton)
	tab.wait(hasEmptyReceipt)
	tab.check(`!nod.has("functional")`)
	return tab
}

// functionalIsOff is the JavaScript that is true while the required purpose is off and can be switched on.
const functionalIsOff = `!document.querySelector("#nod-functional").checked &&
	!document.querySelector("#nod-functional").disabled`

// The preferences have a switch for the refused purpose and say why it is off.
func TestANewlyRequiredPurposeCanBeGrantedLater(t *testing.T) {
	site := newVersionedSite(t, makeRequired)
	for _, mode := range bothForms {
		t.Run(string(mode), func(t *testing.T) {
			site.gateway.setOverride(nil)
			if mode == plainForm {
				site.gateway.setOverride(answerNotFound(".wasm"))
			}
			tab := site.openAndKeepRefusal()
			if mode == plainForm {
				tab.expectMessages("WebAssembly could not start", "Failed to load resource")
			}
			tab.wait(visible(reopenButton) + ` && ` + hasReceiptOf("v1"))
			tab.click(reopenButton)
			f := mode.waitForPreferences(tab)
			const isOff = functionalIsOff + ` &&
				document.querySelector("[data-id=functional] .refused").innerText.includes("You rejected this earlier") &&
				document.querySelector("[data-id=functional] .fixed").hidden`
			f.wait(isOff)
			f.click(element("footer button[value=save]")) // unchanged
			tab.wait("!" + dialogIsOpen)
			tab.check(`!nod.has("functional")`)
			tab.click(reopenButton)
			f = tab.waitForPreferences()
			f.wait(isOff)
			f.click(element("#nod-functional"))
			f.wait(`document.querySelector("#nod-help-chat").checked`)
			f.click(element("footer button[value=save]"))
			tab.wait(`nod.has("functional") && nod.has("help-chat") && nod.receipt() &&
				nod.receipt().record.answers.functional == "granted"`)
			tab.check(`nod.receipt().record.policy == "v2"`)
			tab.click(reopenButton)
			f = tab.waitForPreferences()
			f.wait(`document.querySelector("#nod-functional").checked &&
				document.querySelector("#nod-functional").disabled &&
				!document.querySelector("[data-id=functional] .fixed").hidden &&
				document.querySelector("[data-id=functional] .refused").hidden`)
		})
	}
}

func TestANewlyRequiredPurposeCanBeGrantedInAnApp(t *testing.T) {
	site := newVersionedSite(t, makeRequired)
	site.advanceTo(0)
	address := site.origin() + "/" + siteID + "/first-launch?platform=android&lang=en&day="
	tab := open(t, address+"0", clockScript(0), appScript(helloMessage))
	tab.waitForHello()
	tab.click(action("disagree"))
	tab.wait(onScreen("basic"))
	site.advanceTo(11)
	later := open(t, address+"11", clockScript(11), returningApp(tab.external()))
	later.wait(onScreen("changes")) // the person is notified, and keeps the refusal
	later.click(action("keep-earlier"))
	later.wait(onScreen("menu"))
	later.click(element("#nod-menu [data-page=preferences]"))
	later.wait(appPreference("#nod-functional") + `?.disabled === false`)
	later.run(appPreference("#nod-functional") + `.click(); ` + appPreference("footer button[value=save]") + `.click()`)
	later.wait(onScreen("age"))
	later.click(action("adult"))
	later.wait(lastDecision + `?.states.functional == "granted"`)
}

// C-26
func TestAcknowledgingAChangeGrantsNothing(t *testing.T) {
	site := newVersionedSite(t, makeRequired, changeAddress)
	tab := site.openAndKeepRefusal()
	const acknowledge = `{
		const b = document.createElement("button");
		b.dataset.nod = "acknowledge";
		document.body.append(b);
		b.click();
	}`
	tab.run(acknowledge) // there is no banner
	tab.load(site.advanceTo(22))
	tab.wait(visible(banner) + ` && ` + understoodButton)
	tab.check(`!nod.has("functional")`)
	tab.click(understoodButton)
	tab.wait(hasReceiptOf("v3"))
	tab.check(`!nod.has("functional") && !nod.has("help-chat") && ` + hasEmptyReceipt)
	tab.run(acknowledge)
	tab.load(site.address(22))
	tab.wait(visible(reopenButton))
	tab.check(`!nod.has("functional")`)
}

// C-26
func TestSavingUnchangedPreferencesGrantsNothing(t *testing.T) {
	site := newVersionedSite(t, makeRequired)
	tab := open(t, site.advanceTo(0))
	tab.wait(visible(banner))
	tab.run(`nod.save({ functional: true, "help-chat": false, analytics: false, beacons: false })`)
	tab.wait(`nod.receipt()`)
	tab.load(site.advanceTo(11))
	tab.wait(visible(banner) + ` && ` + keepButton)
	tab.click(keepButton)
	tab.wait(visible(reopenButton) + " && " + hasEmptyReceipt)
	tab.run(`nod.save(nod.answers())`)
	tab.check(`!nod.has("help-chat")`)
	tab.click(reopenButton)
	f := tab.waitForPreferences()
	f.waitForWebAssembly()
	f.wait(functionalIsOff + ` && !document.querySelector("#nod-help-chat").checked`)
	f.click(element("footer button[value=save]"))
	tab.wait("!" + dialogIsOpen)
	tab.wait(`nod.receipt()`) // the preferences are drawn again when the server confirms
	tab.check(`!nod.has("help-chat")`)
	tab.click(reopenButton)
	f = tab.waitForPreferences()
	f.waitForWebAssembly()
	f.saveWith("functional")
	tab.wait(`nod.has("functional") && nod.has("help-chat")`)
}
