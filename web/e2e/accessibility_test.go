package e2e

import (
	"os"
	"strconv"
	"testing"
)

// smallWindows are narrow screens, and larger ones with everything in them enlarged (WCAG 2.2, 1.4.4 and 1.4.10).
var smallWindows = []struct {
	name          string
	width, height int64
}{
	{"320 pixels wide", 320, 640},
	{"a small laptop at 200 %", 640, 360}, // 1280 by 720 CSS pixels with everything twice as large
	{"320 by 256, that is 1280 by 1024 at 400 %", 320, 256},
}

const needsNoScrolling = `document.documentElement.scrollWidth <= innerWidth`

func TestSmallScreensAndLargeTextNeedNoSidewaysScrolling(t *testing.T) { // C-44
	for _, lang := range []string{"en", "zh-CN", "ar"} { // C-62
		for _, window := range smallWindows {
			t.Run("banner and preferences, "+window.name+" in "+lang, func(t *testing.T) {
				fitsBannerAndPreferences(t, lang, window.width, window.height)
			})
		}
		t.Run("pages in "+lang, func(t *testing.T) { fitsPages(t, lang) })
	}
}

func fitsBannerAndPreferences(t *testing.T, lang string, width, height int64) {
	tab := arrive(t)
	tab.size(width, height)
	tab.load(stage.Address(Page{Lang: lang}))
	tab.until(visible(banner))
	tab.is(banner + `.scrollWidth <= ` + banner + `.clientWidth && ` + needsNoScrolling)
	for _, button := range []string{agree, refuse, preferences} {
		if _, err := tab.at(button); err != nil {
			t.Error(err)
		}
		tab.is(inside(button) + ` && ` + button + `.scrollWidth <= ` + button + `.clientWidth`)
	}
	tab.click(preferences)
	f := tab.opened()
	f.takenOver()
	f.run(openDetails)
	f.is(needsNoScrolling + ` && innerWidth == ` + strconv.FormatInt(width, 10))
	for _, e := range []string{
		"#nod-close", "#nod-functional", "#nod-page-beacon", "[value=accept_all]", "[value=reject_all]",
		"footer [value=save]",
	} {
		if _, err := f.at(element(e)); err != nil {
			t.Error(err)
		}
		f.is(inside(element(e)))
	}
	f.is(`[...document.querySelectorAll("button, h1, label, dd")]
		.every((e) => e.scrollWidth <= e.clientWidth + 1 || getComputedStyle(e).display == "inline")`)
	f.is(`document.documentElement.dir == "` + map[bool]string{true: "rtl", false: "ltr"}[lang == "ar"] + `"`)
	f.is(`(document.querySelector("#nod-functional").getBoundingClientRect().x < innerWidth / 2) ==
		(document.documentElement.dir == "rtl")`)
}

// fitsPages loads each page once, and gives it each size in turn.
func fitsPages(t *testing.T, lang string) {
	tab := arrive(t)
	for _, page := range []string{
		"policy?q=Cookie", "lists/sdks?", "lists/collected?", "lists/permissions?", "lists/purposes?",
		"preferences?platform=android",
	} {
		tab.load(stage.Consent + "/yunzhijia/" + page + "&lang=" + lang)
		tab.run(openDetails)
		for _, window := range smallWindows {
			tab.size(window.width, window.height)
			tab.until(`innerWidth == ` + strconv.FormatInt(window.width, 10))
			if !eval[bool](tab.view, needsNoScrolling) {
				t.Errorf("%s, %s: %d pixels wide", page, window.name,
					eval[int](tab.view, `document.documentElement.scrollWidth`))
			}
		}
	}
}

const openDetails = `document.querySelectorAll("details").forEach((d) => d.open = true)`

func TestTheBannerTakesTextOfTwiceTheSize(t *testing.T) { // C-44
	tab := arrive(t)
	tab.size(640, 740)
	tab.load(stage.Address(Page{}))
	tab.until(visible(banner))
	tab.run(`const s = new CSSStyleSheet(); s.replaceSync(".banner, .banner * { font-size: 28px !important }");
		` + banner + `.getRootNode().adoptedStyleSheets.push(s)`)
	tab.is(banner + `.scrollWidth <= ` + banner + `.clientWidth`)
	for _, button := range []string{agree, refuse, preferences} {
		if _, err := tab.at(button); err != nil {
			t.Error(err)
		}
		tab.is(inside(button) + ` && ` + button + `.scrollWidth <= ` + button + `.clientWidth`)
	}
}

// inside says whether the element stands in the window as a whole from left to right.
func inside(e string) string {
	return `((b) => b.left >= 0 && b.right <= innerWidth && b.width > 0)((` + e + `).getBoundingClientRect())`
}

func TestTargetsAreLargeEnough(t *testing.T) { // C-45
	const small = `.filter((e) => e.checkVisibility({visibilityProperty: true}) && getComputedStyle(e).display != "inline")
		.filter((e) => { const b = e.getBoundingClientRect(); return b.width < 24 || b.height < 24 })
		.map((e) => e.outerHTML.slice(0, 80))`
	tab := open(t, stage.Address(Page{}))
	tab.until(visible(banner))
	list := func(v view, all string) {
		t.Helper()
		if n := eval[int](v, all+".length"); n == 0 {
			t.Error("nothing to press")
		}
		for _, e := range eval[[]string](v, all+small) {
			t.Errorf("less than 24 pixels: %s", e)
		}
	}
	list(tab.view, `[...`+banner+`.querySelectorAll("button")]`)
	f := tab.centre()
	f.run(openDetails)
	list(f, `[...document.querySelectorAll("button, input, summary")]`)
	f.click(element("[value=reject_all]"))
	tab.until(visible(wayBack))
	list(tab.view, `[`+wayBack+`]`)
	for _, page := range []string{"policy", "lists/sdks"} {
		tab.load(stage.Consent + "/yunzhijia/" + page)
		list(tab.view, `[...document.querySelectorAll("button, input, select, summary, nav a")]`)
	}
}

// axe reads axe-core, the checker of accessibility.
func axe(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("../node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf(`axe-core is missing: run "make deps" (%v)`, err)
	}
	return string(source) + `;axe.configure({ allowedOrigins: ["<unsafe_all_origins>"] });true`
}

// ruleSet chooses what axe-core looks at. Its rules of colour take most of the time, and colours are the same in every
// language; the others are the same in every colour.
type ruleSet string

const (
	allRules     ruleSet = `{}`
	colourRules  ruleSet = `{ runOnly: ["color-contrast", "link-in-text-block"] }`
	withoutThose ruleSet = `{ rules: { "color-contrast": { enabled: false }, "link-in-text-block": { enabled: false } } }`
)

// isAccessible wants no finding of axe-core in the view and all frames below it that have axe-core.
func (v view) isAccessible(rules ruleSet) {
	v.tab.Helper()
	atLeast := 5
	if rules == colourRules {
		atLeast = 1
	}
	v.isAccessibleWithin("document", rules, atLeast)
}

// isAccessibleWithin wants no finding in the element, where so many rules at least have something to say.
func (v view) isAccessibleWithin(e string, rules ruleSet, atLeast int) {
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
	for _, test := range []struct {
		language, scheme string
		rules            ruleSet
	}{
		{"zh-CN", "light", allRules},
		{"zh-CN", "dark", colourRules},
		{"en", "light", withoutThose},
		{"ar", "light", withoutThose},
	} {
		t.Run(test.language+" in "+test.scheme+" colours", func(t *testing.T) {
			c := accessibilityCheck{arrive(t), test.language, test.rules, axe(t)}
			if test.scheme == "dark" {
				c.tab.dark()
			}
			c.checkBannerAndPreferences()
			c.checkPages()
			c.checkFirstLaunch()
			c.checkFailedSaving(t)
		})
	}
}

// accessibilityCheck goes through all pages in one language.
type accessibilityCheck struct {
	tab      *Tab
	language string
	rules    ruleSet
	axe      string // source of axe-core
}

func (c accessibilityCheck) addAxe(v view) { eval[bool](v, c.axe) }

func (c accessibilityCheck) checkBannerAndPreferences() {
	tab := c.tab
	tab.load(stage.Localhost + "/demo/?lang=" + c.language) // the portal with the banner
	tab.until(visible(banner))
	c.addAxe(tab.view)
	tab.isAccessible(c.rules)

	tab.click(preferences)
	f := tab.opened() // the centre in its frame, which axe-core goes down into
	f.takenOver()
	f.run(openDetails)
	f.until(`[...document.querySelectorAll(".part")].every((p) => p.firstChild) && !document.querySelector("[aria-busy]")`)
	c.addAxe(f)
	tab.isAccessible(c.rules)
	f.click(element("[value=reject_all]"))
	tab.until("!" + dialog + shown)
	tab.isAccessible(c.rules) // after the choice
}

func (c accessibilityCheck) checkPages() {
	pages := []string{
		"yunzhijia/preferences?", "yunzhijia/preferences?platform=android&",
		"yunzhijia/policy?", "yunzhijia/policy?q=cookie&",
		"yunzhijia/lists/sdks?", "yunzhijia/lists/sdks?q=nothing&",
		"yunzhijia/lists/collected?", "yunzhijia/lists/shared?",
		"yunzhijia/lists/permissions?", "yunzhijia/lists/purposes?",
		"demo/elsewhere?", "demo/trackers?",
	}
	if c.language == "zh-CN" { // the documentation has one language, and is checked by all rules
		pages = append(pages, "docs/site?", "docs/rules?")
	}
	for _, page := range pages {
		c.tab.load(stage.Consent + "/" + page + "lang=" + c.language)
		c.addAxe(c.tab.view)
		c.tab.isAccessible(c.rules)
	}
}

func (c accessibilityCheck) checkFirstLaunch() {
	tab := c.tab
	tab.load(stage.Consent + "/yunzhijia/first-launch?platform=android&lang=" + c.language)
	tab.click(deed("agree"))
	tab.click(deed("adult"))
	tab.until(element("#nod-q-camera"))
	c.addAxe(tab.view)
	const screens = `[...document.querySelectorAll(".screen")].map((s) => s.id)
		.filter((id) => !/reader|preferences|q-(?!camera|face|location$)/.test(id))` // questions are made alike
	for _, id := range eval[[]string](tab.view, screens) {
		tab.run(`for (const s of document.querySelectorAll(".screen")) s.hidden = s.id != "` + id + `";
			document.getElementById("nod-top").hidden = false`)
		tab.isAccessible(c.rules)
	}
}

// checkFailedSaving looks at the page of a choice that could not be stored.
func (c accessibilityCheck) checkFailedSaving(t *testing.T) {
	tab := c.tab
	tab.expects("503", "blob:nod", "wss://127.0.0.1:1", "WebSocket") // the demo's trackers are stopped
	stage.store.down.Store(true)
	t.Cleanup(func() { stage.store.down.Store(false) })
	tab.load(stage.Consent + "/yunzhijia/preferences?lang=" + c.language)
	tab.click(element("footer [value=save]"))
	tab.until(`document.querySelector("main.words h1 + p + p a")`)
	c.addAxe(tab.view)
	tab.isAccessible(c.rules)
}
