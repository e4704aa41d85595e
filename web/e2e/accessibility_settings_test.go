package e2e

import "testing"

func TestForcedColoursAreRespected(t *testing.T) { // C-62
	source := readAxe(t)
	for _, scheme := range []string{"light", "dark"} {
		t.Run(scheme, func(t *testing.T) {
			tab, release := openWithFrameHeld(t, Page{}, func(tab *Tab) {
				tab.setMedia("forced-colors", "active", "prefers-color-scheme", scheme)
			})
			hasBorder := `((e) => {
				const s = getComputedStyle(e);
				return parseFloat(s.borderTopWidth) >= 1 && s.borderTopStyle == "solid" &&
					s.borderTopColor != s.backgroundColor;
			})`
			for _, e := range []string{acceptButton, rejectButton, preferencesButton, banner, dialog,
				dialogElement("analytics"), nodElement("dialog button[value=save]")} {
				tab.check(hasBorder + "(" + e + ")")
			}
			const switchStyle = `((e) => getComputedStyle(e).backgroundColor +
				getComputedStyle(e, "::after").insetInlineStart)`
			off := eval[string](tab.view, switchStyle+"("+dialogElement("analytics")+")")
			tab.click(dialogElement("analytics"))
			tab.wait(switchStyle + "(" + dialogElement("analytics") + `) != "` + off + `"`)
			release()
			f := tab.waitForFrame("/preferences")
			tab.wait("!" + visible(dialogForm))
			if got := eval[string](f, switchStyle+`(document.getElementById("nod-beacons"))`); got != off {
				t.Errorf("in the frame a switch that is off has the style %s; want %s", got, off)
			}
			eval[bool](f, source)
			f.checkAccessibility(allRules)
			tab.wait("!" + visible(dialogForm))
			f.click(element("[value=reject_all]"))
			tab.wait(visible(reopenButton))
			tab.check(hasBorder + "(" + reopenButton + ")")
		})
	}
}

// C-62; WCAG 2.2.2, 2.3.3. Elsewhere the knob of a switch may slide, for at most 160 ms.
func TestNothingMovesUnlessMotionIsWelcome(t *testing.T) {
	for motion, most := range map[string]string{"no-preference": "0.16", "reduce": "0"} {
		tab, release := openWithFrameHeld(t, Page{}, func(tab *Tab) { tab.setMedia("prefers-reduced-motion", motion) })
		isStill := `((root) => [...root.querySelectorAll("*")].every((e) => {
			const s = getComputedStyle(e);
			return s.animationName == "none" && parseFloat(s.transitionDuration) <= ` + most + ` && s.scrollBehavior == "auto";
		}))`
		tab.check(isStill + `(document.getElementById("nod").shadowRoot) && document.getAnimations().length == 0`)
		release()
		f := tab.waitForPreferences()
		f.check(isStill + `(document) && document.getAnimations().length == 0`)
	}
}
