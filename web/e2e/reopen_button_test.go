package e2e

import "testing"

func TestTheReopenButtonShowsWhereThePageHasNoButton(t *testing.T) { // C-09
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.check("!" + visible(reopenButton))
	tab.click(rejectButton)
	tab.wait(visible(reopenButton))
	// Granting and withdrawing take two clicks each, and no further question.
	tab.click(reopenButton)
	tab.waitForPreferences().click(element("[value=accept_all]"))
	tab.waitForStates(granted, granted, granted)
	tab.wait("!" + dialogIsOpen)
	tab.click(reopenButton)
	tab.waitForPreferences().click(element("#nod-withdraw"))
	tab.waitForStates(denied, denied, denied)

	tab.load(stage.Address(Page{Body: `<button data-nod="preferences">Privacy</button>`}))
	tab.waitUntilIdle()
	tab.check("!(" + visible(reopenButton) + ")")
	tab.click(element("button"))
	tab.waitForPreferences()
}

// Chromium scrolls a frame that is shown again back to its old place, and often only with the visitor's next press,
// however late that is.
func TestTheReopenedPreferencesStayAtTheTopUntilTheVisitorScrolls(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.click(rejectButton)
	tab.click(reopenButton)
	f := tab.waitForPreferences()
	f.run(`addEventListener("pointerdown", () => window.left = scrollY)`)
	f.click(element("[value=accept_all]")) // at the end, so the frame is left scrolled
	tab.wait("!" + dialogIsOpen)
	tab.click(reopenButton)
	f = tab.waitForPreferences()
	f.run(`await new Promise((resolve) => setTimeout(resolve, 700)); scrollTo(0, left)`) // as Chromium does
	f.wait(`left > 0 && scrollY == 0`)
	f.click(element("#nod-withdraw"))
	tab.waitForStates(denied, denied, denied)
	f.run(`scrollTo(0, left)`)
	f.run(`await new Promise(requestAnimationFrame)`)
	f.check(`scrollY == left`)
}

// Themes of shops hide each element that is empty, and our host has nothing but a shadow root.
func TestAPageThatHidesEmptyElementsShowsTheBanner(t *testing.T) { // C-09
	tab := open(t, stage.Address(Page{Head: `<style>:empty { display: none }</style>`}))
	tab.wait(visible(banner))
	tab.click(rejectButton)
	tab.wait(visible(reopenButton))
}
