package e2e

import (
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

const (
	emptyQueue     = `JSON.parse(localStorage.nod).queue.length == 0`
	decisionIsSent = emptyQueue + ` && nod.receipt()`
)

func TestADecisionHoldsWhileTheServerIsDownAndIsSentOnce(t *testing.T) {
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.expectMessages("ERR_CONNECTION_REFUSED")
	tab.wait(visible(banner))
	tab.waitForSecondHalf()
	restart := stage.consent.takeDown(t)
	tab.click(acceptButton)
	tab.wait("!" + visible(banner))
	tab.checkStates(granted, granted, granted)
	waitFor(t, "the failure", func() bool { return len(tab.consoleMessages("ERR_CONNECTION_REFUSED")) > 0 })
	if k := tab.readStorage(); len(k.Queue) != 1 {
		t.Fatalf("%d decisions wait", len(k.Queue))
	}
	tab.check(`nod.receipt() === null`)
	tab.load(address) // the script comes from the cache
	tab.checkStates(granted, granted, granted)

	restart()
	tab.load(address)
	tab.wait(decisionIsSent)
	tab.waitForReceipt()
	tab.load(address)
	tab.waitUntilIdle()
	if all := tab.records(); len(all) != 1 ||
		summarize(all[0]) != acceptedAll {
		t.Errorf("%d records; want 1", len(all))
	}
}

func TestAServerThatHangsDelaysNothing(t *testing.T) {
	gate := newLatch()
	stage.consent.overrideWith(t, gate.holdRequests("/decisions"))
	t.Cleanup(gate.open)
	stage.host.overrideWith(t, answerGatedFiles)
	tab := open(t, stage.Address(Page{Body: taggedMarkup + `<button onclick="this.dataset.clicked = 1">Own</button>`}))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait("!" + visible(banner))
	tab.checkStates(granted, granted, granted)
	tab.checkRan("inline")
	tab.click(element("button"))
	tab.check(`document.querySelector("button").dataset.clicked`)
	tab.run(`nod.withdraw("beacons")`)
	tab.checkStates(granted, granted, denied)
	if k := tab.readStorage(); len(k.Queue) != 2 {
		t.Errorf("%d decisions wait; want both", len(k.Queue))
	}
	gate.open()
	tab.wait(emptyQueue)
	tab.checkRecords(acceptedAll, "withdraw: beacons=denied")
}

func TestOfflineDecisionsAreSentInOrder(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	tab.goOffline()
	tab.click(rejectButton)
	tab.wait(visible(reopenButton))
	tab.run(`nod.save({ functional: true })`)
	tab.checkStates(granted, denied, denied)
	if k := tab.readStorage(); len(k.Queue) != 2 || k.Queue[0].Bearer != "" || k.Queue[1].Bearer != k.Secret {
		t.Errorf("queue %+v; want two, the second with the secret of the first", k.Queue)
	}
	tab.setOffline(false)
	tab.wait(emptyQueue)
	tab.checkRecords(rejectedAll, "save: functional=granted")
	if got := tab.fetchServerState(); got != "functional=granted analytics=denied beacons=denied" {
		t.Errorf("the server has the state %s", got)
	}
	if tab.cookie(consent.CookieName).Value == "" {
		t.Error("no cookie")
	}
}

// answerFirstDecision is for gateway.overrideWith: the first decision gets this status.
func answerFirstDecision(status int) func(http.ResponseWriter, *http.Request) bool {
	var answered atomic.Bool
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != "POST" || !answered.CompareAndSwap(false, true) {
			return false
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Expose-Headers", "Retry-After")
		w.Header().Set("Retry-After", "1")
		if status == http.StatusUnprocessableEntity {
			w.Header().Set("Content-Type", "application/problem+json") // the server's answer, not a proxy's
		}
		w.WriteHeader(status)
		return true
	}
}

// The pauses and the meaning of each status are tested in web/loader/test/sync.test.ts. This is the whole way through a
// browser.
func TestADecisionIsSentAgainToABusyServer(t *testing.T) {
	for _, status := range []int{http.StatusServiceUnavailable, http.StatusForbidden} { // from a proxy
		t.Run(http.StatusText(status), func(t *testing.T) {
			stage.consent.overrideWith(t, answerFirstDecision(status))
			tab := open(t, stage.Address(Page{}))
			tab.expectMessages("the server responded with a status of")
			tab.wait(visible(banner))
			tab.click(rejectButton)
			tab.wait(decisionIsSent)
			tab.checkRecords(rejectedAll)
			if len(tab.consoleMessages("nod:")) > 0 {
				t.Errorf("unexpected warning: %q", tab.consoleMessages("nod:"))
			}
		})
	}
}

func TestADecisionThatTheServerRejectsIsDroppedWithOneWarning(t *testing.T) {
	stage.consent.overrideWith(t, answerFirstDecision(http.StatusUnprocessableEntity))
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.expectMessages("status of 422", "nod: the server refused a decision (422)")
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait(emptyQueue)
	tab.checkStates(granted, granted, granted)
	tab.load(address)
	tab.waitUntilIdle()
	tab.checkStates(granted, granted, granted)
	tab.check("!" + visible(banner))
	if n := len(tab.consoleMessages("warning: nod")); n != 1 {
		t.Errorf("%d warnings", n)
	}
	if n := len(stage.consent.requests("POST")); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

func TestADecisionOnAnUnlistedPageIsNotSent(t *testing.T) {
	address := stage.Address(Page{Origin: stage.Unlisted})
	tab := open(t, address)
	tab.expectMessages("is not among the origins of site yunzhijia")
	tab.wait(visible(banner))
	tab.click(acceptButton)
	tab.wait("!" + visible(banner))
	tab.checkStates(granted, granted, granted)
	hasWarnings := func(count int) func() bool {
		return func() bool { return len(tab.consoleMessages("not among the origins")) == count }
	}
	waitFor(t, "a warning", hasWarnings(1))
	tab.load(address)
	tab.waitUntilIdle()
	tab.checkStates(granted, granted, granted)
	tab.check("!" + visible(banner) + ` && nod.receipt() === null`)
	tab.run(`nod.preferences()`) // the preferences can't be framed here, but the dialog has a form
	tab.wait(dialogIsOpen + " && " + focusedElement + ".localName == 'h2'")
	tab.click(dialogElement("beacons"))
	tab.click(nodElement("dialog [value=save]"))
	tab.checkStates(granted, granted, denied)
	tab.check("!" + dialogIsOpen + " && !" + nodElement("iframe"))
	if n := len(tab.readStorage().Queue); n != 0 {
		t.Errorf("%d decisions wait for ever", n)
	}
	if n := len(stage.consent.requests("/v1/")); n > 0 {
		t.Errorf("%d calls of the API", n)
	}
	waitFor(t, "a warning for each decision", hasWarnings(2))
}

// A server that lost a presentation rejects decisions on it. The refusals are stored all the same, and nothing is
// granted.
func TestARefusalOfAnUnknownPresentationIsStored(t *testing.T) {
	tab := openEmptyTab(t)
	tab.addInitScripts(`{
		const real = window.fetch, unknown = '"presentation":"AAAAAAAAAAAAAAAAAAAAAA"';
		window.fetch = (url, options) => {
			if (!options?.body || window.altered) return real(url, options);
			const body = options.body.replace(/"presentation":"[^"]*"/, () => ((window.altered = true), unknown));
			return real(url, { ...options, body });
		};
	}`)
	tab.expectMessages("422")
	tab.load(stage.Address(Page{}))
	tab.wait(visible(banner))
	tab.click(rejectButton)
	r := tab.waitForReceipt()
	if got := summarize(r); got != rejectedAll ||
		r.Presentation != "custom" {
		t.Errorf("record %s of presentation %s", got, r.Presentation)
	}
	tab.checkStates(denied, denied, denied)
}
