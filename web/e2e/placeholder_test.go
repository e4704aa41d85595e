package e2e

import (
	"strings"
	"testing"
)

// placeholder is the card in the place of a refused frame, and an element in it.
func placeholder(of string) string {
	return "document.querySelector('iframe').previousElementSibling?.shadowRoot?.querySelector('" + of + "')"
}

func TestAPlaceholderJoinsNamesAsItsLanguageDoes(t *testing.T) {
	body := `<iframe width="400" height="300" data-category="functional analytics" data-service="help-chat"
		data-src="` + stage.Helper + `/chat"></iframe>`
	for lang, want := range map[string]string{
		"en":    "agree to: Functional, Analytics (Help chat).",
		"zh-CN": "同意以下用途后才会加载：功能、分析（在线客服）。",
	} {
		tab := open(t, stage.Address(Page{Site: gateSite, Lang: lang, Body: body}))
		tab.wait(visible(placeholder("p")))
		if words := eval[string](tab.view, placeholder("p")+`.textContent`); !strings.HasSuffix(words, want) {
			t.Errorf("the card says %q, without %q", words, want)
		}
	}
}

func TestAPlaceholderReplacesABlockedFrame(t *testing.T) {
	frame := stage.File("text/html", "<title>A chat</title>")
	page := Page{Site: gateSite, Body: `<style>.wide { width: 50%; height: 220px }</style>` +
		`<iframe class="wide" title="Chat" data-category="functional" data-service="help-chat" data-src="` + stage.Helper +
		`/chat"></iframe><p>After</p>
		<iframe id="small" width="1" height="1" data-category="functional" data-src="` + frame + `"></iframe>` +
		`<iframe id="unknown" data-category="unknown" data-src="` + frame + `"></iframe>`}
	tab := open(t, stage.Address(page))
	tab.wait(visible(banner))
	tab.waitForUnknownPurposeWarning()
	tab.wait(visible(placeholder("p")))
	tab.check(`(() => { const { width, height } = document.querySelector(".wide").getBoundingClientRect();
		return Math.abs(width - document.body.clientWidth / 2) < 2 && Math.abs(height - 220) < 5 })()`)
	tab.check(`document.querySelectorAll("div.wide").length == 1 && [...document.querySelectorAll("#small, #unknown")]
		.every((e) => e.previousElementSibling.localName != "div")`)
	words := eval[string](tab.view, placeholder(".card")+`.innerText`)
	for _, want := range []string{"help.collector.localhost", "only after you agree to: Functional (Help chat)",
		"Load once", "Always load"} {
		if !strings.Contains(words, want) {
			t.Errorf("the card says %q, without %q", words, want)
		}
	}
	eval[bool](tab.view, readAxe(t))
	tab.checkAccessibilityOf(`document.querySelector("div.wide")`, allRules, 3)
	sent := func() int { return len(stage.collector.requests("/chat")) }
	if sent() > 0 {
		t.Errorf("%d requests before anything was chosen", sent())
	}

	tab.run(`window.leaks = []; nod.on("leak", (d) => leaks.push(d.host))`)
	tab.click(placeholder(".once"))
	waitFor(t, "the frame, once", func() bool { return sent() == 1 })
	tab.waitUntilIdle()
	tab.check(`leaks.length == 0`) // it was wanted
	tab.check(`!document.querySelector("div.wide") && document.querySelector("iframe").offsetHeight > 200 &&
		nod.answers().functional == "unasked" && !document.cookie`)

	tab.load(stage.Address(page)) // nothing was remembered
	tab.wait(visible(placeholder("p")))
	tab.run(`nod.save({ analytics: true })`) // to whom that host belongs, too
	tab.click(placeholder(".always"))
	waitFor(t, "the frame, always", func() bool { return sent() == 2 })
	tab.wait(`nod.has("functional") && nod.has("help-chat") && !document.querySelector("div.wide")`)

	tab.run(`nod.withdraw()`)
	tab.wait(visible(placeholder("p")))
	tab.check(`!document.querySelector("iframe").hasAttribute("src")`)
	tab.run(`nod.save({ analytics: true })`)
	tab.click(placeholder(".once"))
	tab.wait(`document.querySelector("iframe").hasAttribute("src")`)
	tab.run(`nod.rejectAll()`) // which ends what was loaded once
	tab.wait(visible(placeholder("p")))
	tab.check(`!document.querySelector("iframe").hasAttribute("src")`)
	tab.run(`document.querySelector("iframe").remove()`)
	tab.wait(`!document.querySelector("div.wide")`)
}
