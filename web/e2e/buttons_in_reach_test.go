package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
)

// isInReach is the JavaScript that is true if the element can be pressed where it is, without scrolling.
func isInReach(e string) string {
	return `(() => {
		const b = ` + e + `.getBoundingClientRect();
		return b.left >= 0 && b.right <= innerWidth && b.top >= 0 && b.bottom <= innerHeight && b.height > 20 &&
			` + e + `.contains(` + e + `.getRootNode().elementFromPoint(b.x + b.width / 2, b.y + b.height / 2)) &&
			` + e + `.getRootNode().elementFromPoint(b.x + b.width / 2, b.bottom - 3) == ` + e + `;
	})()`
}

func TestTheBannersButtonsAreInReach(t *testing.T) { // C-43
	const minimumSize = `.getRootNode().append(Object.assign(document.createElement("style"),
		{ textContent: ".banner, .banner * { font-size: 32px !important }" }))`
	for _, lang := range []string{"en", "zh-CN", "zh-TW", "ar"} {
		for _, test := range []struct {
			name          string
			width, height int64
			fontSize      int64  // of the browser's text, in px
			script        string // that changes the banner
		}{
			{"a small phone", 320, 568, 16, ""},
			{"400 % zoom", 320, 200, 16, ""},
			{"text at 200 %", 1280, 800, 32, ""},
			{"text at 200 % on a phone", 360, 640, 32, ""},
			{"a minimum size of 32 px", 1280, 800, 16, banner + minimumSize},
			{"a minimum size of 32 px on a phone", 360, 640, 16, banner + minimumSize},
		} {
			t.Run(fmt.Sprint(lang, " ", test.name), func(t *testing.T) {
				tab := openEmptyTab(t)
				tab.setSize(test.width, test.height)
				call(tab, page.SetFontSizes, page.SetFontSizesParams{
					FontSizes: &page.FontSizes{Standard: test.fontSize, Fixed: test.fontSize}})
				tab.load(stage.Address(Page{Lang: lang}))
				tab.wait(visible(banner))
				tab.run(test.script)
				for _, button := range []string{acceptButton, rejectButton, preferencesButton} {
					tab.check(isInReach(button))
				}
				tab.check(banner + `.querySelector(".words").clientHeight > 15`) // the text can be read, by scrolling
			})
		}
	}
}

func TestTheBannerAndTheReopenButtonAreNotPrinted(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<style>#nod { display: block !important }</style>`}))
	tab.wait(visible(banner))
	tab.setMedium("print")
	tab.check("!" + visible(banner))
	tab.setMedium("screen")
	tab.click(acceptButton)
	tab.wait(visible(reopenButton))
	tab.setMedium("print")
	tab.check("!" + visible(reopenButton))
}

// setMedium sets the medium that the page is shown on.
func (tab *Tab) setMedium(name string) {
	tab.Helper()
	call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: name})
}

// A sheet shows states as words, and says where it is from.
func TestThePreferencesArePrintedWithStatesAsWords(t *testing.T) {
	tab := open(t, stage.Consent+"/yunzhijia/preferences?lang=en")
	tab.wait(`document.querySelectorAll(".switch").length > 5`)
	tab.setMedium("print")
	tab.run(`document.getElementById("nod-analytics").checked = true; dispatchEvent(new Event("beforeprint"))`)
	const word = `((id) => getComputedStyle(document.getElementById(id), "::after").content)`
	tab.check(word + `("nod-analytics") == '"On"' && ` + word + `("nod-functional") == '"Off"'`)
	tab.check(`[...document.querySelectorAll(".switch")].every((e) => getComputedStyle(e).borderTopWidth == "0px")`)
	tab.check(`document.querySelectorAll("#nod-centre").length == 1`)
	tab.check(`((text) => text.includes(location.origin + location.pathname) && text.includes("2023-11-23"))(
		document.querySelector(".printed").innerText)`)
}
