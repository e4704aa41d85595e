package web

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/httpx"
)

// subjectState is the state that holds now: GET /v1/{site}/subjects/{subject}.
type subjectState struct {
	Subject   string                   `json:"subject"`
	Decision  string                   `json:"decision"` // the next decision names it as previous
	Policy    string                   `json:"policy"`   // version that the states are of
	DecidedAt time.Time                `json:"decided_at"`
	Answers   map[string]consent.State `json:"answers"`
	Services  map[string]consent.State `json:"services"`
}

// authorize lets through who has the subject's secret, and the administrator, whose doing is noted in the audit trail. An
// unknown subject looks just like a wrong secret.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request, site *site, doing string) (uuid.UUID, bool) {
	subject, valid := httpx.ParseID(r.PathValue("subject"))
	if s.access.IsAdmin(r) {
		return s.authorizeAdmin(w, r, site, subject, valid, doing)
	}
	secret := httpx.BearerToken(r)
	if valid && consent.ValidSecret(secret) {
		known, err := s.options.Ledger.Authorized(r.Context(), site.ID, subject, secret)
		if err != nil {
			s.responder.WriteUnavailable(w, err)
			return uuid.Nil, false
		}
		if known {
			return subject, true
		}
	}
	if s.options.AdminToken != "" { // which could be guessed here, too
		if err := s.limiter.CheckRate(r); err != nil {
			s.responder.Refuse(w, r, err)
			return uuid.Nil, false
		}
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="nod"`)
	httpx.WriteProblem(w, http.StatusUnauthorized, "secret-needed", "Send the subject's secret as a bearer token.")
	return uuid.Nil, false
}

func (s *Server) authorizeAdmin(w http.ResponseWriter, r *http.Request, site *site, subject uuid.UUID, valid bool, doing string) (uuid.UUID, bool) {
	var records []ledger.Record
	var err error
	if valid {
		records, _, err = s.options.Ledger.RecordsFrom(r.Context(), site.ID, subject, 0)
	}
	if err == nil && len(records) > 0 {
		err = s.options.Admin.NoteAdmin(r.Context(), doing, site.ID, len(records))
	}
	switch {
	case err != nil:
		s.responder.WriteUnavailable(w, err)
	case len(records) == 0:
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-subject", "There are no records of this subject.")
	default:
		return subject, true
	}
	return uuid.Nil, false
}

func (s *Server) state(w http.ResponseWriter, r *http.Request, site *site) {
	subject, ok := s.authorize(w, r, site, "state")
	if !ok {
		return
	}
	stored, err := s.standing(r, site, subject)
	switch {
	case errors.Is(err, ledger.ErrTooMany):
		httpx.WriteProblem(w, http.StatusUnprocessableEntity, "too-many-records",
			fmt.Sprintf("There are more than %d records of this subject, which are not added up. All of it counts as denied; decide anew as another subject.", ledger.MaxRecords))
		return
	case err != nil:
		s.responder.WriteUnavailable(w, err)
		return
	}
	form := s.asked(r, site)
	q := consent.Evaluate(form, stored, consent.Signals{}, s.options.Now())
	out := subjectState{
		Subject: subject.String(), Decision: stored.Decision.String(), Policy: site.Current, DecidedAt: consent.DecidedAt(stored.Decision).UTC(),
		Answers: map[string]consent.State{}, Services: map[string]consent.State{},
	}
	for _, p := range form.Purposes {
		out.Answers[p.ID] = q.States[p.ID]
		for _, service := range p.Services {
			out.Services[service.ID] = q.States[service.ID]
		}
	}
	httpx.WriteJSON(w, http.StatusOK, out)
}

// standing is what all decisions of the subject come to.
func (s *Server) standing(r *http.Request, site *site, subject uuid.UUID) (consent.Stored, error) {
	records, err := s.options.Ledger.Records(r.Context(), site.ID, subject)
	if err != nil {
		return consent.Stored{}, err
	}
	decisions := make([]consent.Recorded, len(records))
	for i := range records {
		decisions[i] = records[i].Recorded
	}
	return consent.Resolve(decisions), nil
}

func (s *Server) records(w http.ResponseWriter, r *http.Request, site *site) {
	subject, ok := s.authorize(w, r, site, "export")
	if !ok {
		return
	}
	from, err := leafParameter(r.URL.Query(), "from")
	if err != nil {
		s.responder.Refuse(w, r, err)
		return
	}
	records, next, err := s.options.Ledger.RecordsFrom(r.Context(), site.ID, subject, from)
	if err != nil {
		s.responder.WriteUnavailable(w, err)
		return
	}
	// Written as the leaves commit to them, which encoding/json would not do.
	encoded, err := json.Marshal(struct {
		Site    string          `json:"site"`
		Subject uuid.UUID       `json:"subject"`
		Records []ledger.Record `json:"records"`
		Next    int64           `json:"next,omitzero"` // where there are more: the from to ask for them with
	}{site.ID, subject, records, next}, json.Deterministic(true))
	if err != nil {
		s.responder.Fail(w, r, "encode records", err)
		return
	}
	httpx.WriteEncodedJSON(w, http.StatusOK, encoded)
}

// status says whether one purpose, service or SDK is granted. It is for back ends and apps that are about to do what it
// is about, so it always answers, and whatever it does not know is denied. An SDK has the state of its purpose.
func (s *Server) status(w http.ResponseWriter, r *http.Request, site *site) {
	state := consent.Denied
	if subject, ok := httpx.ParseID(r.URL.Query().Get("subject")); ok {
		stored, err := s.standing(r, site, subject)
		switch {
		case errors.Is(err, ledger.ErrTooMany): // no person made these
		case err != nil:
			s.options.Log.Error("could not read a state; answered denied", "error", httpx.RedactIDs(err))
		case stored.Decision != uuid.Nil:
			// Who asks is no visitor, and knows nothing of the visitor's place: the strictest terms hold.
			q := consent.Evaluate(site.forms[site.Current], stored, consent.Signals{}, s.options.Now())
			id := r.PathValue("id")
			if sdk, ok := site.CurrentPolicy().SDK(id); ok {
				id = sdk.Purpose
			}
			if q.IsGranted(id) {
				state = consent.Granted
			}
		}
	}
	httpx.WriteJSON(w, http.StatusOK, map[string]consent.State{"state": state})
}

// erase drops what is kept of a subject, or restricts it where the site says so: DELETE /v1/{site}/subjects/{subject}.
func (s *Server) erase(w http.ResponseWriter, r *http.Request, site *site) {
	subject, ok := s.authorize(w, r, site, string(site.Evidence.Erasure))
	if !ok {
		return
	}
	drop := s.options.Ledger.Erase
	if site.Evidence.Erasure == policy.ErasureRestrict {
		drop = s.options.Ledger.Restrict
	}
	if _, err := drop(r.Context(), site.ID, subject); err != nil {
		s.responder.WriteUnavailable(w, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) unavailable(w http.ResponseWriter, err error) {
	s.options.Log.Error("the store could not be read", "error", httpx.RedactIDs(err))
	w.Header().Set("Retry-After", "2")
	httpx.WriteProblem(w, http.StatusServiceUnavailable, "store-unavailable", "The store does not answer. Try again later.")
}
