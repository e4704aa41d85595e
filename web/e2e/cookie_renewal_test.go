package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

// The server renews the cookie with its answer. An answer that comes after a withdrawal would restore the older
// decision, so the script must have aborted that request.
func TestAWithdrawalAbortsTheRequestThatWouldUndoIt(t *testing.T) {
	held, aborted := make(chan struct{}, 1), make(chan struct{})
	var first atomic.Bool
	stage.consent.overrideWith(t, func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != "POST" || r.Header.Get("Cookie") == "" || !first.CompareAndSwap(false, true) {
			return false
		}
		io.Copy(io.Discard, r.Body) // a server notices a closed connection only after it read the body
		held <- struct{}{}
		select {
		case <-r.Context().Done():
			close(aborted)
		case <-time.After(timeout):
		}
		return true
	})
	tab := open(t, stage.Address(Page{Site: domainSite}))
	tab.wait(visible(banner))
	tab.click(acceptButton)
	<-held
	tab.run(`nod.withdraw()`)
	select {
	case <-aborted:
	case <-time.After(timeout):
		t.Fatal("the request was not aborted")
	}
	tab.wait(emptyQueue)
	tab.load(stage.Address(Page{Site: domainSite}))
	tab.checkStates(denied, denied, denied)
}

// holdRenewals holds requests whose answers renew the cookie until the end of the test. The result waits for that of a
// tab: one of a page that has just been closed may still arrive.
func holdRenewals(t *testing.T) (waitFor func(*Tab)) {
	held, released := make(chan string, 100), make(chan struct{})
	t.Cleanup(func() { close(released) })
	stage.consent.overrideWith(t, func(_ http.ResponseWriter, r *http.Request) bool {
		if cookies := r.Header.Get("Cookie"); r.Method == "POST" && cookies != "" {
			held <- cookies
			<-released
		}
		return false
	})
	return func(tab *Tab) {
		isOfTab := false
		for !isOfTab {
			isOfTab = strings.Contains(<-held, tab.cookie(consent.CookieName).Value)
		}
	}
}

func TestALateRenewalOfTheCookieUndoesNoWithdrawal(t *testing.T) {
	for _, test := range []struct{ name, decide string }{
		{"a withdrawal", `nod.withdraw()`},
		{"a withdrawal in another tab", ``},
	} {
		t.Run(test.name, func(t *testing.T) {
			waitForRenewal := holdRenewals(t)
			address := stage.Address(Page{Site: domainSite})
			tab := open(t, address)
			tab.wait(visible(banner))
			tab.click(acceptButton)
			waitForRenewal(tab)
			older := tab.cookie(consent.CookieName)
			overwrite := fmt.Sprintf(`document.cookie = "nod=%s;path=/;max-age=9999;domain=%s"`, older.Value, older.Domain)
			if test.decide != "" {
				tab.run(test.decide + ";" + overwrite)
			} else {
				other := tab.openTab(address)
				other.wait(visible(reopenButton))
				other.run(`nod.withdraw()`)
				tab.waitForStates(denied, denied, denied)
				tab.run(overwrite)
			}
			tab.load(address)
			tab.checkStates(denied, denied, denied)
			waitFor(t, "the cookie of the withdrawal", func() bool {
				return tab.cookie(consent.CookieName).Value == tab.cookie("nod-newer").Value
			})
		})
	}
}

func TestAnUnneededGuardCookieIsRemoved(t *testing.T) {
	long := makeCookie(func(s *consent.Stored) { s.Decision = uuid.MustParse("01890000-0000-7000-8000-000000000000") })
	address := stage.Address(Page{})
	tab := open(t, address)
	tab.wait(visible(banner))
	tab.run(`for (const n of ["nod", "nod-newer"]) document.cookie = n + "=` + long + `;path=/"`)
	tab.load(address)
	tab.wait(`!document.cookie.includes("nod-newer")`)
	tab.check(`document.cookie.includes("nod=` + long + `")`)
}
