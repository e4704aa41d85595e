package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// The element that our parts are in has no box: the page's layout is the same with it, and the page's own rules for
// such elements neither show nor move the banner.
func TestThePagesLayoutIsTheSameWithOurParts(t *testing.T) {
	const where = `JSON.stringify(document.querySelector("p").getBoundingClientRect())`
	for name, style := range map[string]string{
		"a grid":         `html { display: grid; min-height: 100vh }`,
		"a grid of one":  `html { display: grid; grid-template-rows: 1fr; height: 100vh; place-items: center }`,
		"a flexible box": `html { display: flex; gap: 40px; justify-content: space-between }`,
		"boxes": `div, span { border: 1px solid red; padding: 10px; margin: 10px; transform: translateZ(0) }
			section { height: 2000px }`,
	} {
		t.Run(name, func(t *testing.T) {
			body := `<style>body { margin: 0 } ` + style + `</style><p>Text</p><section></section>`
			tab := open(t, stage.Address(Page{Body: body}))
			tab.wait(visible(banner))
			for _, button := range []string{acceptButton, rejectButton, preferencesButton} {
				tab.check(isInReach(button))
			}
			asked := eval[string](tab.view, where)
			tab.click(rejectButton)
			tab.wait(visible(reopenButton))
			answered := eval[string](tab.view, where)
			// Measured before our parts come back.
			without := eval[string](tab.view, `(document.querySelector("#nod").remove(), `+where+`)`)
			if asked != without || answered != without {
				t.Errorf("the page's text is at %s with the banner, at %s with the small button, and at %s without",
					asked, answered, without)
			}
		})
	}
}

// A page that looks for its own first element of a kind finds it, and a copy of the page shows no word of ours.
func TestThePageFindsItsOwnElements(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<div id="own">Text</div>`}))
	tab.wait(visible(banner))
	tab.check(`document.querySelector("div").id == "own" && document.getElementsByTagName("div").length == 1`)
	tab.check(`!new DOMParser().parseFromString(document.documentElement.outerHTML, "text/html").querySelector("#nod")
		.textContent.trim()`)
	tab.check(`document.querySelectorAll(":empty:not(meta, script, link)").length == 0`)
}

// Scripts of a page declare what they like, also after the tag.
func TestAPageMayDeclareTheNamesOfTheBrowser(t *testing.T) {
	for _, declared := range []string{
		"class Document {}", "class Element {}", "class Map {}", `const URL = "/api"`, "var performance = [97]",
	} {
		t.Run(declared, func(t *testing.T) {
			stage.host.overrideWith(t, answerGatedFiles)
			tab := open(t, stage.Address(Page{
				Site: gateSite,
				Head: `<script>` + declared + `</script>`,
				Body: `<iframe width="400" height="300" data-category="functional" data-service="help-chat"
						data-src="` + stage.Helper + `/named"></iframe>
					<button data-nod="preferences">Preferences</button>
					<script type="text/plain" data-category="functional">addEventListener("load", () => {});
						window.hasRun = 1</script>`,
			}))
			tab.wait(visible(banner))
			tab.wait(visible(placeholder("p")))
			tab.click(element("[data-nod=preferences]"))
			tab.wait(dialogIsOpen)
			tab.run(`nod.acceptAll()`)
			tab.wait(`window.hasRun && document.querySelector("iframe").hasAttribute("src")`)
		})
	}
}

// A page with shortcuts of one key leaves buttons alone, and it can't see that ours are some.
func TestKeysOnOurPartsAreNotThePages(t *testing.T) { // C-42
	tab := open(t, stage.Address(Page{Head: `<script>
		window.taken = [];
		for (const type of ["keydown", "keypress", "keyup"])
			document.addEventListener(type, (e) => {
				if (e.target.closest("button") || e.key == "Tab") return;
				taken.push(e.key);
				e.preventDefault();
			});
	</script>`}))
	tab.wait(visible(banner))
	tab.run(rejectButton + `.focus()`)
	tab.wait(`performance.getEntriesByType("resource").some((r) => r.name.includes("/more."))`)
	tab.waitUntilIdle()
	tab.press(kb.Escape)
	tab.check(`taken.includes("Escape")`) // it closes what the page has open
	tab.press(" ")
	tab.wait("!" + visible(banner))
	tab.check(`!taken.includes(" ")`)
	tab.checkStates(denied, denied, denied)
}

// A listener that comes late hears what holds now.
func TestALateListenerToReadyHasThePresentAnswers(t *testing.T) { // C-11
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(decisionIsSent)
	tab.load(stage.Address(Page{}))
	tab.checkStates(granted, granted, granted)
	tab.run(`nod.withdraw(); window.late = ""; nod.on("ready", (answers) => late = answers.analytics)`)
	tab.check(`late == "denied" && !nod.has("analytics")`)
}

// A frame with a document of its own is of the page's origin: what is decided there is sent.
func TestADecisionInAFramesOwnDocumentIsSent(t *testing.T) { // C-11, C-50
	tag := `<script src=` + stage.Consent + `/yunzhijia/consent.js></script>`
	tab := open(t, stage.Address(Page{Body: `<iframe srcdoc="<!doctype html><head>` + tag + `</head>"></iframe>`}))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(decisionIsSent)
	tab.wait(`document.querySelector("iframe").contentWindow.nod?.has("analytics")`)
	secret := eval[string](tab.view, `JSON.parse(localStorage.nod).secret`)
	tab.run(`document.querySelector("iframe").contentWindow.nod.withdraw()`)
	tab.wait(emptyQueue + ` && !nod.has("analytics")`)
	tab.checkStates(denied, denied, denied)
	if now := eval[string](tab.view, `JSON.parse(localStorage.nod).secret`); now != secret {
		t.Errorf("the secret changed from %q to %q", secret, now)
	}
	tab.checkRecords(acceptedAll, withdrewAll)
}

// Libraries that morph a page into its new markup take out what that does not have.
func TestAPlaceholderThatThePageRemovesComesBack(t *testing.T) {
	tab := open(t, stage.Address(Page{Site: gateSite, Body: `<iframe width="400" height="300" data-category="functional"
		data-service="help-chat" data-src="` + stage.Helper + `/morphed"></iframe>`}))
	tab.wait(visible(placeholder("p")))
	tab.run(`{ const f = document.querySelector("iframe");
		f.previousElementSibling.remove(); f.removeAttribute("style") }`)
	tab.wait(visible(placeholder("p")))
	tab.check(`document.querySelector("iframe").style.display == "none"`)
}

func TestAChatOfThePageDoesNotCoverTheBanner(t *testing.T) { // C-43
	tab := open(t, stage.Address(Page{Body: `<div style="position: fixed; inset: 0; z-index: 2147483646">A chat</div>`}))
	tab.wait(visible(banner))
	tab.click(preferencesButton) // fails where something else is at its place
	tab.wait(dialogIsOpen)
}
