//go:build full

package e2e

import (
	"context"
	"testing"

	"github.com/nod-consent/nod/web/e2e/engine"
)

// What differs between engines on the pages that embed Nod: entries of the history, frames of another site, partitioned
// cookies, and what Escape closes.

func TestDecisionsLeaveTheHistoryAloneInOtherBrowsers(t *testing.T) {
	runInOtherBrowsers(t, func(t *testing.T, page otherBrowser, _ []string) {
		frame, start := stage.File("text/html", "<title>A frame</title>"), stage.Address(Page{})
		page.load(start)
		page.load(stage.Address(Page{
			Body: `<iframe data-category="functional" data-src="` + frame + `"></iframe><b>after</b>`,
		}))
		page.wait(visible(banner))
		page.run(`window.entries = history.length`)
		before := len(stage.host.requests(frame))
		check := func(requests int) {
			t.Helper()
			waitFor(t, "the frame", func() bool { return len(stage.host.requests(frame))-before == requests })
			page.wait(`history.length == entries`)
		}
		page.run(`nod.acceptAll()`)
		check(1)
		page.wait(decisionIsSent)
		page.run(`nod.withdraw()`)
		page.wait(`!document.querySelector("iframe[src]")`)
		check(1)
		page.run(`nod.acceptAll()`)
		check(2)
		page.run(`nod.withdraw()`)
		page.wait(`!document.querySelector("iframe[src]")`)
		page.run(`setTimeout(() => history.back())`)
		page.wait(`location.href == "` + start + `"`)
		if n := len(stage.host.requests(frame)) - before; n != 2 {
			t.Errorf("the frame was fetched %d times; want 2", n)
		}
	})
}

// WebKitGTK is not among the browsers here: it takes no secure cookies from pages without TLS.
func TestPartitionedCookiesAreRemovedInFirefox(t *testing.T) { // C-10
	runInEngine(t, firefox, func(t *testing.T, page otherBrowser, _ []string) {
		page.load(stage.Address(Page{}))
		page.wait(visible(banner))
		page.run(`nod.acceptAll()`)
		page.wait(decisionIsSent)
		page.run(`for (const end of ["", ";domain=yzj.localhost"])
			document.cookie = "_yzj_ses.1=1;path=/;secure;samesite=none;partitioned" + end`)
		page.wait(`document.cookie.split("_yzj_ses").length == 3`)
		page.run(`nod.withdraw("analytics")`)
		page.wait(`!document.cookie.includes("_yzj") && nod.has("functional")`)
	})
}

// askFrame evaluates an expression in the frame, whose page answers messages.
func askFrame(expression string) string {
	return `new Promise((done) => {
		onmessage = (e) => done(e.data);
		document.querySelector("iframe").contentWindow.postMessage(` + "`" + expression + "`" + `, "*");
	})`
}

func TestAFrameOfAnotherSiteKeepsItsAnswersInOtherBrowsers(t *testing.T) { // C-06
	runInOtherBrowsers(t, func(t *testing.T, page otherBrowser, _ []string) {
		inner := stage.Address(Page{
			Body: `<script>onmessage = async (e) => parent.postMessage(await eval(e.data), "*")</script>`,
		})
		outer := stage.Address(Page{Origin: stage.Abroad, Tag: "<!-- no tag -->",
			Body: `<iframe title="Widget" src="` + inner + `" width="600" height="400"></iframe>`})
		page.load(outer)
		page.wait(askFrame("!!" + visible(banner)))
		page.run(`await ` + askFrame(`nod.rejectAll()`))
		page.wait(askFrame(`document.cookie.includes("nod=") && !!(` + decisionIsSent + `)`))
		page.load(outer)
		page.wait(askFrame(`nod.answers().analytics == "denied" && !(` + banner + `)`))
	})
}

func (e otherBrowser) press(key string) {
	e.Helper()
	ctx, cancel := context.WithTimeout(e.Context(), timeout)
	defer cancel()
	if err := e.Press(ctx, key); err != nil {
		e.Fatalf("press %q: %v", key, err)
	}
}

func TestEscapeClosesThePagesOwnDialogsInOtherBrowsers(t *testing.T) { // C-43
	runInOtherBrowsers(t, func(t *testing.T, page otherBrowser, _ []string) {
		for open, isOpen := range map[string]string{
			`own.showModal()`: `own.open`, `tip.showPopover()`: `tip.matches(":popover-open")`,
		} {
			page.load(stage.Address(Page{Body: `<dialog id="own"><button>Own</button></dialog>
				<div id="tip" popover><button>Within</button></div>`}))
			page.run(open)
			page.wait(isOpen)
			page.wait(dialog) // the preferences are drawn out of sight
			page.press(engine.Escape)
			page.wait("!" + isOpen)
		}
	})
}
