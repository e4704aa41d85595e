package e2e

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// smallWindows are narrow screens, and larger screens with zoom (WCAG 2.2, 1.4.4 and 1.4.10).
var smallWindows = []struct {
	name          string
	width, height int64
}{
	{"320 pixels wide", 320, 640},
	{"a small laptop at 200 %", 640, 360}, // that is 1280 by 720 CSS pixels
	{"320 by 256, that is 1280 by 1024 at 400 %", 320, 256},
}

const needsNoScrolling = `document.documentElement.scrollWidth <= innerWidth`

func TestSmallScreensAndLargeTextNeedNoSidewaysScrolling(t *testing.T) { // C-44
	for i, lang := range []string{"en", "zh-CN", "ar"} { // C-62
		windows := smallWindows[i : i+1]
		if isFullRun {
			windows = smallWindows
		}
		for _, window := range windows {
			t.Run("banner and preferences, "+window.name+" in "+lang, func(t *testing.T) {
				checkBannerAndPreferencesFit(t, lang, window.width, window.height)
			})
		}
		if lang == "ar" || isFullRun {
			t.Run("pages in "+lang, func(t *testing.T) { checkPagesFit(t, lang) })
		}
	}
}

func checkBannerAndPreferencesFit(t *testing.T, lang string, width, height int64) {
	tab := openEmptyTab(t)
	tab.setSize(width, height)
	tab.load(stage.Address(Page{Lang: lang}))
	tab.wait(visible(banner))
	tab.check(banner + `.scrollWidth <= ` + banner + `.clientWidth && ` + needsNoScrolling)
	for _, button := range []string{acceptButton, rejectButton, preferencesButton} {
		if _, err := tab.findClickPoint(button); err != nil {
			t.Error(err)
		}
		tab.check(fitsWidth(button) + ` && ` + button + `.scrollWidth <= ` + button + `.clientWidth`)
	}
	f := tab.clickPreferences()
	f.run(openDetails)
	f.check(needsNoScrolling + ` && innerWidth == ` + strconv.FormatInt(width, 10))
	for _, e := range []string{
		"#nod-close", "#nod-functional", "#nod-page-beacon", "[value=accept_all]", "[value=reject_all]",
		"footer button[value=save]",
	} {
		if _, err := f.findClickPoint(element(e)); err != nil {
			t.Error(err)
		}
		f.check(fitsWidth(element(e)))
	}
	f.check(`[...document.querySelectorAll("button, h1, label, dd")]
		.every((e) => e.scrollWidth <= e.clientWidth + 1 || getComputedStyle(e).display == "inline")`)
	f.check(`document.documentElement.dir == "` + map[bool]string{true: "rtl", false: "ltr"}[lang == "ar"] + `"`)
	f.check(`(document.querySelector("#nod-functional").getBoundingClientRect().x < innerWidth / 2) ==
		(document.documentElement.dir == "rtl")`)
}

// checkPagesFit loads each page once and resizes it.
func checkPagesFit(t *testing.T, lang string) {
	tab := openEmptyTab(t)
	for _, page := range []string{
		"policy?q=Cookie", "lists/sdks?", "lists/collected?", "lists/permissions?", "lists/purposes?", "lists/rights?",
		"preferences?platform=android", "rights?", "records?",
	} {
		tab.load(stage.Consent + "/yunzhijia/" + page + "&lang=" + lang)
		tab.run(openDetails)
		for _, window := range smallWindows {
			tab.setSize(window.width, window.height)
			tab.wait(`innerWidth == ` + strconv.FormatInt(window.width, 10))
			if !eval[bool](tab.view, needsNoScrolling) {
				t.Errorf("%s, %s: %d pixels wide", page, window.name,
					eval[int](tab.view, `document.documentElement.scrollWidth`))
			}
		}
	}
}

// openDetails opens what is folded, but for what is asked separately: that is a page of its own, in place of the
// others.
const openDetails = `document.querySelectorAll("details:not(.separate)").forEach((d) => d.open = true)`

func TestTheBannerHasRoomForTextOfTwiceTheSize(t *testing.T) { // C-44
	tab := openEmptyTab(t)
	tab.setSize(640, 740)
	tab.load(stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.run(`const s = new CSSStyleSheet(); s.replaceSync(".banner, .banner * { font-size: 28px !important }");
		` + banner + `.getRootNode().adoptedStyleSheets.push(s)`)
	tab.check(banner + `.scrollWidth <= ` + banner + `.clientWidth`)
	for _, button := range []string{acceptButton, rejectButton, preferencesButton} {
		if _, err := tab.findClickPoint(button); err != nil {
			t.Error(err)
		}
		tab.check(fitsWidth(button) + ` && ` + button + `.scrollWidth <= ` + button + `.clientWidth`)
	}
}

// fitsWidth is the JavaScript that is true if the whole width of the element is in the window.
func fitsWidth(e string) string {
	return `((b) => b.left >= 0 && b.right <= innerWidth && b.width > 0)((` + e + `).getBoundingClientRect())`
}

func TestTargetsAreLargeEnough(t *testing.T) { // C-45
	const small = `.filter((e) => e.checkVisibility({visibilityProperty: true}) && getComputedStyle(e).display != "inline")
		.filter((e) => { const b = e.getBoundingClientRect(); return b.width < 24 || b.height < 24 })
		.map((e) => e.outerHTML.slice(0, 80))`
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	checkTargets := func(v view, all string) {
		t.Helper()
		if n := eval[int](v, all+".length"); n == 0 {
			t.Error("no targets")
		}
		var found []string
		t.Cleanup(func() {
			for _, e := range found {
				t.Logf("less than 24 pixels: %s", e)
			}
		})
		waitFor(t, "targets of 24 pixels", func() bool { // styles may still be on their way
			found = eval[[]string](v, all+small)
			return len(found) == 0
		})
	}
	checkTargets(tab.view, `[...`+banner+`.querySelectorAll("button")]`)
	f := tab.openPreferences()
	f.run(openDetails)
	checkTargets(f, `[...document.querySelectorAll("button, input:not(.of), summary")]`)
	f.click(element("[value=reject_all]"))
	tab.wait(visible(reopenButton))
	checkTargets(tab.view, `[`+reopenButton+`]`)
	for _, page := range []string{"policy", "lists/sdks", "rights", "records"} {
		tab.load(stage.Consent + "/yunzhijia/" + page)
		checkTargets(tab.view, `[...document.querySelectorAll("button, input, select, summary, nav a")]`)
	}
}

// readAxe reads axe-core, which checks accessibility.
func readAxe(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("../node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf(`axe-core is missing: run "make deps" (%v)`, err)
	}
	return string(source) + `;axe.configure({ allowedOrigins: ["<unsafe_all_origins>"] });true`
}

// ruleSet selects rules of axe-core. The colour rules take most of the time. Their results are the same in every
// language, and those of the other rules are the same in every colour scheme.
type ruleSet string

const (
	allRules     ruleSet = `{}`
	colourRules  ruleSet = `{ runOnly: ["color-contrast", "link-in-text-block"] }`
	withoutThose ruleSet = `{ rules: { "color-contrast": { enabled: false }, "link-in-text-block": { enabled: false } } }`
)

// checkAccessibility fails the test on findings of axe-core in the view, and in frames within it that have axe-core.
func (v view) checkAccessibility(rules ruleSet) {
	v.tab.Helper()
	atLeast := 5
	if rules == colourRules {
		atLeast = 1
	}
	v.checkAccessibilityOf("document", rules, atLeast)
}

// checkAccessibilityOf fails the test on findings in the element, and if fewer rules than atLeast apply to it.
func (v view) checkAccessibilityOf(e string, rules ruleSet, atLeast int) {
	v.tab.Helper()
	type finding struct{ Rule, Help, Where string }
	got := eval[struct {
		Passes   int
		Findings []finding
	}](v, `axe.run(`+e+`, { resultTypes: ["violations"], ...`+string(rules)+` }).then((r) => ({
		Passes: r.passes.length,
		Findings: r.violations.flatMap((v) => v.nodes.map((n) => ({
			Rule: v.id, Help: v.help,
			Where: JSON.stringify(n.target) + " " + n.html.slice(0, 160) + " " + (n.any[0]?.message ?? ""),
		}))),
	}))`)
	if got.Passes < atLeast {
		v.tab.Errorf("only %d rules passed", got.Passes)
	}
	for _, f := range got.Findings {
		v.tab.Errorf("%s (%s): %s", f.Rule, f.Help, f.Where)
	}
}

func TestNoPageHasAccessibilityFindings(t *testing.T) { // C-42, C-45
	checkAccessibilityIn(t, "zh-CN", allRules)
	for _, language := range inFullRun("en", "ar") {
		t.Run(language, func(t *testing.T) { checkAccessibilityIn(t, language, withoutThose) })
	}
}

func TestNoDarkPageHasPoorContrast(t *testing.T) { // C-45, C-62
	checkAccessibilityIn(t, "zh-CN", colourRules)
}

func checkAccessibilityIn(t *testing.T, language string, rules ruleSet) {
	c := accessibilityCheck{openEmptyTab(t), language, rules, readAxe(t)}
	if rules == colourRules {
		c.tab.setDark()
	}
	c.checkBannerAndPreferences()
	c.checkPages()
	c.checkFirstLaunch()
	c.checkFailedSaving(t)
}

// accessibilityCheck checks all pages in one language.
type accessibilityCheck struct {
	tab      *Tab
	language string
	rules    ruleSet
	axe      string // source of axe-core
}

func (c accessibilityCheck) addAxe(v view) { eval[bool](v, c.axe) }

func (c accessibilityCheck) checkBannerAndPreferences() {
	tab := c.tab
	tab.setSize(800, 900)                                   // where the details of all purposes can be open
	tab.load(stage.Localhost + "/demo/?lang=" + c.language) // a page with the banner
	tab.wait(visible(banner))
	c.addAxe(tab.view)
	tab.checkAccessibility(c.rules)

	f := tab.clickPreferences() // axe-core checks their frame from the page
	f.run(openDetails)
	f.wait(`[...document.querySelectorAll(".part")].every((p) => p.firstChild) && !document.querySelector("[aria-busy]")`)
	c.addAxe(f)
	tab.checkAccessibility(c.rules) // of what is asked separately, which is on a page of its own
	f.run(`document.querySelector(".separate").open = false`)
	tab.checkAccessibility(c.rules)
	f.click(element("[value=reject_all]"))
	tab.wait("!" + dialogIsOpen)
	tab.checkAccessibility(c.rules) // after the decision
}

func (c accessibilityCheck) checkPages() {
	pages := []string{
		"yunzhijia/preferences?", "yunzhijia/preferences?platform=android&",
		"yunzhijia/policy?", "yunzhijia/policy?q=cookie&",
		"yunzhijia/lists/sdks?", "yunzhijia/lists/sdks?q=nothing&",
		"yunzhijia/lists/collected?", "yunzhijia/lists/shared?",
		"yunzhijia/lists/permissions?", "yunzhijia/lists/purposes?",
		"demo/elsewhere?", "demo/trackers?", "demo/themes?", "demo/app?", "yunzhijia/?", "yunzhijia/receipt?",
	}
	switch {
	case c.rules == colourRules && !isFullRun: // one page of each kind
		pages = []string{"yunzhijia/preferences?", "yunzhijia/lists/permissions?", "demo/trackers?", "docs/site?"}
	case c.language == "zh-CN": // the documentation has one language
		pages = append(pages, "docs/site?", "docs/rules?")
	}
	for _, page := range pages {
		if strings.HasPrefix(page, "demo/themes") && c.rules != colourRules {
			// Most rules have axe-core copy the style sheets of shadow roots.
			c.tab.expectMessages("Applying inline style violates")
		}
		c.tab.load(stage.Consent + "/" + page + "lang=" + c.language)
		c.addAxe(c.tab.view)
		c.tab.checkAccessibility(c.rules)
	}
}

func (c accessibilityCheck) checkFirstLaunch() {
	tab := c.tab
	tab.load(stage.Consent + "/yunzhijia/first-launch?platform=android&lang=" + c.language)
	tab.click(action("agree"))
	tab.click(action("adult"))
	tab.wait(element("#nod-q-camera"))
	c.addAxe(tab.view)
	const screens = `[...document.querySelectorAll(".screen")].map((s) => s.id)
		.filter((id) => !/reader|preferences|q-(?!camera|face|location$)/.test(id))` // all questions have the same markup
	for _, id := range eval[[]string](tab.view, screens) {
		tab.run(`for (const s of document.querySelectorAll(".screen")) s.hidden = s.id != "` + id + `";
			document.getElementById("nod-top").hidden = false`)
		tab.checkAccessibility(c.rules)
	}
}

// checkFailedSaving checks the page that shows after a decision could not be stored.
func (c accessibilityCheck) checkFailedSaving(t *testing.T) {
	tab := c.tab
	tab.expectMessages("503", "blob:nod", "wss://127.0.0.1:1", "WebSocket") // the demo's trackers are blocked
	stage.store.isDown.Store(true)
	t.Cleanup(func() { stage.store.isDown.Store(false) })
	tab.load(stage.Consent + "/yunzhijia/preferences?lang=" + c.language)
	tab.click(element("footer button[value=save]"))
	tab.wait(`document.querySelector("main.words h1 + p + p a")`)
	c.addAxe(tab.view)
	tab.checkAccessibility(c.rules)
}
