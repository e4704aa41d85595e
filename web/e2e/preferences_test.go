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

// focusedElement is the JavaScript of the element in Nod's shadow root that has the focus.
const focusedElement = `document.getElementById("nod")?.shadowRoot.activeElement`

func TestThePreferencesAreAModalDialogAndReturnTheFocus(t *testing.T) { // C-43
	for _, listed := range listedOrigins() {
		for _, mode := range bothForms {
			t.Run(listed.name+" with "+string(mode), func(t *testing.T) {
				if mode == plainForm {
					release := holdResponses(t, ".wasm")
					defer release()
				}
				tab := open(t, stage.Address(Page{Origin: listed.origin,
					Body: `<button id="own" onclick="window.clicked = 1">Own</button>`}))
				tab.wait(visible(banner))
				for _, leave := range []func(view){
					func(view) { tab.press(kb.Escape) },
					func(f view) { f.click(element("#nod-close")) },
					func(f view) { f.click(element("h1")); tab.press(kb.Escape) },
				} {
					checkModalDialog(tab, mode, leave)
				}
				tab.click(element("#own"))
				tab.check(`clicked`)
			})
		}
	}
}

type namedOrigin struct{ name, origin string }

// listedOrigins are the origins of listed pages. On the second, frames of ours have a process of their own.
func listedOrigins() []namedOrigin {
	return []namedOrigin{{"the same site", stage.Host}, {"another site", stage.Abroad}}
}

// checkModalDialog opens the preferences by keyboard, leaves them, and checks that nothing was decided.
func checkModalDialog(tab *Tab, mode formMode, leave func(view)) {
	tab.Helper()
	tab.tabTo(focusedElement + " == " + preferencesButton)
	tab.press(kb.Enter)
	f := mode.waitForPreferences(tab)
	tab.wait(dialog + `.matches(":modal") && ` + dialog + `.getAttribute("aria-label").length > 5`)
	tab.wait(focusedElement + `.localName == "iframe"`)
	f.run(`window.keys = 0; addEventListener("keydown", () => keys++)`)
	waitFor(tab, "the frame to receive keys", func() bool { // the processes have to agree on it first
		tab.press("x")
		return eval[int](f, `keys`) > 0
	})
	tab.clickAt(40, 40) // the rest of the page is inert
	tab.check(`!window.clicked && ` + dialogIsOpen)
	leave(f)
	tab.wait("!" + dialogIsOpen)
	tab.wait(focusedElement + " == " + preferencesButton)
	tab.checkStates(unasked, unasked, unasked)
	tab.check(visible(banner))
}

// holdResponses holds the responses to requests with the text in their path, until release or the end of the test.
func holdResponses(t *testing.T, text string) (release func()) {
	t.Helper()
	gate := newLatch()
	stage.consent.overrideWith(t, gate.holdRequests(text))
	t.Cleanup(gate.open)
	return gate.open
}

func TestSwitchingAPurposeSwitchesItsServices(t *testing.T) {
	runInBothForms(t, func(t *testing.T, mode formMode) {
		tab := open(t, stage.Address(Page{}))
		tab.setSize(800, 900) // the details of several purposes are open
		tab.wait(visible(banner))
		tab.click(preferencesButton)
		f := mode.waitForPreferences(tab)
		f.waitForTicks("")
		f.check(`!document.getElementById("nod-necessary")`) // always on: there is nothing to switch
		f.click(element("#nod-analytics"))
		f.waitForTicks("analytics usage-stats performance")
		f.click(element("label[for=nod-functional]"))
		f.waitForTicks("functional account-memory help-chat analytics usage-stats performance")
		f.run(`document.querySelector("#nod-performance").closest("details").open = true;
			document.querySelector("#nod-account-memory").closest("details").open = true`)
		f.wait(`[...document.querySelectorAll("details[open] .part")].every((p) => p.firstChild)`)
		f.click(element("#nod-performance"))
		f.click(element("#nod-account-memory"))
		f.waitForTicks("functional help-chat analytics usage-stats")
		f.click(element("footer button[value=save]"))
		tab.wait("!" + dialogIsOpen)
		tab.checkStates(granted, granted, denied)
		tab.check(`["help-chat", "usage-stats"].every(nod.has) &&
			!["account-memory", "performance", "page-beacon"].some(nod.has)`)
		r := tab.waitForReceipt()
		if got := summarize(r); got != "save: functional=granted analytics=granted beacons=denied" ||
			r.Services["performance"].String() != denied || r.Services["usage-stats"].String() != granted {
			t.Errorf("record %s %v", got, r.Services)
		}
		presentation, err := stage.Ledger.Presentation(t.Context(), siteID, r.Presentation) // C-37
		if err != nil || presentation.Kind != ledger.Preferences {
			t.Errorf("presentation %s: %v", presentation.Kind, err)
		}

		// The preferences show the decision and its time.
		tab.click(reopenButton)
		f = tab.waitForPreferences()
		f.wait(visible(element("#nod-decided")))
		f.waitForTicks("functional help-chat analytics usage-stats")
		f.check(`Math.abs(new Date(document.querySelector("#nod-decided time").textContent) - new Date(` +
			quoteScript(r.DecidedAt.Format("2006-01-02T15:04:05Z07:00")) + `)) < 61000`)
		if mode == webAssembly {
			f.wait(`document.querySelector("#nod-decided .count").textContent == "2 of 7 on"`)
		}
	})
}

// waitForTicks waits until these purposes and services are ticked, and no others.
func (v view) waitForTicks(names string) {
	v.tab.Helper()
	v.wait(`[...document.querySelectorAll("input:checked:not(#nod-announcements)")].map((i) => i.name).join(" ") == "` +
		names + `"`)
}

func TestTheButtonsOfThePreferencesWork(t *testing.T) {
	runInBothForms(t, func(t *testing.T, mode formMode) {
		tab := open(t, stage.Address(Page{}))
		tab.wait(visible(banner))
		for _, test := range []struct{ button, want, record string }{
			{"[value=accept_all]", granted, acceptedAll},
			{"[value=reject_all]", denied, rejectedAll},
			{"[value=accept_all]", granted, acceptedAll},
			{"[value=withdraw]", denied, withdrewAll},
		} {
			tab.run(`nod.preferences()`)
			f := mode.waitForPreferences(tab)
			f.click(element(test.button))
			tab.waitForStates(test.want, test.want, test.want)
			tab.wait(`nod.receipt()?.record.action == "` + strings.SplitN(test.record, ":", 2)[0] + `"`)
			if got := summarize(tab.waitForReceipt()); got != test.record {
				t.Errorf("record %s; want %s", got, test.record)
			}
			if test.button == "[value=withdraw]" { // the preferences stay open to show the result
				tab.check(dialogIsOpen)
				f.wait(`!document.querySelector("input:enabled:checked")`)
			} else {
				tab.wait("!" + dialogIsOpen)
			}
		}
	})
}

func TestTheReceiptCanBeDownloadedAndVerified(t *testing.T) { // C-48
	runInBothForms(t, func(t *testing.T, mode formMode) {
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
		mode.waitForPreferences(tab).click(element("#nod-receipt"))
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

func TestWebAssemblyLoadsWhenThePreferencesOpen(t *testing.T) {
	program := regexp.MustCompile(`^GET /assets/app\.[0-9a-f]{16}\.wasm$`)
	for _, listed := range listedOrigins() {
		tab := open(t, stage.Address(Page{Origin: listed.origin}))
		tab.wait(visible(banner))
		tab.waitForSecondHalf()
		tab.waitUntilIdle()
		if all := stage.consent.requests("wasm"); len(all) > 0 {
			t.Errorf("before the visitor opened the preferences: %q", all)
		}
		f := tab.clickPreferences()
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
