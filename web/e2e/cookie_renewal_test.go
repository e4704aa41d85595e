package e2e

import (
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

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
