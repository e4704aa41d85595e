package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// subjectState is the state that holds now: GET /v1/{site}/subjects/{subject}.
type subjectState struct {
	Subject   string                   `json:"subject"`
	Decision  string                   `json:"decision,omitempty"` // the next decision names it as previous
	Policy    string                   `json:"policy"`             // version that the states are of
	DecidedAt time.Time                `json:"decided_at,omitzero"`
	Answers   map[string]consent.State `json:"answers"`
	Services  map[string]consent.State `json:"services"`
}

func (h *Handler) serveState(w http.ResponseWriter, r *http.Request, s *site.Site) {
	subject, ok := h.authorize(w, r, s, "state")
	if !ok {
		return
	}
	stored, err := h.Ledger.State(r.Context(), s.ID, subject)
	switch {
	case errors.Is(err, ledger.ErrTooMany):
		httpx.WriteProblem(w, http.StatusUnprocessableEntity, "too-many-records", fmt.Sprintf(
			"There are more than %d records of this subject, which are not added up. "+
				"All of it counts as denied; decide again as another subject.", ledger.MaxRecords))
		return
	case err != nil:
		h.Responder.WriteUnavailable(w, err)
		return
	}
	form := s.FormFor(r)
	q := consent.Evaluate(form, stored, consent.Signals{}, h.Now())
	out := subjectState{
		Subject: subject.String(), Policy: s.Current,
		Answers: map[string]consent.State{}, Services: map[string]consent.State{},
	}
	if stored.Decision != uuid.Nil { // else all records are restricted, and none counts
		out.Decision, out.DecidedAt = stored.Decision.String(), consent.DecidedAt(stored.Decision).UTC()
	}
	for _, p := range form.Purposes {
		out.Answers[p.ID] = q.States[p.ID]
		for _, service := range p.Services {
			out.Services[service.ID] = q.States[service.ID]
		}
	}
	httpx.WriteJSON(w, http.StatusOK, out)
}

func (h *Handler) serveRecords(w http.ResponseWriter, r *http.Request, s *site.Site) {
	subject, ok := h.authorize(w, r, s, "export")
	if !ok {
		return
	}
	if strings.Contains(r.Header.Get("Accept"), "application/ld+json") {
		if !h.Access.IsAdmin(r) {
			if err := h.SubmissionLimiter.CheckRate(r); err != nil { // a proof for each record takes long
				h.Responder.Refuse(w, r, err)
				return
			}
		}
		h.exportRecords(w, r, s, subject)
		return
	}
	from, err := httpx.LeafParameter(r.URL.Query(), "from")
	if err != nil {
		h.Responder.Refuse(w, r, err)
		return
	}
	records, next, err := h.Ledger.RecordsFrom(r.Context(), s.ID, subject, from)
	if err != nil {
		h.Responder.WriteUnavailable(w, err)
		return
	}
	// Written as the leaves commit to them, which encoding/json would not do.
	encoded, err := json.Marshal(struct {
		Site    string          `json:"site"`
		Subject uuid.UUID       `json:"subject"`
		Records []ledger.Record `json:"records"`
		Next    int64           `json:"next,omitzero"` // if there are more: the from to ask for them with
	}{s.ID, subject, records, next}, json.Deterministic(true))
	if err != nil {
		h.Responder.Fail(w, r, "encode records", err)
		return
	}
	httpx.WriteEncodedJSON(w, http.StatusOK, encoded)
}

// exportRecords answers with all records as JSON-LD, with their proofs.
func (h *Handler) exportRecords(w http.ResponseWriter, r *http.Request, s *site.Site, subject uuid.UUID) {
	head, err := h.Ledger.Head(r.Context(), s.ID)
	if err != nil {
		h.Responder.WriteUnavailable(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/ld+json")
	if err := s.ExportOwn(r.Context(), w, h.Ledger, head, subject, h.Now()); err != nil {
		h.Responder.Log.Error("records were not written", "error", httpx.RedactIDs(err))
		panic(http.ErrAbortHandler) // the headers are sent: only a broken connection shows the failure
	}
}

// serveStatus says whether one purpose, service or SDK is granted. It is for back ends and apps before they act, so it
// nearly always answers, and whatever it does not know is denied. An SDK has the state of its purpose. A network that
// asks too often gets 429, which callers treat as denied: what it asks must not slow down those who decide.
func (h *Handler) serveStatus(w http.ResponseWriter, r *http.Request, s *site.Site) {
	if !h.Access.IsAdmin(r) {
		if err := h.StatusLimiter.CheckRate(r); err != nil {
			h.Responder.Refuse(w, r, err)
			return
		}
	}
	state := consent.Denied
	if subject, ok := httpx.ParseID(r.URL.Query().Get("subject")); ok {
		stored, err := h.Ledger.State(r.Context(), s.ID, subject)
		switch {
		case errors.Is(err, ledger.ErrTooMany): // no person made these
		case err != nil:
			h.Responder.Log.Error("could not read a state; answered denied", "error", httpx.RedactIDs(err))
		case stored.Decision != uuid.Nil:
			if isGranted(s, stored, r.PathValue("id"), h.Now()) {
				state = consent.Granted
			}
		}
	}
	httpx.WriteJSON(w, http.StatusOK, map[string]consent.State{"state": state})
}

// isGranted evaluates one purpose, service or SDK. The client is not the visitor, and does not know where the visitor
// is: the strictest terms hold.
func isGranted(s *site.Site, stored consent.Stored, id string, now time.Time) bool {
	q := consent.Evaluate(s.Forms[s.Current], stored, consent.Signals{}, now)
	if sdk, ok := s.CurrentPolicy().SDK(id); ok {
		if sdk.NoData {
			return !s.HasEnded
		}
		id = sdk.Purpose
	}
	return q.IsGranted(id)
}
