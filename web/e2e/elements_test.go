package e2e

import (
	"strings"
	"testing"
)

func TestOtherElementsLoadAndUnloadToo(t *testing.T) {
	css, sound, image := stage.File("text/css", "h1 { letter-spacing: 7px }"), stage.File("audio/wav", "no sound"), stage.File("image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg" width="3" height="3"/>`)
	tab := open(t, stage.Address(Page{Body: `
		<link rel="stylesheet" data-category="functional" data-href="` + css + `">
		<video data-category="functional" data-poster="` + image + `?poster" data-src="` + sound + `?video"></video>
		<audio><source data-category="functional" data-src="` + sound + `?source"></audio>
		<picture><source data-category="functional" data-srcset="` + image + `?set"><img data-category="functional" data-src="` + image + `?plain" alt=""></picture>`}))
	tab.until(visible(banner))
	tab.settled()
	if all := stage.host.requests("/files/"); len(all) > 0 {
		t.Errorf("%q were fetched before the choice", all)
	}
	tab.run(`nod.save({ functional: true })`)
	tab.until(`getComputedStyle(document.querySelector("h1")).letterSpacing == "7px" && document.querySelector("img").naturalWidth == 3`)
	eventually(t, "the others", func() bool {
		all := strings.Join(stage.host.requests("/files/"), " ")
		return strings.Contains(all, "?poster") && strings.Contains(all, "?video") && strings.Contains(all, "?source") && strings.Contains(all, "?set")
	})
	tab.run(`nod.withdraw()`)
	tab.until(`getComputedStyle(document.querySelector("h1")).letterSpacing != "7px"`)
	tab.is(`["src", "srcset", "href", "poster"].every((name) => !document.querySelector("[" + name + "][data-category]"))`)
}

func TestATemplatesContentComesAndGoes(t *testing.T) {
	first, second := script(`ran.push("first")`), script(`ran.push("second")`)
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script><main><template data-category="functional"><p id="in">Text</p>` +
		`<script src="` + first + `"></script><script src="` + second + `"></script><script>ran.push("inline")</script></template><i></i></main>`}))
	tab.until(visible(banner))
	tab.ran()
	tab.run(`nod.save({ functional: true })`)
	tab.ran("inline", "first", "second") // as where a script puts them in
	tab.is(`document.querySelector("main > template + p#in ~ i") != null && !` + visible(inBanner("#nod-reload")))
	tab.run(`nod.save({ functional: true })`)
	tab.is(`document.querySelectorAll("#in").length == 1`)
	tab.run(`nod.withdraw()`)
	tab.until(`!document.querySelector("#in") && document.querySelector("main > template + i") != null`)
	tab.until(visible(inBanner("#nod-reload")))
	tab.run(`nod.save({ functional: true })`)
	tab.until(`document.querySelectorAll("#in").length == 1`)
}

// card is the card in the place of a refused frame, and an element in it.
func card(of string) string {
	return "document.querySelector('iframe').previousElementSibling?.shadowRoot?.querySelector('" + of + "')"
}

func TestACardJoinsNamesAsItsLanguageDoes(t *testing.T) {
	body := `<iframe width="400" height="300" data-category="functional analytics" data-service="help-chat"
		data-src="` + stage.Helper + `/chat"></iframe>`
	for lang, want := range map[string]string{
		"en":    "agree to: Functional, Analytics (Help chat).",
		"zh-CN": "同意以下用途后才会加载：功能、分析（在线客服）。",
	} {
		tab := open(t, stage.Address(Page{Site: gateSite, Lang: lang, Body: body}))
		tab.until(visible(card("p")))
		if words := eval[string](tab.view, card("p")+`.textContent`); !strings.HasSuffix(words, want) {
			t.Errorf("the card says %q, without %q", words, want)
		}
	}
}

func TestARefusedFrameHasACardInItsPlace(t *testing.T) {
	frame := stage.File("text/html", "<title>A chat</title>")
	page := Page{Site: gateSite, Body: `<style>.wide { width: 50%; height: 220px }</style><iframe class="wide" title="Chat" data-category="functional" data-service="help-chat" data-src="` + stage.Helper + `/chat"></iframe><p>After</p>
		<iframe id="small" width="1" height="1" data-category="functional" data-src="` + frame + `"></iframe><iframe id="unknown" data-category="unknown" data-src="` + frame + `"></iframe>`}
	tab := open(t, stage.Address(page))
	tab.until(visible(banner))
	tab.doubted()
	tab.until(visible(card("p")))
	tab.is(`(() => { const { width, height } = document.querySelector(".wide").getBoundingClientRect(); return Math.abs(width - document.body.clientWidth / 2) < 2 && Math.abs(height - 220) < 5 })()`)
	tab.is(`document.querySelectorAll("div.wide").length == 1 && [...document.querySelectorAll("#small, #unknown")].every((e) => e.previousElementSibling.localName != "div")`)
	words := eval[string](tab.view, card(".placeholder")+`.innerText`)
	for _, want := range []string{"help.collector.localhost", "only after you agree to: Functional (Help chat)", "Load once", "Always load"} {
		if !strings.Contains(words, want) {
			t.Errorf("the card says %q, without %q", words, want)
		}
	}
	eval[bool](tab.view, axe(t))
	tab.accessibleWithin(`document.querySelector("div.wide")`, 3)
	sent := func() int { return len(stage.sink.requests("/chat")) }
	if sent() > 0 {
		t.Errorf("%d requests before anything was chosen", sent())
	}

	tab.run(`window.leaks = []; nod.on("leak", (d) => leaks.push(d.host))`)
	tab.click(card(".once"))
	eventually(t, "the frame, once", func() bool { return sent() == 1 })
	tab.settled()
	tab.is(`leaks.length == 0`) // it was wanted
	tab.is(`!document.querySelector("div.wide") && document.querySelector("iframe").offsetHeight > 200 && nod.answers().functional == "unasked" && !document.cookie`)

	tab.load(stage.Address(page)) // nothing was remembered
	tab.until(visible(card("p")))
	tab.run(`nod.save({ analytics: true })`) // to whom that host belongs, too
	tab.click(card(".always"))
	eventually(t, "the frame, always", func() bool { return sent() == 2 })
	tab.until(`nod.has("functional") && nod.has("help-chat") && !document.querySelector("div.wide")`)

	tab.run(`nod.withdraw()`)
	tab.until(visible(card("p")))
	tab.is(`!document.querySelector("iframe").hasAttribute("src")`)
	tab.run(`nod.save({ analytics: true })`)
	tab.click(card(".once"))
	tab.until(`document.querySelector("iframe").hasAttribute("src")`)
	tab.run(`nod.rejectAll()`) // which ends what was loaded once
	tab.until(visible(card("p")))
	tab.is(`!document.querySelector("iframe").hasAttribute("src")`)
	tab.run(`document.querySelector("iframe").remove()`)
	tab.until(`!document.querySelector("div.wide")`)
}

func TestAScriptThatRanAsksForANewStart(t *testing.T) {
	notice := inBanner("#nod-reload")
	page := func(attributes string) Page {
		return Page{Body: `<script>window.ran = []</script><script type="text/plain" data-category="analytics"` + attributes + `>ran.push("analytics")</script>`}
	}
	tab := open(t, stage.Address(page("")))
	tab.until(visible(banner))
	tab.click(agree)
	tab.ran("analytics")
	tab.run(`nod.withdraw("functional")`)
	tab.until(`nod.receipt()?.record.action == "withdraw"`)
	tab.is("!" + visible(notice)) // of that purpose nothing ran
	tab.run(`nod.withdraw("analytics")`)
	tab.until(visible(notice))
	eval[bool](tab.view, axe(t))
	tab.accessibleWithin(`document.getElementById("nod")`, 3)
	tab.run(`window.old = true`)
	tab.click(inBanner("#nod-reload .now"))
	tab.until(`!window.old && document.readyState == "complete" && window.ran && ran.length == 0`)

	// So does one that ran in another tab.
	tab.run(`nod.acceptAll()`)
	tab.ran("analytics")
	two := tab.another(stage.Address(Page{}))
	two.run(`nod.withdraw("analytics")`)
	tab.until(visible(notice))

	other := open(t, stage.Address(page(" data-reversible")))
	other.until(visible(banner))
	other.click(agree)
	other.ran("analytics")
	other.run(`nod.withdraw("analytics")`)
	other.until(`nod.receipt()?.record.action == "withdraw"`)
	other.settled()
	other.is("!" + visible(notice))
}
