package e2e

import (
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

// What something puts into Object.prototype, before the tag or after it, is in every object that a script makes.
func TestAPollutedPrototypeGrantsNothing(t *testing.T) { // C-40
	for name, members := range map[string]string{
		"grants": `required: true, granted: true, analytics: "granted", services: { analytics: "granted" }, answers: {
			analytics: "granted" }, states: { analytics: "granted" }, beacons: { state: "granted" }`,
		"others": `separate: true, gpc: true, services: "1", kept: ["cookie:nod"], previous: "x", domain: "evil.example",
			banner: {}, clear: 5`,
	} {
		for _, when := range []string{"before", "after"} {
			t.Run(name+" "+when+" the tag", func(t *testing.T) {
				stage.host.overrideWith(t, answerGatedFiles)
				p := Page{Body: taggedMarkup + `<script type="text/plain" data-category="foo">ran.push("foo")</script>`}
				pollution := `<script>window.polluted = true; Object.assign(Object.prototype, { foo: "granted", ` + members +
					` })</script>`
				if when == "before" {
					p.Before = pollution
				} else {
					p.Head = pollution
				}
				address := stage.Address(p)
				tab := open(t, address)
				tab.wait(visible(banner))
				tab.waitForUnknownPurposeWarning()
				tab.checkStates(unasked, unasked, unasked)
				tab.run(`document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))`)
				tab.click(rejectButton)
				tab.wait("!" + visible(banner))
				tab.checkStates(denied, denied, denied)
				tab.check(`polluted && !nod.has("foo") && (window.ran || []).length == 0`)
				tab.load(address)
				tab.checkStates(denied, denied, denied)
				tab.check(`(window.ran || []).length == 0 && !` + banner)
				tab.wait(emptyQueue)
				tab.checkRecords("reject_all: functional=denied analytics=denied beacons=denied")
			})
		}
	}
}

func TestInvalidStorageLosesNoDecision(t *testing.T) {
	entry := func(url string) string { return `{"url":"` + url + `","id":"x","body":"{}","bearer":""}` }
	for name, value := range map[string]string{
		"nothing":                "null",
		"a number":               "5",
		"no queue":               `{"subject":"","secret":""}`,
		"a queue of nothing":     `{"subject":"","secret":"","queue":[null]}`,
		"a full queue of those":  `{"subject":"","secret":"","queue":[` + repeated("null,", 99) + `null]}`,
		"entries without fields": `{"subject":"","secret":"","queue":[{},5,{"url":"x"},[]]}`,
		"an entry for this page": `{"subject":"","secret":"","queue":[` + entry("/nowhere") + `]}`,
		"an entry for elsewhere": `{"subject":"","secret":"","queue":[` +
			entry("http://other.localhost/v1/yunzhijia/decisions") + `]}`,
		"a bearer in Chinese":    `{"subject":"","secret":"","queue":[{"url":"CONSENT/v1/yunzhijia/decisions","id":"x","body":"{}","bearer":"中"}]}`,
		"nobody's secret":        `{"subject":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","secret":"中","queue":[]}`,
		"a number to be removed": `{"subject":"","secret":"","queue":[],"clear":5}`,
		"an object likewise":     `{"subject":"","secret":"","queue":[],"clear":{"a":1}}`,
		"a receipt of nothing":   `{"subject":"","secret":"","queue":[],"receipt":5}`,
	} {
		t.Run(name, func(t *testing.T) {
			address := stage.Address(Page{})
			tab := open(t, address, `if (parent == window) addEventListener("unhandledrejection",
				() => console.error("a rejection"))`)
			tab.wait(visible(banner))
			tab.run(`localStorage.nod = ` + quoteScript(value) + `.replace("CONSENT", "` + stage.Consent +
				`"); document.cookie = "yzj_lang=en;path=/"`)
			tab.load(address)
			tab.wait(visible(banner))
			tab.click(rejectButton)
			tab.wait(visible(reopenButton) + " && nod.receipt()")
			tab.checkStates(denied, denied, denied)
			tab.checkRecords("reject_all: functional=denied analytics=denied beacons=denied")
			tab.wait(`!document.cookie.includes("yzj_lang")`)
			if sent := stage.host.requests("POST"); len(sent) > 0 {
				t.Errorf("the page's own server got %q", sent)
			}
		})
	}
}

func repeated(text string, n int) (all string) {
	for range n {
		all += text
	}
	return all
}

// A form or a picture with a name is found under it in the document, in the place of what a document has there.
func TestElementsNamedLikeDocumentPropertiesBreakNothing(t *testing.T) { // C-40
	markup := ""
	for _, name := range []string{"cookie", "body", "documentElement", "querySelectorAll", "querySelector",
		"createElement", "currentScript", "hidden", "nod", "nod-banner"} {
		markup += `<form name="` + name + `" id="` + name + `"></form><img name="` + name + `" alt="">`
	}
	for name, p := range map[string]Page{
		"before the tag": {Tag: `<!-- -->`, Body: markup + `<script src="` + stage.Script(Page{}) + `"></script>` + taggedMarkup},
		"after it":       {Body: markup + taggedMarkup},
	} {
		t.Run(name, func(t *testing.T) {
			stage.host.overrideWith(t, answerGatedFiles)
			address := stage.Address(p)
			tab := open(t, address)
			const shadow = `[...Document.prototype.querySelectorAll.call(document, "#nod")]
				.map((e) => e.shadowRoot).find(Boolean)`
			tab.wait(visible(shadow + `?.querySelector("#nod-banner")`))
			tab.click(shadow + `.querySelector("#nod-reject")`)
			tab.wait(visible(shadow + `.querySelector("#nod-return")`))
			tab.wait(`nod.receipt()`)
			tab.checkStates(denied, denied, denied)
			tab.load(address)
			tab.checkStates(denied, denied, denied)
			tab.run(`nod.acceptAll()`)
			tab.checkRan("inline")
			tab.waitUntilIdle()
		})
	}
}

func TestTheBannerWorksWhereThePageStopsClicks(t *testing.T) {
	tab := open(t, stage.Address(Page{Head: `<script>document.addEventListener("click", (e) => e.stopPropagation());
		document.addEventListener("click", (e) => e.stopImmediatePropagation(), true)</script>`,
		Body: `<p><a href="#here" data-nod="constructor">A link</a></p>`}))
	tab.wait(visible(banner))
	tab.click(element("a")) // names no action of ours
	tab.wait(`location.hash == "#here"`)
	tab.click(rejectButton)
	tab.wait(visible(reopenButton))
	tab.checkStates(denied, denied, denied)
}

func TestPagesThatReplaceBuiltInsLoseNoDecision(t *testing.T) {
	for name, script := range map[string]string{
		"JSON":            `window.JSON = {}`,
		"Array.from":      `Array.from = (list) => [].slice.call(list)`,
		"Object.entries":  `Object.entries = () => { throw new Error("no") }`,
		"the stub frozen": ``,
	} {
		t.Run(name, func(t *testing.T) {
			p := Page{Head: `<script>` + script + `</script>`}
			if script == "" {
				p = Page{Before: `<script>Object.defineProperty(window, "nod", { value: [], writable: false })</script>`}
			}
			address := stage.Address(p)
			tab := open(t, address)
			tab.wait(visible(banner))
			tab.click(rejectButton)
			tab.wait("!" + visible(banner))
			waitFor(t, "the decision", func() bool {
				return len(stage.consent.requests("POST "+
					"/v1/"+siteID+"/decisions")) > 0
			})
			if _, err := consent.DecodeCookie(tab.cookie(consent.CookieName).Value); err != nil {
				t.Error(err)
			}
			tab.load(address)
			tab.waitUntilIdle()
			tab.check("!" + banner)
		})
	}
}

// Where nothing can be shown, the page is told why, and everything else works.
func TestTheRestWorksWhereTheBannerCannotBeDrawn(t *testing.T) { // C-40
	tab := open(t, stage.Address(Page{
		CSP: "require-trusted-types-for 'script'; trusted-types other",
		Before: `<script>window.nod = [["on", "ready", () => (window.ready = true)],
			["on", "change", () => (window.changed = true)]]</script>`,
	}))
	tab.expectMessages("TrustedHTML", "nod: not shown", "'nod'")
	tab.wait(`window.ready`)
	tab.checkStates(unasked, unasked, unasked)
	tab.run(`nod.rejectAll()`)
	tab.wait(`window.changed`)
	tab.checkStates(denied, denied, denied)
}

// What others may write into a page is no app: elements and frames have names, and a name is no property of the
// window's own.
func TestAnElementNamedLikeTheAppsDataGrantsNothing(t *testing.T) {
	granting := open(t, stage.Address(Page{}))
	granting.click(acceptButton)
	granting.wait(`nod.receipt()`)
	cookie := granting.cookie(consent.CookieName).Value
	for name, markup := range map[string]string{
		"two links":            `<a id="nodExternal"></a><a id="nodExternal" name="cookie" href="#;nod=` + cookie + `;"></a>`,
		"a form":               `<form id="nodExternal"></form>`,
		"a form with a cookie": `<form id="nodExternal"><output name="cookie">` + cookie + `</output></form>`,
		"another's frame": `<iframe name="nodExternal" src="` + stage.Abroad + stage.File("text/html",
			"<title>A frame</title>") + `"></iframe>`,
	} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Before: markup}))
			tab.wait(visible(banner))
			tab.checkStates(unasked, unasked, unasked)
		})
	}
}

func TestPagesCannotHideThatThePolicyChanged(t *testing.T) {
	t.Run("a receipt that can't be compared", func(t *testing.T) {
		site := newVersionedSite(t, changeAddress, addRecipient)
		tab := open(t, site.advanceTo(11))
		tab.wait(visible(banner))
		tab.click(acceptButton)
		tab.wait(`nod.receipt()`)
		tab.run(`{ const l = JSON.parse(localStorage.nod); l.receipt.record.policy = l.receipt.record.id = l.seen = {
			toString: null }; localStorage.nod = JSON.stringify(l) }`)
		tab.load(site.advanceTo(22))
		tab.wait(visible(banner) + ` && ` + changesList)
		tab.check(`!nod.has("analytics") && nod.has("functional")`)
	})
	t.Run("properties that everything inherits", func(t *testing.T) {
		site := newVersionedSite(t, addRecipient)
		tab := openEmptyTab(t)
		tab.addInitScripts(`for (const name of ["policy", "reduces", "kept", "asked", "named"]) Object.prototype[name] = "x"`)
		tab.load(site.advanceTo(11))
		tab.wait(visible(banner))
		tab.click(rejectButton)
		tab.wait(`nod.receipt()`)
		tab.check(`nod.receipt().record.policy == "v2" && !nod.has("analytics") && !nod.has("functional")`)
	})
}
