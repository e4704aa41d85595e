// Package web is everything that speaks HTTP: consent.js, the preference centre and the policy's pages, the API that
// takes decisions, the log for auditors, what administrators read, the metrics, and the demo. A Server is an http.Handler over loaded sites and a ledger; it holds no state of a
// visitor.
//
// Pages and scripts are made once, when the server starts, from the components of app/widget, and kept compressed. What
// was shown is put into the ledger by content hash before it is served, so that every record leads back to it.
package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/loader"
)

// Ledger is where decisions and presentations are kept.
type Ledger interface {
	Append(context.Context, ledger.Entry) (receipt ledger.Receipt, repeated bool, err error)
	Records(ctx context.Context, site string, subject uuid.UUID) ([]ledger.Record, error)
	RecordsFrom(ctx context.Context, site string, subject uuid.UUID, from int64) (records []ledger.Record, next int64, err error)
	Authorized(ctx context.Context, site string, subject uuid.UUID, secret string) (bool, error)
	Checkpoint(ctx context.Context, site string) ([]byte, error)
	Proof(ctx context.Context, site string, id uuid.UUID) (ledger.Proof, error)
	Tile(context.Context, string, tlog.Tile) ([]byte, error)
	Keys(context.Context) ([]ledger.KnownKey, error)
	Erase(ctx context.Context, site string, subject uuid.UUID) (records int, err error)
	Restrict(ctx context.Context, site string, subject uuid.UUID) (records int, err error)
	PutPresentation(context.Context, ledger.Presentation) error
	Ping(context.Context) error
}

// ErrBasePath says of Options.BasePath that it is none.
var ErrBasePath = errors.New("no base path")

// Options configures a Server.
type Options struct {
	Sites          []*policy.Site
	Ledger         Ledger
	BasePath       string           // path before every address, "/" or "" for none
	Demo           bool             // serve the demo pages, and let them use every site
	DemoOrigins    []string         // origins of the demo pages
	TrustedProxies []netip.Prefix   // whose X-Forwarded-For and X-Forwarded-Proto count, and what a site has in Location
	Rate           int              // decisions a minute that one network may send; 0 for no limit
	AdminToken     string           // opens the admin API; "": there is none
	Admin          AdminLedger      // needed with an AdminToken
	Metrics        *httpx.Metrics   // nil: nobody reads them
	Log            *slog.Logger     // nil: slog.Default()
	Now            func() time.Time // nil: time.Now
	BrotliQuality  int              // 1, fast, to 11, small; 0: 11
	Scripts        loader.Scripts   // the zero value: those that are compiled in

	server string  // address that scripts hold, for those that are served elsewhere
	app    bool    // the pages are for an app's package
	before *Server // that this one takes the place of
}

// Server answers everything that visitors, pages and back ends ask. It is an http.Handler.
type Server struct {
	options Options
	base    string // "" or "/path"
	sites   map[string]*site
	static  *static

	resources *httpx.ResourceCache

	proxies   httpx.TrustedProxies
	limiter   *httpx.RateLimiter
	metrics   *httpx.Metrics
	responder *httpx.Responder
	access    httpx.AdminAccess
	schemas   map[string]*httpx.Resource // by file name

	documents map[string]*httpx.Resource // pages of the documentation, by name
	handler   http.Handler
}

// New makes the pages and scripts of all sites, of their versions that are in force now, and records their presentations. The error names the site and the page.
func New(ctx context.Context, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{
		options: o,
		base:    strings.TrimSuffix("/"+strings.Trim(o.BasePath, "/"), "/"),
		sites:   make(map[string]*site),
		proxies: o.TrustedProxies,
		limiter: httpx.NewRateLimiter(o.Rate, o.TrustedProxies, o.Now),
		metrics: o.Metrics,
	}
	var before *httpx.ResourceCache
	if o.before != nil {
		before = o.before.resources
	}
	s.resources = httpx.NewResourceCache(cmp.Or(o.BrotliQuality, brotli.BestCompression), before)
	if s.metrics == nil {
		s.metrics = httpx.NewMetrics()
	}
	if o.before != nil {
		s.limiter = o.before.limiter
	}
	s.responder = &httpx.Responder{Log: o.Log, Metrics: s.metrics}
	s.access = httpx.NewAdminAccess(o.AdminToken, s.limiter, s.responder)
	if !basePath.MatchString(s.base) {
		return nil, fmt.Errorf("%q is %w; want one such as /consent, of letters, digits, \".\", \"-\" and \"_\"", o.BasePath, ErrBasePath)
	}
	var err error
	if s.static, err = newStatic(s.base, s.resources, o.Scripts); err != nil {
		return nil, err
	}
	if s.schemas, err = schemas(s.resources); err != nil {
		return nil, err
	}
	if s.documents, err = s.docs(); err != nil {
		return nil, fmt.Errorf("draw the documentation: %w", err)
	}
	s.options.Sites = nil
	for _, loaded := range o.Sites {
		loaded = loaded.At(o.Now()).Served()
		s.options.Sites = append(s.options.Sites, loaded)
		made, err := s.makeSite(ctx, loaded)
		if err != nil {
			return nil, fmt.Errorf("site %s: %w", loaded.ID, err)
		}
		s.sites[loaded.ID] = made
	}
	if o.before != nil {
		s.static.inherit(o.before.static)
		s.options.before = nil // and all those before it
	}
	s.handler = s.routes()
	return s, nil
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// basePath is what may stand before every address: segments that mean nothing to a URL, a cookie or http.ServeMux.
var basePath = regexp.MustCompile(`^(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$`)

// at puts the base path into the pattern of a route. It is not stripped from requests instead, because then the
// redirects of http.ServeMux would lead out of it.
func (s *Server) at(pattern string) string { return httpx.AddBasePath(s.base, pattern) }

// routes gives each reserved first segment a mux of its own; every other one is a site's name.
func (s *Server) routes() http.Handler {
	own := http.NewServeMux()
	own.Handle(s.at("GET /assets/{file}"), s.static)
	types := s.resources.Resource("text/plain; charset=utf-8", loader.Types())
	own.HandleFunc(s.at("GET /nod.d.ts"), func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=300")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		types.ServeHTTP(w, r)
	})
	own.HandleFunc(s.at("GET /schema/{file}"), s.schema)
	own.HandleFunc(s.at("GET /docs/{name...}"), s.doc)
	own.HandleFunc("GET /.well-known/gpc.json", gpc)
	own.HandleFunc(s.at("GET /healthz"), func(w http.ResponseWriter, _ *http.Request) { httpx.WriteText(w, http.StatusOK, "ok") })
	own.HandleFunc(s.at("GET /readyz"), s.ready)

	mux := http.NewServeMux()
	mux.Handle(s.at("/"), httpx.WithProblemDocuments(s.sitePages()))
	mux.Handle(s.at("/v1/"), httpx.WithProblemDocuments(s.api()))
	for _, pattern := range []string{"/assets/", "/schema/", "/docs/", "/nod.d.ts", "/healthz", "/readyz"} {
		mux.Handle(s.at(pattern), httpx.WithProblemDocuments(own))
	}
	// Whatever the base path is, browsers look at the root of a host only (RFC 8615).
	mux.Handle("/.well-known/", httpx.WithProblemDocuments(own))
	if s.options.AdminToken != "" {
		mux.Handle(s.at("/v1/admin/"), httpx.WithProblemDocuments(s.admin()))
		mux.HandleFunc(s.at("GET /metrics"), s.access.Require(s.metrics.ServeHTTP))
	}
	if s.options.Demo {
		mux.Handle(s.at("/demo/"), httpx.WithProblemDocuments(s.demo()))
		mux.Handle(s.at("GET /{$}"), http.RedirectHandler(s.base+"/demo/", http.StatusFound))
	}
	return httpx.LogRequests(mux, s.options.Log, s.metrics, func(name string) bool { _, ok := s.sites[name]; return ok })
}

// siteHandler answers for one of the sites.
type siteHandler func(http.ResponseWriter, *http.Request, *site)

func (s *Server) handle(mux *http.ServeMux, pattern string, h siteHandler) {
	mux.HandleFunc(s.at(pattern), s.ofSite(h))
}

// ofSite finds the site that the address names.
func (s *Server) ofSite(h siteHandler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		site, ok := s.sites[r.PathValue("site")]
		if !ok {
			httpx.WriteProblem(w, http.StatusNotFound, "unknown-site", "There is no site of this name here.")
			return
		}
		h(w, r, site)
	}
}

func (s *Server) sitePages() *http.ServeMux {
	mux := http.NewServeMux()
	for _, pattern := range []string{"GET /{site}", "GET /{site}/{$}"} { // which a person may try
		s.handle(mux, pattern, func(w http.ResponseWriter, r *http.Request, site *site) {
			http.Redirect(w, r, s.base+"/"+site.ID+"/policy", http.StatusFound)
		})
	}
	s.handle(mux, "GET /{site}/consent.js", s.script)
	s.handle(mux, "GET /{site}/preferences", s.preferences)
	s.handle(mux, "POST /{site}/preferences", s.form)
	s.handle(mux, "GET /{site}/policy", s.policyPage)
	s.handle(mux, "GET /{site}/policy/{version}", s.policyPage)
	s.handle(mux, "GET /{site}/lists/{list}", s.listPage)
	s.handle(mux, "GET /{site}/receipt", s.receiptPage)
	s.handle(mux, "GET /{site}/first-launch", s.launchPage)
	return mux
}

func (s *Server) api() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, h := range map[string]siteHandler{
		"POST /v1/{site}/decisions":                 s.decide,
		"GET /v1/{site}/subjects/{subject}":         s.state,
		"GET /v1/{site}/subjects/{subject}/records": s.records,
		"DELETE /v1/{site}/subjects/{subject}":      s.erase,
		"GET /v1/{site}/policy":                     s.policyData,
		"GET /v1/{site}/policy/{version}":           s.policyData,
		"GET /v1/{site}/records/{id}/proof":         s.proof,
		"GET /v1/{site}/log/checkpoint":             s.checkpoint,
		"GET /v1/{site}/log/tile/{tile...}":         s.tile,
		"GET /v1/{site}/log/keys":                   s.keys,
		"GET /v1/{site}/status/{id}":                s.status,
	} {
		s.handle(mux, pattern, s.crossOrigin(h))
	}
	s.handle(mux, "OPTIONS /v1/{site}/{rest...}", s.crossOrigin(s.preflight))
	return mux
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := s.options.Ledger.Ping(ctx); err != nil {
		s.options.Log.Error("the store does not answer", "error", httpx.RedactIDs(err))
		httpx.WriteText(w, http.StatusServiceUnavailable, "the store does not answer")
		return
	}
	httpx.WriteText(w, http.StatusOK, "ok")
}
