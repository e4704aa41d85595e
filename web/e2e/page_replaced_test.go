package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// ownBanner finds the banner where the page has a copy of our host, too.
const ownBanner = `[...document.querySelectorAll("#nod")].map((e) => e.shadowRoot).find(Boolean)
	?.querySelector("#nod-banner")`

// The way to the preferences stays, whatever the page does with its elements.
func TestOurPartsComeBackWhenThePageReplacesItsRoot(t *testing.T) { // C-09
	for name, script := range map[string]string{
		"a clone":            `document.documentElement.replaceWith(document.documentElement.cloneNode(true))`,
		"the root's content": `document.documentElement.innerHTML = "<head></head><body><h1>A page</h1></body>"`,
		"document.open":      `document.open(); document.write("<h1>A page</h1>"); document.close()`,
		"a removal":          `document.getElementById("nod").remove()`,
	} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{}))
			tab.waitForSecondHalf()
			tab.wait(visible(banner))
			tab.run(script)
			tab.wait(visible(ownBanner))
		})
	}
}

// A page that takes our parts out again and again keeps its time for itself.
func TestAPageThatKeepsRemovingOurPartsStaysUsable(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.run(`const remove = () => document.getElementById("nod")?.remove();
		window.times = [];
		new MutationObserver((all) => {
			if (all.some((r) => r.addedNodes.length)) times.push(performance.now());
			remove();
		}).observe(document.documentElement, { childList: true });
		remove()`)
	tab.wait(`times.length > 5`)
	tab.check(`times[5] - times[3] > 700`)
}

// A refusal in another tab is followed on a page that wrote itself again, and its own buttons work.
func TestAPageThatIsWrittenAgainFollowsDecisions(t *testing.T) { // C-11, C-12
	address := stage.Address(Page{Site: gateSite})
	tab := open(t, address)
	tab.run(`nod.acceptAll()`)
	tab.wait(decisionIsSent)
	tab.run(`document.open();
		document.write("<!doctype html><title>x</title><h1>A page</h1><button id='no' data-nod='reject-all'>No</button>");
		document.close()`)
	other := tab.openTab(address)
	// On a busy machine the page may hear of a decision while it is written. It hears of the next one.
	other.run(`nod.rejectAll(); window.again = setInterval(() => nod.rejectAll(), 1000)`)
	tab.wait(`!nod.has("analytics")`)
	other.run(`clearInterval(again)`)
	other.run(`nod.acceptAll()`)
	tab.wait(`nod.has("analytics")`)
	tab.wait(`(document.querySelector("#no").click(), !nod.has("analytics"))`) // it works within half a second
	other.wait(`!nod.has("analytics")`)
}

// A keyboard user goes on from where they were before the banner, on a page that wrote itself again too.
func TestAPageThatIsWrittenAgainGetsTheFocusBack(t *testing.T) { // C-42
	tab := open(t, stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.run(`window.heard = [];
		const add = addEventListener;
		window.addEventListener = (type, ...all) => (heard.push(type), add.call(window, type, ...all));
		document.open();
		document.write("<!doctype html><title>x</title><h1>A page</h1><button id='before'>Before</button>");
		document.close()`)
	tab.wait(visible(ownBanner) + ` && heard.includes("visibilitychange")`) // the tag listens again
	tab.run(`document.querySelector("#before").focus()`)
	tab.run(acceptButton + `.focus()`)
	tab.press(kb.Enter)
	tab.wait("!" + visible(ownBanner))
	tab.wait(activeID + ` == "before"`)
}
