package e2e

import (
	"strings"
	"testing"
)

func TestOtherElementsLoadAndUnloadToo(t *testing.T) {
	css, sound, image := stage.File("text/css", "h1 { letter-spacing: 7px }"), stage.File("audio/wav", "no sound"),
		stage.File("image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg" width="3" height="3"/>`)
	tab := open(t, stage.Address(Page{Body: `
		<link rel="stylesheet" data-category="functional" data-href="` + css + `">
		<video data-category="functional" data-poster="` + image + `?poster" data-src="` + sound + `?video"></video>
		<audio><source data-category="functional" data-src="` + sound + `?source"></audio>
		<picture><source data-category="functional" data-srcset="` + image + `?set">` +
		`<img data-category="functional" data-src="` + image + `?plain" alt=""></picture>`}))
	tab.until(visible(banner))
	tab.settled()
	if all := stage.host.requests("/files/"); len(all) > 0 {
		t.Errorf("%q were fetched before the choice", all)
	}
	tab.run(`nod.save({ functional: true })`)
	tab.until(`getComputedStyle(document.querySelector("h1")).letterSpacing == "7px" &&
		document.querySelector("img").naturalWidth == 3`)
	eventually(t, "the others", func() bool {
		all := strings.Join(stage.host.requests("/files/"), " ")
		return strings.Contains(all, "?poster") && strings.Contains(all, "?video") && strings.Contains(all, "?source") &&
			strings.Contains(all, "?set")
	})
	tab.run(`nod.withdraw()`)
	tab.until(`getComputedStyle(document.querySelector("h1")).letterSpacing != "7px"`)
	tab.is(`["src", "srcset", "href", "poster"].every((name) => !document.querySelector("[" + name + "][data-category]"))`)
}

func TestATemplatesContentComesAndGoes(t *testing.T) {
	first, second := script(`ran.push("first")`), script(`ran.push("second")`)
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script><main>` +
		`<template data-category="functional"><p id="in">Text</p>` +
		`<script src="` + first + `"></script><script src="` + second + `"></script><script>ran.push("inline")</script>` +
		`</template><i></i></main>`}))
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

func TestAScriptThatRanAsksForANewStart(t *testing.T) {
	notice := inBanner("#nod-reload")
	page := func(attributes string) Page {
		return Page{Body: `<script>window.ran = []</script><script type="text/plain" data-category="analytics"` + attributes +
			`>ran.push("analytics")</script>`}
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
	tab.isAccessibleWithin(`document.getElementById("nod")`, allRules, 3)
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
