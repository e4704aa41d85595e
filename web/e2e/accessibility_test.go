package e2e

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

func TestSmallScreensAndLargeTextNeedNoSidewaysScrolling(t *testing.T) { // C-44
	for _, size := range []struct {
		name          string
		width, height int64
	}{
		{"320 pixels wide", 320, 640},
		{"a small laptop at 200 %", 640, 360}, // 1280 by 720 CSS pixels with everything twice as large
		{"320 by 256, that is 1280 by 1024 at 400 %", 320, 256},
	} {
		for _, lang := range []string{"en", "zh-CN", "ar"} { // C-62
			t.Run(size.name+" in "+lang, func(t *testing.T) {
				tab := arrive(t)
				tab.size(size.width, size.height)
				tab.load(stage.Address(Page{Lang: lang}))
				tab.until(visible(banner))
				tab.is(banner + `.scrollWidth <= ` + banner + `.clientWidth && document.documentElement.scrollWidth <= innerWidth`)
				for _, button := range []string{agree, refuse, preferences} {
					if _, err := tab.at(button); err != nil {
						t.Error(err)
					}
					tab.is(inside(button) + ` && ` + button + `.scrollWidth <= ` + button + `.clientWidth`)
				}
				tab.click(preferences)
				f := tab.opened()
				f.takenOver()
				f.run(`document.querySelectorAll("details").forEach((d) => d.open = true)`)
				f.is(`document.documentElement.scrollWidth <= innerWidth && innerWidth == ` + strconv.FormatInt(size.width, 10))
				for _, e := range []string{"#nod-close", "#nod-functional", "#nod-page-beacon", "[value=accept_all]", "[value=reject_all]", "footer [value=save]"} {
					if _, err := f.at(element(e)); err != nil {
						t.Error(err)
					}
					f.is(inside(element(e)))
				}
				f.is(`[...document.querySelectorAll("button, h1, label, dd")].every((e) => e.scrollWidth <= e.clientWidth + 1 || getComputedStyle(e).display == "inline")`)
				f.is(`document.documentElement.dir == "` + map[bool]string{true: "rtl", false: "ltr"}[lang == "ar"] + `"`)
				f.is(`(document.querySelector("#nod-functional").getBoundingClientRect().x < innerWidth / 2) == (document.documentElement.dir == "rtl")`)

				for _, page := range []string{"policy?q=Cookie", "lists/sdks?", "lists/collected?", "lists/permissions?", "lists/purposes?", "preferences?platform=android"} {
					tab.load(stage.Consent + "/yunzhijia/" + page + "&lang=" + lang)
					tab.run(`document.querySelectorAll("details").forEach((d) => d.open = true)`)
					if !eval[bool](tab.view, `document.documentElement.scrollWidth <= innerWidth`) {
						t.Errorf("%s is %d pixels wide", page, eval[int](tab.view, `document.documentElement.scrollWidth`))
					}
				}
			})
		}
	}
}

func TestTheBannerTakesTextOfTwiceTheSize(t *testing.T) { // C-44
	tab := arrive(t)
	tab.size(640, 740)
	tab.load(stage.Address(Page{}))
	tab.until(visible(banner))
	tab.run(`const s = new CSSStyleSheet(); s.replaceSync(".banner, .banner * { font-size: 28px !important }"); ` + banner + `.getRootNode().adoptedStyleSheets.push(s)`)
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
	const small = `.filter((e) => e.checkVisibility({visibilityProperty: true}) && getComputedStyle(e).display != "inline").filter((e) => { const b = e.getBoundingClientRect(); return b.width < 24 || b.height < 24 }).map((e) => e.outerHTML.slice(0, 80))`
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
	f.run(`document.querySelectorAll("details").forEach((d) => d.open = true)`)
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

// accessible wants no finding of axe-core in the view and all frames below it that have axe-core.
func (v view) accessible() {
	v.tab.Helper()
	v.accessibleWithin("document", 5)
}

// accessibleWithin wants no finding in the element, where so many rules at least have something to say.
func (v view) accessibleWithin(e string, rules int) {
	v.tab.Helper()
	type finding struct{ Rule, Help, Where string }
	got := eval[struct {
		Passes   int
		Findings []finding
	}](v, `axe.run(`+e+`, { resultTypes: ["violations"] }).then((r) => ({ Passes: r.passes.length, Findings: r.violations.flatMap((v) => v.nodes.map((n) => ({ Rule: v.id, Help: v.help, Where: JSON.stringify(n.target) + " " + n.html.slice(0, 160) + " " + (n.any[0]?.message ?? "") }))) }))`)
	if got.Passes < rules {
		v.tab.Errorf("only %d rules passed", got.Passes)
	}
	for _, f := range got.Findings {
		v.tab.Errorf("%s (%s): %s", f.Rule, f.Help, f.Where)
	}
}

func TestNoPageHasFindingsOfAccessibility(t *testing.T) { // C-42, C-45
	for _, lang := range []string{"zh-CN", "en", "ar"} {
		t.Run(lang, func(t *testing.T) { pagesWithoutFindings(t, lang, "light") })
	}
}

func TestNoPageInTheDarkHasFindingsOfAccessibility(t *testing.T) { // C-45: other colours, and else the same in every language
	pagesWithoutFindings(t, "zh-CN", "dark")
}

func pagesWithoutFindings(t *testing.T, lang, scheme string) {
	source := axe(t)
	tab := arrive(t)
	if scheme == "dark" {
		tab.dark()
	}
	ready := func(v view) { eval[bool](v, source) }

	tab.load(stage.Localhost + "/demo/?lang=" + lang) // the portal with the banner
	tab.until(visible(banner))
	ready(tab.view)
	tab.accessible()

	tab.click(preferences)
	f := tab.opened() // the centre in its frame, which axe-core goes down into
	f.takenOver()
	f.run(`document.querySelectorAll("details").forEach((d) => d.open = true)`)
	f.until(`[...document.querySelectorAll(".part")].every((p) => p.firstChild) && !document.querySelector("[aria-busy]")`)
	ready(f)
	tab.accessible()
	f.accessible()
	f.click(element("[value=reject_all]"))
	tab.until("!" + dialog + shown)
	tab.accessible() // after the choice

	for _, address := range []string{"/yunzhijia/preferences?lang=", "/yunzhijia/policy?lang=", "/yunzhijia/policy?q=cookie&lang=", "/yunzhijia/lists/sdks?lang=", "/yunzhijia/lists/collected?lang=", "/yunzhijia/lists/shared?lang=",
		"/yunzhijia/lists/permissions?lang=", "/yunzhijia/lists/purposes?lang=", "/yunzhijia/lists/sdks?q=nothing&lang=", "/yunzhijia/preferences?platform=android&lang=", "/demo/elsewhere?lang=", "/demo/trackers?lang=", "/docs/site?lang=", "/docs/rules?lang="} {
		if lang != "en" && strings.HasPrefix(address, "/docs/") {
			continue // they have one language
		}
		tab.load(stage.Consent + address + lang)
		ready(tab.view)
		tab.accessible()
	}

	tab.load(stage.Consent + "/yunzhijia/first-launch?platform=android&lang=" + lang)
	tab.click(deed("agree"))
	tab.click(deed("adult"))
	tab.until(element("#nod-q-camera"))
	ready(tab.view)
	for _, id := range eval[[]string](tab.view, `[...document.querySelectorAll(".screen")].map((s) => s.id).filter((id) => !/reader|preferences|q-(?!camera|face|location$)/.test(id))`) { // questions are made alike
		tab.run(`for (const s of document.querySelectorAll(".screen")) s.hidden = s.id != "` + id + `"; document.getElementById("nod-top").hidden = false`)
		tab.accessible()
	}

	// A choice that could not be kept. (On the page before, things are stopped.)
	tab.expects("503", "blob:nod", "wss://127.0.0.1:1", "WebSocket")
	stage.store.down.Store(true)
	t.Cleanup(func() { stage.store.down.Store(false) })
	tab.load(stage.Consent + "/yunzhijia/preferences?lang=" + lang)
	tab.click(element("footer [value=save]"))
	tab.until(`document.querySelector("main.words h1 + p + p a")`)
	ready(tab.view)
	tab.accessible()
}
