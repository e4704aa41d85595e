package e2e

import (
	"strings"
	"testing"
)

func TestOtherElementsFollowTheirPurpose(t *testing.T) {
	css, sound, image := stage.File("text/css", "h1 { letter-spacing: 7px }"), stage.File("audio/wav", "no sound"),
		stage.File("image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg" width="3" height="3"/>`)
	tab := open(t, stage.Address(Page{Body: `
		<link rel="stylesheet" data-category="functional" data-href="` + css + `">
		<video data-category="functional" data-poster="` + image + `?poster" data-src="` + sound + `?video"></video>
		<audio><source data-category="functional" data-src="` + sound + `?source"></audio>
		<picture><source data-category="functional" data-srcset="` + image + `?set">` +
		`<img data-category="functional" data-src="` + image + `?plain" alt=""></picture>`}))
	tab.wait(visible(banner))
	tab.waitUntilIdle()
	if all := stage.host.requests("/files/"); len(all) > 0 {
		t.Errorf("%q were fetched before the decision", all)
	}
	tab.run(`nod.save({ functional: true })`)
	tab.wait(`getComputedStyle(document.querySelector("h1")).letterSpacing == "7px" &&
		document.querySelector("img").naturalWidth == 3`)
	waitFor(t, "the others", func() bool {
		all := strings.Join(stage.host.requests("/files/"), " ")
		return strings.Contains(all, "?poster") && strings.Contains(all, "?video") && strings.Contains(all, "?source") &&
			strings.Contains(all, "?set")
	})
	tab.run(`nod.withdraw()`)
	tab.wait(`getComputedStyle(document.querySelector("h1")).letterSpacing != "7px"`)
	tab.check(`["src", "srcset", "href", "poster"]
		.every((name) => !document.querySelector("[" + name + "][data-category]"))`)
}

func TestTheContentOfATemplateFollowsItsPurpose(t *testing.T) {
	first, second := addScript(`ran.push("first")`), addScript(`ran.push("second")`)
	tab := open(t, stage.Address(Page{Body: `<script>window.ran = []</script><main>` +
		`<template data-category="functional"><p id="in">Text</p>` +
		`<script src="` + first + `"></script><script src="` + second + `"></script><script>ran.push("inline")</script>` +
		`</template><i></i></main>`}))
	tab.wait(visible(banner))
	tab.checkRan()
	tab.run(`nod.save({ functional: true })`)
	tab.checkRan("inline", "first", "second") // the order of scripts that a script inserts
	tab.check(`document.querySelector("main > template + p#in ~ i") != null && !` + visible(nodElement("#nod-reload")))
	tab.run(`nod.save({ functional: true })`)
	tab.check(`document.querySelectorAll("#in").length == 1`)
	tab.run(`nod.withdraw()`)
	tab.wait(`!document.querySelector("#in") && document.querySelector("main > template + i") != null`)
	tab.wait(visible(nodElement("#nod-reload")))
	tab.run(`nod.save({ functional: true })`)
	tab.wait(`document.querySelectorAll("#in").length == 1`)
}

func TestWithdrawalOfAScriptThatRanSuggestsAReload(t *testing.T) {
	notice := nodElement("#nod-reload")
	page := func(attributes string) Page {
		return Page{Body: `<script>window.ran = []</script><script type="text/plain" data-category="analytics"` + attributes +
			`>ran.push("analytics")</script>`}
	}
	tab := open(t, stage.Address(page("")))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.checkRan("analytics")
	tab.run(`nod.withdraw("functional")`)
	tab.wait(`nod.receipt()?.record.action == "withdraw"`)
	tab.check("!" + visible(notice)) // no script of that purpose ran
	tab.run(`nod.withdraw("analytics")`)
	tab.wait(visible(notice))
	eval[bool](tab.view, readAxe(t))
	tab.checkAccessibilityOf(`document.getElementById("nod")`, allRules, 3)
	tab.run(`window.old = true`)
	tab.click(nodElement("#nod-reload .now"))
	tab.wait(`!window.old && document.readyState == "complete" && window.ran && ran.length == 0`)

	// A withdrawal in another tab suggests it too.
	tab.run(`nod.acceptAll()`)
	tab.checkRan("analytics")
	two := tab.openTab(stage.Address(Page{}))
	two.run(`nod.withdraw("analytics")`)
	tab.wait(visible(notice))

	other := open(t, stage.Address(page(" data-reversible")))
	other.wait(visible(banner))
	other.click(acceptButton)
	other.checkRan("analytics")
	other.run(`nod.withdraw("analytics")`)
	other.wait(`nod.receipt()?.record.action == "withdraw"`)
	other.waitUntilIdle()
	other.check("!" + visible(notice))
}

// A page may have categories of its own.
func TestImagesWithCategoriesOfThePagesOwnAreLeftAlone(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<img id="i" data-category="shoes" data-src="data:image/gif,x"
		src="data:image/gif,y" alt=""><img data-category="necessary" data-src="data:," alt="">`}))
	tab.waitForUnknownPurposeWarning()
	tab.waitForSecondHalf()
	tab.check(`i.getAttribute("src") == "data:image/gif,y"`)
	tab.run(`i.src = i.dataset.src; await 0; await new Promise((done) => setTimeout(done))`)
	tab.check(`i.getAttribute("src") == "data:image/gif,x"`)
}
