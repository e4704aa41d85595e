package e2e

import (
	"slices"
	"testing"
)

// C-11, C-50
func TestAHostPageSendsDecisionsToTheApp(t *testing.T) {
	for _, bridge := range []struct{ name, inject string }{
		{"WKWebView",
			`window.webkit = { messageHandlers: { nod: { postMessage: (m) => messages.push(JSON.parse(m)) } } }`},
		{"Android and HarmonyOS", `window.NodBridge = { postMessage: (m) => messages.push(JSON.parse(m)) }`},
		{"the portal's own app", `window.XuntongJSBridge = { call: (name, m) => name == "nod" && messages.push(m) }`},
		{"a mini program", `window.wx = { miniProgram: { postMessage: ({ data }) => messages.push(data) } }`},
		{"a bridge that throws, and another", `window.webkit = { messageHandlers: { get nod() { throw new Error("no") } } };
			window.NodBridge = { postMessage: (m) => messages.push(JSON.parse(m)) }`},
	} {
		t.Run(bridge.name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{}), `window.messages = [];`+bridge.inject)
			tab.wait(visible(banner))
			tab.check(`messages.length == 0`)
			tab.click(acceptButton)
			tab.wait(`messages.length == 1`)
			tab.run(`nod.withdraw("analytics")`)
			tab.wait(`messages.length == 2`)
			tab.check(`messages[0].action == "accept_all" && messages[0].states.analytics == "granted" &&
				messages[0].external.cookie.startsWith("1.")`)
			tab.check(`messages[1].action == "withdraw" && messages[1].answers.analytics == "denied" &&
				messages[1].states.beacons == "granted" && !messages[1].external.secret`)
			tab.checkMessages()
		})
	}
}

func TestAFrameSendsDecisionsOnlyToAListedParentPage(t *testing.T) {
	inner := stage.Address(Page{})
	for origin, isListed := range map[string]bool{stage.Abroad: true, stage.Unlisted: false} {
		tab := open(t, stage.Address(Page{Origin: origin, Tag: " ",
			Body: `<iframe src="` + inner + `" width="600" height="600"></iframe><script>
				window.senders = [];
				addEventListener("message", (e) => e.data.type == "nod:decision" && senders.push(e.origin));
			</script>`}))
		tab.wait(`document.querySelector("iframe")`)
		f := tab.waitForFrame(inner)
		f.wait(`window.nod && nod.acceptAll`)
		f.run(`nod.acceptAll()`)
		f.waitUntilIdle()
		var want []string
		if isListed {
			want = []string{stage.Host}
		}
		if got := eval[[]string](tab.view, `senders`); !slices.Equal(got, want) {
			t.Errorf("%s received decisions from %q; want %q", origin, got, want)
		}
	}
}

func TestAnAppsDecisionHoldsAndNoBannerShows(t *testing.T) {
	first := open(t, stage.Address(Page{}))
	first.wait(visible(banner))
	first.run(`nod.save({ analytics: true, functional: false, beacons: false })`)
	cookie := eval[string](first.view, `document.cookie.split("nod=")[1]`)
	for _, app := range []struct {
		name, external string
		states         [3]string // functional, analytics, beacons
	}{
		{"answers", `{ answers: { functional: "granted", analytics: "denied" } }`, [3]string{granted, denied, denied}},
		{"answers without a wrapper", `{ analytics: "granted" }`, [3]string{denied, granted, denied}},
		{"nothing", `{}`, [3]string{denied, denied, denied}},
		{"invalid answers", `{ answers: { functional: true, analytics: 1, beacons: {} }, __proto__: { beacons: "granted" } }`,
			[3]string{denied, denied, denied}},
		{"a cookie", `{ cookie: "` + cookie + `" }`, [3]string{denied, granted, denied}},
	} {
		t.Run(app.name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{}), "window.nodExternal = "+app.external)
			tab.wait(`window.nod && nod.has`)
			tab.waitUntilIdle()
			tab.check("!" + visible(banner))
			tab.checkStates(app.states[0], app.states[1], app.states[2])
			if n := len(tab.cookies()); n > 0 {
				t.Errorf("%d cookies are set", n)
			}
			tab.run(`nod.withdraw("analytics")`)
			tab.check(`!nod.has("analytics")`)
		})
	}
	late := open(t, stage.Address(Page{}))
	late.wait(visible(banner))
	// By then any script or frame could have set it.
	late.run(`window.nodExternal = { answers: { analytics: "granted", functional: "granted", beacons: "granted" } }`)
	late.check(`!nod.has("analytics")`)
	late.run(`document.dispatchEvent(new Event("visibilitychange"))`)
	late.check(`!nod.has("analytics")`)
	late.check(visible(banner))
}

// The app does not know of that refusal.
func TestARefusalOnAPageOverridesTheAppsGrant(t *testing.T) {
	tab := open(t, stage.Address(Page{}),
		`window.nodExternal = { answers: { analytics: "granted", functional: "granted", beacons: "granted" } }`)
	tab.wait(`window.nod && nod.has("analytics")`)
	tab.run(`nod.withdraw("analytics")`)
	tab.load(stage.Address(Page{}))
	tab.wait(`window.nod && nod.has`)
	tab.check(`!nod.has("analytics") && nod.has("functional")`)
}

func TestTheFirstLaunchWorksInOtherBrowsers(t *testing.T) {
	address, _, _ := servePackage(t)
	walk := func(_ *testing.T, page otherBrowser, _ []string) {
		page.load(address)
		page.wait(`!document.querySelector("#nod-ask").hidden && !!window.nodReceive`)
		page.run(`window.messages = []; window.NodBridge = { postMessage: (m) => messages.push(JSON.parse(m)) };
			nodReceive({ v: 1, type: "nod:hello", platform: "ios" })`)
		page.run(`document.querySelector("[data-do=agree]").click()`)
		page.wait(`!document.querySelector("#nod-age").hidden`)
		page.run(`document.querySelector("[data-do=adult]").click()`)
		page.wait(`!document.querySelector("#nod-menu").hidden &&
			messages.some((m) => m.type == "nod:decision" && m.states.analytics == "granted")`)
		page.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", re: "1" })`)
		page.wait(`document.querySelector("#nod-q-camera")?.hidden === false`)
		page.run(`nodReceive({ v: 1, type: "nod:back" })`)
		page.wait(`!document.querySelector("#nod-menu").hidden &&
			messages.some((m) => m.re == "1" && m.state == "unasked")`)
		page.wait(`messages.some((m) => m.type == "nod:keep" && m.external.queue.length == 0)`)
		page.run(`document.querySelector("#nod-menu [data-page=policy]").click()`)
		page.wait(`document.querySelector("#nod-reader").textContent.includes("云之家网络")`)
	}
	if isFullRun {
		runInOtherBrowsers(t, walk)
	} else {
		runInEngine(t, webKit, walk) // the nearest to WKWebView here
	}
}
