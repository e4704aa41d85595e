package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

func centreAddress() string { return stage.Consent + "/yunzhijia/preferences?lang=en" }

func TestABlockedFrameOpensInAWindow(t *testing.T) {
	for _, test := range []struct {
		name    string
		page    Page
		prepare func(*testing.T, *Tab)
	}{
		{"by the page's policy", Page{CSP: "frame-src 'none'"},
			func(_ *testing.T, tab *Tab) { tab.expectMessages("frame-src 'none'") }},
		{"by the policy of a page of another site", Page{Origin: stage.Abroad, CSP: "frame-src 'none'"},
			func(_ *testing.T, tab *Tab) { tab.expectMessages("frame-src 'none'") }},
		{"without an error", Page{}, func(t *testing.T, tab *Tab) {
			tab.addInitScripts(`if (parent != window) {
				const stopMessages = () => addEventListener("message", (e) => e.stopImmediatePropagation(), true);
				document.addEventListener("DOMContentLoaded", stopMessages);
				stopMessages();
			}`)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := openEmptyTab(t)
			test.prepare(t, tab)
			tab.load(stage.Address(test.page))
			tab.wait(visible(banner))
			tab.run(`const real = window.open; window.open = (...args) => (window.opened = real(...args))`)
			tab.click(preferencesButton)
			w := tab.waitForWindow("/preferences")
			w.wait(`document.documentElement.dataset.connected == ""`)
			w.waitForWebAssembly()
			w.saveWith("beacons")
			tab.waitForStates(denied, denied, granted)
			if got := summarize(tab.waitForReceipt()); got != "save: functional=denied analytics=denied beacons=granted" {
				t.Errorf("record %s", got)
			}
			tab.check("!(" + dialogIsOpen + ")")
			waitFor(t, "the window to close", func() bool { return eval[bool](tab.view, `window.opened.closed`) })
		})
	}
}

func TestALinkIsShownWhereWindowsAreBlockedToo(t *testing.T) {
	tab := openEmptyTab(t)
	tab.addInitScripts(`{ const real = window.open; window.open = (...args) => window.allowed ? real(...args) : null }`)
	tab.expectMessages("frame-src 'none'")
	tab.load(stage.Address(Page{CSP: "frame-src 'none'"}))
	tab.wait(visible(banner))
	tab.click(preferencesButton)
	link := nodElement("#nod-blocked a")
	tab.wait(dialogIsOpen + " && " + visible(link))
	tab.wait(focusedElement + " == " + link)
	tab.click(nodElement("#nod-form-close"))
	tab.wait("!" + dialogIsOpen)
	tab.wait(focusedElement + " == " + preferencesButton)
	tab.click(preferencesButton)
	tab.wait(dialogIsOpen + " && " + visible(link))
	tab.check(link + `.href == "` + centreAddress() + `" && ` + link + `.relList.contains("opener")`)
	tab.run(`window.allowed = true`) // browsers allow a window on a click
	tab.click(link)
	w := tab.waitForWindow("/preferences")
	w.wait(`document.documentElement.dataset.connected == ""`)
	w.click(element("[value=accept_all]"))
	tab.waitForStates(granted, granted, granted)
}

// offerChannel is a script that can offer a channel to the preferences, as their host page does. It collects what they
// send.
const offerChannel = `<script>
	window.got = [];
	window.offer = (to) => {
		const c = new MessageChannel();
		c.port1.onmessage = (e) => got.push(JSON.stringify(e.data));
		to.postMessage({ nod: 1 }, "*", [c.port2]);
		c.port1.postMessage({ type: "state", states: { analytics: "granted" }, previous: null, signal: [], decided: 1,
			receipt: null });
		c.port1.postMessage({ type: "open" });
	};
</script>`

// isNotConnected is the JavaScript that is true while the preferences have no channel and nothing is ticked.
const isNotConnected = `!("connected" in document.documentElement.dataset) &&
	!document.querySelector("input:enabled:checked")`

func TestThePreferencesListenOnlyToTheirOpener(t *testing.T) {
	t.Run("a page that no site lists opens it", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Origin: stage.Unlisted, Tag: offerChannel}))
		tab.run(`window.w = open("` + centreAddress() + `")`)
		w := tab.waitForWindow("/preferences")
		w.waitForWebAssembly()
		tab.run(`for (let i = 0; i < 5; i++) offer(w)`)
		tab.waitUntilIdle()
		w.check(isNotConnected)
		tab.check(`got.length == 0`)
	})
	t.Run("a listed page that is not its opener", func(t *testing.T) {
		// The page has the preferences in one frame and a page of a listed origin in another.
		inner := stage.Address(Page{Origin: stage.Abroad, Tag: offerChannel})
		tab := open(t, stage.Address(Page{Tag: offerChannel,
			Body: `<iframe src="` + centreAddress() + `"></iframe><iframe src="` + inner + `"></iframe>`}))
		f, other := tab.waitForFrame("/preferences"), tab.waitForFrame("/pages/")
		other.run(`for (let i = 0; i < 5; i++) offer(parent.frames[0])`)
		other.waitUntilIdle()
		f.check(isNotConnected)
		other.check(`got.length == 0`)
		tab.run(`offer(frames[0])`) // the parent page may connect
		f.wait(`document.querySelector("#nod-analytics").checked`)
		tab.wait(`got.length > 0`)
		other.run(`offer(parent.frames[0])`) // and no other page can replace it
		other.waitUntilIdle()
		other.check(`got.length == 0`)
	})
	t.Run("a page that no site lists frames it", func(t *testing.T) { // C-40
		tab := openEmptyTab(t)
		tab.expectMessages("frame-ancestors")
		tab.load(stage.Address(Page{Origin: stage.Unlisted, Tag: offerChannel,
			Body: `<iframe src="` + centreAddress() + `"></iframe>`}))
		tree, err := chromedp.Call(tab.ctx, page.GetFrameTree, cdp.Empty{})
		if err != nil {
			t.Fatal(err)
		}
		if child := tree.FrameTree.ChildFrames; len(child) == 1 && child[0].Frame.UnreachableURL == "" &&
			child[0].Frame.URL == centreAddress() {
			t.Error("the frame shows the preferences")
		}
		waitFor(t, "the refusal", func() bool { return len(tab.consoleMessages("frame-ancestors")) > 0 })
	})
}

func TestAHostileFrameOnThePageChangesNothing(t *testing.T) {
	for name, origin := range map[string]string{
		"of an unlisted origin": stage.Unlisted, "of a listed origin": stage.Abroad,
	} {
		t.Run(name, func(t *testing.T) {
			inner := stage.Address(Page{Origin: origin, Tag: offerChannel})
			tab := open(t, stage.Address(Page{Body: `<iframe src="` + inner + `"></iframe>`}))
			tab.wait(visible(banner))
			tab.run(`nod.preferences()`)
			f := tab.waitForPreferences()
			bad := tab.waitForFrame("/pages/")
			bad.run(`
			const decide = { type: "decide", action: "accept_all", choice: { analytics: true }, previous: null,
				presentation: "custom" };
			for (const m of [{ nod: 1 }, { nod: 1, ...decide }, decide, { ...decide, action: "save" }, { type: "close" },
				JSON.stringify(decide), null, 5])
				for (const to of [parent, top, ...Array.from({ length: parent.length }, (_, i) => parent.frames[i])]) {
					const c = new MessageChannel();
					to.postMessage(m, "*", [c.port2]);
					c.port1.postMessage(decide);
					to.postMessage(m, "*");
				}
			offer(parent)`)
			tab.waitUntilIdle()
			tab.checkStates(unasked, unasked, unasked)
			tab.check(dialogIsOpen + " && document.cookie == ''")
			f.check(`!document.querySelector("input:enabled:checked")`)
			bad.check(`got.length == 0`)
			if n := len(stage.consent.requests("POST")); n > 0 {
				t.Errorf("%d decisions were sent", n)
			}
			f.click(element("[value=accept_all]")) // the real preferences still work
			tab.waitForStates(granted, granted, granted)
		})
	}
}

// If the address of the preferences redirects to another origin, in the frame and then in the window, that origin does
// not get the channel.
func TestAnotherOriginInThePreferencesFrameReceivesNothing(t *testing.T) {
	other := stage.Address(Page{Origin: stage.Unlisted, Tag: `<script>
		window.got = 0;
		addEventListener("message", (e) => {
			got++;
			for (const p of e.ports)
				p.postMessage({ type: "decide", action: "accept_all", choice: {}, previous: null, presentation: "custom" });
		});
	</script>`})
	stage.consent.overrideWith(t, func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/preferences") {
			return false
		}
		http.Redirect(w, r, other, http.StatusFound)
		return true
	})
	tab := open(t, stage.Address(Page{}), `{ const real = MessageChannel; window.offers = 0;
		window.MessageChannel = function () { offers++; return new real() } }`)
	tab.wait(visible(banner))
	tab.click(preferencesButton)
	path := strings.TrimPrefix(other, stage.Unlisted)
	f := tab.waitForFrame(path)
	tab.wait(`offers > 1`)
	f.check(`got == 0`)
	w := tab.waitForWindow(path) // the frame did not answer
	tab.run(`offers = 0`)
	tab.wait(`offers > 5`)
	w.check(`got == 0`)
	tab.checkStates(unasked, unasked, unasked)
	if n := len(stage.consent.requests("POST")); n > 0 {
		t.Errorf("%d decisions were sent", n)
	}
}

func TestThePreferencesPostWhenTheirOpenerIsGone(t *testing.T) {
	tab := openEmptyTab(t)
	tab.expectMessages("frame-src 'none'")
	tab.load(stage.Address(Page{CSP: "frame-src 'none'"}))
	tab.wait(visible(banner))
	tab.click(preferencesButton)
	w := tab.waitForWindow("/preferences")
	w.wait(`document.documentElement.dataset.connected == ""`)
	w.waitForWebAssembly()
	tab.load(stage.Address(Page{Tag: "<!-- none -->"})) // the opener is still a window, but not of a page with Nod
	w.saveWith("analytics")
	w.wait(`location.search.includes("saved") && document.readyState == "complete"`)
	w.check(`document.querySelector("#nod-analytics").checked && !document.querySelector("#nod-beacons").checked`)
}

func TestPreferencesOfAnotherPolicyVersionCanOnlyRefuse(t *testing.T) { // C-37
	for _, test := range []struct{ name, button, ticked, others string }{
		{"agree", "[value=accept_all]", unasked, unasked},
		{"save", "footer [value=save]", unasked, denied},
		{"refuse", "[value=reject_all]", denied, denied},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{}), `if (parent != window) new MutationObserver(() => {
				const data = document.getElementById("nod-page")?.firstChild;
				if (data) data.data = data.data.replace(/"policy":"[^"]+"/, '"policy":"1999-01-01"');
			}).observe(document, { childList: true, subtree: true })`)
			// The data that this script changes is in a script element.
			tab.expectMessages("requires 'TrustedScript' assignment")
			tab.wait(visible(banner))
			tab.click(preferencesButton)
			f := tab.waitForPreferences()
			f.check(`JSON.parse(document.getElementById("nod-page").textContent).policy == "1999-01-01"`)
			f.waitForWebAssembly()
			f.click(element("#nod-analytics"))
			f.click(element(test.button))
			tab.waitUntilIdle()
			tab.checkStates(test.others, test.ticked, test.others)
		})
	}
}
