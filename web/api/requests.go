package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// maxRequestBody is how many bytes of a request are read: 4,000 characters, each escaped as two halves of 6 bytes.
const maxRequestBody = 64 << 10

// registerRequests registers the addresses of persons' requests.
func (h *Handler) registerRequests(handle func(string, site.Handler)) {
	handle("POST /v1/{site}/requests", h.receiveRequest)
	handle("GET /v1/{site}/requests/{id}", h.serveRequest)
	handle("POST /v1/{site}/requests/{id}/verification", h.verifyRequest)
	handle("DELETE /v1/{site}/requests/{id}/items/{item}", h.withdrawItem)
	handle("GET /v1/{site}/requests/{id}/receipts/{event}", h.serveRequestReceipt)
	ofDesk := func(serve func(http.ResponseWriter, *http.Request, string)) site.Handler {
		return func(w http.ResponseWriter, r *http.Request, s *site.Site) { serve(w, r, ledger.DeskTree(s.ID)) }
	}
	handle("GET /v1/{site}/desk/log/checkpoint", ofDesk(h.serveCheckpointOf))
	handle("GET /v1/{site}/desk/log/tile/{tile...}", ofDesk(h.serveTileOf))
	handle("GET /v1/{site}/desk/log/keys", ofDesk(h.serveKeysOf))
}

// requestProof shows who asks: an assertion of the host, or the secret of the browser's subject.
type requestProof struct {
	Assertion     string `json:"assertion"`
	Subject       string `json:"subject"`
	SubjectSecret string `json:"subject_secret"`
}

// requestBody is a request with its proof, which may come later.
type requestBody struct {
	request.Submission
	requestProof
}

// requestStatus is a request as its person reads it.
type requestStatus struct {
	ID         uuid.UUID      `json:"id"`
	Reference  string         `json:"reference"`
	Site       string         `json:"site"`
	Policy     string         `json:"policy"`
	ReceivedAt time.Time      `json:"received_at"`
	Identity   string         `json:"identity"`    // "" until it is shown
	Due        string         `json:"due"`         // last day of the answer; "" if none is promised
	Fee        string         `json:"fee"`         // what was written of a cost
	LetterSalt []byte         `json:"letter_salt"` // the leaf has SHA-256 of it and the letter
	Items      []requestItem  `json:"items"`
	Events     []requestEvent `json:"events"`
}

type requestItem struct {
	Item      int    `json:"item"`
	Kind      string `json:"kind"`
	State     string `json:"state"`
	Due       string `json:"due"`
	IsOverdue bool   `json:"overdue"`
	Outcome   string `json:"outcome"`
	Ground    string `json:"ground"`
	Letter    string `json:"letter"`
}

type requestEvent struct {
	ID   uuid.UUID `json:"id"`
	Type string    `json:"type"`
	At   time.Time `json:"at"`
}

func (h *Handler) writeRequest(w http.ResponseWriter, s *site.Site, c request.Case, status int) {
	out := requestStatus{
		ID: c.ID, Reference: c.Reference, Site: c.Site, Policy: c.Policy, ReceivedAt: c.ReceivedAt,
		Identity: string(c.Identity), Due: string(c.Due()), Fee: c.Fee, LetterSalt: c.LetterSalt(),
		Items: []requestItem{}, Events: []requestEvent{},
	}
	for _, i := range c.Items {
		out.Items = append(out.Items, requestItem{
			i.Item, string(i.Kind), string(i.State), string(i.Due()), h.Desk.IsOverdue(s.Site, i), string(i.Outcome),
			i.Ground, i.Letter,
		})
	}
	for _, e := range c.Events {
		out.Events = append(out.Events, requestEvent(e))
	}
	httpx.WriteJSON(w, status, out)
}

// refuseRequest answers with what a desk refuses.
func (h *Handler) refuseRequest(w http.ResponseWriter, r *http.Request, err error) {
	var wrong *request.FieldError
	refuse := func(status int, kind, detail string) {
		h.Responder.Refuse(w, r, &httpx.Refusal{Status: status, Kind: kind, Detail: detail})
	}
	switch {
	case errors.As(err, &wrong):
		refuse(http.StatusUnprocessableEntity, "invalid-request", wrong.Field+": "+wrong.Problem+".")
	case errors.Is(err, request.ErrClosed):
		refuse(http.StatusNotFound, "no-desk", "This site takes no requests here.")
	case errors.Is(err, request.ErrNotFound), errors.Is(err, ledger.ErrNotFound):
		refuse(http.StatusNotFound, "unknown-request", "The request, the item or the step does not exist.")
	case errors.Is(err, request.ErrConflict):
		refuse(http.StatusConflict, "conflict", "A request with this id and different content is stored. Create a new id.")
	case errors.Is(err, request.ErrState):
		refuse(http.StatusConflict, "state", "The request is in a state that does not allow this.")
	case errors.Is(err, request.ErrIdentity):
		refuse(http.StatusUnauthorized, "identity",
			"The proof is not valid, was used before, or is not enough for this request.")
	case errors.Is(err, ledger.ErrErased):
		refuse(http.StatusGone, "erased", "The step was erased.")
	case errors.Is(err, ledger.ErrChanged), errors.Is(err, ledger.ErrUnavailable), errors.Is(err, ledger.ErrClosed):
		h.Responder.WriteUnavailable(w, err)
	default:
		h.Responder.Refuse(w, r, err)
	}
}

// readRequestBody reads the JSON of a request.
func (h *Handler) readRequestBody(w http.ResponseWriter, r *http.Request, into any) error {
	if err := h.Limiter.CheckRate(r); err != nil {
		return err
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return &httpx.Refusal{
			Status: http.StatusUnsupportedMediaType, Kind: "content-type", Detail: "Send the request as application/json.",
		}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequestBody))
	if err != nil {
		return httpx.RefuseBody(err, "The body ended early. Send it again.")
	}
	if err := json.Unmarshal(body, into, json.RejectUnknownMembers(true)); err != nil {
		return &httpx.Refusal{
			Status: http.StatusBadRequest, Kind: "malformed-request",
			Detail: "The body is not a request as the documentation writes it.",
		}
	}
	return nil
}

func (h *Handler) receiveRequest(w http.ResponseWriter, r *http.Request, s *site.Site) {
	var body requestBody
	err := h.SubmissionLimiter.CheckRate(r)
	if err == nil {
		err = h.readRequestBody(w, r, &body)
	}
	if err != nil {
		h.refuseRequest(w, r, err)
		return
	}
	if _, ok := s.Localized[body.Language]; !ok {
		h.refuseRequest(w, r, &request.FieldError{Field: "language", Problem: "is not one of the site's"})
		return
	}
	if !policy.Platform(body.Platform).Valid() {
		h.refuseRequest(w, r, &request.FieldError{Field: "platform", Problem: "is web, android, ios or harmony"})
		return
	}
	c, isRepeated, err := h.Desk.Receive(r.Context(), s.Site, body.Submission)
	if err != nil {
		h.refuseRequest(w, r, err)
		return
	}
	// A repetition can bring the proof that did not come through the first time.
	if body.requestProof != (requestProof{}) && c.WaitsForProof() {
		verified, err := h.verify(r, s, c.ID, body.requestProof)
		switch {
		case err == nil:
			c = verified
		case errors.Is(err, request.ErrIdentity), errors.Is(err, request.ErrState):
			h.Responder.Metrics.CountRefusal("identity") // the request is stored, and can be proven later
		default:
			h.refuseRequest(w, r, err)
			return
		}
	}
	status := http.StatusCreated
	if isRepeated {
		status = http.StatusOK
	}
	h.writeRequest(w, s, c, status)
}

// verify takes a proof.
func (h *Handler) verify(r *http.Request, s *site.Site, id uuid.UUID, p requestProof) (request.Case, error) {
	if p.Assertion != "" {
		return h.Desk.VerifyByAccount(r.Context(), s.Site, id, p.Assertion)
	}
	subject, ok := httpx.ParseID(p.Subject)
	if !ok || !consent.ValidSecret(p.SubjectSecret) {
		return request.Case{}, request.ErrIdentity
	}
	return h.Desk.VerifyByBrowser(r.Context(), s.Site, id, subject, p.SubjectSecret)
}

// openRequest returns the request that the address names, for the holder of its key.
func (h *Handler) openRequest(w http.ResponseWriter, r *http.Request, s *site.Site) (c request.Case, ok bool) {
	id, isValid := httpx.ParseID(r.PathValue("id"))
	err := request.ErrNotFound
	if isValid {
		c, err = h.Desk.Open(r.Context(), s.ID, id, httpx.BearerToken(r))
	}
	if errors.Is(err, request.ErrNotFound) {
		if limit := h.Limiter.CheckRate(r); limit != nil { // guesses
			err = limit
		} else {
			w.Header().Set("WWW-Authenticate", `Bearer realm="nod"`)
			err = &httpx.Refusal{
				Status: http.StatusUnauthorized, Kind: "secret-needed", Detail: "Send the request's secret as a bearer token.",
			}
		}
	}
	if err != nil {
		h.refuseRequest(w, r, err)
		return c, false
	}
	return c, true
}

func (h *Handler) serveRequest(w http.ResponseWriter, r *http.Request, s *site.Site) {
	if c, ok := h.openRequest(w, r, s); ok {
		h.writeRequest(w, s, c, http.StatusOK)
	}
}

func (h *Handler) verifyRequest(w http.ResponseWriter, r *http.Request, s *site.Site) {
	c, ok := h.openRequest(w, r, s)
	if !ok {
		return
	}
	var p requestProof
	err := h.readRequestBody(w, r, &p)
	if err == nil {
		c, err = h.verify(r, s, c.ID, p)
	}
	if err != nil {
		h.refuseRequest(w, r, err)
		return
	}
	h.writeRequest(w, s, c, http.StatusOK)
}

func (h *Handler) withdrawItem(w http.ResponseWriter, r *http.Request, s *site.Site) {
	c, ok := h.openRequest(w, r, s)
	if !ok {
		return
	}
	number, _ := strconv.Atoi(r.PathValue("item")) // 0 is not an item
	c, err := h.Desk.Withdraw(r.Context(), s.Site, c.ID, number)
	if err != nil {
		h.refuseRequest(w, r, err)
		return
	}
	h.writeRequest(w, s, c, http.StatusOK)
}

func (h *Handler) serveRequestReceipt(w http.ResponseWriter, r *http.Request, s *site.Site) {
	c, ok := h.openRequest(w, r, s)
	if !ok {
		return
	}
	event, _ := httpx.ParseID(r.PathValue("event"))
	encoded, err := h.Desk.EncodeReceipt(r.Context(), c, event)
	if err != nil {
		h.refuseRequest(w, r, err)
		return
	}
	httpx.WriteEncodedJSON(w, http.StatusOK, encoded)
}
