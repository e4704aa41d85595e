package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

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
	if all := tab.records(); len(all) != 1 || saying(all[0]) != "accept_all: functional=granted analytics=granted beacons=granted" {
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

// The server renews the cookie with its answer. An answer that was held up until after a withdrawal would bring the
// older choice back, so the browser must have given that request up.
func TestAWithdrawalEndsTheRequestWhoseAnswerWouldUndoIt(t *testing.T) {
	held, given := make(chan struct{}, 1), make(chan struct{})
	var first atomic.Bool
	stage.consent.answer(t, func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != "POST" || r.Header.Get("Cookie") == "" || !first.CompareAndSwap(false, true) {
			return false
		}
		io.Copy(io.Discard, r.Body) // a server sees the end of a connection only behind the body
		held <- struct{}{}
		select {
		case <-r.Context().Done():
			close(given)
		case <-time.After(patience):
		}
		return true
	})
	tab := open(t, stage.Address(Page{Site: homeSite}))
	tab.until(visible(banner))
	tab.click(agree)
	<-held
	tab.run(`nod.withdraw()`)
	select {
	case <-given:
	case <-time.After(patience):
		t.Fatal("the request goes on")
	}
	tab.until(emptyQueue)
	tab.load(stage.Address(Page{Site: homeSite}))
	tab.stands(denied, denied, denied)
}

// renewing holds the first request that brings the cookie again until it is let go, and then lets the server answer it.
func renewing(t *testing.T) (held chan struct{}, letGo func()) {
	held, free := make(chan struct{}, 1), make(chan struct{})
	letGo = sync.OnceFunc(func() { close(free) })
	t.Cleanup(letGo)
	var first atomic.Bool
	stage.consent.answer(t, func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == "POST" && r.Header.Get("Cookie") != "" && first.CompareAndSwap(false, true) {
			held <- struct{}{}
			<-free
		}
		return false
	})
	return held, letGo
}

func TestAnOlderAnswerThatGetsInUndoesNothing(t *testing.T) {
	for _, test := range []struct{ name, choose string }{
		{"a withdrawal", `nod.withdraw()`},
		{"a withdrawal in another tab", ``},
	} {
		t.Run(test.name, func(t *testing.T) {
			held, _ := renewing(t)
			address := stage.Address(Page{Site: homeSite})
			tab := open(t, address)
			tab.until(visible(banner))
			tab.click(agree)
			<-held
			older := tab.cookie(consent.CookieName)
			overwrite := fmt.Sprintf(`document.cookie = "nod=%s;path=/;max-age=9999;domain=%s"`, older.Value, older.Domain)
			if test.choose != "" {
				tab.run(test.choose + ";" + overwrite)
			} else {
				other := tab.another(address)
				other.until(visible(wayBack))
				other.run(`nod.withdraw()`)
				tab.untilStands(denied, denied, denied)
				tab.run(overwrite)
			}
			tab.load(address)
			tab.stands(denied, denied, denied)
			eventually(t, "the cookie of the withdrawal", func() bool {
				return tab.cookie(consent.CookieName).Value == tab.cookie("nod-newer").Value
			})
		})
	}
}

func TestAGuardGoesWhenTheAnswerItWaitedForHasGoneBy(t *testing.T) {
	long := handmade(func(s *consent.Stored) { s.Decision = uuid.MustParse("01890000-0000-7000-8000-000000000000") })
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.until(visible(banner))
	tab.run(`for (const n of ["nod", "nod-newer"]) document.cookie = n + "=` + long + `;path=/"`)
	tab.load(address)
	tab.until(`!document.cookie.includes("nod-newer")`)
	tab.is(`document.cookie.includes("nod=` + long + `")`)
}

// ordered wants exactly these records of the visitor, each after the one before it.
func (v view) ordered(want ...string) {
	v.tab.Helper()
	var got []string
	all := v.records()
	for i, r := range all {
		got = append(got, saying(r))
		if i > 0 && (r.Previous == nil || *r.Previous != all[i-1].ID) {
			v.tab.Errorf("record %d does not follow the one before it", i)
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		v.tab.Errorf("records:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
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

// The pauses, and what each answer means, are tested in web/loader/test/sync.test.ts; here are the ways through a browser.
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
	tab.click(inBanner("#nod-form-beacons"))
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

// A server may have lost what was shown, and takes no decision on it: a refusal is not lost with it, and nothing is granted.
func TestARefusalOfWhatTheServerDoesNotKnowIsKeptAllTheSame(t *testing.T) {
	tab := arrive(t)
	tab.first(`{ const real = window.fetch; window.fetch = (url, how) => real(url, how && how.body && !window.altered ? { ...how, body: how.body.replace(/"presentation":"[^"]*"/, () => ((window.altered = true), '"presentation":"AAAAAAAAAAAAAAAAAAAAAA"')) } : how) }`)
	tab.expects("422")
	tab.load(stage.Address(Page{}))
	tab.until(visible(banner))
	tab.click(refuse)
	r := tab.receipt()
	if got := saying(r); got != "reject_all: functional=denied analytics=denied beacons=denied" || r.Presentation != "custom" {
		t.Errorf("record %s of presentation %s", got, r.Presentation)
	}
	tab.stands(denied, denied, denied)
}
