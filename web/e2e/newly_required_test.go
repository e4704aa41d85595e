package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// C-26, C-30
func TestWhatWasRefusedWhenItCouldBeStaysRefusedUntilTheVisitorSaysYes(t *testing.T) {
	j := travel(t, cantBeRefused, tellsMore)
	for _, test := range []struct {
		button, version string
		answers, has    string
	}{
		{keep, "v1", `{}`, "false"},
		{yes, "v2", `{"functional":"granted"}`, "true"},
	} {
		tab := j.chosen(refuse)
		tab.load(j.on(11))
		tab.until(visible(banner) + ` && ` + keep)
		tab.is(`nod.has("functional") == false`)
		tab.click(test.button)
		tab.until(`nod.receipt() && JSON.stringify(nod.receipt().record.answers) == '` + test.answers + `'`)
		tab.is(`nod.receipt().record.policy == "` + test.version + `" && nod.has("functional") == ` + test.has)
		tab.load(j.on(22))
		tab.until(visible(back))
		tab.is(`!` + visible(banner) + ` && nod.has("functional") == ` + test.has)
	}
}

// Who kept it as it was finds a switch for it in the preferences, which says why it is off.
func TestWhatStaysRefusedCanBeSwitchedOnLater(t *testing.T) {
	j := travel(t, cantBeRefused)
	for _, ready := range []string{"the form", "WebAssembly"} {
		t.Run(ready, func(t *testing.T) {
			j.gateway.set(func(w http.ResponseWriter, r *http.Request) bool {
				lost := ready == "the form" && strings.HasSuffix(r.URL.Path, ".wasm")
				if lost {
					http.Error(w, "gone", http.StatusNotFound)
				}
				return lost
			})
			tab := j.chosen(refuse)
			if ready == "the form" {
				tab.expects("WebAssembly could not start", "Failed to load resource")
			}
			tab.load(j.on(11))
			tab.until(visible(banner) + ` && ` + keep)
			tab.click(keep)
			tab.until(visible(back) + ` && nod.receipt() && nod.receipt().record.policy == "v1"`)
			tab.click(wayBack)
			f := tab.opened()
			if ready == "WebAssembly" {
				f.takenOver()
			}
			const functional = `document.querySelector("#nod-functional")`
			const off = `!` + functional + `.checked && !` + functional + `.disabled &&
				document.querySelector("#nod-functional-about + .kept").innerText.includes("before it became part") &&
				document.querySelector("label[for=nod-functional] .always").hidden`
			f.until(off)
			f.click(element("footer [value=save]")) // as it is
			tab.until("!" + dialog + shown)
			tab.is(`!nod.has("functional")`)
			tab.click(wayBack)
			f = tab.opened()
			f.until(off)
			f.click(element("#nod-functional"))
			f.until(`document.querySelector("#nod-help-chat").checked`)
			f.click(element("footer [value=save]"))
			tab.until(`nod.has("functional") && nod.has("help-chat") && nod.receipt() &&
				nod.receipt().record.answers.functional == "granted"`)
			tab.is(`nod.receipt().record.policy == "v2"`)
			tab.click(wayBack)
			f = tab.opened()
			f.until(functional + `.checked && ` + functional + `.disabled &&
				!document.querySelector("label[for=nod-functional] .always").hidden &&
				document.querySelector("#nod-functional-about + .kept").hidden`)
		})
	}
}

func TestWhatStaysRefusedCanBeSwitchedOnInAnApp(t *testing.T) {
	j := travel(t, cantBeRefused)
	j.on(0)
	address := j.origin() + "/" + siteID + "/first-launch?platform=android&lang=en&day="
	tab := open(t, address+"0", clock(0), anApp(hello))
	tab.untilGreeted()
	tab.click(deed("disagree"))
	tab.until(onScreen("basic"))
	j.on(11)
	later := open(t, address+"11", clock(11), returning(tab.external()))
	later.until(onScreen("menu"))
	later.click(element("#nod-menu [data-page=preferences]"))
	const inFrame = `document.querySelector("#nod-preferences iframe")?.contentDocument?.querySelector`
	later.until(inFrame + `("#nod-functional")?.disabled === false`)
	later.run(inFrame + `("#nod-functional").click(); ` + inFrame + `("footer [value=save]").click()`)
	later.until(onScreen("age"))
	later.click(deed("adult"))
	later.until(`told.findLast((m) => m.type == "nod:decision")?.states.functional == "granted"`)
}

// Versions of a policy meet what is old, late, wrong or hostile: no refusal becomes a grant, and nobody is asked for
// ever.

const keptIt = `nod.receipt() && Object.keys(nod.receipt().record.answers).length == 0`

// keeping is a visitor who refused what is required since, and kept it so.
func (j *journey) keeping() *Tab {
	j.Helper()
	tab := j.chosen(refuse)
	tab.load(j.on(11))
	tab.until(visible(banner) + ` && ` + keep)
	tab.click(keep)
	tab.until(keptIt)
	tab.is(`!nod.has("functional")`)
	return tab
}

// C-26
func TestToUnderstandIsNoYesToWhatWasKept(t *testing.T) {
	j := travel(t, cantBeRefused, movesOffice)
	tab := j.keeping()
	press := `{ const b = document.createElement("button"); b.dataset.nod = "acknowledge"; document.body.append(b);
		b.click() }`
	tab.run(press) // no banner asks
	tab.load(j.on(22))
	tab.until(visible(banner) + ` && ` + done)
	tab.is(`!nod.has("functional")`)
	tab.click(done)
	tab.until(`nod.receipt() && nod.receipt().record.policy == "v3"`)
	tab.is(`!nod.has("functional") && !nod.has("help-chat") && Object.keys(nod.receipt().record.answers).length == 0`)
	tab.run(press)
	tab.load(j.page(22))
	tab.until(visible(back))
	tab.is(`!nod.has("functional")`)
}

// C-26
func TestASavingThatTouchesNothingGrantsNothing(t *testing.T) {
	j := travel(t, cantBeRefused)
	tab := open(t, j.on(0))
	tab.until(visible(banner))
	tab.run(`nod.save({ functional: true, "help-chat": false, analytics: false, beacons: false })`)
	tab.until(`nod.receipt()`)
	tab.load(j.on(11))
	tab.until(visible(banner) + ` && ` + keep)
	tab.click(keep)
	tab.until(visible(back) + " && " + keptIt)
	tab.run(`nod.save(nod.answers())`)
	tab.is(`!nod.has("help-chat")`)
	tab.click(wayBack)
	f := tab.opened()
	f.takenOver()
	const functional = `document.querySelector("#nod-functional")`
	f.until(`!` + functional + `.checked && !` + functional + `.disabled &&
		!document.querySelector("#nod-help-chat").checked`)
	f.click(element("footer [value=save]"))
	tab.until("!" + dialog + shown)
	tab.is(`!nod.has("help-chat")`)
	tab.click(wayBack)
	f = tab.opened()
	f.click(element("#nod-functional"))
	f.click(element("footer [value=save]"))
	tab.until(`nod.has("functional") && nod.has("help-chat")`)
}
