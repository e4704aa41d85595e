package e2e

import (
	"testing"
)

// Malformed and hostile messages grant nothing, and the page still works after them.
func TestNoMessageOfAnAppGrantsAnything(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.expectMessages("nod: a message of the app was not understood", "nod: more than 50 messages in a second")
	tab.waitForHello()
	for _, m := range []string{
		`"{"`, `""`, `"null"`, `null`, `undefined`, `7`, `[]`, `{}`, `{ type: "nod:hello" }`,
		`{ v: 2, type: "nod:hello", tenant: { id: "a", name: "A" } }`,
		`{ v: "1", type: "nod:permission", permission: "camera" }`,
		`{ v: 1, type: "nod:decision", answers: { analytics: "granted" }, states: { analytics: "granted" } }`,
		`{ v: 1, type: "nod:keep", external: { cookie: "1.x" } }`,
		`{ v: 1, type: "nod:hello", permissions: "all", tenant: "acme", locale: 7, large: "yes" }`,
		`{ v: 1, type: "nod:hello", external: { cookie: "1" }, answers: { analytics: "granted" } }`,
		`{ v: 1, type: "nod:permission" }`, `{ v: 1, type: "nod:permission", permission: "__proto__" }`,
		`{ v: 1, type: "nod:permission", permission: { toString() { throw 1 } } }`,
		`{ v: 1, type: "nod:theme", scheme: "<script>" }`, `{ get type() { throw new Error("thrown") } }`,
		`JSON.stringify({ v: 1, type: "nod:sdk", sdk: "x".repeat(1e5) })`,
	} {
		tab.run(`nodReceive(` + m + `)`)
	}
	tab.check(onScreen("ask") + ` && messages.every((m) => m.type != "nod:decision" && m.state != "granted") &&
		!document.documentElement.dataset.scheme`)
	tab.run(`window.nodExternal = { answers: { analytics: "granted" } };
		for (let i = 0; i < 2000; i++) nodReceive({ v: 1, type: "nod:sdk", sdk: "amap" })`)
	if n := len(tab.messages("sdk")); n > 120 {
		t.Errorf("a flood had %d answers", n)
	}
	tab.run(`{ // the limit is per second
			const now = performance.now.bind(performance);
			performance.now = () => now() + 2e3;
		}
		NodBridge.postMessage = () => { throw new Error("a bridge that throws") }`)
	tab.click(action("disagree"))
	tab.wait(onScreen("basic"))
}

func TestTheFirstLaunchIgnoresMessagesFromOtherWindows(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.waitForHello()
	tab.run(`addEventListener("message", () => (window.arrived = true));
		postMessage({ v: 1, type: "nod:sdk", sdk: "amap", re: "own" }, "*")`)
	tab.wait(`window.arrived`) // after the page's own listener
	tab.check(`messages.every((m) => m.type != "nod:sdk")`)
}

func TestOnlyAListedPageCanFrameTheFirstLaunch(t *testing.T) {
	page := Page{Tag: " ", Body: `<iframe src="` + launchAddress("") + `" width="400" height="700"></iframe>` +
		`<script>window.messages = []; addEventListener("message", (e) => messages.push([e.origin, e.data]))</script>`}
	for origin, isListed := range map[string]bool{stage.Host: true, stage.Unlisted: false} {
		page.Origin = origin
		tab := open(t, stage.Address(page))
		if !isListed {
			tab.expectMessages("frame-ancestors")
			tab.waitUntilIdle()
			tab.check(`messages.length == 0`)
			continue
		}
		tab.wait(`messages.some(([origin, m]) => origin == "` + stage.Consent + `" && m.type == "nod:ready")`)
		tab.run(`document.querySelector("iframe").contentWindow.postMessage(
			{ v: 1, type: "nod:sdk", sdk: "amap", re: "x" }, "` + stage.Consent + `")`)
		tab.wait(`messages.some(([, m]) => m.type == "nod:sdk" && m.re == "x" && m.state == "denied")`)
	}
}

func TestAnAppOnAnotherPlatformGetsAWarning(t *testing.T) {
	tab := open(t, launchAddress(""), appScript(`{ v: 1, type: "nod:hello", platform: "ios" }`))
	tab.expectMessages("the app is on ios, and this page is for android")
	waitFor(t, "the warning", func() bool { return len(tab.consoleMessages("the app is on ios")) > 0 })
}
