package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

func TestTextsAndListsOpenWithinThePreferences(t *testing.T) { // C-07, C-22
	for _, mode := range bothForms {
		t.Run(string(mode), func(t *testing.T) {
			release := holdResponses(t, ".wasm")
			if mode == webAssembly {
				release()
			}
			tab := open(t, stage.Address(Page{Lang: "zh-CN"}))
			tab.wait(visible(banner))
			tab.click(preferencesButton)
			f := mode.waitForPreferences(tab)
			f.click(part("nod-text") + `.querySelector("summary")`)
			f.wait(part("nod-text") + `.querySelector("article h2#cookies")`)
			for list, n := range map[string]int{
				"sdks": 19, "permissions": 10, "collected": 29, "shared": 10, "rights": 13, "keeping": 6, "terms": 13,
			} {
				f.click(part("nod-list-"+list) + `.querySelector("summary")`)
				f.wait(part("nod-list-"+list) + fmt.Sprintf(`.querySelectorAll(".entry").length == %d`, n))
			}
			sdks := part("nod-list-sdks")
			f.wait(sdks + `.querySelector("[type=submit]").hidden`) // the script of the list has run
			f.run(sdks + `.querySelector("[name=platform]").focus()`)
			tab.press("i")
			f.wait(sdks + `.querySelectorAll(".entry:not([hidden])").length == 11`)
			const beacons = `document.querySelector("#nod-beacons").closest("li")`
			f.click(beacons + `.querySelector("summary")`)
			f.wait(beacons + `.querySelector(".part dl")?.textContent.includes("援引页面的位址")`)
			if mode == plainForm { // what was loaded stays when WebAssembly takes over
				release()
				f.waitForWebAssembly()
				f.check(beacons + `.querySelectorAll(".part dl").length == 1`)
			}
			f.click(beacons + `.querySelector("summary")`) // beside the list, its details are over the texts
			f.click(sdks + `.querySelector("[type=search]")`)
			tab.press("q", "q", kb.Escape) // Escape clears the search and does not close the dialog
			f.wait(sdks + `.querySelector("[type=search]").value == ""`)
			tab.check(dialogIsOpen)
			tab.press(kb.Escape)
			tab.wait("!" + dialogIsOpen)
		})
	}
}

// part is the JavaScript of the details in the preferences that load a text or a list when they open.
func part(id string) string {
	return `[...document.querySelectorAll("details")].find((d) => d.querySelector("[data-part$='#` + id + `']"))`
}

func TestAListThatFailsToLoadShowsAnErrorAndCanBeRetried(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	f := tab.openPreferences()
	list := part("nod-list-sdks")
	f.run(`window.real = fetch; window.fetch = () => Promise.reject(new TypeError("offline"))`)
	f.click(list + `.querySelector("summary")`)
	f.wait(list + `.querySelector("[role=status].failed")?.textContent.length > 10`)
	f.check(list + `.querySelector(".more a").href.includes("/lists/sdks")`)
	f.click(list + `.querySelector("summary")`)
	f.run(`window.fetch = real`)
	f.click(list + `.querySelector("summary")`)
	f.wait(list + `.querySelectorAll(".entry").length == 19 && !` + list + `.querySelector(".failed")`)
}

func TestThePolicyIsTwoStepsAway(t *testing.T) { // C-07
	tab := open(t, stage.Address(Page{Lang: "zh-CN"}))
	tab.wait(visible(banner))
	tab.check(nodElement("a[data-page]") + `.href == "` + stage.Consent + `/yunzhijia/policy?lang=zh-CN"`)
	tab.click(nodElement("a[data-page]"))
	w := tab.waitForWindow("/policy")
	w.check(`document.body.innerText.includes("我们如何使用Cookie和其他技术")`)
	tab.run(`nod.preferences()`)
	f := tab.waitForPreferences()
	f.waitForWebAssembly()
	f.click(element("#nod-policy > details:nth-of-type(2) > summary"))
	f.wait(`document.querySelector("#nod-policy article")?.innerText.includes("我们如何使用Cookie和其他技术")`)
}

func TestThePreferencesUseTheVisitorsLanguage(t *testing.T) {
	for lang, want := range map[string][]string{
		"zh-CN": {"同意", "隐私", "保存", "分析"},
		"en":    {"Accept", "Privacy preferences", "Save choices", "Analytics"},
	} {
		tab := open(t, stage.Address(Page{Lang: lang}))
		tab.wait(visible(banner))
		tab.check(acceptButton + `.textContent.includes("` + want[0] + `") && ` + banner + `.lang == "` + lang + `"`)
		f := tab.openPreferences()
		f.check(`document.documentElement.lang == "` + lang + `"`)
		f.check(`document.querySelector("h1").textContent.includes("` + want[1] + `")`)
		f.check(`document.querySelector("footer button[value=save]").textContent.includes("` + want[2] + `")`)
		f.check(`document.querySelector("label[for=nod-analytics]").textContent.includes("` + want[3] + `")`)
	}
}
