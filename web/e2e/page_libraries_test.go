package e2e

import "testing"

// Firefox ignores an import map that comes after a module was loaded, so nothing is imported before the page is parsed.
func TestAnImportMapAfterATaggedElementCounts(t *testing.T) {
	stage.host.overrideWith(t, answerGatedFiles)
	runInOtherBrowsers(t, func(_ *testing.T, page otherBrowser, _ []string) {
		page.load(stage.Address(Page{
			Site: gateSite,
			Head: `<script type="text/plain" data-category="analytics">window.counted = 1</script>
				<script>for (const end = Date.now() + 200; Date.now() < end;);</script>
				<script type="importmap">{"imports": {"shop": "data:text/javascript,window.sold = 1"}}</script>
				<script type="module">import "shop"</script>`,
		}))
		page.wait(`window.sold && ` + visible(banner))
		page.run(`nod.acceptAll()`)
		page.wait(`window.counted`)
	})
}

// MooTools replaces the window's Document.
func TestAPageMayReplaceTheDocumentClass(t *testing.T) {
	const replace = `<script>window.Document = function () {}; Document.prototype = { cookie: "" }</script>`
	for name, page := range map[string]Page{
		"before the tag": {Before: replace},
		"after the tag":  {Head: replace},
	} {
		t.Run(name, func(t *testing.T) {
			page.Body = `<script type="text/plain" data-category="analytics">window.counted = 1</script>`
			tab := open(t, stage.Address(page))
			tab.wait(visible(banner))
			tab.click(acceptButton)
			tab.wait(decisionIsSent + ` && window.counted`)
			tab.waitForSecondHalf()
			tab.waitUntilIdle()
			tab.run(`document.cookie = "basket=1; path=/"`)
			tab.check(`!Object.hasOwn(document, "cookie") && /basket=1/.test(document.cookie) && /nod=/.test(document.cookie)`)
		})
	}
}

// What is in the page already is not looked through again when something is put before it: it may be large.
func TestTheElementThatAnotherIsPutBeforeIsNotLookedThrough(t *testing.T) {
	tab := open(t, stage.Address(Page{Site: gateSite, Body: `<div id="app"></div>`}))
	tab.expectMessages("blob:nod")
	tab.wait(visible(banner))
	tab.run(`new Image().src = "` + stage.Helper + `/blocked.gif"; // from now on what is put in is checked
		window.looked = [];
		const watch = (e, name) => {
			e.querySelectorAll = (...all) => (looked.push(name), Element.prototype.querySelectorAll.apply(e, all));
			return e;
		};
		const app = watch(document.querySelector("#app"), "app");
		for (const name of ["a", "b", "c"]) watch(window[name + "Box"] = document.createElement("div"), name);
		document.body.insertBefore(aBox, app);
		document.body.replaceChild(bBox, aBox);
		document.body.append(cBox)`)
	tab.check(`looked.join() == "a,b,c"`)
}

// A page on which our parts can't be built has no error of ours, also not once it is parsed.
func TestAPageSeesNoErrorWhereOurPartsCannotBeBuilt(t *testing.T) { // C-40
	tab := open(t, stage.Address(Page{
		Head: `<script>window.errors = []; addEventListener("error", (e) => errors.push(e.message));
			console.warn = () => {}; // whether it warns depends on when the page is painted
			Element.prototype.attachShadow = undefined</script>`,
		Body: `<script>nod.rejectAll()</script>`,
	}))
	tab.wait(decisionIsSent)
	tab.waitUntilIdle()
	tab.check(`!errors.length && !nod.has("analytics")`)
}
