package e2e

import (
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

// What something puts into Object.prototype, before the tag or after it, is in every object that a script makes.
func TestAPollutedPrototypeGrantsNothing(t *testing.T) { // C-40
	for name, members := range map[string]string{
		"grants": `required: true, granted: true, analytics: "granted", services: { analytics: "granted" }, answers: { analytics: "granted" }, states: { analytics: "granted" }, beacons: { state: "granted" }`,
		"others": `separate: true, gpc: true, services: "1", kept: ["cookie:nod"], previous: "x", domain: "evil.example", banner: {}, clear: 5`,
	} {
		for _, when := range []string{"before", "after"} {
			t.Run(name+" "+when+" the tag", func(t *testing.T) {
				stage.host.answer(t, gatedFiles)
				p := Page{Body: tagged + `<script type="text/plain" data-category="foo">ran.push("foo")</script>`}
				pollution := `<script>window.polluted = true; Object.assign(Object.prototype, { foo: "granted", ` + members + ` })</script>`
				if when == "before" {
					p.Before = pollution
				} else {
					p.Head = pollution
				}
				address := stage.Address(p)
				tab := open(t, address)
				tab.until(visible(banner))
				tab.doubted()
				tab.stands(unasked, unasked, unasked)
				tab.run(`document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))`)
				tab.click(refuse)
				tab.until("!" + visible(banner))
				tab.stands(denied, denied, denied)
				tab.is(`polluted && !nod.has("foo") && (window.ran || []).length == 0`)
				tab.load(address)
				tab.stands(denied, denied, denied)
				tab.is(`(window.ran || []).length == 0 && !` + banner)
				tab.until(emptyQueue)
				tab.ordered("reject_all: functional=denied analytics=denied beacons=denied")
			})
		}
	}
}

func TestWhatOthersWroteIntoStorageLosesNoDecision(t *testing.T) {
	entry := func(url string) string { return `{"url":"` + url + `","id":"x","body":"{}","bearer":""}` }
	for name, value := range map[string]string{
		"nothing":                "null",
		"a number":               "5",
		"no queue":               `{"subject":"","secret":""}`,
		"a queue of nothing":     `{"subject":"","secret":"","queue":[null]}`,
		"a full queue of those":  `{"subject":"","secret":"","queue":[` + repeated("null,", 99) + `null]}`,
		"entries without fields": `{"subject":"","secret":"","queue":[{},5,{"url":"x"},[]]}`,
		"an entry for this page": `{"subject":"","secret":"","queue":[` + entry("/nowhere") + `]}`,
		"an entry for elsewhere": `{"subject":"","secret":"","queue":[` + entry("http://other.localhost/v1/yunzhijia/decisions") + `]}`,
		"a bearer in Chinese":    `{"subject":"","secret":"","queue":[{"url":"CONSENT/v1/yunzhijia/decisions","id":"x","body":"{}","bearer":"中"}]}`,
		"nobody's secret":        `{"subject":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","secret":"中","queue":[]}`,
		"a number to be removed": `{"subject":"","secret":"","queue":[],"clear":5}`,
		"an object likewise":     `{"subject":"","secret":"","queue":[],"clear":{"a":1}}`,
		"a receipt of nothing":   `{"subject":"","secret":"","queue":[],"receipt":5}`,
	} {
		t.Run(name, func(t *testing.T) {
			address := stage.Address(Page{})
			tab := open(t, address, `if (parent == window) addEventListener("unhandledrejection", () => console.error("a rejection"))`)
			tab.until(visible(banner))
			tab.run(`localStorage.nod = ` + asScript(value) + `.replace("CONSENT", "` + stage.Consent + `"); document.cookie = "yzj_lang=en;path=/"`)
			tab.load(address)
			tab.until(visible(banner))
			tab.click(refuse)
			tab.until(visible(wayBack) + " && nod.receipt()")
			tab.stands(denied, denied, denied)
			tab.ordered("reject_all: functional=denied analytics=denied beacons=denied")
			tab.until(`!document.cookie.includes("yzj_lang")`)
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
func TestNamesInThePagesMarkupHideNothingFromUs(t *testing.T) { // C-40
	markup := ""
	for _, name := range []string{"cookie", "body", "documentElement", "querySelectorAll", "querySelector", "createElement", "currentScript", "hidden", "nod", "nod-banner"} {
		markup += `<form name="` + name + `" id="` + name + `"></form><img name="` + name + `" alt="">`
	}
	for name, p := range map[string]Page{
		"before the tag": {Tag: `<!-- -->`, Body: markup + `<script src="` + stage.Script(Page{}) + `"></script>` + tagged},
		"after it":       {Body: markup + tagged},
	} {
		t.Run(name, func(t *testing.T) {
			stage.host.answer(t, gatedFiles)
			address := stage.Address(p)
			tab := open(t, address)
			const shadow = `[...Document.prototype.querySelectorAll.call(document, "#nod")].map((e) => e.shadowRoot).find(Boolean)`
			tab.until(visible(shadow + `?.querySelector("#nod-banner")`))
			tab.click(shadow + `.querySelector("#nod-reject")`)
			tab.until(visible(shadow + `.querySelector("#nod-reopen")`))
			tab.until(`nod.receipt()`)
			tab.stands(denied, denied, denied)
			tab.load(address)
			tab.stands(denied, denied, denied)
			tab.run(`nod.acceptAll()`)
			tab.ran("inline")
			tab.settled()
		})
	}
}

func TestAPageThatStopsClicksDoesNotStopOurs(t *testing.T) {
	tab := open(t, stage.Address(Page{Head: `<script>document.addEventListener("click", (e) => e.stopPropagation()); document.addEventListener("click", (e) => e.stopImmediatePropagation(), true)</script>`,
		Body: `<p><a href="#here" data-nod="constructor">A link</a></p>`}))
	tab.until(visible(banner))
	tab.click(element("a")) // names no action of ours
	tab.until(`location.hash == "#here"`)
	tab.click(refuse)
	tab.until(visible(wayBack))
	tab.stands(denied, denied, denied)
}

func TestWhatAPageReplacesLosesNoDecision(t *testing.T) {
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
			tab.until(visible(banner))
			tab.click(refuse)
			tab.until("!" + visible(banner))
			eventually(t, "the decision", func() bool { return len(stage.consent.requests("POST /v1/"+siteID+"/decisions")) > 0 })
			if _, err := consent.DecodeCookie(tab.cookie(consent.CookieName).Value); err != nil {
				t.Error(err)
			}
			tab.load(address)
			tab.settled()
			tab.is("!" + banner)
		})
	}
}

// Where nothing can be shown, the page is told why, and everything else works.
func TestWhereTheBannerCannotBeDrawnTheRestGoesOn(t *testing.T) { // C-40
	tab := open(t, stage.Address(Page{
		CSP:    "require-trusted-types-for 'script'; trusted-types other",
		Before: `<script>window.nod = [["on", "ready", () => (window.ready = true)], ["on", "change", () => (window.changed = true)]]</script>`,
	}))
	tab.expects("TrustedHTML", "nod: not shown", "'nod'")
	tab.until(`window.ready`)
	tab.stands(unasked, unasked, unasked)
	tab.run(`nod.rejectAll()`)
	tab.until(`window.changed`)
	tab.stands(denied, denied, denied)
}

// What others may write into a page is no app: elements and frames have names, and a name is no property of the window's own.
func TestAnElementThatIsNamedLikeAnAppGrantsNothing(t *testing.T) {
	granting := open(t, stage.Address(Page{}))
	granting.click(agree)
	granting.until(`nod.receipt()`)
	cookie := granting.cookie(consent.CookieName).Value
	for name, markup := range map[string]string{
		"two links":            `<a id="nodExternal"></a><a id="nodExternal" name="cookie" href="#;nod=` + cookie + `;"></a>`,
		"a form":               `<form id="nodExternal"></form>`,
		"a form with a cookie": `<form id="nodExternal"><output name="cookie">` + cookie + `</output></form>`,
		"another's frame":      `<iframe name="nodExternal" src="` + stage.Abroad + stage.File("text/html", "<title>A frame</title>") + `"></iframe>`,
	} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{Before: markup}))
			tab.until(visible(banner))
			tab.stands(unasked, unasked, unasked)
		})
	}
}
