package api

import (
	"errors"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// refusedDecision is the problem document of a decision that is not stored as it was sent.
type refusedDecision struct {
	httpx.Problem
	Refused []string `json:"refused"` // the purposes and services that it wanted to grant, and did not

	// Receipt is of the denials in it, which are stored all the same.
	Receipt jsontext.Value `json:"receipt,omitempty"`
}

// refuseDecision answers a decision that is refused. The denials in it are stored first: a visitor can always deny.
// Only a fault of the store keeps them out, and then the answer says to send the decision again.
func (h *Handler) refuseDecision(w http.ResponseWriter, r *http.Request, s *site.Site, sent sentDecision, cause error) {
	if !isOfGrants(cause) {
		h.Responder.Refuse(w, r, cause)
		return
	}
	refusal := h.Responder.RefusalOf(r, cause)
	problem := refusedDecision{
		Problem: httpx.NewProblem(refusal.Status, refusal.Kind, refusal.Detail), Refused: []string{},
	}
	problem.Refused = append(problem.Refused, sent.decision.Granted()...)
	if entry, ok := s.NewDenialEntry(r.Context(), sent.decision); ok {
		receipt, isRepeated, err := h.append(r, sent, entry)
		if err != nil {
			h.Responder.Refuse(w, r, err)
			return
		}
		h.Responder.Metrics.CountDecision(s.ID, string(entry.Decision.Action), isRepeated)
		if problem.Receipt, err = receipt.Encode(); err != nil {
			h.Responder.Fail(w, r, "encode a receipt", err)
			return
		}
	}
	encoded, err := json.Marshal(problem, json.Deterministic(true))
	if err != nil {
		h.Responder.Fail(w, r, "encode a problem", err)
		return
	}
	h.Responder.Metrics.CountRefusal(refusal.Kind)
	httpx.WriteEncodedProblem(w, refusal.Status, encoded)
}

// isOfGrants reports whether a well-formed decision was refused for something that denials do not need.
func isOfGrants(cause error) bool {
	return errors.Is(cause, consent.ErrRefused) || errors.Is(cause, ledger.ErrPresentation) ||
		errors.Is(cause, ledger.ErrSecret)
}
