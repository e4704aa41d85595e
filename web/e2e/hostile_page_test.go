package e2e

import (
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

// Every object inherits the members of Object.prototype. Scripts of the page may add some before or after the tag.
func TestAPollutedPrototypeGrantsNothing(t *testing.T) { // C-40
	for name, members := range map[string]string{
		"grants": `required: true, granted: true, analytics: "granted", services: { analytics: "granted" },
			answers: { analytics: "granted" }, states: { analytics: "granted" }, beacons: { state: "granted" }`,
		"other members": `separate: true, gpc: true, services: "1", kept: ["cookie:nod"], previous: "x",
			domain: "evil.example", banner: {}, clear: 5`,
	} {
		for _, when := range []string{"before", "after"} {
			t.Run(name+" "+when+" the tag", func(t *testing.T) {
				stage.host.overrideWith(t, answerGatedFiles)
				p := Page{Body: taggedMarkup + `<script type="text/plain" data-category="foo">ran.push("foo")</script>`}
				pollution := `<script>window.polluted = true;
					Object.assign(Object.prototype, { foo: "granted", ` + members + ` })</script>`
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
				tab.check(`(window.ran || []).length == 0 && !` + visible(banner))
				tab.wait(emptyQueue)
				tab.checkRecords(rejectedAll)
			})
		}
	}
}

func TestAStateThatIsHardToReadThrowsNothing(t *testing.T) {
	t.Run("an entry whose cookie is no text, beside a grant", func(t *testing.T) {
		tab := open(t, stage.Address(Page{}))
		tab.wait(visible(banner))
		tab.click(acceptButton)
		tab.wait(decisionIsSent)
		tab.run(`localStorage.nod = JSON.stringify({ ...JSON.parse(localStorage.nod), cookie: { toString: 1 } })`)
		tab.load(stage.Address(Page{Head: `<script>nod.has("analytics")</script>`}))
		tab.checkStates(granted, granted, granted)
		tab.wait(visible(reopenButton))
	})
	t.Run("a page that asks for the answers while the cookie is read", func(t *testing.T) {
		tab := open(t, stage.Address(Page{}), `
			const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
			Object.defineProperty(Document.prototype, "cookie", { get() { nod.has("analytics"); return get.call(this) }, set });
			window.times = 0;
			document.addEventListener("nod:ready", () => times++)`)
		tab.wait(visible(banner))
		tab.check(`times == 1 && !nod.has("analytics")`)
	})
	t.Run("a page whose clock throws", func(t *testing.T) {
		tab := open(t, stage.Address(Page{}), `
			window.errors = window.warnings = 0;
			addEventListener("error", () => errors++);
			addEventListener("unhandledrejection", () => errors++);
			const { warn } = console;
			console.warn = (...all) => { warnings++; warn(...all) };
			Date.now = () => { throw new Error("no time") }`)
		tab.expectMessages("nod: not shown")
		tab.wait(`warnings > 0`) // after the page's first paint
		tab.check(`errors == 0 && !nod.has("analytics")`)
	})
}

func TestInvalidStorageLosesNoDecision(t *testing.T) {
	entry := func(url, bearer string) string {
		return `{"url":"` + url + `","id":"x","body":"{}","bearer":"` + bearer + `"}`
	}
	queue := func(entries string) string { return `{"subject":"","secret":"","queue":[` + entries + `]}` }
	const path = "/v1/yunzhijia/decisions"
	for name, value := range map[string]string{
		"null":                       "null",
		"a number":                   "5",
		"no queue":                   `{"subject":"","secret":""}`,
		"a queue of null":            queue("null"),
		"a full queue of null":       queue(strings.Repeat("null,", 99) + "null"),
		"entries without fields":     queue(`{},5,{"url":"x"},[]`),
		"an entry for this page":     queue(entry("/nowhere", "")),
		"an entry for another host":  queue(entry("http://other.localhost"+path, "")),
		"a bearer in Chinese":        queue(entry(stage.Consent+path, "中")),
		"a secret in Chinese":        `{"subject":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","secret":"中","queue":[]}`,
		"a number to be cleared":     `{"subject":"","secret":"","queue":[],"clear":5}`,
		"an object to be cleared":    `{"subject":"","secret":"","queue":[],"clear":{"a":1}}`,
		"a receipt that is a number": `{"subject":"","secret":"","queue":[],"receipt":5}`,
	} {
		t.Run(name, func(t *testing.T) {
			address := stage.Address(Page{})
			tab := open(t, address, `if (parent == window)
				addEventListener("unhandledrejection", () => console.error("a rejection"))`)
			tab.wait(visible(banner))
			tab.run(`localStorage.nod = ` + quoteScript(value) + `; document.cookie = "yzj_lang=en;path=/"`)
			tab.load(address)
			tab.wait(visible(banner))
			tab.click(rejectButton)
			tab.wait(visible(reopenButton) + " && nod.receipt()")
			tab.checkStates(denied, denied, denied)
			tab.checkRecords(rejectedAll)
			tab.wait(`!document.cookie.includes("yzj_lang")`)
			if sent := stage.host.requests("POST"); len(sent) > 0 {
				t.Errorf("the page's own server got %q", sent)
			}
		})
	}
}

// A form or an image with a name becomes a property of the document, and hides the document's own property.
func TestElementsNamedLikeDocumentPropertiesBreakNothing(t *testing.T) { // C-40
	markup := ""
	for _, name := range []string{"cookie", "body", "documentElement", "querySelectorAll", "querySelector",
		"createElement", "currentScript", "hidden", "nod", "nod-banner"} {
		markup += `<form name="` + name + `" id="` + name + `"></form><img name="` + name + `" alt="">`
	}
	for name, p := range map[string]Page{
		"before the tag": {Tag: `<!-- -->`,
			Body: markup + `<script src="` + stage.Script(Page{}) + `"></script>` + taggedMarkup},
		"after the tag": {Body: markup + taggedMarkup},
	} {
		t.Run(name, func(t *testing.T) {
			stage.host.overrideWith(t, answerGatedFiles)
			address := stage.Address(p)
			tab := open(t, address)
			const shadow = `[...Document.prototype.querySelectorAll.call(document, "#nod")]
				.map((e) => e.shadowRoot).find(Boolean)`
			tab.wait(visible(shadow + `?.querySelector("#nod-banner")`))
			tab.click(shadow + `.querySelector("#nod-reject")`)
			tab.wait(visible(shadow + `.querySelector("#nod-reopen")`))
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
	tab.click(element("a")) // its data-nod is not an action
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
		"the frozen stub": ``,
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
				return len(stage.consent.requests(postDecision)) > 0
			})
			if _, err := consent.DecodeCookie(tab.cookie(consent.CookieName).Value); err != nil {
				t.Error(err)
			}
			tab.load(address)
			tab.waitUntilIdle()
			tab.check("!" + visible(banner))
		})
	}
}

// Methods that a script of the page replaced badly lose no refusal, and start nothing that is refused.
func TestBadReplacementsLoseNoRefusal(t *testing.T) { // C-40
	for _, code := range []string{`Array.prototype.find = () => { throw 1 }`, `Array.prototype.map = () => { throw 1 }`,
		`Array.prototype.concat = () => { throw 1 }`, `String.prototype.split = () => { throw 1 }`,
		`Array.prototype.every = () => true`} {
		t.Run(code, func(t *testing.T) {
			address := stage.Address(Page{Head: `<script>` + code + `</script>`, Body: `<script>window.ran = []</script>` +
				tagged("", `ran.push("refused")`)})
			tab := open(t, address)
			tab.run(`nod.rejectAll()`)
			tab.wait(`!nod.has("analytics") && nod.answers().analytics == "denied"`)
			tab.check(`ran.length == 0`)
			tab.load(address)
			tab.wait(`nod.answers().analytics == "denied" && document.readyState == "complete"`)
			tab.check(`ran.length == 0`)
		})
	}
}

// If the banner can't be drawn, the console says why and everything else works.
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

// Elements and frames with a name become properties of the window. Only a property that a script has set is the app's.
func TestAnElementNamedLikeTheAppsDataGrantsNothing(t *testing.T) {
	granting := open(t, stage.Address(Page{}))
	granting.click(acceptButton)
	granting.wait(`nod.receipt()`)
	cookie := granting.cookie(consent.CookieName).Value
	for name, markup := range map[string]string{
		"two links":            `<a id="nodExternal"></a><a id="nodExternal" name="cookie" href="#;nod=` + cookie + `;"></a>`,
		"a form":               `<form id="nodExternal"></form>`,
		"a form with a cookie": `<form id="nodExternal"><output name="cookie">` + cookie + `</output></form>`,
		"a frame of another origin": `<iframe name="nodExternal" src="` + stage.Abroad + stage.File("text/html",
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
		tab.run(`const stored = JSON.parse(localStorage.nod), { record } = stored.receipt;
			record.policy = record.id = stored.seen = { toString: null };
			localStorage.nod = JSON.stringify(stored)`)
		tab.load(site.advanceTo(22))
		tab.wait(visible(banner) + ` && ` + changesList)
		tab.check(`!nod.has("analytics") && nod.has("functional")`)
	})
	t.Run("properties that everything inherits", func(t *testing.T) {
		site := newVersionedSite(t, addRecipient)
		tab := openEmptyTab(t)
		tab.addInitScripts(`for (const name of ["policy", "reduces", "keep", "asked", "named"])
			Object.prototype[name] = "x"`)
		tab.load(site.advanceTo(11))
		tab.wait(visible(banner))
		tab.click(rejectButton)
		tab.wait(`nod.receipt()`)
		tab.check(`nod.receipt().record.policy == "v2" && !nod.has("analytics") && !nod.has("functional")`)
	})
}

func TestAPageWithAVariableNamedNodIsGuarded(t *testing.T) { // C-12, C-40
	tab := open(t, stage.Address(Page{Site: gateSite, Before: `<script>var nod = new Map()</script>`}))
	tab.expectMessages("blob:nod")
	tab.run(`await fetch("` + stage.Collector + `/map").catch(() => {})`)
	if n := len(stage.collector.requests("/map")); n > 0 {
		t.Error("the gate is open, for a Map has a method has")
	}
}
