// Package admin is the API and the page for administrators: search of records, statistics, and the audit trail of what
// they read.
package admin

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// Ledger is what administrators read, and where it is recorded what they read.
type Ledger interface {
	Search(ctx context.Context, q ledger.Query, below int64, limit int) (ledger.Found, error)
	Receipt(ctx context.Context, site string, id uuid.UUID) (ledger.Receipt, error)
	Statistics(context.Context, ledger.Selection) (ledger.Statistics, error)
	NoteAdmin(ctx context.Context, what, site string, records int) error
	AdminActions(ctx context.Context, since time.Time) ([]ledger.AdminAction, error)
}

// Options is what the admin API needs.
type Options struct {
	Loaded    []*policy.Site // in the order in which they are listed
	Sites     site.Sites
	Ledger    Ledger
	Access    httpx.AdminAccess
	Links     site.Links
	Responder *httpx.Responder

	Desk    *request.Desk // takes the requests of persons; nil: nobody does
	Proxies httpx.TrustedProxies
	Limiter *httpx.RateLimiter
	Now     func() time.Time
}

// Handler serves the admin API and its page.
type Handler struct{ Options }

// New returns the admin API.
func New(o Options) *Handler { return &Handler{o} }

// Register registers the addresses below /v1/admin/. All but the page need the token.
func (h *Handler) Register(router *httpx.Router) {
	router.HandleFunc("GET /v1/admin/{$}", h.servePage)
	handle := func(pattern string, serve http.HandlerFunc) { router.HandleFunc(pattern, h.Access.Require(serve)) }
	handle("GET /v1/admin/sites", h.serveSites)
	handle("GET /v1/admin/actions", h.serveActions)
	handle("GET /v1/admin/{site}/records", h.Sites.WithSite(h.serveSearch))
	handle("GET /v1/admin/{site}/records/{id}", h.Sites.WithSite(h.serveRecord))
	handle("GET /v1/admin/{site}/statistics", h.Sites.WithSite(h.serveStatistics))
	if h.Desk != nil {
		h.registerDesk(router)
	}
}

// siteData is a site as the page needs it to search.
type siteData struct {
	ID       string   `json:"id"`
	Versions []string `json:"versions"`
	Purposes []string `json:"purposes"`
}

func (h *Handler) serveSites(w http.ResponseWriter, _ *http.Request) {
	out := []siteData{}
	for _, loaded := range h.Loaded {
		d := siteData{ID: loaded.ID, Versions: loaded.Versions()}
		for _, p := range loaded.CurrentPolicy().Purposes {
			d.Purposes = append(d.Purposes, p.ID)
		}
		out = append(out, d)
	}
	httpx.WriteJSON(w, http.StatusOK, out)
}

func (h *Handler) serveActions(w http.ResponseWriter, r *http.Request) {
	since, err := httpx.TimeParameter(r.URL.Query(), "from")
	if err != nil {
		h.Responder.Refuse(w, r, err)
		return
	}
	actions, err := h.Ledger.AdminActions(r.Context(), since)
	if err != nil {
		h.Responder.WriteUnavailable(w, err)
		return
	}
	httpx.WriteJSON(w, http.StatusOK, map[string]any{"actions": actions})
}

func (h *Handler) serveSearch(w http.ResponseWriter, r *http.Request, s *site.Site) {
	search, err := readSearch(r.URL.Query(), s.ID)
	if err != nil {
		h.Responder.Refuse(w, r, err)
		return
	}
	found, err := h.Ledger.Search(r.Context(), search.query, search.below, search.limit)
	if err != nil {
		h.Responder.WriteUnavailable(w, err)
		return
	}
	if found.Records == nil {
		found.Records = []ledger.IndexedRecord{}
	}
	h.writeAudited(w, r, "search", s, len(found.Records), found)
}

func (h *Handler) serveRecord(w http.ResponseWriter, r *http.Request, s *site.Site) {
	id, ok := httpx.ParseID(r.PathValue("id"))
	if !ok {
		httpx.WriteUnknownRecord(w)
		return
	}
	receipt, err := h.Ledger.Receipt(r.Context(), s.ID, id)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		httpx.WriteUnknownRecord(w)
	case errors.Is(err, ledger.ErrErased):
		httpx.WriteProblem(w, http.StatusGone, "erased", "The record was erased.")
	case err != nil:
		h.Responder.WriteUnavailable(w, err)
	default:
		h.writeAudited(w, r, "show", s, 1, receipt)
	}
}

func (h *Handler) serveStatistics(w http.ResponseWriter, r *http.Request, s *site.Site) {
	selection, err := readPeriod(r.URL.Query(), s.ID)
	if err == nil {
		err = httpx.RejectUnknownParams(r.URL.Query(), "from", "to")
	}
	if err != nil {
		h.Responder.Refuse(w, r, err)
		return
	}
	statistics, err := h.Ledger.Statistics(r.Context(), selection)
	if err != nil {
		h.Responder.WriteUnavailable(w, err)
		return
	}
	h.writeAudited(w, r, "count", s, statistics.Records, statistics)
}

// writeAudited records in the audit trail what is read of people, and then answers with it: not the other way round.
func (h *Handler) writeAudited(
	w http.ResponseWriter, r *http.Request, what string, s *site.Site, records int, v any,
) {
	encoded, err := json.Marshal(v, json.Deterministic(true)) // the purposes in the same order each time
	if err != nil {
		h.Responder.Fail(w, r, "encode records", err)
		return
	}
	if err := h.Ledger.NoteAdmin(r.Context(), what, s.ID, records); err != nil {
		h.Responder.WriteUnavailable(w, err)
		return
	}
	httpx.WriteEncodedJSON(w, http.StatusOK, encoded)
}

//go:embed *.html
var pageFiles embed.FS

var pageTemplates = site.ParsePages(pageFiles, "*.html")

const pagePolicy = "script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; " +
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// servePage serves a page to read with: it asks for the token, keeps it in its memory, and shows what the API answers.
func (h *Handler) servePage(w http.ResponseWriter, r *http.Request) {
	var b bytes.Buffer
	err := pageTemplates.ExecuteTemplate(&b, "admin.html", struct {
		site.PageHead
		Script string
		Desks  []deskLink
	}{h.pageHead("Nod: records"), h.Links.File("admin.js"), h.listDesks()})
	if err != nil {
		h.Responder.Fail(w, r, "draw a page", err)
		return
	}
	header := w.Header()
	httpx.SetSecurityHeaders(header, pagePolicy)
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	httpx.WriteHTML(w, http.StatusOK, b.Bytes())
}
