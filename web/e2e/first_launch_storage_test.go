package e2e

import (
	"fmt"
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

func TestADecisionIsSentOnceAfterTheAppWasKilled(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.expectMessages("ERR_CONNECTION_REFUSED")
	tab.waitForHello()
	restart := stage.consent.takeDown(t)
	tab.click(action("agree"))
	tab.click(action("adult"))
	tab.wait(onScreen("menu"))
	external := tab.external()
	waitFor(t, "the failure", func() bool { return len(tab.consoleMessages("ERR_CONNECTION_REFUSED")) > 0 })
	tab.check(`messages.filter((m) => m.external).at(-1).external.queue.length == 1`)
	tab.load("about:blank") // killed
	restart()
	again := open(t, launchAddress(""), returningApp(external))
	again.wait(`messages.some((m) => m.type == "nod:keep" && m.external.queue.length == 0 && m.external.receipt)`)
	if r := again.waitForRecords(1); len(r) != 1 || r[0].Action != consent.AcceptAll {
		t.Errorf("%d records", len(r))
	}
	third := open(t, launchAddress(""), returningApp(again.external()))
	third.wait(onScreen("menu"))
	third.waitUntilIdle()
	if r := again.waitForRecords(1); len(r) != 1 || len(third.requests("/decisions")) > 0 {
		t.Errorf("%d records, %d requests", len(r), len(third.requests("/decisions")))
	}
}

func TestAnAppThatStoredInvalidDataIsAskedAgain(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.agreeAsAdult()
	cookie := eval[string](tab.view, `messages.filter((m) => m.external).at(-1).external.cookie`)
	for name, external := range map[string]string{
		"null":                        `null`,
		"a text":                      `"1"`,
		"a truncated cookie":          `{ cookie: "` + cookie[:len(cookie)-3] + `" }`,
		"a cookie of another program": `{ cookie: "2.x.y.ga" }`,
		"a cookie that is not a text": `{ cookie: { toString() { throw new Error("no") } } }`,
		"a cookie that throws":        `{ get cookie() { throw new Error("no") } }`,
	} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, launchAddress(""), "window.nodExternal = "+external+";"+appScript(helloMessage))
			tab.wait(`window.messages?.length > 0`)
			tab.check(`messages.every((m) => m.state != "granted" && m.type != "nod:decision")`)
			tab.run(`nodReceive({ v: 1, type: "nod:sdk", sdk: "amap" })`)
			tab.check(lastReport + `.state == "denied"`)
		})
	}
	queue := open(t, launchAddress(""), `window.nodExternal = {
		cookie: "`+cookie+`", subject: "x", secret: "y", queue: [
			null, 7,
			{ url: "https://elsewhere.example/", id: "a", body: "{}", bearer: "" },
			{ url: "`+stage.Consent+`/v1/yunzhijia/decisions", id: "b", body: "{}", bearer: "a\r\nb" },
		],
	};`+appScript(helloMessage))
	queue.wait(onScreen("menu"))
	queue.waitUntilIdle()
	if r := queue.requests("elsewhere"); len(r) > 0 || len(queue.requests("/decisions")) > 0 {
		t.Errorf("sent: %v", r)
	}
}

// A decision of the future does not count. If the clock went back by less than a day, the decision holds, and the next
// decision still follows it.
func TestAnAppWhoseClockGoesBackGrantsNothing(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.agreeAsAdult()
	external := tab.external()
	before := tab.waitForRecords(1)[0]
	for hours, screen := range map[int]string{1: "menu", 9600: "ask"} {
		later := open(t, launchAddress(""),
			fmt.Sprintf(`{ const real = Date.now; Date.now = () => real() - %d * 36e5 }`, hours), returningApp(external))
		later.wait(onScreen(screen) + ` && messages.length > 0`)
		if screen == "ask" {
			later.check(`!messages[0].decided`)
			continue
		}
		later.check(`messages[0].decided`)
		later.click(action("withdraw"))
		later.wait(`messages.some((m) => m.action == "withdraw")`)
		if id := later.messages("decision")[0]["id"].(string); id <= before.ID.String() {
			t.Errorf("decision %s is not after %s", id, before.ID)
		}
	}
}

// C-50
func TestTheBrowserStoresTheDecisionWithoutAnApp(t *testing.T) {
	tab := open(t, launchAddress(""), `window.nodExternal = { cookie: "none" }`) // and no bridge
	tab.wait(onScreen("ask"))
	tab.click(action("disagree"))
	tab.wait(onScreen("basic") + ` && document.cookie.includes("nod=")`)
	again := open(t, launchAddress("&again"), `window.nodExternal = { cookie: "none" };
		document.cookie = "`+eval[string](tab.view, `document.cookie`)+`"`)
	again.wait(onScreen("menu"))
}

func TestTheFirstLaunchWorksWithoutStorage(t *testing.T) {
	tab := open(t, launchAddress(""), `{
		const deny = () => { throw new DOMException("denied", "SecurityError") };
		for (const name of ["localStorage", "sessionStorage", "indexedDB"])
			Object.defineProperty(window, name, { get: deny });
		Object.defineProperty(Document.prototype, "cookie", { get: deny, set: deny });
	}`)
	tab.wait(onScreen("ask"))
	tab.click(action("agree"))
	tab.wait(onScreen("age"))
	tab.click(action("adult"))
	tab.wait(onScreen("menu"))
	// The renewal of the cookie may send it twice.
	waitFor(t, "the decision", func() bool { return len(stage.consent.requests(postDecision)) > 0 })
}
