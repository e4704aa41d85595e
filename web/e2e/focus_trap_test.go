package e2e

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// trapFocus is the head of a page with the library focus-trap, which holds the focus in #modal: it stops each press
// that is not in it, and Tab goes around within.
func trapFocus(t testing.TB) string {
	t.Helper()
	head := ""
	for _, name := range []string{"tabbable/dist/index.umd.min.js", "focus-trap/dist/focus-trap.umd.min.js"} {
		source, err := os.ReadFile("../node_modules/" + name)
		if err != nil {
			t.Fatalf(`focus-trap is missing: run "make deps" (%v)`, err)
		}
		head += `<script src="` + stage.File("text/javascript; charset=utf-8", string(source)) + `"></script>`
	}
	return head
}

const trapped = `<button id="outside">Outside</button>
	<div id="modal" role="dialog"><button id="inside">Inside</button><button>Other</button></div>
	<script>focusTrap.createFocusTrap("#modal", { escapeDeactivates: false }).activate()</script>`

// C-42, C-43
func TestAFocusTrapLeavesTheKeysInTheBannerAlone(t *testing.T) {
	tab := open(t, stage.Address(Page{Head: trapFocus(t), Body: trapped}))
	tab.wait(visible(banner))
	tab.waitForSecondHalf()
	tab.run(`outside.addEventListener("click", () => document.title = "pressed")`)
	tab.click(element("#outside"))
	tab.check(`document.title != "pressed" && document.activeElement == inside`) // the trap works
	tab.run(rejectButton + `.focus()`)
	tab.press(kb.Tab)
	tab.wait(focusedElement + " == " + acceptButton)
	tab.press(kb.Enter)
	tab.waitForStates(granted, granted, granted)
}

func TestAFocusTrapLeavesThePreferencesAlone(t *testing.T) {
	for name, save := range map[string]func(*Tab){
		"by pointer": func(tab *Tab) {
			tab.click(dialogElement("beacons"))
			tab.click(nodElement("dialog button[value=save]"))
		},
		"by keyboard": func(tab *Tab) {
			tab.tabTo(focusedElement + " == " + dialogElement("beacons"))
			tab.press(kb.Enter)
			tab.tabTo(focusedElement + `?.value == "save"`)
			tab.press(kb.Enter)
		},
	} {
		t.Run(name, func(t *testing.T) {
			tab, _ := openWithFrameHeld(t, Page{Head: trapFocus(t), Body: trapped}, nil)
			tab.run(`window.heard = []; document.addEventListener("mousedown", (e) => heard.push(e.target.id), true)`)
			save(tab)
			tab.waitForStates(denied, denied, granted)
			tab.check(`heard.every((id) => id == "nod")`) // the page hears of presses, and no more
		})
	}
}

func TestAFocusTrapLeavesAPlaceholderAlone(t *testing.T) {
	frame := stage.File("text/html; charset=utf-8", "<p>A video</p>")
	tab := open(t, stage.Address(Page{Head: trapFocus(t), Body: trapped +
		`<iframe data-category="functional" data-src="` + frame + `" width="400" height="300"></iframe>`}))
	tab.wait(visible(placeholder(".once")))
	tab.click(placeholder(".once"))
	tab.wait(`document.querySelector("iframe").src`)
}
