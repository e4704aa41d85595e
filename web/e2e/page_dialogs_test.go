package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// pageDialogs is a page with a modal dialog and a popover.
const pageDialogs = `<button id="open" onclick="d.showModal()">Open</button>
	<dialog id="d"><form method="dialog"><button id="later">Later</button></form></dialog>
	<button id="opener" popovertarget="p">Popover</button>
	<div id="p" popover style="inset: 0; width: 100%; height: 100%">A popover</div>`

func TestTheBannerWaitsForAModalDialogOfThePage(t *testing.T) { // C-43
	tab := open(t, stage.Address(Page{Body: pageDialogs + `<script>d.showModal()</script>`}))
	tab.waitForSecondHalf()
	tab.wait(banner + " && !" + visible(banner))
	tab.click(element("#later"))
	tab.wait(visible(banner))
	tab.click(element("#open")) // also one that opens later
	tab.wait("!" + visible(banner))
	tab.press(kb.Escape)
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.checkStates(granted, granted, granted)
}

func TestTheBannerCanBeAnsweredOverPopovers(t *testing.T) { // C-43
	for name, show := range map[string]func(*Tab){
		"a popover": func(tab *Tab) { tab.click(element("#opener")) },
		"a popover from the start": func(tab *Tab) {
			tab.wait(`p.matches(":popover-open")`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			body := pageDialogs
			if name == "a popover from the start" {
				body += `<script>p.showPopover()</script>`
			}
			tab := open(t, stage.Address(Page{Body: body}))
			tab.waitForSecondHalf()
			show(tab)
			tab.wait(`document.getElementById("nod").matches(":popover-open")`)
			tab.click(acceptButton)
			tab.wait("!" + visible(banner))
			tab.checkStates(granted, granted, granted)
			tab.check(`!document.getElementById("nod").shadowRoot.querySelector(":modal")`)
		})
	}
}

// To be above a popover of the page, the banner becomes one too. Doing so must not look like another one of the page.
func TestAPopoverOfThePageMovesTheBannerOnce(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: pageDialogs, Before: `<script>window.calls = 0;
		const { showPopover } = HTMLElement.prototype;
		HTMLElement.prototype.showPopover = function () { calls++; return showPopover.call(this) }</script>`}))
	tab.waitForSecondHalf()
	tab.run(`p.showPopover()`)
	tab.wait(`document.getElementById("nod").matches(":popover-open")`)
	if calls := eval[int](tab.view, `calls`); calls > 4 {
		t.Errorf("%d calls of showPopover for one popover", calls)
	}
}

func TestEscapeClosesThePagesOwnDialogs(t *testing.T) {
	for button, isOpen := range map[string]string{
		"#open": `d.open`, "#opener": `p.matches(":popover-open")`,
	} {
		tab := open(t, stage.Address(Page{Body: pageDialogs}))
		tab.click(element(button))
		tab.wait(isOpen)
		tab.waitForSecondHalf()
		tab.wait(dialog) // the preferences are drawn out of sight
		tab.press(kb.Escape)
		tab.wait("!" + isOpen)
	}
}

func TestAPageThatHidesOurPartsStaysUsable(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<style>#nod { display: none !important }</style>
		<button id="own" onclick="window.pressed = true">Own</button><button data-nod="preferences">Privacy</button>`}))
	tab.click(element("[data-nod]"))
	w := tab.waitForWindow("/preferences")
	w.check(`document.querySelector("form")`)
	w.waitForWebAssembly() // a window that closes while it loads would warn
	w.run(`close()`)
	tab.wait(`document.visibilityState == "visible"`)
	tab.check("!" + dialogIsOpen)
	tab.click(element("#own"))
	tab.wait(`window.pressed`)
}

func TestThePageKeepsItsOwnPadding(t *testing.T) {
	tab := openEmptyTab(t)
	tab.setSize(700, 500) // the banner is as wide as the page
	tab.load(stage.Address(Page{Body: `<div style="height: 700px"></div><a id="last" href="#">Last</a>
		<script>document.documentElement.style.paddingBottom = "3px"</script>`}))
	tab.waitForSecondHalf()
	tab.run(`document.querySelector("#last").focus()`)
	tab.wait(`parseFloat(document.documentElement.style.paddingBottom) > 3`)
	tab.click(acceptButton)
	tab.wait(`document.documentElement.style.paddingBottom == "3px"`)
}

func TestTheReloadNoticeCanBePressedInThePreferences(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script>` + tagged("", `ran.push("inline")`)}))
	tab.click(acceptButton)
	tab.waitForRan("after the answer", "inline")
	tab.wait(decisionIsSent)
	tab.openPreferences()
	tab.wait(nodElement("dialog") + `.matches(":modal")`)
	tab.run(`nod.withdraw(); window.old = true`)
	tab.wait(visible(nodElement("#nod-reload")))
	tab.click(nodElement("#nod-reload .now"))
	tab.wait(`!window.old && document.readyState == "complete"`)
}

func TestTheBannerComesBackWhenADialogIsTakenOut(t *testing.T) { // C-43
	for name, script := range map[string]string{
		"it is removed":             `d.remove()`,
		"what it is in is emptied":  `w.replaceChildren()`,
		"what it is in is replaced": `w.outerHTML = "<p>Closed</p>"`,
	} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Body: `<div id="w"><dialog id="d">A dialog</dialog></div>
				<script>d.showModal()</script>`}))
			tab.waitForSecondHalf()
			tab.wait(banner + " && !" + visible(banner))
			tab.run(script)
			tab.wait(visible(banner))
		})
	}
}

func TestTheBannerWaitsForAModalDialogInAShadowRoot(t *testing.T) { // C-43
	tab := open(t, stage.Address(Page{Body: `<div id="h"></div><script>
		h.attachShadow({ mode: "open" }).innerHTML = "<dialog>A dialog <button>Close</button></dialog>";
		window.d = h.shadowRoot.firstChild</script>`}))
	tab.waitForSecondHalf()
	tab.wait(visible(banner))
	tab.run(`d.showModal()`)
	tab.wait("!" + visible(banner))
	tab.run(`d.close()`)
	tab.wait(visible(banner))
}

func TestTheBannerCanBeAnsweredOverPopoversInAShadowRoot(t *testing.T) { // C-43
	tab := open(t, stage.Address(Page{Body: `<div id="h"></div><script>h.attachShadow({ mode: "open" }).innerHTML =
		"<div popover='manual' style='inset: 0; width: 100%; height: 100%'>A popover</div>";
		h.shadowRoot.firstChild.showPopover()</script>`}))
	tab.waitForSecondHalf()
	tab.click(acceptButton)
	tab.wait("!" + visible(banner))
}
