package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

func TestTheBackButtonClosesLayersInOrder(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.agreeAsAdult()
	goBackTo := func(screen string) {
		t.Helper()
		tab.goBack()
		tab.wait(onScreen(screen))
	}
	tab.click(element("#nod-menu [data-page='lists/sdks']")) // C-20, C-22: in a second layer
	tab.wait(onScreen("reader") + ` && document.querySelectorAll("#nod-reader .entry:not([hidden])").length == 19`)
	tab.check(`document.querySelector("#sdk-android-amap > .note").textContent == "Not asked yet"`)
	goBackTo("menu")
	tab.click(element("#nod-menu [data-page=policy]")) // C-07: two taps
	tab.wait(onScreen("reader") +
		` && document.querySelector("#nod-reader").textContent.includes("云之家网络（重庆）有限公司")`)
	tab.press(kb.Escape)
	tab.wait(onScreen("menu"))
	tab.click(element("#nod-menu [data-page=preferences]"))
	tab.wait(onScreen("preferences"))
	goBackTo("menu")
	tab.goBack()
	tab.wait(isClosedBy("back"))
	tab.check(onScreen("menu"))
}

func TestGoingBackTwiceClosesALayerAndThenThePage(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.agreeAsAdult()
	tab.openQuestion("face")
	tab.run(`nodReceive({ v: 1, type: "nod:back" }); nodReceive({ v: 1, type: "nod:back" })`)
	tab.wait(onScreen("menu") + ` && ` + isClosedBy("back"))
}

func TestLinksOpenWithinTheFirstLaunch(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.agreeAsAdult()
	tab.click(element("#nod-menu [data-page=preferences]"))
	tab.wait(appPreference("#nod-analytics") + `?.checked`)
	tab.run(appPreference("a[href*='lists/']") + `.click()`)
	tab.wait(onScreen("reader") + ` && document.querySelector("#nod-reader .list")`)
	tab.goBack()
	tab.wait(onScreen("preferences"))
	tab.check(`location.pathname.endsWith("/first-launch")`)
}

func TestALateTextDoesNotReplaceTheNextOne(t *testing.T) {
	tab := open(t, launchAddress(""), appScript(helloMessage), `{
		const { fetch } = window, isReleased = new Promise((r) => window.release = r);
		window.fetch = (url, ...a) => fetch(url, ...a).then((r) => {
			if (!/policy[?.]/.test(url)) return r;
			const text = r.text.bind(r);
			r.text = () => text().then((t) => isReleased.then(() => (setTimeout(() => window.isRead = true), t)));
			return r;
		});
	}`)
	tab.agreeAsAdult()
	tab.click(element("#nod-menu [data-page=policy]"))
	tab.wait(onScreen("reader"))
	tab.goBack()
	tab.wait(onScreen("menu"))
	tab.click(element(`#nod-menu [data-page^="lists/"]`))
	tab.wait(`document.querySelector("#nod-reader .list")`)
	tab.run(`release()`)
	tab.wait(`window.isRead`)
	tab.check(`document.querySelector("#nod-reader .words").children.length == 1 &&
		document.querySelector("#nod-reader .list")`)
}

// doubleClick clicks twice in 100 ms.
func (tab *Tab) doubleClick(button string) {
	tab.Helper()
	p, err := tab.findClickPoint(button)
	if err != nil {
		tab.Fatal(err)
	}
	first := time.Now()
	tab.clickAtTime(p.X, p.Y, first)
	tab.clickAtTime(p.X, p.Y, first.Add(100*time.Millisecond))
	tab.waitUntilIdle()
}

// C-02, C-23
func TestADoubleClickPressesOneButton(t *testing.T) {
	tab := openFirstLaunch(t)
	tab.waitForHello()
	tab.doubleClick(action("agree"))
	tab.check(onScreen("age") + ` && messages.every((m) => m.type != "nod:decision")`)
	tab.doubleClick(action("adult"))
	tab.wait(onScreen("menu"))
	tab.check(`messages.filter((m) => m.type == "nod:decision").length == 1`)
	tab.openQuestion("face")
	tab.doubleClick(action("refuse"))
	tab.wait(onScreen("menu"))
	tab.check(`messages.filter((m) => m.type == "nod:decision").map((m) => m.action).join() == "accept_all,save"`)

	basic := openFirstLaunch(t)
	basic.waitForHello()
	basic.doubleClick(action("disagree"))
	basic.check(onScreen("basic") + ` && messages.filter((m) => m.type == "nod:decision").length == 1`)
}
