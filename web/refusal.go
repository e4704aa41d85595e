package web

import (
	"bytes"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
)

// maxBody is the length of the longest request body that is read, in bytes.
const maxBody = 16 << 10

// refusal is why something that was sent is not taken, in the terms of a problem document.
type refusal struct {
	status int
	kind   string
	detail string
	wait   time.Duration // until it may be sent again; 0 where that would change nothing
}

func (r *refusal) Error() string { return r.detail }

// refusalOf puts an error into the terms of HTTP. What is our own fault goes to the log, and is not told.
func (s *Server) refusalOf(r *http.Request, err error) *refusal {
	var made *refusal
	var tooLong *http.MaxBytesError
	say := func(status int, kind string) *refusal {
		return &refusal{status: status, kind: kind, detail: sentence(err)}
	}
	switch {
	case errors.As(err, &made):
		return made
	case errors.As(err, &tooLong):
		return &refusal{status: http.StatusRequestEntityTooLarge, kind: "body-too-long", detail: "A body has at most " + strconv.Itoa(maxBody) + " bytes."}
	case errors.Is(err, consent.ErrMalformed):
		return say(http.StatusBadRequest, "malformed-decision")
	case errors.Is(err, ledger.ErrSecretMissing):
		return say(http.StatusBadRequest, "secret-missing")
	case errors.Is(err, consent.ErrRefused):
		return say(http.StatusUnprocessableEntity, "refused-decision")
	case errors.Is(err, ledger.ErrPresentation):
		return say(http.StatusUnprocessableEntity, "unknown-presentation")
	case errors.Is(err, ledger.ErrConflict):
		return say(http.StatusConflict, "other-decision")
	case errors.Is(err, ledger.ErrSecret):
		return say(http.StatusForbidden, "wrong-secret")
	case errors.Is(err, ledger.ErrErased):
		return say(http.StatusGone, "erased")
	case errors.Is(err, ledger.ErrBusy) || errors.Is(err, ledger.ErrUnavailable) || errors.Is(err, ledger.ErrClosed):
		s.options.Log.Error("a decision was not stored", "error", nameless(err))
		return &refusal{http.StatusServiceUnavailable, "store-unavailable", "The decision could not be stored. Send it again later; the id makes that safe.", 2 * time.Second}
	default:
		if r.Context().Err() == nil { // else nobody is there to read the answer
			s.options.Log.Error("request failed", "route", r.Pattern, "error", nameless(err))
		}
		return &refusal{status: http.StatusInternalServerError, kind: "internal", detail: internal}
	}
}

const internal = "Something went wrong here; nothing was changed. Try again later."

// refuse answers a program for what was not taken.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	no := s.refusalOf(r, err)
	s.metrics.refused(no.kind)
	no.announce(w.Header())
	problem(w, no.status, no.kind, no.detail)
}

// refuseForm answers a visitor for a choice that was not taken: with a page that leads back, where the browser asks for
// one.
func (s *Server) refuseForm(w http.ResponseWriter, r *http.Request, site *site, loc *localized, back string, err error) {
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		s.refuse(w, r, err)
		return
	}
	no := s.refusalOf(r, err)
	s.metrics.refused(no.kind)
	words := loc.view.Words
	page := struct {
		pageHead
		Text, Detail, Back, BackText string
	}{s.head(site, loc.view, words.NotSaved), words.NotAccepted, no.detail, back, words.Back}
	if no.wait > 0 || no.status >= 500 {
		page.Text, page.Detail = words.NotSavedText, ""
	}
	var b bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&b, "problem.html", page); err != nil {
		s.fail(w, r, "draw a page", err)
		return
	}
	no.announce(w.Header())
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", loc.view.Language)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(no.status)
	w.Write(b.Bytes())
}

func (r *refusal) announce(h http.Header) {
	if r.wait > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(r.wait.Seconds()))))
	}
}

// fail answers for something that went wrong on our side. The cause goes to the log, not to the visitor.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, doing string, err error) {
	s.options.Log.Error("could not "+doing, "route", r.Pattern, "error", nameless(err))
	problem(w, http.StatusInternalServerError, "internal", internal)
}

// admit says whether the client's network may send one more decision now.
func (s *Server) admit(r *http.Request) error {
	from, _ := s.client(r)
	if wait, ok := s.limits.take(from, s.options.Now()); !ok {
		return &refusal{http.StatusTooManyRequests, "too-many", "This network sends more than the server takes. Send it again later; a decision's id makes that safe.", wait}
	}
	return nil
}

func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
