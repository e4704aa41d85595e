package api

import (
	"net/http"
	"time"

	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// erasure says what DELETE /v1/{site}/subjects/{subject} did. The policy as data says beforehand what it would do.
type erasure struct {
	State  string    `json:"state"`            // erased, restricted
	Until  time.Time `json:"until,omitzero"`   // the day on which restricted records are erased at the latest
	Ground string    `json:"ground,omitempty"` // why they are not erased at once
}

// evidenceGround is why a site may keep records of a person who asks for erasure.
const evidenceGround = "Evidence of consent, for legal claims (PIPL 47 and 69; GDPR 17(3)(e) and 18). " +
	"Nothing is granted by these records any more."

// erasureOf says what erasing would do now.
func erasureOf(s *site.Site, now time.Time) erasure {
	if s.Evidence.Erases() {
		return erasure{State: "erased"}
	}
	return erasure{"restricted", s.EndOfEvidence(now), evidenceGround}
}

// serveErasure erases what is stored of a subject, or restricts it where the site says so. A person whose records are
// restricted can ask again.
func (h *Handler) serveErasure(w http.ResponseWriter, r *http.Request, s *site.Site) {
	subject, ok := h.authorize(w, r, s, string(s.Evidence.Erasure))
	if !ok {
		return
	}
	if err := s.EraseOrRestrict(r.Context(), h.Ledger, subject); err != nil {
		h.Responder.WriteUnavailable(w, err)
		return
	}
	httpx.WriteJSON(w, http.StatusOK, erasureOf(s, h.Now()))
}
