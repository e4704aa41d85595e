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

func TestWhereTheFrameIsBlockedAWindowTakesItsPlace(t *testing.T) {
	for _, test := range []struct {
		name    string
		page    Page
		prepare func(*testing.T, *Tab)
	}{
		{"by the page's policy", Page{CSP: "frame-src 'none'"}, func(_ *testing.T, tab *Tab) { tab.expects("frame-src 'none'") }},
		{"by the policy of a page of another site", Page{Origin: stage.Abroad, CSP: "frame-src 'none'"}, func(_ *testing.T, tab *Tab) { tab.expects("frame-src 'none'") }},
		{"by something that says nothing", Page{}, func(t *testing.T, tab *Tab) {
			tab.first(`if (parent != window) document.addEventListener("DOMContentLoaded", () => addEventListener("message", (e) => e.stopImmediatePropagation(), true)), addEventListener("message", (e) => e.stopImmediatePropagation(), true)`)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := arrive(t)
			test.prepare(t, tab)
			tab.load(stage.Address(test.page))
			tab.until(visible(banner))
			tab.run(`const real = window.open; window.open = (...args) => (window.opened = real(...args))`)
			tab.click(preferences)
			w := tab.window("/preferences")
			w.until(`document.documentElement.dataset.connected == ""`)
			w.takenOver()
			w.click(element("#nod-beacons"))
			w.click(element("footer [value=save]"))
			tab.untilStands(denied, denied, granted)
			if got := saying(tab.receipt()); got != "save: functional=denied analytics=denied beacons=granted" {
				t.Errorf("record %s", got)
			}
			tab.is("!(" + dialog + shown + ")")
			eventually(t, "the window to close", func() bool { return eval[bool](tab.view, `window.opened.closed`) })
		})
	}
}

func TestWhereWindowsAreBlockedTooALinkIsShown(t *testing.T) {
	tab := arrive(t)
	tab.first(`{ const real = window.open; window.open = (...args) => window.allowed ? real(...args) : null }`)
	tab.expects("frame-src 'none'")
	tab.load(stage.Address(Page{CSP: "frame-src 'none'"}))
	tab.until(visible(banner))
	tab.click(preferences)
	link := inBanner("#nod-blocked a")
	tab.until(dialog + shown + " && " + visible(link))
	tab.until(focused + " == " + link)
	tab.click(inBanner("#nod-form-close"))
	tab.until("!" + dialog + shown)
	tab.until(focused + " == " + preferences)
	tab.click(preferences)
	tab.until(dialog + shown + " && " + visible(link))
	tab.is(link + `.href == "` + centreAddress() + `" && ` + link + `.relList.contains("opener")`)
	tab.run(`window.allowed = true`) // as browsers allow it on a click
	tab.click(link)
	w := tab.window("/preferences")
	w.until(`document.documentElement.dataset.connected == ""`)
	w.click(element("[value=accept_all]"))
	tab.untilStands(granted, granted, granted)
}

// offers is a script that offers its own channel to a window, and says what comes over it.
const offers = `window.got = []; window.offer = (to) => { const c = new MessageChannel(); c.port1.onmessage = (e) => got.push(JSON.stringify(e.data)); to.postMessage({ nod: 1 }, "*", [c.port2]);
	c.port1.postMessage({ type: "state", states: { analytics: "granted" }, previous: null, signal: [], decided: 1, receipt: null }); c.port1.postMessage({ type: "open" }) };`

func TestThePreferencePageListensToItsOpenerAlone(t *testing.T) {
	t.Run("a page that no site lists opens it", func(t *testing.T) {
		tab := open(t, stage.Address(Page{Origin: stage.Unlisted, Tag: "<script>" + offers + "</script>"}))
		tab.run(`window.w = open("` + centreAddress() + `")`)
		w := tab.window("/preferences")
		w.takenOver()
		tab.run(`for (let i = 0; i < 5; i++) offer(w)`)
		tab.settled()
		w.is(`!("connected" in document.documentElement.dataset) && !document.querySelector("input:enabled:checked")`)
		tab.is(`got.length == 0`)
	})
	t.Run("a listed page that is not its opener", func(t *testing.T) {
		// The page has the centre in a frame of its own, and beside it a frame of a listed origin.
		inner := stage.Address(Page{Origin: stage.Abroad, Tag: "<script>" + offers + "</script>"})
		tab := open(t, stage.Address(Page{Tag: "<script>" + offers + "</script>", Body: `<iframe src="` + centreAddress() + `"></iframe><iframe src="` + inner + `"></iframe>`}))
		f, other := tab.frame("/preferences"), tab.frame("/pages/")
		other.run(`for (let i = 0; i < 5; i++) offer(parent.frames[0])`)
		other.settled()
		f.is(`!("connected" in document.documentElement.dataset) && !document.querySelector("input:enabled:checked")`)
		other.is(`got.length == 0`)
		tab.run(`offer(frames[0])`) // its parent may
		f.until(`document.querySelector("#nod-analytics").checked`)
		tab.until(`got.length > 0`)
		other.run(`offer(parent.frames[0])`) // and nobody takes its place
		other.settled()
		other.is(`got.length == 0`)
	})
	t.Run("a page that no site lists frames it", func(t *testing.T) { // C-40
		tab := arrive(t)
		tab.expects("frame-ancestors")
		tab.load(stage.Address(Page{Origin: stage.Unlisted, Tag: "<script>" + offers + "</script>", Body: `<iframe src="` + centreAddress() + `"></iframe>`}))
		tree, err := chromedp.Call(tab.ctx, page.GetFrameTree, cdp.Empty{})
		if err != nil {
			t.Fatal(err)
		}
		if child := tree.FrameTree.ChildFrames; len(child) == 1 && child[0].Frame.UnreachableURL == "" && child[0].Frame.URL == centreAddress() {
			t.Error("the centre is shown in the frame")
		}
		eventually(t, "the refusal", func() bool { return len(tab.said("frame-ancestors")) > 0 })
	})
}

func TestAHostileFrameOnThePageChangesNothing(t *testing.T) {
	for name, origin := range map[string]string{"of an unlisted origin": stage.Unlisted, "of a listed origin": stage.Abroad} {
		t.Run(name, func(t *testing.T) {
			inner := stage.Address(Page{Origin: origin, Tag: "<script>" + offers + "</script>"})
			tab := open(t, stage.Address(Page{Body: `<iframe src="` + inner + `"></iframe>`}))
			tab.until(visible(banner))
			tab.run(`nod.preferences()`)
			f := tab.opened()
			bad := tab.frame("/pages/")
			bad.run(`
			const decide = { type: "decide", action: "accept_all", choice: { analytics: true }, previous: null, presentation: "custom" };
			for (const m of [{ nod: 1 }, { nod: 1, ...decide }, decide, { ...decide, action: "save" }, { type: "close" }, JSON.stringify(decide), null, 5])
				for (const to of [parent, top, ...Array.from({ length: parent.length }, (_, i) => parent.frames[i])]) {
					const c = new MessageChannel();
					to.postMessage(m, "*", [c.port2]);
					c.port1.postMessage(decide);
					to.postMessage(m, "*");
				}
			offer(parent)`)
			tab.settled()
			tab.stands(unasked, unasked, unasked)
			tab.is(dialog + shown + " && document.cookie == ''")
			f.is(`!document.querySelector("input:enabled:checked")`)
			bad.is(`got.length == 0`)
			if n := len(stage.consent.requests("POST")); n > 0 {
				t.Errorf("%d decisions were sent", n)
			}
			f.click(element("[value=accept_all]")) // the right one still gets through
			tab.untilStands(granted, granted, granted)
		})
	}
}

// Where something leads the centre's address to another origin, in the frame and then in the window, nobody there gets the
// channel.
func TestAnotherOriginInTheCentresPlaceHearsNothing(t *testing.T) {
	other := stage.Address(Page{Origin: stage.Unlisted, Tag: `<script>window.got = 0;
		addEventListener("message", (e) => { got++; for (const p of e.ports) p.postMessage({ type: "decide", action: "accept_all", choice: {}, previous: null, presentation: "custom" }) });
	</script>`})
	stage.consent.answer(t, func(w http.ResponseWriter, r *http.Request) bool {
		is := strings.HasSuffix(r.URL.Path, "/preferences")
		if is {
			http.Redirect(w, r, other, http.StatusFound)
		}
		return is
	})
	tab := open(t, stage.Address(Page{}), `{ const real = MessageChannel; window.offers = 0; window.MessageChannel = function () { offers++; return new real() } }`)
	tab.until(visible(banner))
	tab.click(preferences)
	path := strings.TrimPrefix(other, stage.Unlisted)
	f := tab.frame(path)
	tab.until(`offers > 1`)
	f.is(`got == 0`)
	w := tab.window(path) // nobody answered
	tab.run(`offers = 0`)
	tab.until(`offers > 5`)
	w.is(`got == 0`)
	tab.stands(unasked, unasked, unasked)
	if n := len(stage.consent.requests("POST")); n > 0 {
		t.Errorf("%d decisions were sent", n)
	}
}

func TestWhereTheOpenerIsGoneTheFormPosts(t *testing.T) {
	tab := arrive(t)
	tab.expects("frame-src 'none'")
	tab.load(stage.Address(Page{CSP: "frame-src 'none'"}))
	tab.until(visible(banner))
	tab.click(preferences)
	w := tab.window("/preferences")
	w.until(`document.documentElement.dataset.connected == ""`)
	w.takenOver()
	tab.load(stage.Address(Page{Tag: "<!-- none -->"})) // its window is still there, and nobody listens in it
	w.click(element("#nod-analytics"))
	w.click(element("footer [value=save]"))
	w.until(`location.search.includes("saved") && document.readyState == "complete"`)
	w.is(`document.querySelector("#nod-analytics").checked && !document.querySelector("#nod-beacons").checked`)
}

func TestAPageOfAnotherPolicyVersionCanOnlyRefuse(t *testing.T) { // C-37
	for _, test := range []struct{ name, button, ticked, others string }{
		{"agree", "[value=accept_all]", unasked, unasked},
		{"save", "footer [value=save]", unasked, denied},
		{"refuse", "[value=reject_all]", denied, denied},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab := open(t, stage.Address(Page{}), `if (parent != window) new MutationObserver(() => {
				const page = document.getElementById("nod-page");
				if (page && page.firstChild) page.firstChild.data = page.firstChild.data.replace(/"policy":"[^"]+"/, '"policy":"1999-01-01"');
			}).observe(document, { childList: true, subtree: true })`)
			tab.expects("requires 'TrustedScript' assignment") // of the data that the test changed; it stands in a script element
			tab.until(visible(banner))
			tab.click(preferences)
			f := tab.opened()
			f.is(`JSON.parse(document.getElementById("nod-page").textContent).policy == "1999-01-01"`)
			f.takenOver()
			f.click(element("#nod-analytics"))
			f.click(element(test.button))
			tab.settled()
			tab.stands(test.others, test.ticked, test.others)
		})
	}
}
