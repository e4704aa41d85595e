package e2e

import (
	"context"
	"testing"
)

// C-11, C-50
func TestADecisionOnAHostPageIsToldToTheApp(t *testing.T) {
	for _, bridge := range []struct{ name, inject string }{
		{"WKWebView", `window.webkit = { messageHandlers: { nod: { postMessage: (m) => told.push(JSON.parse(m)) } } }`},
		{"Android and HarmonyOS", `window.NodBridge = { postMessage: (m) => told.push(JSON.parse(m)) }`},
		{"the portal's own app", `window.XuntongJSBridge = { call: (name, m) => name == "nod" && told.push(m) }`},
		{"a mini program", `window.wx = { miniProgram: { postMessage: ({ data }) => told.push(data) } }`},
		{"a bridge that throws, and another", `window.webkit = { messageHandlers: { get nod() { throw new Error("no") } } };
			window.NodBridge = { postMessage: (m) => told.push(JSON.parse(m)) }`},
	} {
		t.Run(bridge.name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{}), `window.told = [];`+bridge.inject)
			tab.until(visible(banner))
			tab.is(`told.length == 0`)
			tab.click(agree)
			tab.until(`told.length == 1`)
			tab.run(`nod.withdraw("analytics")`)
			tab.until(`told.length == 2`)
			tab.is(`told[0].action == "accept_all" && told[0].states.analytics == "granted" &&
				told[0].external.cookie.startsWith("1.")`)
			tab.is(`told[1].action == "withdraw" && told[1].answers.analytics == "denied" && told[1].states.beacons ==
				"granted" && !told[1].external.secret`)
			tab.fitsTheSchema()
		})
	}
}

func TestADecisionInAFrameIsToldToAListedPageAroundItOnly(t *testing.T) {
	inner := stage.Address(Page{})
	for origin, heard := range map[string]bool{stage.Abroad: true, stage.Unlisted: false} {
		tab := open(t, stage.Address(Page{Origin: origin, Tag: " ", Body: `<iframe src="` + inner +
			`" width="600" height="600"></iframe>` +
			`<script>window.told = []; addEventListener("message", (e) => e.data.type == "nod:decision" &&
			told.push(e.origin))</script>`}))
		tab.until(`document.querySelector("iframe")`)
		f := tab.frame(inner)
		f.until(`window.nod && nod.acceptAll`)
		f.run(`nod.acceptAll()`)
		f.settled()
		if got := eval[[]string](tab.view, `told`); (len(got) == 1 && got[0] == stage.Host) != heard || !heard &&
			len(got) > 0 {
			t.Errorf("around it %s hears %q", origin, got)
		}
	}
}

func TestWhatAnAppDecidedBeforeHoldsAndNoBannerShows(t *testing.T) {
	first := open(t, stage.Address(Page{}))
	first.until(visible(banner))
	first.run(`nod.save({ analytics: true, functional: false, beacons: false })`)
	cookie := eval[string](first.view, `document.cookie.split("nod=")[1]`)
	for _, app := range []struct {
		name, external string
		states         [3]string // functional, analytics, beacons
	}{
		{"answers", `{ answers: { functional: "granted", analytics: "denied" } }`, [3]string{granted, denied, denied}},
		{"answers as they are", `{ analytics: "granted" }`, [3]string{denied, granted, denied}},
		{"nothing", `{}`, [3]string{denied, denied, denied}},
		{"anything", `{ answers: { functional: true, analytics: 1, beacons: {} }, __proto__: { beacons: "granted" } }`,
			[3]string{denied, denied, denied}},
		{"a cookie", `{ cookie: "` + cookie + `" }`, [3]string{denied, granted, denied}},
	} {
		t.Run(app.name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{}), "window.nodExternal = "+app.external)
			tab.until(`window.nod && nod.has`)
			tab.settled()
			tab.is("!" + visible(banner))
			tab.stands(app.states[0], app.states[1], app.states[2])
			if n := len(tab.cookies()); n > 0 {
				t.Errorf("%d cookies are set", n)
			}
			tab.run(`nod.withdraw("analytics")`)
			tab.is(`!nod.has("analytics")`)
		})
	}
	late := open(t, stage.Address(Page{}))
	late.until(visible(banner))
	// any frame, any script may say so by then
	late.run(`window.nodExternal = { answers: { analytics: "granted", functional: "granted", beacons: "granted" } }`)
	late.is(`!nod.has("analytics")`)
	late.run(`document.dispatchEvent(new Event("visibilitychange"))`)
	late.is(`!nod.has("analytics")`)
	late.is(visible(banner))
}

// A refusal in the page counts against an app that was told of none.
func TestARefusalOnAPageCountsAgainstAnAppsYes(t *testing.T) {
	tab := open(t, stage.Address(Page{}), `window.nodExternal = { answers: { analytics: "granted", functional: "granted",
		beacons: "granted" } }`)
	tab.until(`window.nod && nod.has("analytics")`)
	tab.run(`nod.withdraw("analytics")`)
	tab.load(stage.Address(Page{}))
	tab.until(`window.nod && nod.has`)
	tab.is(`!nod.has("analytics") && nod.has("functional")`)
}

// The nearest to WKWebView here.
func TestTheFirstLaunchWorksInWebKit(t *testing.T) {
	address, _, _ := packed(t)
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			browser, err := e.start(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(browser.Close)
			w := elsewhere{t, browser}
			w.load(address)
			w.until(`!document.querySelector("#nod-ask").hidden && !!window.nodReceive`)
			w.run(`window.said = []; window.NodBridge = { postMessage: (m) => said.push(JSON.parse(m)) };
				nodReceive({ v: 1, type: "nod:hello", platform: "ios" })`)
			w.run(`document.querySelector("[data-do=agree]").click()`)
			w.until(`!document.querySelector("#nod-age").hidden`)
			w.run(`document.querySelector("[data-do=adult]").click()`)
			w.until(`!document.querySelector("#nod-menu").hidden && said.some((m) => m.type == "nod:decision" &&
				m.states.analytics == "granted")`)
			w.run(`nodReceive({ v: 1, type: "nod:permission", permission: "camera", re: "1" })`)
			w.until(`document.querySelector("#nod-q-camera")?.hidden === false`)
			w.run(`nodReceive({ v: 1, type: "nod:back" })`)
			w.until(`!document.querySelector("#nod-menu").hidden && said.some((m) => m.re == "1" && m.state == "unasked")`)
			w.until(`said.some((m) => m.type == "nod:keep" && m.external.queue.length == 0)`)
			w.run(`document.querySelector("#nod-menu [data-page=policy]").click()`)
			w.until(`document.querySelector("#nod-reader").textContent.includes("云之家网络")`)
		})
	}
}
