package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

func TestBackClosesLayersInOrder(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreed()
	back := func(to string) {
		t.Helper()
		tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
		tab.until(onScreen(to))
	}
	tab.click(element("[data-page='lists/sdks']")) // C-20, C-22: in a second layer
	tab.until(onScreen("reader") + ` && document.querySelectorAll("#nod-reader .entry:not([hidden])").length == 19`)
	tab.is(`document.querySelector("#sdk-android-amap > .note").textContent == "Not asked yet"`)
	back("menu")
	tab.click(element("#nod-menu [data-page=policy]")) // C-07: two taps
	tab.until(onScreen("reader") + ` && document.querySelector("#nod-reader").textContent.includes("云之家网络（重庆）有限公司")`)
	tab.press(kb.Escape)
	tab.until(onScreen("menu"))
	tab.click(element("#nod-menu [data-page=preferences]"))
	tab.until(onScreen("preferences"))
	back("menu")
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(`told.at(-1).type == "nod:close" && told.at(-1).reason == "back"`)
	tab.is(onScreen("menu"))
}

func TestTwoQuickBacksCloseALayerAndThenThePage(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreed()
	tab.opens("face")
	tab.run(`nodReceive({ v: 1, type: "nod:back" }); nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(onScreen("menu") + ` && told.at(-1).type == "nod:close" && told.at(-1).reason == "back"`)
}

func TestWhatALinkLeadsToOpensWithinThePage(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.agreed()
	tab.click(element("#nod-menu [data-page=preferences]"))
	tab.until(`document.querySelector("#nod-preferences iframe")?.contentDocument?.querySelector("#nod-analytics")?.checked`)
	tab.run(`[...document.querySelector("#nod-preferences iframe").contentDocument.querySelectorAll("a")].find((a) =>
		a.href.includes("/lists/")).click()`)
	tab.until(onScreen("reader") + ` && document.querySelector("#nod-reader .list")`)
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(onScreen("preferences"))
	tab.is(`location.pathname.endsWith("/first-launch")`)
}

func TestATextThatComesLateIsNotMixedWithTheNext(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello), `{ const f = window.fetch;
		const late = new Promise((r) => window.release = r);
		window.fetch = (url, ...a) => f(url, ...a).then((r) => {
			if (!/policy[?.]/.test(url)) return r;
			const text = r.text.bind(r);
			r.text = () => text().then((t) => late.then(() => (setTimeout(() => window.read = true), t)));
			return r;
		}) }`)
	tab.agreed()
	tab.click(element("#nod-menu [data-page=policy]"))
	tab.until(onScreen("reader"))
	tab.run(`nodReceive({ v: 1, type: "nod:back" })`)
	tab.until(onScreen("menu"))
	tab.click(element(`#nod-menu [data-page^="lists/"]`))
	tab.until(`document.querySelector("#nod-reader .list")`)
	tab.run(`release()`)
	tab.until(`window.read`)
	tab.is(`document.querySelector("#nod-reader .words").children.length == 1 &&
		document.querySelector("#nod-reader .list")`)
}

// doubleClick presses a button twice, as fast as a hand does.
func (tab *Tab) doubleClick(button string) {
	tab.Helper()
	p, err := tab.at(button)
	if err != nil {
		tab.Fatal(err)
	}
	first := time.Now()
	tab.clickAtTime(p.X, p.Y, first)
	tab.clickAtTime(p.X, p.Y, first.Add(100*time.Millisecond))
	tab.settled()
}

// C-02, C-23
func TestASecondClickOfADoubleClickPressesNothing(t *testing.T) {
	tab := open(t, launchAddress(""), anApp(hello))
	tab.untilGreeted()
	tab.doubleClick(deed("agree"))
	tab.is(onScreen("age") + ` && told.every((m) => m.type != "nod:decision")`)
	tab.doubleClick(deed("adult"))
	tab.until(onScreen("menu"))
	tab.is(`told.filter((m) => m.type == "nod:decision").length == 1`)
	tab.opens("face")
	tab.doubleClick(deed("refuse"))
	tab.until(onScreen("menu"))
	tab.is(`told.filter((m) => m.type == "nod:decision").map((m) => m.action).join() == "accept_all,save"`)

	basic := open(t, launchAddress(""), anApp(hello))
	basic.untilGreeted()
	basic.doubleClick(deed("disagree"))
	basic.is(onScreen("basic") + ` && told.filter((m) => m.type == "nod:decision").length == 1`)
}
