package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/nod-consent/nod/app/ledger"
)

// focused is the element of ours that has the focus on a host page.
const focused = `document.getElementById("nod")?.shadowRoot.activeElement`

func TestThePreferenceCentreIsAModalDialogAndGivesTheFocusBack(t *testing.T) { // C-43
	for _, where := range []string{stage.Host, stage.Abroad} {
		for _, ready := range []string{"the form", "WebAssembly"} {
			t.Run(strings.TrimPrefix(where, "http://")[:7]+" with "+ready, func(t *testing.T) {
				if ready == "the form" {
					release := hold(t, ".wasm")
					defer release()
				}
				tab := open(t, stage.Address(Page{Origin: where,
					Body: `<button id="own" onclick="window.clicked = 1">Own</button>`}))
				tab.until(visible(banner))
				for _, leave := range []func(view){
					func(view) { tab.press(kb.Escape) },
					func(f view) { f.click(element("#nod-close")) },
					func(f view) { f.click(element("h1")); tab.press(kb.Escape) },
				} {
					tab.tabTo(focused + " == " + preferences)
					tab.press(kb.Enter)
					f := tab.opened()
					if ready == "WebAssembly" {
						f.takenOver()
					}
					tab.until(dialog + `.matches(":modal") && ` + dialog + `.getAttribute("aria-label").length > 5`)
					tab.until(focused + `.localName == "iframe"`)
					f.run(`window.keys = 0; addEventListener("keydown", () => keys++)`)
					eventually(t, "the keyboard to be the frame's", func() bool { // which is told from process to process
						tab.press("x")
						return eval[int](f, `keys`) > 0
					})
					tab.clickAt(40, 40) // the rest is inert
					tab.is(`!window.clicked && ` + dialog + shown)
					leave(f)
					tab.until("!" + dialog + shown)
					tab.until(focused + " == " + preferences)
					tab.stands(unasked, unasked, unasked) // closing is no answer
					tab.is(visible(banner))
				}
				tab.click(element("#own"))
				tab.is(`clicked`)
			})
		}
	}
}

// hold keeps back the answers to requests with the text, until release or the end of the test.
func hold(t *testing.T, text string) (release func()) {
	t.Helper()
	gate := newLatch()
	stage.consent.answer(t, gate.holds(text))
	t.Cleanup(gate.open)
	return gate.open
}

func TestSwitchesSpeakForThemselvesAndPurposesForTheirServices(t *testing.T) {
	for _, ready := range []string{"the form", "WebAssembly"} {
		t.Run(ready, func(t *testing.T) {
			if ready == "the form" {
				hold(t, ".wasm")
			}
			tab := open(t, stage.Address(Page{}))
			tab.until(visible(banner))
			tab.click(preferences)
			f := tab.opened()
			if ready == "WebAssembly" {
				f.takenOver()
			}
			checked := func(want string) {
				t.Helper()
				f.until(`[...document.querySelectorAll("input:checked:not(#nod-announcements)")].map((i) => i.name)
					.join(" ") == "` + want + `"`)
			}
			checked("necessary")
			f.is(`document.getElementById("nod-necessary").disabled`)
			f.click(element("#nod-analytics"))
			checked("necessary analytics usage-stats performance")
			f.click(element("label[for=nod-functional]"))
			checked("necessary functional account-memory help-chat analytics usage-stats performance")
			f.run(`document.querySelector("#nod-performance").closest("details").open = true;
				document.querySelector("#nod-account-memory").closest("details").open = true`)
			f.until(`[...document.querySelectorAll("details[open] .part")].every((p) => p.firstChild)`)
			f.click(element("#nod-performance"))
			f.click(element("#nod-account-memory"))
			checked("necessary functional help-chat analytics usage-stats")
			f.click(element("footer [value=save]"))
			tab.until("!" + dialog + shown)
			tab.stands(granted, granted, denied)
			tab.is(`["help-chat", "usage-stats"].every(nod.has) && !["account-memory", "performance", "page-beacon"]
				.some(nod.has)`)
			r := tab.receipt()
			if got := saying(r); got != "save: functional=granted analytics=granted beacons=denied" ||
				r.Services["performance"].String() != denied || r.Services["usage-stats"].String() != granted {
				t.Errorf("record %s %v", got, r.Services)
			}
			presentation, err := stage.Ledger.Presentation(t.Context(), siteID, r.Presentation) // C-37
			if err != nil || presentation.Kind != ledger.Preferences {
				t.Errorf("presentation %s: %v", presentation.Kind, err)
			}

			// What was chosen, and when.
			tab.click(wayBack)
			f = tab.opened()
			f.until(visible(element("#nod-decided")))
			checked("necessary functional help-chat analytics usage-stats")
			f.is(`Math.abs(new Date(document.querySelector("#nod-decided time").textContent) - new Date(` +
				asScript(r.DecidedAt.Format("2006-01-02T15:04:05Z07:00")) + `)) < 61000`)
			if ready == "WebAssembly" {
				f.until(`document.querySelector("#nod-decided .count").textContent == " · 2 of 9 on"`)
			}
		})
	}
}

func TestTheButtonsOfTheCentre(t *testing.T) {
	for _, ready := range []string{"the form", "WebAssembly"} {
		t.Run(ready, func(t *testing.T) {
			if ready == "the form" {
				hold(t, ".wasm")
			}
			tab := open(t, stage.Address(Page{}))
			tab.until(visible(banner))
			for _, test := range []struct{ button, want, record string }{
				{"[value=accept_all]", granted, "accept_all: functional=granted analytics=granted beacons=granted"},
				{"[value=reject_all]", denied, "reject_all: functional=denied analytics=denied beacons=denied"},
				{"[value=accept_all]", granted, "accept_all: functional=granted analytics=granted beacons=granted"},
				{"[value=withdraw]", denied, "withdraw: functional=denied analytics=denied beacons=denied"},
			} {
				tab.run(`nod.preferences()`)
				f := tab.opened()
				if ready == "WebAssembly" {
					f.takenOver()
				}
				f.click(element(test.button))
				tab.untilStands(test.want, test.want, test.want)
				tab.until(`nod.receipt()?.record.action == "` + strings.SplitN(test.record, ":", 2)[0] + `"`)
				if got := saying(tab.receipt()); got != test.record {
					t.Errorf("record %s; want %s", got, test.record)
				}
				if test.button == "[value=withdraw]" { // one sees that it is done, and goes when one likes
					tab.is(dialog + shown)
					f.until(`!document.querySelector("input:enabled:checked")`)
				} else {
					tab.until("!" + dialog + shown)
				}
			}
		})
	}
}

func TestTheReceiptCanBeDownloadedAndHolds(t *testing.T) { // C-48
	for _, ready := range []string{"the form", "WebAssembly"} {
		t.Run(ready, func(t *testing.T) {
			if ready == "the form" {
				hold(t, ".wasm")
			}
			dir := t.TempDir()
			tab := open(t, stage.Address(Page{}))
			id := cdp.BrowserContextID(chromedp.FromContext(tab.ctx).BrowserContextID)
			if _, err := chromedp.CallBrowser(tab.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
				Behavior: browser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: id, DownloadPath: dir,
			}); err != nil {
				t.Fatal(err)
			}
			tab.until(visible(banner))
			tab.click(agree)
			want := tab.receipt()
			tab.click(wayBack)
			f := tab.opened()
			if ready == "WebAssembly" {
				f.takenOver()
			}
			f.click(element("#nod-receipt"))
			var text []byte
			eventually(t, "the file", func() bool {
				text, _ = os.ReadFile(filepath.Join(dir, "consent-receipt.json"))
				return len(text) > 0
			})
			if got := verified(tab, string(text)); got.ID != want.ID {
				t.Errorf("the file is about %s; want %s", got.ID, want.ID)
			}
		})
	}
}

func TestWebAssemblyLoadsWhenSomebodyIsThere(t *testing.T) {
	program := regexp.MustCompile(`^GET /assets/app\.[0-9a-f]{16}\.wasm$`)
	for _, where := range []string{stage.Host, stage.Abroad} {
		tab := open(t, stage.Address(Page{Origin: where}))
		tab.until(visible(banner))
		tab.whole()
		tab.settled()
		if all := stage.consent.requests("wasm"); len(all) > 0 {
			t.Errorf("before anybody came near: %q", all)
		}
		tab.click(preferences)
		f := tab.opened()
		f.takenOver()
		all := stage.consent.requests("app.")
		if len(all) != 1 || !program.MatchString(all[0]) {
			t.Errorf("requests %q; want one of app.wasm by its hash", all)
		}
		if got := eval[string](f, `fetch(JSON.parse(document.getElementById("nod-page").textContent).wasm)
			.then((r) => r.headers.get("cache-control"))`); got != "public, max-age=31536000, immutable" {
			t.Errorf("Cache-Control: %s", got)
		}
	}
}

func TestTheCentreSpeaksTheVisitorsLanguage(t *testing.T) {
	for lang, want := range map[string][]string{
		"zh-CN": {"同意", "隐私", "保存", "分析"},
		"en":    {"Agree", "Privacy preferences", "Save", "Analytics"},
	} {
		tab := open(t, stage.Address(Page{Lang: lang}))
		tab.until(visible(banner))
		tab.is(agree + `.textContent.includes("` + want[0] + `") && ` + banner + `.lang == "` + lang + `"`)
		f := tab.centre()
		f.is(`document.documentElement.lang == "` + lang + `" && document.querySelector("h1").textContent.includes("` +
			want[1] + `")`)
		f.is(`document.querySelector("footer [value=save]").textContent.includes("` + want[2] +
			`") && document.querySelector("label[for=nod-analytics]").textContent.includes("` + want[3] + `")`)
	}
}

func TestThePolicyIsTwoStepsAway(t *testing.T) { // C-07
	tab := open(t, stage.Address(Page{Lang: "zh-CN"}))
	tab.until(visible(banner))
	tab.is(inBanner("a") + `.href == "` + stage.Consent + `/yunzhijia/policy?lang=zh-CN"`)
	tab.click(inBanner("a"))
	w := tab.window("/policy")
	w.is(`document.body.innerText.includes("我们如何使用Cookie和其他技术")`)
	tab.run(`nod.preferences()`)
	f := tab.opened()
	f.takenOver()
	f.click(element("#nod-policy > details:nth-of-type(2) > summary"))
	f.until(`document.querySelector("#nod-policy article")?.innerText.includes("我们如何使用Cookie和其他技术")`)
}
