// Package api is the HTTP API for pages, apps, back ends and auditors: decisions, subjects, the log, the policy and the
// status, as JSON.
package api

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// Ledger is what the API reads and writes.
type Ledger interface {
	Append(context.Context, ledger.Entry) (receipt ledger.Receipt, repeated bool, err error)
	State(ctx context.Context, site string, subject uuid.UUID) (consent.Stored, error)
	RecordsFrom(
		ctx context.Context, site string, subject uuid.UUID, from int64,
	) (records []ledger.Record, next int64, err error)
	Authorized(ctx context.Context, site string, subject uuid.UUID, secret string) (bool, error)
	Checkpoint(ctx context.Context, site string) ([]byte, error)
	Proof(ctx context.Context, site string, id uuid.UUID) (ledger.Proof, error)
	Tile(context.Context, string, tlog.Tile) ([]byte, error)
	Keys(context.Context) ([]ledger.KnownKey, error)
	Erase(ctx context.Context, site string, subject uuid.UUID) (records int, err error)
	Restrict(ctx context.Context, site string, subject uuid.UUID) (records int, err error)
	site.Exporter
}

// AuditTrail records what the administrator reads.
type AuditTrail interface {
	NoteAdmin(ctx context.Context, what, site string, records int) error
}

// Options is what the API needs.
type Options struct {
	Sites     site.Sites
	Ledger    Ledger
	Access    httpx.AdminAccess
	Trail     AuditTrail // nil if Access is not open
	Responder *httpx.Responder
	Limiter   *httpx.RateLimiter // of decisions and guesses
	Proxies   httpx.TrustedProxies
	Now       func() time.Time

	StatusLimiter     *httpx.RateLimiter // of questions for a state
	SubmissionLimiter *httpx.RateLimiter // of requests that staff have to answer, and of records with their proofs

	Desk *request.Desk // takes the requests of persons; nil: nobody does
}

// Handler serves the API.
type Handler struct{ Options }

// New returns the API.
func New(o Options) *Handler { return &Handler{o} }

// Register registers the addresses of the API.
func (h *Handler) Register(router *httpx.Router) {
	handle := func(pattern string, serve site.Handler) {
		router.HandleFunc(pattern, h.Sites.WithSite(h.withCORS(serve)))
	}
	handle("POST /v1/{site}/decisions", h.serveDecision)
	handle("GET /v1/{site}/subjects/{subject}", h.serveState)
	handle("GET /v1/{site}/subjects/{subject}/records", h.serveRecords)
	handle("DELETE /v1/{site}/subjects/{subject}", h.serveErasure)
	handle("GET /v1/{site}/policy", h.servePolicy)
	handle("GET /v1/{site}/policy/{version}", h.servePolicy)
	handle("GET /v1/{site}/records/{id}/proof", h.serveProof)
	handle("GET /v1/{site}/log/checkpoint", h.serveCheckpoint)
	handle("GET /v1/{site}/log/tile/{tile...}", h.serveTile)
	handle("GET /v1/{site}/log/keys", h.serveKeys)
	handle("GET /v1/{site}/status/{id}", h.serveStatus)
	if h.Desk != nil {
		h.registerRequests(handle)
	}
	handle("OPTIONS /v1/{site}/{rest...}", servePreflight)
}

func servePreflight(w http.ResponseWriter, _ *http.Request, _ *site.Site) { httpx.AnswerPreflight(w) }

// withCORS lets pages of the site's origins call the API, and no others.
func (h *Handler) withCORS(next site.Handler) site.Handler {
	return func(w http.ResponseWriter, r *http.Request, s *site.Site) {
		hasCredentials := s.Cookie.Domain != "" // for the cookie that page and server share
		if !httpx.AllowOrigin(w, r, h.Proxies.OwnOrigin(r), s.APIOrigins, hasCredentials) {
			httpx.WriteProblem(w, http.StatusForbidden, "foreign-origin", "This page's origin is not one of the site's. "+
				"Add it to origins in site.yaml, exactly as the browser names it.")
			return
		}
		next(w, r, s)
	}
}
