package api

import (
	"crypto/sha256"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// sentDecision is a well-formed decision of a request.
type sentDecision struct {
	decision *consent.Decision
	digest   [sha256.Size]byte // of the body
	token    string            // the bearer token; "" without
}

// serveDecision takes a decision. A 201 means that it is on disk and in the tree.
func (h *Handler) serveDecision(w http.ResponseWriter, r *http.Request, s *site.Site) {
	sent, err := h.readDecision(w, r)
	if err != nil {
		h.Responder.Refuse(w, r, err)
		return
	}
	entry, err := s.NewEntry(r.Context(), sent.decision, h.Now())
	if err != nil {
		h.refuseDecision(w, r, s, sent, err)
		return
	}
	receipt, isRepeated, err := h.append(r, sent, entry)
	if err == nil && isRepeated {
		err = checkGrantsStored(receipt, sent.decision)
	}
	if err != nil {
		h.refuseDecision(w, r, s, sent, err)
		return
	}
	h.Responder.Metrics.CountDecision(s.ID, string(entry.Decision.Action), isRepeated)
	s.RenewCookie(w, r, &entry.Decision)
	status := http.StatusCreated
	if isRepeated {
		status = http.StatusOK
	}
	encoded, err := receipt.Encode()
	if err != nil {
		h.Responder.Fail(w, r, "encode a receipt", err)
		return
	}
	httpx.WriteEncodedJSON(w, status, encoded)
}

// checkGrantsStored checks that a decision that comes again was stored with its grants. If they were refused the first
// time, for example by a server that did not have that version of the policy yet, only its denials were.
func checkGrantsStored(receipt ledger.Receipt, sent *consent.Decision) error {
	var stored consent.Decision
	if err := json.Unmarshal(receipt.Record, &stored); err != nil {
		return fmt.Errorf("read the record of a receipt: %w", err)
	}
	if !slices.Equal(stored.Granted(), sent.Granted()) {
		return fmt.Errorf("%w: what it grants was refused when it came first. Ask again, and send a new decision",
			consent.ErrRefused)
	}
	return nil
}

// append stores an entry of a decision that was sent.
func (h *Handler) append(r *http.Request, sent sentDecision, entry ledger.Entry) (ledger.Receipt, bool, error) {
	entry.Body = sent.digest
	if sent.token != "" {
		entry.Secret = sent.token
	}
	return h.Ledger.Append(r.Context(), entry)
}

// readDecision reads a decision from the request, and checks its form.
func (h *Handler) readDecision(w http.ResponseWriter, r *http.Request) (sent sentDecision, err error) {
	if err := h.Limiter.CheckRate(r); err != nil {
		return sent, err
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return sent, &httpx.Refusal{
			Status: http.StatusUnsupportedMediaType, Kind: "content-type", Detail: "Send the decision as application/json.",
		}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, httpx.MaxBody))
	if err != nil {
		return sent, httpx.RefuseBody(err, "The body ended early. Send it again.")
	}
	if sent.decision, sent.digest, err = parseDecision(body); err != nil {
		return sent, err
	}
	sent.token = httpx.BearerToken(r)
	if secret := sent.decision.Secret; sent.token != "" && secret != "" && sent.token != secret {
		return sent, fmt.Errorf("%w: secret: is not the bearer token; send one of them", consent.ErrMalformed)
	}
	return sent, nil
}

// parseDecision reads a decision strictly: no unknown and no repeated member, every id in its only form. The digest is
// of the body's canonical form, so that white space does not make it a different body.
func parseDecision(body []byte) (*consent.Decision, [sha256.Size]byte, error) {
	malformed := func(err error) (*consent.Decision, [sha256.Size]byte, error) {
		return nil, [sha256.Size]byte{}, fmt.Errorf("%w: %v", consent.ErrMalformed, err)
	}
	var d consent.Decision
	if err := json.Unmarshal(body, &d, json.RejectUnknownMembers(true)); err != nil {
		return nil, [sha256.Size]byte{}, explainJSON(err)
	}
	if err := checkMembers(body, &d); err != nil {
		return malformed(err)
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
