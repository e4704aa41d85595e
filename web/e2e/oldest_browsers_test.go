package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// withoutNewer takes away what came after Chrome 64, Safari 12 and Firefox 67, as far as scripts can find it.
const withoutNewer = `
	for (const [owner, names] of [
		[Array.prototype, "at flat flatMap findLast findLastIndex toSorted"],
		[String.prototype, "at matchAll replaceAll trimStart trimEnd"],
		[Object, "fromEntries hasOwn groupBy"],
		[Promise, "allSettled any withResolvers"],
		[Promise.prototype, "finally"],
		[Element.prototype, "replaceChildren toggleAttribute setHTMLUnsafe"],
		[HTMLElement.prototype, "inert popover showPopover hidePopover togglePopover"],
		[SubmitEvent.prototype, "submitter"],
		[ShadowRoot.prototype, "adoptedStyleSheets"],
		[Document.prototype, "adoptedStyleSheets"],
		[Performance.prototype, "timeOrigin"],
		[window, "AbortController AbortSignal ResizeObserver queueMicrotask structuredClone cookieStore scheduler " +
			"requestIdleCallback"],
	]) for (const name of names.split(" ")) delete owner[name];
	CSSStyleSheet = undefined;
	crypto.randomUUID = undefined;
	const query = Element.prototype.querySelector;
	Element.prototype.querySelector = function (s) {
		if (/:is\(|:where\(|:has\(/.test(s)) throw new SyntaxError(s);
		return query.call(this, s);
	};`

func TestTheOldestBrowsersAskSendAndFollow(t *testing.T) {
	address := stage.Address(Page{Body: taggedMarkup})
	stage.host.overrideWith(t, answerGatedFiles)
	tab := openEmptyTab(t)
	tab.addInitScripts(withoutNewer)
	tab.load(address)
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(decisionIsSent)
	tab.checkRan("inline")
	tab.run(`nod.withdraw("analytics")`)
	tab.wait(decisionIsSent)
	tab.load(address)
	tab.checkStates(granted, denied, granted)
	keepPreferencesWaiting(t) // the frame would replace the form
	tab.click(reopenButton)
	tab.wait(dialogIsOpen)
	tab.click(nodElement("dialog [value=reject_all]")) // the form does not hear which button submits it
	tab.waitForStates(denied, denied, denied)
}

// keepPreferencesWaiting lets nobody have the page of the preferences until the test ends.
func keepPreferencesWaiting(t *testing.T) {
	ended := make(chan struct{})
	t.Cleanup(func() { close(ended) })
	stage.consent.overrideWith(t, func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/preferences") {
			<-ended
		}
		return false
	})
}

func TestWithoutDialogsThePreferencesOpenAsAPage(t *testing.T) {
	tab := openEmptyTab(t)
	tab.addInitScripts(`delete window.HTMLDialogElement`) // Safari before 15.4, Firefox before 98
	tab.load(stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.click(preferencesButton)
	w := tab.waitForWindow("/preferences")
	w.check(`document.querySelector("form")`)
	tab.check("!" + dialogIsOpen)
}

// Without import() nothing of Nod runs. The tag is a syntax error there, which a page like this one simulates.
func TestInOlderBrowsersThePagesOwnCallsAreHarmless(t *testing.T) { // C-40
	broken := addScript(`const broken = import("x") ?? ;`)
	tab := openEmptyTab(t)
	tab.expectMessages("SyntaxError")
	tab.load(stage.Address(Page{
		Before: `<script>window.nod = window.nod || []; nod.push(["on", "change", () => {}])</script>`,
		Tag:    `<script src="` + broken + `"></script>`,
		Head:   `<script>nod.push(["rejectAll"]); window.after = 1</script>`,
		Body:   taggedMarkup,
	}))
	tab.check(`after == 1 && ran.length == 0 && !document.querySelector("iframe").src`)
	if n := len(tab.consoleMessages("nod")); n > 0 {
		t.Errorf("%d messages: %s", n, strings.Join(tab.consoleMessages("nod"), "\n"))
	}
}
