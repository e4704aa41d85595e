package web

import (
	"io/fs"
	"net/http"

	"github.com/nod-consent/nod/web/admin"
	"github.com/nod-consent/nod/web/api"
	"github.com/nod-consent/nod/web/demo"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/loader"
	"github.com/nod-consent/nod/web/pages"
	"github.com/nod-consent/nod/web/sdk/gtm"
	"github.com/nod-consent/nod/web/sdk/js"
	"github.com/nod-consent/nod/web/site"
)

// sharedPatterns are the addresses that belong to no site.
var sharedPatterns = []string{
	"/assets/", "/schema/", "/openapi.json", "/docs/", "/llms.txt", "/nod.d.ts", "/sdk/", "/healthz", "/readyz",
}

// routes gives each reserved first segment a router of its own. Every other segment is a site's name.
func (s *Server) routes() (http.Handler, error) {
	o := s.options
	links := site.Links{Addresses: site.ServedAddresses(s.base), Assets: s.assets}
	access := httpx.NewAdminAccess(o.AdminToken, s.limiter, s.responder)
	pageHandler, err := pages.New(pages.Options{
		Sites: s.sites, Ledger: o.Ledger, Links: links, Cache: s.cache,
		Responder: s.responder, Limiter: s.limiter, Proxies: o.TrustedProxies, Now: o.Now, Version: o.Version,
		Desk: o.Desk, SubmissionLimiter: s.letterLimiter,
	})
	if err != nil {
		return nil, err
	}
	shared, err := s.sharedRoutes(pageHandler)
	if err != nil {
		return nil, err
	}
	v1 := api.New(api.Options{
		Sites: s.sites, Ledger: o.Ledger, Access: access, Trail: o.Admin,
		Responder: s.responder, Limiter: s.limiter, Proxies: o.TrustedProxies, Now: o.Now,
		StatusLimiter: s.statusLimiter, SubmissionLimiter: s.letterLimiter, Desk: o.Desk,
	})

	all := httpx.NewRouter(s.base)
	all.Mount("/", pageHandler.ExplainMissing(s.newRoutes(pageHandler.Register, s.registerScript)))
	all.Mount("/v1/", s.newRoutes(v1.Register))
	for _, pattern := range sharedPatterns {
		all.Mount(pattern, pageHandler.ExplainMissing(shared))
	}
	// Whatever the base path is, browsers look at the root of a host only (RFC 8615).
	all.MountRoot("/.well-known/", shared)
	if access.IsOpen() {
		staff := admin.New(admin.Options{
			Loaded: o.Sites, Sites: s.sites, Ledger: o.Admin, Access: access, Links: links, Responder: s.responder,
			Desk: o.Desk, Proxies: o.TrustedProxies, Limiter: s.limiter, Now: o.Now,
		})
		all.Mount("/v1/admin/", s.newRoutes(staff.Register))
		all.HandleFunc("GET /metrics", access.Require(o.Metrics.ServeHTTP))
	}
	if o.Demo {
		all.Mount("/demo/", s.newRoutes(s.newDemo(links).Register))
		all.Handle("GET /{$}", http.RedirectHandler(s.base+"/demo/", http.StatusFound))
	} else {
		pageHandler.RegisterRoot(all)
	}
	isSite := func(name string) bool { return s.sites[name] != nil }
	s.patterns = append(s.patterns, all.Patterns()...)
	return httpx.WithSecureHeaders(httpx.LogRequests(all.Mux(), o.Log, o.Metrics, isSite), s.isStrict), nil
}

// isStrict says whether the browser should use TLS for this host from now on: if it came here over TLS. A server behind
// a proxy and with a base path shares its host, and leaves that to the host's owner.
func (s *Server) isStrict(r *http.Request) bool {
	return r.TLS != nil || s.base == "" && httpx.TrustedProxies(s.options.TrustedProxies).IsSecure(r)
}

// newRoutes returns the routes that the functions register.
func (s *Server) newRoutes(register ...func(*httpx.Router)) http.Handler {
	router := httpx.NewRouter(s.base)
	for _, f := range register {
		f(router)
	}
	s.patterns = append(s.patterns, router.Patterns()...)
	return router.Handler()
}

func (s *Server) registerScript(router *httpx.Router) {
	router.HandleFunc("GET /{site}/consent.js", s.sites.WithSite(site.ServeScript))
}

// sharedRoutes returns the routes that belong to no site.
func (s *Server) sharedRoutes(pageHandler *pages.Handler) (http.Handler, error) {
	schemas, err := api.ReadSchemas(s.cache)
	if err != nil {
		return nil, err
	}
	downloads, err := s.readDownloads()
	if err != nil {
		return nil, err
	}
	return s.newRoutes(pageHandler.RegisterDocs, func(router *httpx.Router) {
		router.Handle("GET /assets/{file}", s.assets)
		router.Handle("GET /schema/{file}", schemas)
		router.Handle("GET /openapi.json", shareShortly(api.Description(s.base, s.cache, s.responder)))
		router.Handle("GET /nod.d.ts", shareShortly(s.cache.Resource("text/plain; charset=utf-8", loader.Types())))
		for name, file := range downloads {
			router.Handle("GET /sdk/"+name, shareShortly(file))
		}
		router.HandleFunc("GET /healthz", serveHealth)
		router.HandleFunc("GET /readyz", s.serveReady)
		router.HandleRoot("GET /.well-known/gpc.json", api.ServeGPC)
	}), nil
}

// readDownloads returns the files for developers, by their names below /sdk/: the npm package, and the templates for
// Google Tag Manager.
func (s *Server) readDownloads() (map[string]http.Handler, error) {
	client, err := js.Tarball()
	if err != nil {
		return nil, err
	}
	version, err := js.ReadVersion()
	if err != nil {
		return nil, err
	}
	downloads := map[string]http.Handler{}
	for _, name := range []string{"client", "client-" + version} { // lock files need bytes that never change
		downloads[name+".tgz"] = s.cache.Resource("application/gzip", client)
	}
	templates, err := fs.Glob(gtm.Files, "*.tpl")
	for _, name := range templates {
		content, err := gtm.Files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		downloads[name] = s.cache.Resource("application/octet-stream", content) // browsers save it
	}
	return downloads, err
}

func (s *Server) newDemo(links site.Links) *demo.Handler {
	o := demo.Options{
		Sites: s.sites, Origins: s.options.DemoOrigins, BasePath: s.base, Links: links,
		Responder: s.responder, Proxies: s.options.TrustedProxies,
	}
	if len(s.options.Sites) > 0 {
		o.First = s.options.Sites[0].ID
	}
	return demo.New(o)
}

func serveHealth(w http.ResponseWriter, _ *http.Request) { httpx.WriteText(w, http.StatusOK, "ok") }

// shareShortly serves what developers fetch: it may be cached for as long as consent.js.
func shareShortly(content http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=300")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		content.ServeHTTP(w, r)
	})
}

// serveReady says that scripts and pages can be served, which needs no store. With ?check=store it says whether
// decisions can be stored. A load balancer asks without: a server that lost its store still serves every page.
func (s *Server) serveReady(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	switch {
	case query.Get("check") == "store":
		if err := s.options.Ledger.CheckWriting(r.Context()); err != nil {
			s.options.Log.Error("decisions cannot be stored", "error", httpx.RedactIDs(err))
			httpx.WriteText(w, http.StatusServiceUnavailable, "decisions cannot be stored")
			return
		}
	case query.Has("check"):
		httpx.WriteText(w, http.StatusBadRequest, "check: the only check is store")
		return
	}
	httpx.WriteText(w, http.StatusOK, "ok")
}
