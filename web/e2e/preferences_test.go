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

// focusedElement is the element of ours that has the focus on a host page.
const focusedElement = `document.getElementById("nod")?.shadowRoot.activeElement`

func TestThePreferencesAreAModalDialogAndReturnTheFocus(t *testing.T) { // C-43
	for _, where := range []string{stage.Host, stage.Abroad} {
		for _, ready := range []string{"the form", "WebAssembly"} {
			t.Run(strings.TrimPrefix(where, "http://")[:7]+" with "+ready, func(t *testing.T) {
				if ready == "the form" {
					release := holdResponses(t, ".wasm")
					defer release()
				}
				tab := open(t, stage.Address(Page{Origin: where,
					Body: `<button id="own" onclick="window.clicked = 1">Own</button>`}))
				tab.wait(visible(banner))
				for _, leave := range []func(view){
					func(view) { tab.press(kb.Escape) },
					func(f view) { f.click(element("#nod-close")) },
					func(f view) { f.click(element("h1")); tab.press(kb.Escape) },
				} {
					tab.tabTo(focusedElement + " == " + preferencesButton)
					tab.press(kb.Enter)
					f := tab.waitForPreferences()
					if ready == "WebAssembly" {
						f.waitForWebAssembly()
					}
					tab.wait(dialog + `.matches(":modal") && ` + dialog + `.getAttribute("aria-label").length > 5`)
					tab.wait(focusedElement + `.localName == "iframe"`)
					f.run(`window.keys = 0; addEventListener("keydown", () => keys++)`)
					waitFor(t, "the keyboard to be the frame's", func() bool { // which is told from process to process
						tab.press("x")
						return eval[int](f, `keys`) > 0
					})
					tab.clickAt(40, 40) // the rest is inert
					tab.check(`!window.clicked && ` + dialogIsOpen)
					leave(f)
					tab.wait("!" + dialogIsOpen)
					tab.wait(focusedElement + " == " + preferencesButton)
					tab.checkStates(unasked, unasked, unasked) // closing is no answer
					tab.check(visible(banner))
				}
				tab.click(element("#own"))
				tab.check(`clicked`)
			})
		}
	}
}

// holdResponses keeps back the answers to requests with the text, until release or the end of the test.
func holdResponses(t *testing.T, text string) (release func()) {
	t.Helper()
	gate := newLatch()
	stage.consent.overrideWith(t, gate.holdRequests(text))
	t.Cleanup(gate.open)
	return gate.open
}

func TestSwitchingAPurposeSwitchesItsServices(t *testing.T) {
	for _, ready := range []string{"the form", "WebAssembly"} {
		t.Run(ready, func(t *testing.T) {
			if ready == "the form" {
				holdResponses(t, ".wasm")
			}
			tab := open(t, stage.Address(Page{}))
			tab.wait(visible(banner))
			tab.click(preferencesButton)
			f := tab.waitForPreferences()
			if ready == "WebAssembly" {
				f.waitForWebAssembly()
			}
			checked := func(want string) {
				t.Helper()
				f.wait(`[...document.querySelectorAll("input:checked:not(#nod-announcements)")].map((i) => i.name)
					.join(" ") == "` + want + `"`)
			}
			checked("necessary")
			f.check(`document.getElementById("nod-necessary").disabled`)
			f.click(element("#nod-analytics"))
			checked("necessary analytics usage-stats performance")
			f.click(element("label[for=nod-functional]"))
			checked("necessary functional account-memory help-chat analytics usage-stats performance")
			f.run(`document.querySelector("#nod-performance").closest("details").open = true;
				document.querySelector("#nod-account-memory").closest("details").open = true`)
			f.wait(`[...document.querySelectorAll("details[open] .part")].every((p) => p.firstChild)`)
			f.click(element("#nod-performance"))
			f.click(element("#nod-account-memory"))
			checked("necessary functional help-chat analytics usage-stats")
			f.click(element("footer [value=save]"))
			tab.wait("!" + dialogIsOpen)
			tab.checkStates(granted, granted, denied)
			tab.check(`["help-chat", "usage-stats"].every(nod.has) && !["account-memory", "performance", "page-beacon"]
				.some(nod.has)`)
			r := tab.waitForReceipt()
			if got := summarize(r); got != "save: functional=granted analytics=granted beacons=denied" ||
				r.Services["performance"].String() != denied || r.Services["usage-stats"].String() != granted {
				t.Errorf("record %s %v", got, r.Services)
			}
			presentation, err := stage.Ledger.Presentation(t.Context(), siteID, r.Presentation) // C-37
			if err != nil || presentation.Kind != ledger.Preferences {
				t.Errorf("presentation %s: %v", presentation.Kind, err)
			}

			// What was chosen, and when.
			tab.click(reopenButton)
			f = tab.waitForPreferences()
			f.wait(visible(element("#nod-decided")))
			checked("necessary functional help-chat analytics usage-stats")
			f.check(`Math.abs(new Date(document.querySelector("#nod-decided time").textContent) - new Date(` +
				quoteScript(r.DecidedAt.Format("2006-01-02T15:04:05Z07:00")) + `)) < 61000`)
			if ready == "WebAssembly" {
				f.wait(`document.querySelector("#nod-decided .count").textContent == " · 2 of 9 on"`)
			}
		})
	}
}

func TestTheButtonsOfThePreferencesWork(t *testing.T) {
	for _, ready := range []string{"the form", "WebAssembly"} {
		t.Run(ready, func(t *testing.T) {
			if ready == "the form" {
				holdResponses(t, ".wasm")
			}
			tab := open(t, stage.Address(Page{}))
			tab.wait(visible(banner))
			for _, test := range []struct{ button, want, record string }{
				{"[value=accept_all]", granted, "accept_all: functional=granted analytics=granted beacons=granted"},
				{"[value=reject_all]", denied, "reject_all: functional=denied analytics=denied beacons=denied"},
				{"[value=accept_all]", granted, "accept_all: functional=granted analytics=granted beacons=granted"},
				{"[value=withdraw]", denied, "withdraw: functional=denied analytics=denied beacons=denied"},
			} {
				tab.run(`nod.preferences()`)
				f := tab.waitForPreferences()
				if ready == "WebAssembly" {
					f.waitForWebAssembly()
				}
				f.click(element(test.button))
				tab.waitForStates(test.want, test.want, test.want)
				tab.wait(`nod.receipt()?.record.action == "` + strings.SplitN(test.record, ":", 2)[0] + `"`)
				if got := summarize(tab.waitForReceipt()); got != test.record {
					t.Errorf("record %s; want %s", got, test.record)
				}
				if test.button == "[value=withdraw]" { // one sees that it is done, and goes when one likes
					tab.check(dialogIsOpen)
					f.wait(`!document.querySelector("input:enabled:checked")`)
				} else {
					tab.wait("!" + dialogIsOpen)
				}
			}
		})
	}
}

func TestTheReceiptCanBeDownloadedAndVerified(t *testing.T) { // C-48
	for _, ready := range []string{"the form", "WebAssembly"} {
		t.Run(ready, func(t *testing.T) {
			if ready == "the form" {
				holdResponses(t, ".wasm")
			}
			dir := t.TempDir()
			tab := open(t, stage.Address(Page{}))
			id := cdp.BrowserContextID(chromedp.FromContext(tab.ctx).BrowserContextID)
			if _, err := chromedp.CallBrowser(tab.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
				Behavior: browser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: id, DownloadPath: dir,
			}); err != nil {
				t.Fatal(err)
			}
			tab.wait(visible(banner))
			tab.click(acceptButton)
			want := tab.waitForReceipt()
			tab.click(reopenButton)
			f := tab.waitForPreferences()
			if ready == "WebAssembly" {
				f.waitForWebAssembly()
			}
			f.click(element("#nod-receipt"))
			var text []byte
			waitFor(t, "the file", func() bool {
				text, _ = os.ReadFile(filepath.Join(dir, "consent-receipt.json"))
				return len(text) > 0
			})
			if got := verifyReceipt(tab, string(text)); got.ID != want.ID {
				t.Errorf("the file is about %s; want %s", got.ID, want.ID)
			}
		})
	}
}

func TestWebAssemblyLoadsWhenThePreferencesOpen(t *testing.T) {
	program := regexp.MustCompile(`^GET /assets/app\.[0-9a-f]{16}\.wasm$`)
	for _, where := range []string{stage.Host, stage.Abroad} {
		tab := open(t, stage.Address(Page{Origin: where}))
		tab.wait(visible(banner))
		tab.waitForSecondHalf()
		tab.waitUntilIdle()
		if all := stage.consent.requests("wasm"); len(all) > 0 {
			t.Errorf("before anybody came near: %q", all)
		}
		tab.click(preferencesButton)
		f := tab.waitForPreferences()
		f.waitForWebAssembly()
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
