package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp/kb"
)

// media sets what the visitor's system asks for, such as "forced-colors" to "active".
func (tab *Tab) media(features ...string) {
	tab.Helper()
	var p emulation.SetEmulatedMediaParams
	for i := 0; i < len(features); i += 2 {
		p.Features = append(p.Features, &emulation.MediaFeature{Name: features[i], Value: features[i+1]})
	}
	call(tab, emulation.SetEmulatedMedia, p)
}

func TestTheBannerAndThePreferencesByEar(t *testing.T) { // C-42
	tab, release := slowly(t, Page{Origin: stage.Abroad, Body: `<h1>The page</h1>`}, nil)
	tab.press(kb.Escape)
	tab.until("!" + dialog + shown)
	tab.inOrder("region Your cookie choices", "heading Your cookie choices", "link Privacy policy", "button Agree",
		"button Refuse", "button Preferences", "heading The page")
	tab.until(focused + " == " + preferences) // it is back
	tab.press(kb.Enter)
	tab.until(dialog + shown + " && " + visible(pane))
	tab.inOrder("dialog Privacy preferences", "heading Privacy preferences", "button Close",
		"heading Necessary Always on", "checkbox Necessary Always on", "heading Analytics", "checkbox Analytics",
		"DisclosureTriangle Details Analytics",
		"heading Separate consent", "button Save", "button Refuse all", "button Agree to all")
	release()
	f := tab.opened()
	f.takenOver()
	f.tab.inOrder("main Privacy preferences", "heading Privacy preferences", "button Close",
		"heading Necessary Always on", "checkbox Necessary Always on", "heading Analytics", "checkbox Analytics",
		"DisclosureTriangle Details Analytics",
		"heading Separate consent", "button Save", "button Refuse all", "button Agree to all",
		"region Privacy policy", "DisclosureTriangle The policy in plain words", "DisclosureTriangle Third-party SDKs")

	// By keyboard: a switch, its details, and saved.
	f.tabTo(`document.activeElement.id == "nod-analytics"`)
	tab.press(" ")
	f.until(`document.querySelector("#nod-analytics").checked && document.querySelector("#nod-usage-stats").checked`)
	tab.press(kb.Tab, kb.Enter)
	f.until(`document.querySelector("details[open] .part dl")`)
	f.is(`getComputedStyle(document.activeElement).outlineStyle != "none"`)
	f.tabTo(`document.activeElement.value == "save"`)
	tab.press(kb.Enter)
	tab.untilStands(denied, granted, denied)
	tab.until(focused + " == " + wayBack)
}

func TestForcedColoursAreFollowed(t *testing.T) { // C-62
	source := axe(t)
	for _, scheme := range []string{"light", "dark"} {
		t.Run(scheme, func(t *testing.T) {
			tab, release := slowly(t, Page{}, func(tab *Tab) {
				tab.media("forced-colors", "active", "prefers-color-scheme",
					scheme)
			})
			bordered := `((e) => { const s = getComputedStyle(e); return parseFloat(s.borderTopWidth) >= 1 &&
				s.borderTopStyle == "solid" && s.borderTopColor != s.backgroundColor })`
			for _, e := range []string{agree, refuse, preferences, banner, dialog, paneSwitch("analytics"),
				inBanner("dialog [value=save]")} {
				tab.is(bordered + "(" + e + ")")
			}
			const face = `((e) => getComputedStyle(e).backgroundColor + getComputedStyle(e, "::after").insetInlineStart)`
			off := eval[string](tab.view, face+"("+paneSwitch("analytics")+")")
			tab.click(paneSwitch("analytics"))
			if on := eval[string](tab.view, face+"("+paneSwitch("analytics")+")"); on == off {
				t.Errorf("a switch looks the same on and off: %s", on)
			}
			release()
			f := tab.frame("/preferences")
			tab.until("!" + visible(pane))
			if got := eval[string](f, face+`(document.getElementById("nod-beacons"))`); got != off {
				t.Errorf("in the frame a switch that is off looks %s; want %s", got, off)
			}
			eval[bool](f, source)
			f.isAccessible(allRules)
			tab.until("!" + visible(pane))
			f.click(element("[value=reject_all]"))
			tab.until(visible(wayBack))
			tab.is(bordered + "(" + wayBack + ")")
		})
	}
}

func TestNothingMovesByItself(t *testing.T) { // C-62; WCAG 2.2.2, 2.3.3
	for _, motion := range []string{"no-preference", "reduce"} {
		tab, release := slowly(t, Page{}, func(tab *Tab) { tab.media("prefers-reduced-motion", motion) })
		still := `((root) => [...root.querySelectorAll("*")].every((e) => { const s = getComputedStyle(e);
			return s.animationName == "none" && parseFloat(s.transitionDuration) == 0 && s.scrollBehavior == "auto" }))`
		tab.is(still + `(document.getElementById("nod").shadowRoot) && document.getAnimations().length == 0`)
		release()
		f := tab.opened()
		f.is(still + `(document) && document.getAnimations().length == 0`)
	}
}
