package web

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
)

// decide takes a decision: POST /v1/{site}/decisions. A 201 means that it is on disk and in the tree.
func (s *Server) decide(w http.ResponseWriter, r *http.Request, site *site) {
	if err := s.admit(r); err != nil {
		s.refuse(w, r, err)
		return
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		s.refuse(w, r, &refusal{status: http.StatusUnsupportedMediaType, kind: "content-type", detail: "Send the decision as application/json."})
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		s.refuse(w, r, unreadable(err, "The body ended early. Send it again."))
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
	entry, err := site.entry(d, s.options.Now())
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
	s.metrics.decided(site.ID, string(d.Action), repeated)
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

// unreadable is the refusal of a body that could not be read.
func unreadable(err error, detail string) error {
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		return err
	}
	return &refusal{status: http.StatusBadRequest, kind: "unreadable-body", detail: detail}
}

// readDecision reads a decision strictly: no unknown and no repeated member, every id in its one form. The digest is of
// the body's canonical form, so that white space does not make another body of it.
func readDecision(body []byte) (*consent.Decision, [sha256.Size]byte, error) {
	malformed := func(err error) (*consent.Decision, [sha256.Size]byte, error) {
		return nil, [sha256.Size]byte{}, fmt.Errorf("%w: %v", consent.ErrMalformed, err)
	}
	var d consent.Decision
	if err := json.Unmarshal(body, &d, json.RejectUnknownMembers(true)); err != nil {
		return nil, [sha256.Size]byte{}, malformedJSON(err)
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
	if err := d.CheckFields(); err != nil {
		return nil, [sha256.Size]byte{}, err
	}
	canonical := jsontext.Value(body).Clone()
	if err := canonical.Canonicalize(); err != nil {
		return malformed(err)
	}
	return &d, sha256.Sum256(canonical), nil
}

// entry holds a well-formed decision against the policy that it names.
func (s *site) entry(d *consent.Decision, now time.Time) (ledger.Entry, error) {
	form, ok := s.forms[d.Policy]
	if !ok {
		return ledger.Entry{}, fmt.Errorf("%w: site %s has no policy of version %q, only %s", consent.ErrRefused, s.ID, d.Policy, strings.Join(s.Versions(), ", "))
	}
	if err := d.CheckAnswers(form); err != nil {
		return ledger.Entry{}, err
	}
	if err := d.CheckTime(form, now); err != nil {
		return ledger.Entry{}, err
	}
	return ledger.Entry{
		Site: s.ID, Decision: *d, Covered: consent.ListCovered(form, d), Secret: d.Secret, Grants: d.Grants(form),
	}, nil
}
