package httpx

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
)

// Refusal is an error that says why the server does not take a request, in the terms of a problem document.
type Refusal struct {
	Status     int
	Kind       string
	Detail     string
	RetryAfter time.Duration // 0 where sending the request again would change nothing
}

func (r *Refusal) Error() string { return r.Detail }

// SetRetryAfter sets the header that says when to send the request again.
func (r *Refusal) SetRetryAfter(h http.Header) {
	if r.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(r.RetryAfter.Seconds()))))
	}
}

// refusals gives the status and the kind of the errors whose text a client may read. The first that fits counts.
var refusals = []struct {
	err    error
	status int
	kind   string
	remedy string // if the error itself has none
}{
	{consent.ErrMalformed, http.StatusBadRequest, "malformed-decision", ""},
	{ledger.ErrSecretMissing, http.StatusBadRequest, "secret-missing", ""},
	{consent.ErrRefused, http.StatusUnprocessableEntity, "refused-decision", ""},
	{ledger.ErrPresentation, http.StatusUnprocessableEntity, "unknown-presentation", ""},
	{ledger.ErrConflict, http.StatusConflict, "other-decision", ""},
	{ledger.ErrSecret, http.StatusForbidden, "wrong-secret", " Send it as bearer token."},
	{ledger.ErrErased, http.StatusGone, "erased", " A new decision needs a new id."},
}

const (
	internalError = "Something went wrong here; nothing was changed. Try again later."
	notStored     = "The decision could not be stored. Send it again later; the id makes that safe."
)

// Responder answers requests that fail. It logs what is the server's own fault, and counts what it refuses.
type Responder struct {
	Log     *slog.Logger
	Metrics *Metrics
}

// RefusalOf puts an error into the terms of HTTP. The cause of a fault of the server goes to the log, not to the
// client.
func (s *Responder) RefusalOf(r *http.Request, err error) *Refusal {
	var made *Refusal
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &made):
		return made
	case errors.As(err, &tooLong):
		return &Refusal{
			Status: http.StatusRequestEntityTooLarge, Kind: "body-too-long",
			Detail: fmt.Sprintf("The body is too long. Send at most %d bytes.", tooLong.Limit),
		}
	}
	for _, known := range refusals {
		if errors.Is(err, known.err) {
			_, detail, _ := strings.Cut(err.Error(), known.err.Error()) // what is before it is for the log
			return &Refusal{Status: known.status, Kind: known.kind, Detail: sentence(known.err.Error()+detail) + known.remedy}
		}
	}
	if errors.Is(err, ledger.ErrBusy) || errors.Is(err, ledger.ErrUnavailable) || errors.Is(err, ledger.ErrClosed) {
		s.Log.Error("a decision was not stored", "error", RedactIDs(err))
		return &Refusal{http.StatusServiceUnavailable, "store-unavailable", notStored, 2 * time.Second}
	}
	if r.Context().Err() == nil { // else the client left, and nobody reads the answer
		s.Log.Error("request failed", "route", r.Pattern, "error", RedactIDs(err))
	}
	return &Refusal{Status: http.StatusInternalServerError, Kind: "internal", Detail: internalError}
}

// Refuse answers a program with the problem document of an error.
func (s *Responder) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	refusal := s.RefusalOf(r, err)
	s.Metrics.CountRefusal(refusal.Kind)
	refusal.SetRetryAfter(w.Header())
	WriteProblem(w, refusal.Status, refusal.Kind, refusal.Detail)
}

// Fail answers for something that went wrong in the server: "could not " and what was being done. The cause goes to
// the log, not to the visitor.
func (s *Responder) Fail(w http.ResponseWriter, r *http.Request, doing string, err error) {
	s.Log.Error("could not "+doing, "route", r.Pattern, "error", RedactIDs(err))
	WriteProblem(w, http.StatusInternalServerError, "internal", internalError)
}

// WriteUnavailable answers a request that needs to read the store while the store does not answer.
func (s *Responder) WriteUnavailable(w http.ResponseWriter, err error) {
	if errors.Is(err, ledger.ErrChanged) {
		s.Log.Error("a record was changed in the database", "error", RedactIDs(err))
		WriteProblem(w, http.StatusInternalServerError, "changed-record",
			"A stored record is not the one that was signed. The server does not use it.")
		return
	}
	s.Log.Error("the store could not be read", "error", RedactIDs(err))
	w.Header().Set("Retry-After", "2")
	WriteProblem(w, http.StatusServiceUnavailable, "store-unavailable", "The store does not answer. Try again later.")
}

// Sentence returns an error's text as a sentence.
func Sentence(err error) string { return sentence(err.Error()) }

func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] + "." }
