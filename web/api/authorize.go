package api

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// authorize lets through a client that has the subject's secret, and the administrator, whose request is recorded in
// the audit trail. An unknown subject looks just like a wrong secret.
func (h *Handler) authorize(w http.ResponseWriter, r *http.Request, s *site.Site, doing string) (uuid.UUID, bool) {
	subject, isValid := httpx.ParseID(r.PathValue("subject"))
	if h.Access.IsAdmin(r) {
		return subject, h.authorizeAdmin(w, r, s, subject, isValid, doing)
	}
	secret := httpx.BearerToken(r)
	if isValid && consent.ValidSecret(secret) {
		isOwner, err := h.Ledger.Authorized(r.Context(), s.ID, subject, secret)
		if err != nil {
			h.Responder.WriteUnavailable(w, err)
			return uuid.Nil, false
		}
		if isOwner {
			return subject, true
		}
	}
	if err := h.Limiter.CheckRate(r); err != nil { // guesses of secrets, and of the admin token
		h.Responder.Refuse(w, r, err)
		return uuid.Nil, false
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="nod"`)
	httpx.WriteProblem(w, http.StatusUnauthorized, "secret-needed", "Send the subject's secret as a bearer token.")
	return uuid.Nil, false
}

// authorizeAdmin says whether the subject has records, and records first that the administrator reads them.
func (h *Handler) authorizeAdmin(
	w http.ResponseWriter, r *http.Request, s *site.Site, subject uuid.UUID, isValid bool, doing string,
) bool {
	var records []ledger.Record
	var err error
	if isValid {
		records, _, err = h.Ledger.RecordsFrom(r.Context(), s.ID, subject, 0)
	}
	if err == nil && len(records) > 0 {
		err = h.Trail.NoteAdmin(r.Context(), doing, s.ID, len(records))
	}
	switch {
	case err != nil:
		h.Responder.WriteUnavailable(w, err)
	case len(records) == 0:
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-subject", "There are no records of this subject.")
	default:
		return true
	}
	return false
}
