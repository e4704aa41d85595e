package pages

import (
	"net/http"
	"time"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// isErasure reports whether a form that was read asks to delete the person's records.
func isErasure(r *http.Request) bool { return r.PostForm.Get("action") == "erase" }

// eraseOrRestrict erases or restricts the records of the visitor, as the site does. Before that it stores the
// withdrawal d: no grant stays without its evidence. Only the holder of the subject's secret can delete.
func (h *Handler) eraseOrRestrict(
	w http.ResponseWriter, r *http.Request, s *site.Site, d *consent.Decision, stored consent.Stored,
) error {
	if known, _ := site.ReadCookie(r, h.Now()); d.Subject != known.Subject {
		return &httpx.Refusal{
			Status: http.StatusForbidden, Kind: "wrong-secret",
			Detail: "This browser has no records here, or not the secret that they need.",
		}
	}
	if err := h.storeForm(w, r, s, d, stored); err != nil {
		return err
	}
	return s.EraseOrRestrict(r.Context(), h.Ledger, d.Subject)
}

// setErasure says what was done with the records just now.
func setErasure(status *widget.Status, s *site.Site, now time.Time) {
	status.Erasure = "restricted"
	if s.Evidence.Erases() {
		status.Erasure = "erased"
		return
	}
	status.ErasedBy = s.EndOfEvidence(now).Format(time.DateOnly)
}
