package web

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
)

// decide takes a decision: POST /v1/{site}/decisions. A 201 means that it is on disk and in the tree.
func (s *Server) decide(w http.ResponseWriter, r *http.Request, site *site) {
	if !s.admit(w, r) {
		return
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		problem(w, http.StatusUnsupportedMediaType, "content-type", "Send the decision as application/json.")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		problem(w, http.StatusRequestEntityTooLarge, "body-too-long", fmt.Sprintf("A decision has at most %d bytes.", maxBody))
		return
	case err != nil:
		problem(w, http.StatusBadRequest, "unreadable-body", "The body ended early. Send it again.")
		return
	}
	d, digest, err := readDecision(body)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	if b := bearer(r); b != "" && d.Secret != "" && b != d.Secret {
		s.refuse(w, r, fmt.Errorf("%w: secret: is not the bearer token; send one of them", consent.ErrMalformed))
		return
	}
	entry, err := site.entry(d)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	entry.Body = digest
	if b := bearer(r); b != "" {
		entry.Secret = b
	}
	receipt, repeated, err := s.options.Ledger.Append(r.Context(), entry)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.renewCookie(w, r, site, d)
	status := http.StatusCreated
	if repeated {
		status = http.StatusOK
	}
	encoded, err := receipt.Encode()
	if err != nil {
		s.fail(w, r, "encode a receipt", err)
		return
	}
	writeEncoded(w, status, encoded)
}

// admit says whether the client's network may send one more decision now, and answers it if not.
func (s *Server) admit(w http.ResponseWriter, r *http.Request) bool {
	from, _ := s.client(r)
	wait, ok := s.limits.take(from, s.options.Now())
	if !ok {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		problem(w, http.StatusTooManyRequests, "too-many", "This network sends more decisions than the server takes. Send it again later; the id makes that safe.")
	}
	return ok
}

// readDecision reads a decision strictly: no unknown and no repeated member, every id in its one form. The digest is of
// the body's canonical form, so that white space does not make another body of it.
func readDecision(body []byte) (*consent.Decision, [sha256.Size]byte, error) {
	malformed := func(err error) (*consent.Decision, [sha256.Size]byte, error) {
		return nil, [sha256.Size]byte{}, fmt.Errorf("%w: %v", consent.ErrMalformed, err)
	}
	var d consent.Decision
	if err := json.Unmarshal(body, &d, json.RejectUnknownMembers(true)); err != nil {
		return malformed(err)
	}
	// uuid.Parse takes braces, "urn:uuid:" and upper case too, which would be other bodies with the same id.
	var ids struct {
		ID       string  `json:"id"`
		Previous *string `json:"previous"`
		Subject  string  `json:"subject"`
	}
	if err := json.Unmarshal(body, &ids); err != nil {
		return malformed(err)
	}
	if ids.ID != d.ID.String() || ids.Subject != d.Subject.String() || (d.Previous != nil && *ids.Previous != d.Previous.String()) {
		return malformed(errors.New("id, subject, previous: want UUIDs of 36 characters in lower case"))
	}
	if err := d.CheckForm(); err != nil {
		return nil, [sha256.Size]byte{}, err
	}
	canonical := jsontext.Value(body).Clone()
	if err := canonical.Canonicalize(); err != nil {
		return malformed(err)
	}
	return &d, sha256.Sum256(canonical), nil
}

// entry holds a well-formed decision against the policy that it names.
func (s *site) entry(d *consent.Decision) (ledger.Entry, error) {
	form, ok := s.forms[d.Policy]
	if !ok {
		return ledger.Entry{}, fmt.Errorf("%w: site %s has no policy of version %q", consent.ErrRefused, s.ID, d.Policy)
	}
	if err := d.CheckAnswers(form); err != nil {
		return ledger.Entry{}, err
	}
	return ledger.Entry{
		Site: s.ID, Decision: *d, Covered: consent.CoveredBy(form, d), Secret: d.Secret, Grants: d.Grants(form),
	}, nil
}

// refuse answers for a decision that was not taken.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	say := func(status int, kind string) { problem(w, status, kind, sentence(err)) }
	switch {
	case errors.Is(err, consent.ErrMalformed):
		say(http.StatusBadRequest, "malformed-decision")
	case errors.Is(err, ledger.ErrSecretMissing):
		say(http.StatusBadRequest, "secret-missing")
	case errors.Is(err, consent.ErrRefused):
		say(http.StatusUnprocessableEntity, "refused-decision")
	case errors.Is(err, ledger.ErrLayout):
		say(http.StatusUnprocessableEntity, "unknown-layout")
	case errors.Is(err, ledger.ErrConflict):
		say(http.StatusConflict, "other-decision")
	case errors.Is(err, ledger.ErrSecret):
		say(http.StatusForbidden, "wrong-secret")
	case errors.Is(err, ledger.ErrErased):
		say(http.StatusGone, "erased")
	case storeDown(err):
		s.options.Log.Error("a decision was not stored", "error", nameless(err))
		w.Header().Set("Retry-After", "2")
		problem(w, http.StatusServiceUnavailable, "store-unavailable", "The decision could not be stored. Send it again later; the id makes that safe.")
	case r.Context().Err() != nil: // nobody is there to read an answer
	default:
		s.fail(w, r, "store a decision", err)
	}
}

// storeDown says whether the store could not take a decision just now.
func storeDown(err error) bool {
	return errors.Is(err, ledger.ErrBusy) || errors.Is(err, ledger.ErrUnavailable) || errors.Is(err, ledger.ErrClosed)
}

func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// renewCookie sets the cookie again as the browser has it. Safari forgets what a script wrote after seven days; a
// cookie that the page's own host sets stays its term. It says nothing new, so it is set only where the request came
// with it and it is about this very decision.
func (s *Server) renewCookie(w http.ResponseWriter, r *http.Request, site *site, d *consent.Decision) {
	if stored, ok := storedIn(r, s.options.Now()); ok && stored.Decision == d.ID && stored.Subject == d.Subject {
		http.SetCookie(w, s.cookie(r, site, stored))
	}
}

func (s *Server) cookie(r *http.Request, site *site, stored consent.Stored) *http.Cookie {
	return &http.Cookie{
		Name: consent.CookieName, Value: consent.EncodeCookie(stored),
		Path: "/", Domain: site.Cookie.Domain, MaxAge: site.Cookie.Days * 86400,
		SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(s.ownOrigin(r), "https:"),
	}
}

func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// parseID reads a UUID in its one form: 36 characters in lower case.
func parseID(s string) (uuid.UUID, bool) {
	id, err := uuid.Parse(s)
	return id, err == nil && id.String() == s
}
