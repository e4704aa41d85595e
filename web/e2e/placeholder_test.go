package e2e

import (
	"strings"
	"testing"
)

// placeholder is the JavaScript of an element in the placeholder of a blocked frame.
func placeholder(selector string) string {
	return "document.querySelector('iframe').previousElementSibling?.shadowRoot?.querySelector('" + selector + "')"
}

func TestAPlaceholderJoinsNamesAsItsLanguageDoes(t *testing.T) {
	body := `<iframe width="400" height="300" data-category="functional analytics" data-service="help-chat"
		data-src="` + stage.Helper + `/chat"></iframe>`
	for lang, want := range map[string]string{
		"en":    "accept: Functional, Analytics (Help chat).",
		"zh-CN": "需要您同意“功能、分析（在线客服）”才能显示。",
	} {
		tab := open(t, stage.Address(Page{Site: gateSite, Lang: lang, Body: body}))
		tab.wait(visible(placeholder("p")))
		if text := eval[string](tab.view, placeholder("p")+`.textContent`); !strings.HasSuffix(text, want) {
			t.Errorf("the placeholder has the text %q, without %q", text, want)
		}
	}
}

func TestAPlaceholderReplacesABlockedFrame(t *testing.T) {
	frame := stage.File("text/html", "<title>A chat</title>")
	page := Page{Site: gateSite, Body: `<style>.wide { width: 50%; height: 220px }</style>
		<iframe class="wide" title="Chat" data-category="functional" data-service="help-chat"
			data-src="` + stage.Helper + `/chat"></iframe><p>After</p>
		<iframe id="small" width="1" height="1" data-category="functional" data-src="` + frame + `"></iframe>` +
		`<iframe id="unknown" data-category="unknown" data-src="` + frame + `"></iframe>`}
	tab := open(t, stage.Address(page))
	tab.wait(visible(banner))
	tab.waitForUnknownPurposeWarning()
	checkPlaceholder(tab, readAxe(t))
	countSent := func() int { return len(stage.collector.requests("/chat")) }
	if n := countSent(); n > 0 {
		t.Errorf("%d requests before a decision", n)
	}

	tab.run(`window.leaks = []; nod.on("leak", (d) => leaks.push(d.host))`)
	tab.click(placeholder(".once"))
	waitFor(t, "the frame, once", func() bool { return countSent() == 1 })
	tab.waitUntilIdle()
	tab.check(`leaks.length == 0`) // the visitor asked for it
	tab.check(`!document.querySelector("div.wide") && document.querySelector("iframe").offsetHeight > 200 &&
		nod.answers().functional == "unasked" && !document.cookie`)

	tab.load(stage.Address(page)) // "Show once" is not stored
	tab.wait(visible(placeholder("p")))
	tab.run(`nod.save({ analytics: true })`) // the host belongs to analytics too
	tab.click(placeholder(".always"))
	waitFor(t, "the frame, always", func() bool { return countSent() == 2 })
	tab.wait(`nod.has("functional") && nod.has("help-chat") && !document.querySelector("div.wide")`)

	tab.run(`nod.withdraw()`)
	tab.wait(visible(placeholder("p")))
	tab.check(`!document.querySelector("iframe").hasAttribute("src")`)
	tab.run(`nod.save({ analytics: true })`)
	tab.click(placeholder(".once"))
	tab.wait(`document.querySelector("iframe").hasAttribute("src")`)
	tab.run(`nod.rejectAll()`) // unloads what was loaded once
	tab.wait(visible(placeholder("p")))
	tab.check(`!document.querySelector("iframe").hasAttribute("src")`)
	tab.run(`document.querySelector("iframe").remove()`)
	tab.wait(`!document.querySelector("div.wide")`)
}

// To move a frame loads it again, so the visitor is asked again.
func TestAFrameThatWasLoadedOnceAndMovedHasItsPlaceholderAgain(t *testing.T) {
	tab := open(t, stage.Address(Page{Site: gateSite, Body: `<iframe width="500" height="300" title="Chat"
		data-category="functional" data-service="help-chat" data-src="` + stage.Helper + `/moved"></iframe><main></main>`}))
	tab.expectMessages("data-src")
	tab.wait(visible(placeholder("p")))
	tab.click(placeholder(".once"))
	tab.wait(`document.querySelector("iframe").hasAttribute("src")`)
	tab.run(`document.querySelector("main").append(document.querySelector("iframe"))`)
	tab.wait(`!document.querySelector("iframe").hasAttribute("src") && ` + visible(placeholder("p")))
}

// checkPlaceholder checks the size, the text and the accessibility of the placeholder, and that small frames and frames
// without a known purpose have none.
func checkPlaceholder(tab *Tab, axe string) {
	tab.Helper()
	tab.wait(visible(placeholder("p")))
	tab.check(`(() => {
		const { width, height } = document.querySelector(".wide").getBoundingClientRect();
		return Math.abs(width - document.body.clientWidth / 2) < 2 && Math.abs(height - 220) < 5;
	})()`)
	tab.check(`document.querySelectorAll("div.wide").length == 1 && [...document.querySelectorAll("#small, #unknown")]
		.every((e) => e.previousElementSibling.localName != "div")`)
	text := eval[string](tab.view, placeholder(".placeholder")+`.innerText`)
	for _, want := range []string{"help.collector.localhost", "To see it, accept: Functional (Help chat)",
		"Show once", "Always show"} {
		if !strings.Contains(text, want) {
			tab.Errorf("the placeholder has the text %q, without %q", text, want)
		}
	}
	eval[bool](tab.view, axe)
	tab.checkAccessibilityOf(`document.querySelector("div.wide")`, allRules, 3)
}

func TestAPlaceholderIsDrawnAsSoonAsItsFrameCanBeSeen(t *testing.T) {
	frame := func(attributes string) string {
		return `<iframe width="560" height="315" data-category="functional" data-service="help-chat" ` + attributes +
			` data-src="` + stage.Helper + `/chat"></iframe>`
	}
	tab := open(t, stage.Address(Page{Body: `<style>
			.box { position: relative; width: 50%; padding-top: 28%; margin: 7px }
			.box iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0 }
			.wide iframe { width: 80%; height: auto; aspect-ratio: 2; border: 0 }
		</style>
		<details><summary>More</summary>` + frame("") + `</details><div id="tab" hidden>` + frame("") + `</div>
		<div id="own">` + frame("hidden") + `</div><div class="box">` + frame("") + `</div><div class="wide">` + frame("") +
		`</div><x-host></x-host><script>
			document.querySelector("x-host").attachShadow({ mode: "open" }).innerHTML = ` + "`<div>" + frame("") + "</div>`" +
		`</script>`}))
	host := func(inside string) string { return inside + `.querySelector("iframe")?.previousElementSibling` }
	isDrawn := func(inside string) string {
		return "(" + host(inside) + `?.shadowRoot && ` + host(inside) + `.offsetHeight > 100)`
	}
	tab.wait(isDrawn(element(".box")))
	tab.wait(isDrawn(element("x-host") + ".shadowRoot"))
	tab.check(`!(` + isDrawn("tab") + `) && !(` + isDrawn("own") + `)`)
	tab.run(`tab.hidden = false; own.firstChild.hidden = false; document.querySelector("details").open = true`)
	for _, inside := range []string{"tab", "own", element("details")} {
		tab.wait(isDrawn(inside))
	}
	same := func(inside, want string) {
		t.Helper()
		tab.check(`((r, w) => ["x", "y", "width", "height"].every((side) => Math.abs(r[side] - w[side]) < 2))(` +
			host(inside) + `.getBoundingClientRect(), ` + want + `)`)
	}
	box := element(".box") + `.getBoundingClientRect()`
	same(element(".box"), box)
	tab.setSize(700, 600)
	same(element(".box"), box) // it follows its box
	tab.check(`((r) => Math.abs(r.width - 2 * r.height) < 2)(` + host(element(".wide")) + `.getBoundingClientRect())`)
	tab.run(`document.querySelector("x-host").shadowRoot.querySelector("iframe").remove()`)
	tab.wait(`document.querySelector("x-host").shadowRoot.querySelector("div").childElementCount == 0`)
	tab.run(`nod.save({ functional: true })`)
	tab.wait(`document.querySelectorAll("iframe[src]").length == 5 &&
		![...document.querySelectorAll("div")].some((e) => e.id != "nod" && e.shadowRoot) &&
		[...document.querySelectorAll("iframe")].every((e) => !e.hasAttribute("style"))`)
}
