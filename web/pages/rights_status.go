package pages

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/prerender"
	"github.com/nod-consent/nod/web/site"
)

// toValid drops what a page cannot show of a text that was sent.
func toValid(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

// openRequest returns the request that the address names, for the holder of its key. Guesses count like decisions.
func (h *Handler) openRequest(w http.ResponseWriter, r *http.Request, s *site.Site) (c request.Case, ok bool) {
	id, isValid := httpx.ParseID(r.PathValue("id"))
	err := request.ErrNotFound
	if isValid {
		c, err = h.Desk.Open(r.Context(), s.ID, id, r.URL.Query().Get("key"))
	}
	switch {
	case err == nil:
		return c, true
	case !errors.Is(err, request.ErrNotFound):
		h.Responder.WriteUnavailable(w, err)
		return c, false
	}
	if err := h.Limiter.CheckRate(r); err != nil {
		h.Responder.Refuse(w, r, err)
		return c, false
	}
	h.Responder.Metrics.CountRefusal("unknown-request")
	loc := s.LocalizedFor(r)
	h.writeRights(w, r, s, loc, rightsPage{
		PageHead: h.renderer.head(s, loc.View, loc.Desk.Title), siteNav: h.renderer.nav(s, loc.View, "rights"),
		Heading: loc.Desk.Title, Lead: loc.Desk.Unknown,
	}, http.StatusNotFound)
	return c, false
}

// serveRequest serves the status of a request. Reading it changes nothing: mail scanners open every link.
func (h *Handler) serveRequest(w http.ResponseWriter, r *http.Request, s *site.Site) {
	c, ok := h.openRequest(w, r, s)
	if !ok {
		return
	}
	loc := s.LocalizedFor(r)
	key := "key=" + url.QueryEscape(r.URL.Query().Get("key"))
	page := h.renderer.Page(pageLink(s, loc.View, "rights/"+c.ID.String()))
	view := s.RequestStatus(loc, h.Desk, c, page+"&"+key, func(e request.Event) string {
		return h.Links.Server(s.ID + "/rights/" + c.ID.String() + "/receipts/" + e.ID.String() + "?" + key)
	})
	view.Check, view.CheckBy = h.renderer.Page(pageLink(s, loc.View, "receipt")), loc.View.Words.Check.Title
	body, err := prerender.HTML(&widget.RequestStatus{View: view})
	if err != nil {
		h.Responder.Fail(w, r, "draw a page", err)
		return
	}
	heading, after, _ := strings.Cut(loc.Desk.Status, "{reference}")
	nav := h.renderer.nav(s, loc.View, "rights/"+c.ID.String())
	for i := range nav.Languages {
		nav.Languages[i].Address += "&" + key
	}
	h.writeRights(w, r, s, loc, rightsPage{
		PageHead: h.renderer.head(s, loc.View, heading+c.Reference+after), siteNav: nav,
		Heading: heading, Reference: c.Reference, After: after, Lead: loc.Desk.StatusLink, Body: template.HTML(body),
	}, http.StatusOK)
}

// withdrawItem takes the button that withdraws one right of a request.
func (h *Handler) withdrawItem(w http.ResponseWriter, r *http.Request, s *site.Site) {
	loc := s.LocalizedFor(r)
	back := h.renderer.Page(pageLink(s, loc.View, "rights/"+r.PathValue("id"))) + "&key=" +
		url.QueryEscape(r.URL.Query().Get("key"))
	if err := h.readForm(w, r); err != nil {
		h.refuseForm(w, r, s, loc, back, err)
		return
	}
	c, ok := h.openRequest(w, r, s)
	if !ok {
		return
	}
	number, _ := strconv.Atoi(r.PostForm.Get("withdraw")) // 0 is not an item
	_, err := h.Desk.Withdraw(r.Context(), s.Site, c.ID, number)
	isDone := err == nil || errors.Is(err, request.ErrState) || errors.Is(err, request.ErrNotFound)
	if !isDone {
		h.refuseForm(w, r, s, loc, back, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "same-origin")
	http.Redirect(w, r, back, http.StatusSeeOther)
}

// serveRequestReceipt serves the receipt of one step, as a file.
func (h *Handler) serveRequestReceipt(w http.ResponseWriter, r *http.Request, s *site.Site) {
	c, ok := h.openRequest(w, r, s)
	if !ok {
		return
	}
	event, _ := httpx.ParseID(r.PathValue("event"))
	encoded, err := h.Desk.EncodeReceipt(r.Context(), c, event)
	switch {
	case errors.Is(err, request.ErrNotFound), errors.Is(err, ledger.ErrNotFound):
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-receipt", "This request has no such step.")
	case errors.Is(err, ledger.ErrErased):
		httpx.WriteProblem(w, http.StatusGone, "erased", "The step was erased.")
	case err != nil:
		h.Responder.WriteUnavailable(w, err)
	default:
		w.Header().Set("Referrer-Policy", "same-origin")
		w.Header().Set("Content-Disposition", `attachment; filename="receipt-`+event.String()+`.json"`)
		httpx.WriteEncodedJSON(w, http.StatusOK, encoded)
	}
}
