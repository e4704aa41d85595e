package e2e

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp/kb"
)

// listAccessibleNames lists what a screen reader finds on the page: the role and name of each element that has both, in
// page order.
func (tab *Tab) listAccessibleNames() (all []string) {
	tab.Helper()
	nodes := call(tab, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes
	byID := map[accessibility.NodeID]*accessibility.Node{}
	for _, n := range nodes {
		byID[n.NodeID] = n
	}
	text := func(v *accessibility.Value) (s string) {
		if v != nil {
			json.Unmarshal(v.Value, &s) // fails on values of other types
		}
		return s
	}
	var walk func(n *accessibility.Node)
	walk = func(n *accessibility.Node) {
		role, name := text(n.Role), text(n.Name)
		if !n.Ignored && role != "" && name != "" && role != "StaticText" && role != "InlineTextBox" {
			all = append(all, role+" "+name)
		}
		for _, id := range n.ChildIDs {
			if child := byID[id]; child != nil {
				walk(child)
			}
		}
	}
	walk(nodes[0])
	return all
}

// checkReadingOrder fails the test if a screen reader does not find these names in this order.
func (tab *Tab) checkReadingOrder(want ...string) {
	tab.Helper()
	all := tab.listAccessibleNames()
	rest := all
	for _, w := range want {
		i := slices.Index(rest, w)
		if i < 0 {
			tab.Errorf("a screen reader does not find %q in its place in %q", w, all)
			return
		}
		rest = rest[i+1:]
	}
}

// rowOfAnalytics is the row that opens the details of a purpose.
const rowOfAnalytics = "DisclosureTriangle Analytics Shows us how you use the service. Data (2)"

func TestScreenReadersReadTheBannerAndThePreferences(t *testing.T) { // C-42
	tab, release := openWithFrameHeld(t, Page{Origin: stage.Abroad, Body: `<h1>The page</h1>`}, nil)
	tab.press(kb.Escape)
	tab.wait("!" + dialogIsOpen)
	tab.checkReadingOrder("region Allow optional cookies?", "heading Allow optional cookies?", "link Privacy policy",
		"link Contact us", "button Reject", "button Accept", "button Choose", "heading The page")
	tab.wait(focusedElement + " == " + preferencesButton) // the focus returned
	tab.press(kb.Enter)
	tab.wait(dialogIsOpen + " && " + visible(dialogForm))
	tab.checkReadingOrder("dialog Privacy preferences", "heading Privacy preferences", "button Close",
		"heading Optional", "switch Analytics", rowOfAnalytics, "heading Analytics",
		"heading Always on", "heading Necessary", "heading Asked separately",
		"button Reject optional", "button Accept optional", "button Save choices")
	release()
	f := tab.waitForPreferences()
	f.waitForWebAssembly()
	f.tab.checkReadingOrder("main Privacy preferences", "heading Privacy preferences", "button Close",
		"heading Optional", "switch Analytics", rowOfAnalytics, "heading Analytics",
		"heading Always on", "heading Necessary", "heading Asked separately",
		"button Reject optional", "button Accept optional", "button Save choices",
		"region Privacy policy", "DisclosureTriangle The policy in plain words", "DisclosureTriangle Third-party SDKs")

	// The keyboard turns a switch on, opens its details and saves.
	f.tabTo(`document.activeElement.id == "nod-analytics"`)
	tab.press(" ")
	f.wait(`document.querySelector("#nod-analytics").checked && document.querySelector("#nod-usage-stats").checked`)
	tab.press(kb.Tab, kb.Enter)
	f.wait(`document.querySelector("details[open] .part dl")`)
	f.check(`getComputedStyle(document.activeElement).outlineStyle != "none"`)
	f.tabTo(`document.activeElement.value == "save"`)
	tab.press(kb.Enter)
	tab.waitForStates(denied, granted, denied)
	tab.wait(focusedElement + " == " + reopenButton)
}

// savedMessageIsShown is the JavaScript that is true while the preferences say that the choice is saved.
const savedMessageIsShown = `(getComputedStyle(document.querySelector("#nod-saved span")).display != "none")`

func TestAScreenReaderAnnouncesThatTheChoiceIsSaved(t *testing.T) { // WCAG 4.1.3
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	status := nodElement("[role=status]")
	tab.wait(status + `?.textContent == ""`) // a live region must exist before its text
	tab.click(acceptButton)
	tab.wait(status + `.textContent == "Saved."`)
	for _, mode := range bothForms {
		tab.click(reopenButton)
		f := mode.waitForPreferences(tab)
		f.wait("!" + savedMessageIsShown) // it is not shown for an earlier choice
		f.click(element("#nod-withdraw"))
		f.wait(savedMessageIsShown)
		tab.check(dialogIsOpen)
		tab.press(kb.Escape)
		tab.wait("!" + dialogIsOpen)
		tab.run(`nod.acceptAll()`)
	}
}

func TestTheSavedMessageStaysWhenWebAssemblyTakesOver(t *testing.T) { // WCAG 4.1.3
	release := holdResponses(t, ".wasm")
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.run(`nod.acceptAll()`)
	tab.click(reopenButton)
	f := tab.waitForPreferences()
	f.click(element("#nod-withdraw"))
	f.wait(savedMessageIsShown)
	release()
	f.waitForWebAssembly()
	f.check(savedMessageIsShown)
}

// Screen reader users move by headings, so each part has its heading below that of the whole.
func TestNoHeadingSkipsALevel(t *testing.T) { // C-42
	tab := openEmptyTab(t)
	tab.setSize(800, 900) // where the details of all purposes can be open
	for _, page := range []string{"preferences", "policy", "lists/collected", "lists/sdks", "lists/purposes"} {
		tab.load(stage.Consent + "/yunzhijia/" + page + "?lang=en")
		tab.run(openDetails)
		tab.wait(`[...document.querySelectorAll(".part")].every((p) => p.firstChild)`)
		skipped := eval[[]string](tab.view, `(() => {
			const level = (h) => +(h.getAttribute("aria-level") || h.localName[1]);
			const all = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter((h) => h.checkVisibility());
			return all.filter((h, i) => level(h) > (i ? level(all[i - 1]) : 0) + 1).map((h) => h.outerHTML);
		})()`)
		if len(skipped) > 0 {
			t.Errorf("%s: %q", page, skipped)
		}
		if page == "preferences" {
			tab.check(`!document.querySelector(".part :is(h2, h3, h4):not([aria-level])")`)
		}
	}
}
