package e2e

import "testing"

func TestScriptsThatWriteScriptsThatWriteKeepThePage(t *testing.T) {
	writer := addScript(`document.write("<b id=w>written</b>")`)
	for name, markup := range map[string]string{
		"a script that writes a script that writes": tagged("",
			`document.write("<script>document.write('<b id=w>written</b>')</scr" + "ipt>")`),
		"a script that writes one with a source": tagged("",
			`document.write("<script src='`+writer+`'></scr" + "ipt>")`),
		"a script with a source": tagged(`data-src="`+writer+`"`, ""),
		"a template with a script that writes": `<template data-category="analytics"><script>
			document.write("<b id=w>written</b>")</script></template>`,
	} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Body: `<main>` + markup + `<p id="after">after</p></main>`}))
			tab.click(acceptButton)
			tab.wait(`document.querySelector("#w + #after, #w ~ #after")`)
			tab.check(`document.querySelector("h1") && !Object.prototype.hasOwnProperty.call(document, "write")`)
		})
	}
}

// What scripts of the page's own write meanwhile goes where the browser puts it.
func TestScriptsOfThePageWriteAsBefore(t *testing.T) {
	tab := open(t, stage.Address(Page{Body: `<main><script>nod.acceptAll()</script>` +
		tagged(`data-src="`+addScript(`document.write("<i id=tagged></i>")`)+`"`, "") +
		`<script>document.write("<b id=own></b>")</script></main>`}))
	tab.wait(`document.querySelector("#tagged")`)
	tab.check(`document.querySelector("script:not([type]) + #own")`)
}

func TestATemplateTakesOutWhatItsScriptsWrote(t *testing.T) { // C-12
	tab := open(t, stage.Address(Page{Body: `<main><template data-category="analytics" data-reversible><script>
		document.write("<b id=w>written</b>")</script></template></main>`}))
	tab.click(acceptButton)
	tab.wait(`document.querySelector("#w")`)
	tab.run(`nod.withdraw()`)
	tab.wait(`!document.querySelector("#w")`)
}
