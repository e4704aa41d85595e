package e2e

import (
	"os"
	"strings"
	"testing"

	"github.com/nod-consent/nod/web/e2e/engine"
)

func TestPagesThatAreSwappedStartEachScriptOnce(t *testing.T) {
	source, err := os.ReadFile("../node_modules/@hotwired/turbo/dist/turbo.es2017-umd.js")
	if err != nil {
		t.Fatalf(`Turbo is missing: run "make deps" (%v)`, err)
	}
	turbo := stage.File("text/javascript; charset=utf-8", string(source))
	page := func(name string) string {
		return stage.Address(Page{Path: "/swapped/" + name, Head: `<script>window.ran = window.ran || []</script>` +
			`<script src="` + turbo + `"></script>`,
			Body: `<p id="` + name + `">` + name + `</p><script type="text/plain" data-category="analytics">ran.push("` + name +
				`")</script>`})
	}
	a, b := page("a"), page("b")
	tab := open(t, a)
	tab.until(visible(banner))
	tab.click(agree)
	tab.ran("a")
	tab.run(`Turbo.visit("` + b + `")`)
	// or going back cuts a visit off
	const rested = ` && !document.querySelector("html[aria-busy], html[data-turbo-preview]")`
	tab.until(`document.querySelector("#b") && ran.length == 2` + rested)
	tab.is(visible(wayBack) + ` && document.querySelectorAll("#nod").length == 1`)
	tab.run(`history.back()`)
	tab.until(`document.querySelector("#a")`)
	tab.settled()
	tab.ran("a", "b")
	// What was refused does not come back with a page that is put together anew.
	tab.run(`nod.withdraw(); Turbo.visit("` + b + `")`)
	tab.until(`document.querySelector("#b")` + rested)
	tab.run(`history.back()`)
	tab.until(`document.querySelector("#a")`)
	tab.settled()
	tab.ran("a", "b")
}

func TestViewTransitionsStartEachScriptOnce(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script><main>` +
		`<script type="text/plain" data-category="analytics">ran.push("old")</script></main>`}))
	tab.until(visible(banner))
	tab.click(agree)
	tab.ran("old")
	tab.run(`await document.startViewTransition(() => {
		const main = document.createElement("main");
		const s = document.createElement("script");
		s.type = "text/plain"; s.dataset.category = "analytics"; s.text = 'ran.push("new")';
		main.append(document.querySelector("main").firstChild.cloneNode(true), s);
		document.querySelector("main").replaceWith(main);
	}).finished`)
	tab.ran("old", "new")
}

// In Firefox, since Chromium keeps no page that somebody looks into.
func TestAPageThatComesBackFromTheCacheStartsNothingAgain(t *testing.T) { // C-11
	browser, err := engine.Firefox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(browser.Close)
	page := elsewhere{t, browser}
	page.load(stage.Address(Page{Cached: true, Body: `<script>window.ran = [];
		addEventListener("pageshow", (e) => window.cached = e.persisted)</script>` +
		`<script type="text/plain" data-category="analytics">ran.push("once")</script>`}))
	page.until(visible(banner))
	page.run(`nod.acceptAll()`)
	page.until(`ran.join() == "once" && nod.receipt()`)
	page.load(stage.Address(Page{}))
	page.run(`nod.withdraw("functional"); setTimeout(() => history.back())`)
	page.until(`window.ran && window.cached`)
	page.until(`nod.answers().functional == "denied" && ran.join() == "once"`)
}

func TestTheTagStandsWhereverAPagePutsIt(t *testing.T) {
	stage.host.answer(t, gatedFiles)
	tag := `<script src="` + stage.Script(Page{Site: gateSite}) + `"></script>`
	const tracker = `<script>window.ran = []; fetch("$").catch(() => {})</script>`
	early := func(mark string) string { return strings.ReplaceAll(tracker, "$", stage.Collector+"/"+mark+"/early") }
	later := func(tab *Tab, mark string) {
		tab.run(`await fetch("` + stage.Collector + "/" + mark + `/later").catch(() => {})`)
	}
	count := func(t *testing.T, mark string, want int) {
		t.Helper()
		nothingMore()
		if all := stage.sink.requests("/" + mark + "/"); len(all) != want {
			t.Errorf("%q were sent; want %d", all, want)
		}
	}
	t.Run("twice, and another site's too", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Tag: tag, Head: tag + `<script src="` + stage.Script(Page{}) + `">` +
			`</script>` + early("twice"), Body: tagged}))
		tab.expects("blob:nod")
		tab.until(visible(banner))
		later(tab, "twice")
		tab.is(`document.querySelectorAll("#nod").length == 1 &&
			document.getElementById("nod").shadowRoot.querySelectorAll(".banner").length == 1`)
		count(t, "twice", 0)
		tab.click(agree)
		tab.ran("inline")
		later(tab, "twice")
		count(t, "twice", 1)
	})
	t.Run("late", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Tag: early("late"), Body: tagged + tag}))
		tab.expects("blob:nod")
		tab.until(visible(banner))
		later(tab, "late")
		count(t, "late", 1) // what ran before it has run
		tab.ran()
		tab.click(agree)
		tab.ran("inline")
	})
	t.Run("async", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Tag: strings.Replace(tag, "<script", "<script async", 1), Head: early("async"),
			Body: tagged}))
		tab.expects("blob:nod")
		tab.until(visible(banner))
		later(tab, "async")
		if all := stage.sink.requests("/async/later"); len(all) > 0 {
			t.Errorf("%q were sent", all)
		}
		tab.ran()
		tab.click(agree)
		tab.ran("inline")
	})
	t.Run("blocked", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Tag: `<script>window.nod = window.nod || [];
			nod.push(["on", "ready", () => ran.push("ready")])</script><script src="` + stage.Consent +
			`/nowhere/consent.js"></script>`, Head: early("blocked"), Body: tagged}))
		tab.settled()
		tab.ran()
		tab.is(`Array.isArray(nod) && !document.getElementById("nod")`)
	})
}

func TestAPageInAFrameOfTheSameOriginFollows(t *testing.T) { // C-11
	inner := stage.Address(Page{Site: gateSite, Body: `<script>window.ran = []</script>` +
		`<script type="text/plain" data-category="analytics">ran.push("inner")</script>`})
	tab := open(t, stage.Address(Page{Site: gateSite, Body: `<iframe title="Inner" src="` + inner +
		`" width="600" height="400"></iframe>`}))
	tab.expects("blob:nod")
	tab.until(visible(banner))
	const within = `document.querySelector("iframe").contentWindow`
	tab.until(within + `.document.getElementById("nod")`) // it asks for itself
	send := func(mark string) {
		tab.run(`await ` + within + `.fetch("` + stage.Collector + `/inner/` + mark + `").catch(() => {})`)
	}
	send("before")
	tab.click(agree)
	tab.until(within + `.ran.join() == "inner"`)
	send("agreed")
	tab.run(`nod.withdraw()`)
	tab.until(within + `.nod.answers().analytics == "denied"`)
	send("withdrawn")
	if all := stage.sink.requests("/inner/"); len(all) != 1 || !strings.Contains(all[0], "agreed") {
		t.Errorf("sent: %q", all)
	}
}
