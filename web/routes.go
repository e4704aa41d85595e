package web

import (
	"context"
	"net/http"
	"time"

	"github.com/nod-consent/nod/web/admin"
	"github.com/nod-consent/nod/web/api"
	"github.com/nod-consent/nod/web/demo"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/loader"
	"github.com/nod-consent/nod/web/pages"
	"github.com/nod-consent/nod/web/site"
)

// routes gives each reserved first segment a router of its own. Every other segment is a site's name.
func (s *Server) routes() (http.Handler, error) {
	o := s.options
	links := site.Links{Addresses: site.ServedAddresses(s.base), Assets: s.assets}
	access := httpx.NewAdminAccess(o.AdminToken, s.limiter, s.responder)
	pageHandler, err := pages.New(pages.Options{
		Sites: s.sites, Ledger: o.Ledger, Links: links, Cache: s.cache,
		Responder: s.responder, Limiter: s.limiter, Proxies: o.TrustedProxies, Now: o.Now,
	})
	if err != nil {
		return nil, err
	}
	schemas, err := api.ReadSchemas(s.cache)
	if err != nil {
		return nil, err
	}

	shared := httpx.NewRouter(s.base)
	shared.Handle("GET /assets/{file}", s.assets)
	shared.HandleFunc("GET /nod.d.ts", s.serveTypes())
	shared.Handle("GET /schema/{file}", schemas)
	pageHandler.RegisterDocs(shared)
	shared.HandleRoot("GET /.well-known/gpc.json", api.ServeGPC)
	shared.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		httpx.WriteText(w, http.StatusOK, "ok")
	})
	shared.HandleFunc("GET /readyz", s.serveReady)

	sites := httpx.NewRouter(s.base)
	sites.HandleFunc("GET /{site}/consent.js", s.sites.WithSite(site.ServeScript))
	pageHandler.Register(sites)

	v1 := httpx.NewRouter(s.base)
	api.New(api.Options{
		Sites: s.sites, Ledger: o.Ledger, Access: access, Trail: o.Admin,
		Responder: s.responder, Limiter: s.limiter, Proxies: o.TrustedProxies, Now: o.Now,
	}).Register(v1)

	all := httpx.NewRouter(s.base)
	all.Handle("/", sites.Handler())
	all.Handle("/v1/", v1.Handler())
	for _, pattern := range []string{"/assets/", "/schema/", "/docs/", "/nod.d.ts", "/healthz", "/readyz"} {
		all.Handle(pattern, shared.Handler())
	}
	// Whatever the base path is, browsers look at the root of a host only (RFC 8615).
	all.HandleRoot("/.well-known/", shared.Handler().ServeHTTP)
	if access.IsOpen() {
		s.addAdmin(all, access, links)
	}
	if o.Demo {
		s.addDemo(all, links)
	}
	isSite := func(name string) bool { return s.sites[name] != nil }
	return httpx.LogRequests(all.Mux(), o.Log, o.Metrics, isSite), nil
}

func (s *Server) addAdmin(all *httpx.Router, access httpx.AdminAccess, links site.Links) {
	router := httpx.NewRouter(s.base)
	admin.New(admin.Options{
		Loaded: s.options.Sites, Sites: s.sites, Ledger: s.options.Admin,
		Access: access, Links: links, Responder: s.responder,
	}).Register(router)
	all.Handle("/v1/admin/", router.Handler())
	all.HandleFunc("GET /metrics", access.Require(s.options.Metrics.ServeHTTP))
}

func (s *Server) addDemo(all *httpx.Router, links site.Links) {
	router := httpx.NewRouter(s.base)
	o := demo.Options{
		Sites: s.sites, Origins: s.options.DemoOrigins, BasePath: s.base, Links: links,
		Responder: s.responder, Proxies: s.options.TrustedProxies,
	}
	if len(s.options.Sites) > 0 {
		o.First = s.options.Sites[0].ID
	}
	demo.New(o).Register(router)
	all.Handle("/demo/", router.Handler())
	all.Handle("GET /{$}", http.RedirectHandler(s.base+"/demo/", http.StatusFound))
}

// serveTypes serves the API of consent.js for TypeScript.
func (s *Server) serveTypes() http.HandlerFunc {
	types := s.cache.Resource("text/plain; charset=utf-8", loader.Types())
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=300")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		types.ServeHTTP(w, r)
	}
}

// serveReady says whether the store answers.
func (s *Server) serveReady(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := s.options.Ledger.Ping(ctx); err != nil {
		s.options.Log.Error("the store does not answer", "error", httpx.RedactIDs(err))
		httpx.WriteText(w, http.StatusServiceUnavailable, "the store does not answer")
		return
	}
	httpx.WriteText(w, http.StatusOK, "ok")
}
