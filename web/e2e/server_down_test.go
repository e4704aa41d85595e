package e2e

import (
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

const emptyQueue = `JSON.parse(localStorage.nod).queue.length == 0`

func TestAChoiceHoldsWhileTheServerIsDownAndIsSentOnce(t *testing.T) {
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.expects("ERR_CONNECTION_REFUSED")
	tab.until(visible(banner))
	tab.whole()
	stage.consent.stop()
	back := false
	t.Cleanup(func() {
		if !back {
			stage.consent.start(t)
		}
	})
	tab.click(agree)
	tab.until("!" + visible(banner))
	tab.stands(granted, granted, granted)
	eventually(t, "the failure", func() bool { return len(tab.said("ERR_CONNECTION_REFUSED")) > 0 })
	if k := tab.kept(); len(k.Queue) != 1 {
		t.Fatalf("%d decisions wait", len(k.Queue))
	}
	tab.is(`nod.receipt() === null`)
	tab.load(address) // the script comes from the cache
	tab.stands(granted, granted, granted)

	stage.consent.start(t)
	back = true
	tab.load(address)
	tab.until(emptyQueue + " && nod.receipt()")
	tab.receipt()
	tab.load(address)
	tab.settled()
	if all := tab.records(); len(all) != 1 ||
		saying(all[0]) != "accept_all: functional=granted analytics=granted beacons=granted" {
		t.Errorf("%d records; want the one", len(all))
	}
}

func TestAServerThatHangsHoldsNobodyUp(t *testing.T) {
	gate := newLatch()
	stage.consent.answer(t, gate.holds("/decisions"))
	t.Cleanup(gate.open)
	stage.host.answer(t, gatedFiles)
	tab := open(t, stage.Address(Page{Body: tagged + `<button onclick="this.dataset.clicked = 1">Own</button>`}))
	tab.until(visible(banner))
	tab.click(agree)
	tab.until("!" + visible(banner))
	tab.stands(granted, granted, granted)
	tab.ran("inline")
	tab.click(element("button"))
	tab.is(`document.querySelector("button").dataset.clicked`)
	tab.run(`nod.withdraw("beacons")`)
	tab.stands(granted, granted, denied)
	if k := tab.kept(); len(k.Queue) != 2 {
		t.Errorf("%d decisions wait; want both", len(k.Queue))
	}
	gate.open()
	tab.until(emptyQueue)
	tab.ordered("accept_all: functional=granted analytics=granted beacons=granted", "withdraw: beacons=denied")
}

func TestChoicesMadeOfflineAreSentInOrder(t *testing.T) {
	tab := open(t, stage.Address(Page{}))
	tab.expects("ERR_INTERNET_DISCONNECTED")
	tab.until(visible(banner))
	tab.whole()
	tab.offline(true)
	tab.click(refuse)
	tab.until(visible(wayBack))
	tab.run(`nod.save({ functional: true })`)
	tab.stands(granted, denied, denied)
	if k := tab.kept(); len(k.Queue) != 2 || k.Queue[0].Bearer != "" || k.Queue[1].Bearer != k.Secret {
		t.Errorf("queue %+v; want two, the second with the secret of the first", k.Queue)
	}
	tab.offline(false)
	tab.until(emptyQueue)
	tab.ordered("reject_all: functional=denied analytics=denied beacons=denied", "save: functional=granted")
	if got := tab.state(); got != "functional=granted analytics=denied beacons=denied" {
		t.Errorf("the server says %s", got)
	}
	if tab.cookie(consent.CookieName).Value == "" {
		t.Error("no cookie")
	}
}

// answering answers the first decision with the status.
func answering(status int) func(http.ResponseWriter, *http.Request) bool {
	var answered atomic.Bool
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != "POST" || !answered.CompareAndSwap(false, true) {
			return false
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Expose-Headers", "Retry-After")
		w.Header().Set("Retry-After", "1")
		if status == http.StatusUnprocessableEntity {
			w.Header().Set("Content-Type", "application/problem+json") // the server's own word
		}
		w.WriteHeader(status)
		return true
	}
}

// The pauses, and what each answer means, are tested in web/loader/test/sync.test.ts; here are the ways through a
// browser.
func TestAServerThatIsBusyOrOutOfReachIsAskedAgain(t *testing.T) {
	for _, status := range []int{http.StatusServiceUnavailable, http.StatusForbidden} { // of something in between
		t.Run(http.StatusText(status), func(t *testing.T) {
			stage.consent.answer(t, answering(status))
			tab := open(t, stage.Address(Page{}))
			tab.expects("the server responded with a status of")
			tab.until(visible(banner))
			tab.click(refuse)
			tab.until(emptyQueue + " && nod.receipt()")
			tab.ordered("reject_all: functional=denied analytics=denied beacons=denied")
			if len(tab.said("nod:")) > 0 {
				t.Errorf("a warning for nothing: %q", tab.said("nod:"))
			}
		})
	}
}

func TestWhatTheServerRefusesIsDroppedWithOneWarning(t *testing.T) {
	stage.consent.answer(t, answering(http.StatusUnprocessableEntity))
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.expects("status of 422", "nod: the server refused a decision (422)")
	tab.until(visible(banner))
	tab.click(agree)
	tab.until(emptyQueue)
	tab.stands(granted, granted, granted)
	tab.load(address)
	tab.settled()
	tab.stands(granted, granted, granted)
	tab.is("!" + banner)
	if n := len(tab.said("warning: nod")); n != 1 {
		t.Errorf("%d warnings", n)
	}
	if n := len(stage.consent.requests("POST")); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

func TestOnAPageThatNoSiteListsTheChoiceStaysThere(t *testing.T) {
	address := stage.Address(Page{Origin: stage.Unlisted})
	tab := open(t, address)
	tab.expects("is not among the origins of site yunzhijia")
	tab.until(visible(banner))
	tab.click(agree)
	tab.until("!" + visible(banner))
	tab.stands(granted, granted, granted)
	warned := func(times int) func() bool {
		return func() bool { return len(tab.said("not among the origins")) == times }
	}
	eventually(t, "a warning", warned(1))
	tab.load(address)
	tab.settled()
	tab.stands(granted, granted, granted)
	tab.is("!" + banner + ` && nod.receipt() === null`)
	tab.run(`nod.preferences()`) // the centre can't be framed here, but its switches are there
	tab.until(dialog + shown + " && " + focused + ".localName == 'h2'")
	tab.click(inBanner("#nod-pane-beacons"))
	tab.click(inBanner("dialog [value=save]"))
	tab.stands(granted, granted, denied)
	tab.is("!" + dialog + shown + " && !" + inBanner("iframe"))
	if n := len(tab.kept().Queue); n != 0 {
		t.Errorf("%d decisions wait for ever", n)
	}
	if n := len(stage.consent.requests("/v1/")); n > 0 {
		t.Errorf("%d calls of the API", n)
	}
	eventually(t, "a warning for each choice", warned(2))
}

// A server may have lost what was shown, and takes no decision on it: a refusal is not lost with it, and nothing is
// granted.
func TestARefusalOfWhatTheServerDoesNotKnowIsKeptAllTheSame(t *testing.T) {
	tab := arrive(t)
	tab.first(`{ const real = window.fetch; window.fetch = (url, how) => real(url, how && how.body && !window.altered ? {
		...how, body: how.body.replace(/"presentation":"[^"]*"/, () => ((window.altered = true), '"presentation":"AAAAAAAAAAAAAAAAAAAAAA"')) } : how) }`)
	tab.expects("422")
	tab.load(stage.Address(Page{}))
	tab.until(visible(banner))
	tab.click(refuse)
	r := tab.receipt()
	if got := saying(r); got != "reject_all: functional=denied analytics=denied beacons=denied" ||
		r.Presentation != "custom" {
		t.Errorf("record %s of presentation %s", got, r.Presentation)
	}
	tab.stands(denied, denied, denied)
}
