// Package web is the server: it puts the handlers of its packages together, and can replace the sites while it
// serves. A Server is an http.Handler over loaded sites and a ledger. It holds no state of a visitor.
//
// Each line of this table is built on those below it, and on nothing above. TestPackagesImportOnlyWhatIsBelowThem
// checks that.
//
//	web             router, options, live reload
//	bundle          packages for offline use and self-hosting; made without a server, so it is beside web
//	api, admin      JSON for programs, auditors and administrators
//	pages, demo     HTML
//	site            what is computed once per loaded policy: scripts, presentations, forms
//	httpx           the HTTP that all of them share; it knows no site
//	loader, wasm    what browsers run; prerender makes safe HTML of components
package web

//go:generate go run ./schema/build

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"regexp"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/web/admin"
	"github.com/nod-consent/nod/web/api"
	"github.com/nod-consent/nod/web/demo"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/loader"
	"github.com/nod-consent/nod/web/pages"
	"github.com/nod-consent/nod/web/site"
)

// Ledger is where decisions and presentations are stored.
type Ledger interface {
	api.Ledger
	pages.Ledger
	site.PresentationStore
	CheckWriting(context.Context) error
}

// statusPerDecision is how many times as often as decisions a network may ask for a state: back ends ask before they
// act.
const statusPerDecision = 10

// decisionsPerRequest is how many times as often as requests for staff to answer a network may send decisions: an
// office that shares an address sends many decisions at nine in the morning, and few requests in a year.
const decisionsPerRequest = 40

// ErrBasePath is of a base path that addresses cannot have.
var ErrBasePath = errors.New("not a base path")

// CheckBasePath checks a base path, which "" and "/" leave out. The error is ErrBasePath.
func CheckBasePath(path string) error {
	if !basePath.MatchString(cleanBasePath(path)) {
		return fmt.Errorf("%q: %w. Give one such as /consent, of letters, digits, \".\", \"-\" and \"_\"", path, ErrBasePath)
	}
	return nil
}

// cleanBasePath returns a base path with "/" before it, and none behind it.
func cleanBasePath(path string) string { return strings.TrimSuffix("/"+strings.Trim(path, "/"), "/") }

// Options configures a Server.
type Options struct {
	Sites          []*policy.Site
	Ledger         Ledger
	BasePath       string           // path before every address, "/" or "" for none
	Demo           bool             // serve the demo pages, and let them use every site
	DemoOrigins    []string         // origins of the demo pages
	TrustedProxies []netip.Prefix   // whose X-Forwarded-For and X-Forwarded-Proto count, and what a site has in Location
	Rate           int              // decisions a minute that one network may send; 0 for no limit
	AdminToken     string           // opens the admin API; "": it is off
	Admin          admin.Ledger     // needed with an AdminToken
	Desk           *request.Desk    // takes the requests of persons; nil: nobody does
	Metrics        *httpx.Metrics   // nil: nobody reads them
	Log            *slog.Logger     // nil: slog.Default()
	Now            func() time.Time // nil: time.Now
	BrotliQuality  int              // 1, fast, to 11, small; 0: fast for the first answer, and then small
	Version        string           // of the program, for the page at "/"; "" if it is unknown
	Scripts        loader.Scripts   // the zero value: those that are compiled in
}

// Server answers visitors, pages and back ends. It is an http.Handler.
type Server struct {
	options Options
	base    string // "" or "/path"
	sites   site.Sites
	assets  *site.Assets
	cache   *httpx.ResourceCache

	limiter       *httpx.RateLimiter
	statusLimiter *httpx.RateLimiter
	letterLimiter *httpx.RateLimiter // of persons' requests
	responder     *httpx.Responder
	handler       http.Handler
	patterns      []string // of all routes
}

// New makes the pages and scripts of all sites, of their versions that are in force now, and records their
// presentations. The error names the site and the page.
func New(ctx context.Context, o Options) (*Server, error) { return replace(ctx, o, nil) }

// replace makes a server that takes over from another, which may be nil: it goes on to count the networks, to serve the
// files that pages have loaded, and compresses nothing a second time.
func replace(ctx context.Context, o Options, before *Server) (*Server, error) {
	o.Log = cmp.Or(o.Log, slog.Default())
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Metrics == nil {
		o.Metrics = httpx.NewMetrics()
	}
	s := &Server{
		options:   o,
		base:      cleanBasePath(o.BasePath),
		sites:     site.Sites{},
		responder: &httpx.Responder{Log: o.Log, Metrics: o.Metrics},
	}
	if err := CheckBasePath(o.BasePath); err != nil {
		return nil, err
	}
	if before == nil {
		s.cache = httpx.NewResourceCache(o.BrotliQuality, nil)
		s.limiter = httpx.NewRateLimiter(o.Rate, o.TrustedProxies, o.Now)
		s.statusLimiter = httpx.NewRateLimiter(o.Rate*statusPerDecision, o.TrustedProxies, o.Now)
		letters := (o.Rate + decisionsPerRequest - 1) / decisionsPerRequest // 0 is no limit, so it is rounded up
		s.letterLimiter = httpx.NewRateLimiter(letters, o.TrustedProxies, o.Now)
	} else {
		s.cache = httpx.NewResourceCache(o.BrotliQuality, before.cache)
		s.limiter, s.statusLimiter, s.letterLimiter = before.limiter, before.statusLimiter, before.letterLimiter
	}
	if err := s.buildSites(ctx); err != nil {
		return nil, err
	}
	var err error
	if s.handler, err = s.routes(); err != nil {
		return nil, err
	}
	if before != nil {
		s.assets.Inherit(before.assets)
	}
	return s, nil
}

// basePath is what may be before every address: segments without a meaning for a URL, a cookie or http.ServeMux.
var basePath = regexp.MustCompile(`^(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$`)

func (s *Server) buildSites(ctx context.Context) (err error) {
	o := s.options
	if s.assets, err = site.NewAssets(s.cache, o.Scripts); err != nil {
		return err
	}
	builder := &site.Builder{
		Assets: s.assets, Presentations: o.Ledger, Scripts: o.Scripts, Proxies: o.TrustedProxies, Now: o.Now,
	}
	if o.Demo {
		builder.DemoOrigins = o.DemoOrigins
	}
	s.options.Sites = make([]*policy.Site, len(o.Sites))
	made := make([]*site.Site, len(o.Sites))
	var building errgroup.Group
	building.SetLimit(runtime.GOMAXPROCS(0))
	for i, loaded := range o.Sites {
		loaded = loaded.At(o.Now()).Served()
		s.options.Sites[i] = loaded
		building.Go(func() (err error) {
			if made[i], err = builder.Build(ctx, loaded); err != nil {
				return fmt.Errorf("site %s: %w", loaded.ID, err)
			}
			return nil
		})
	}
	if err := building.Wait(); err != nil {
		return err
	}
	for i, loaded := range s.options.Sites {
		s.sites[loaded.ID] = made[i]
	}
	return nil
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Patterns lists the routes as http.ServeMux writes them, without the base path.
func (s *Server) Patterns() []string { return s.patterns }

// DemoAddress is where the demo begins.
func (s *Server) DemoAddress() string { return demo.Address(s.options.DemoOrigins, s.base) }
