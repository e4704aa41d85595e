package e2e

import (
	"os"
	"testing"

	"github.com/nod-consent/nod/web/e2e/engine"
)

func TestTurboPageSwapsStartEachScriptOnce(t *testing.T) {
	source, err := os.ReadFile("../node_modules/@hotwired/turbo/dist/turbo.es2017-umd.js")
	if err != nil {
		t.Fatalf(`Turbo is missing: run "make deps" (%v)`, err)
	}
	turbo := stage.File("text/javascript; charset=utf-8", string(source))
	page := func(name string) string {
		return stage.Address(Page{
			Path: "/swapped/" + name,
			Head: `<script>window.ran = window.ran || []</script><script src="` + turbo + `"></script>`,
			Body: `<p id="` + name + `">` + name + `</p>
				<script type="text/plain" data-category="analytics">ran.push("` + name + `")</script>`,
		})
	}
	a, b := page("a"), page("b")
	tab := open(t, a)
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.checkRan("a")
	tab.run(`Turbo.visit("` + b + `")`)
	// Going back would abort a visit that is not complete.
	const isComplete = ` && !document.querySelector("html[aria-busy], html[data-turbo-preview]")`
	tab.wait(`document.querySelector("#b") && ran.length == 2` + isComplete)
	tab.check(visible(reopenButton) + ` && document.querySelectorAll("#nod").length == 1`)
	tab.run(`history.back()`)
	tab.wait(`document.querySelector("#a")`)
	tab.waitUntilIdle()
	tab.checkRan("a", "b")
	// Withdrawn scripts do not run again when Turbo restores a page.
	tab.run(`nod.withdraw(); Turbo.visit("` + b + `")`)
	tab.wait(`document.querySelector("#b")` + isComplete)
	tab.run(`history.back()`)
	tab.wait(`document.querySelector("#a")`)
	tab.waitUntilIdle()
	tab.checkRan("a", "b")
}

func TestViewTransitionsStartEachScriptOnce(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script><main>` +
		`<script type="text/plain" data-category="analytics">ran.push("old")</script></main>`}))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.checkRan("old")
	tab.run(`await document.startViewTransition(() => {
		const main = document.createElement("main");
		const s = document.createElement("script");
		s.type = "text/plain"; s.dataset.category = "analytics"; s.text = 'ran.push("new")';
		main.append(document.querySelector("main").firstChild.cloneNode(true), s);
		document.querySelector("main").replaceWith(main);
	}).finished`)
	tab.checkRan("old", "new")
}

// This test uses Firefox: Chromium does not put a page into this cache while DevTools are connected to it.
func TestAPageFromTheBackForwardCacheStartsNothingAgain(t *testing.T) { // C-11
	browser, err := engine.Firefox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(browser.Close)
	page := otherBrowser{t, browser}
	page.load(stage.Address(Page{Cached: true, Body: `<script>window.ran = [];
		addEventListener("pageshow", (e) => window.cached = e.persisted)</script>` +
		`<script type="text/plain" data-category="analytics">ran.push("once")</script>`}))
	page.wait(visible(banner))
	page.run(`nod.acceptAll()`)
	page.wait(`ran.join() == "once" && nod.receipt()`)
	page.load(stage.Address(Page{}))
	page.run(`nod.withdraw("functional"); setTimeout(() => history.back())`)
	page.wait(`window.ran && window.cached`)
	page.wait(`nod.answers().functional == "denied" && ran.join() == "once"`)
}
