package e2e

import (
	"net/http"
	"strings"
	"testing"
)

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

// Who kept it as it was finds a switch for it in the preferences, which says why it is off.
func TestANewlyRequiredPurposeCanBeGrantedLater(t *testing.T) {
	site := newVersionedSite(t, makeRequired)
	for _, ready := range []string{"the form", "WebAssembly"} {
		t.Run(ready, func(t *testing.T) {
			site.gateway.setOverride(func(w http.ResponseWriter, r *http.Request) bool {
				lost := ready == "the form" && strings.HasSuffix(r.URL.Path, ".wasm")
				if lost {
					http.Error(w, "gone", http.StatusNotFound)
				}
				return lost
			})
			tab := site.openAndChoose(rejectButton)
			if ready == "the form" {
				tab.expectMessages("WebAssembly could not start", "Failed to load resource")
			}
			tab.load(site.advanceTo(11))
			tab.wait(visible(banner) + ` && ` + keepButton)
			tab.click(keepButton)
			tab.wait(visible(reopenButton) + ` && nod.receipt() && nod.receipt().record.policy == "v1"`)
			tab.click(reopenButton)
			f := tab.waitForPreferences()
			if ready == "WebAssembly" {
				f.waitForWebAssembly()
			}
			const functional = `document.querySelector("#nod-functional")`
			const off = `!` + functional + `.checked && !` + functional + `.disabled &&
				document.querySelector("#nod-functional-about + .kept").innerText.includes("before it became part") &&
				document.querySelector("label[for=nod-functional] .always").hidden`
			f.wait(off)
			f.click(element("footer [value=save]")) // as it is
			tab.wait("!" + dialogIsOpen)
			tab.check(`!nod.has("functional")`)
			tab.click(reopenButton)
			f = tab.waitForPreferences()
			f.wait(off)
			f.click(element("#nod-functional"))
			f.wait(`document.querySelector("#nod-help-chat").checked`)
			f.click(element("footer [value=save]"))
			tab.wait(`nod.has("functional") && nod.has("help-chat") && nod.receipt() &&
				nod.receipt().record.answers.functional == "granted"`)
			tab.check(`nod.receipt().record.policy == "v2"`)
			tab.click(reopenButton)
			f = tab.waitForPreferences()
			f.wait(functional + `.checked && ` + functional + `.disabled &&
				!document.querySelector("label[for=nod-functional] .always").hidden &&
				document.querySelector("#nod-functional-about + .kept").hidden`)
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
	later.wait(onScreen("menu"))
	later.click(element("#nod-menu [data-page=preferences]"))
	const inFrame = `document.querySelector("#nod-preferences iframe")?.contentDocument?.querySelector`
	later.wait(inFrame + `("#nod-functional")?.disabled === false`)
	later.run(inFrame + `("#nod-functional").click(); ` + inFrame + `("footer [value=save]").click()`)
	later.wait(onScreen("age"))
	later.click(action("adult"))
	later.wait(lastDecision + `?.states.functional == "granted"`)
}

// Versions of a policy meet what is old, late, wrong or hostile: no refusal becomes a grant, and nobody is asked for
// ever.

const hasKeptRefusal = `nod.receipt() && Object.keys(nod.receipt().record.answers).length == 0`

// openAndKeepRefusal is a visitor who refused what is required since, and kept it so.
func (site *versionedSite) openAndKeepRefusal() *Tab {
	site.Helper()
	tab := site.openAndChoose(rejectButton)
	tab.load(site.advanceTo(11))
	tab.wait(visible(banner) + ` && ` + keepButton)
	tab.click(keepButton)
	tab.wait(hasKeptRefusal)
	tab.check(`!nod.has("functional")`)
	return tab
}

// C-26
func TestAcknowledgingAChangeGrantsNothing(t *testing.T) {
	site := newVersionedSite(t, makeRequired, changeAddress)
	tab := site.openAndKeepRefusal()
	press := `{ const b = document.createElement("button"); b.dataset.nod = "acknowledge"; document.body.append(b);
		b.click() }`
	tab.run(press) // no banner asks
	tab.load(site.advanceTo(22))
	tab.wait(visible(banner) + ` && ` + understoodButton)
	tab.check(`!nod.has("functional")`)
	tab.click(understoodButton)
	tab.wait(`nod.receipt() && nod.receipt().record.policy == "v3"`)
	tab.check(`!nod.has("functional") && !nod.has("help-chat") && Object.keys(nod.receipt().record.answers).length == 0`)
	tab.run(press)
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
	tab.wait(visible(reopenButton) + " && " + hasKeptRefusal)
	tab.run(`nod.save(nod.answers())`)
	tab.check(`!nod.has("help-chat")`)
	tab.click(reopenButton)
	f := tab.waitForPreferences()
	f.waitForWebAssembly()
	const functional = `document.querySelector("#nod-functional")`
	f.wait(`!` + functional + `.checked && !` + functional + `.disabled &&
		!document.querySelector("#nod-help-chat").checked`)
	f.click(element("footer [value=save]"))
	tab.wait("!" + dialogIsOpen)
	tab.check(`!nod.has("help-chat")`)
	tab.click(reopenButton)
	f = tab.waitForPreferences()
	f.click(element("#nod-functional"))
	f.click(element("footer [value=save]"))
	tab.wait(`nod.has("functional") && nod.has("help-chat")`)
}
