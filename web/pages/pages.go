// Package pages is the HTML pages of sites: the preference centre with its form, the policy, the lists, the first
// launch, the check of receipts, and the documentation. Pages that are the same for all readers of a language are made
// once, from the components of app/widget.
package pages

import (
	"context"
	"embed"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// Ledger takes the decisions of the preference centre's form, and has the records of those who made them.
type Ledger interface {
	Append(context.Context, ledger.Entry) (receipt ledger.Receipt, repeated bool, err error)
	Authorized(ctx context.Context, site string, subject uuid.UUID, secret string) (bool, error)
	RecordsFrom(
		ctx context.Context, site string, subject uuid.UUID, from int64,
	) (records []ledger.Record, next int64, err error)
	site.Exporter
	site.Eraser
}

// Options is what the pages need.
type Options struct {
	Sites     site.Sites
	Ledger    Ledger
	Links     site.Links
	Cache     *httpx.ResourceCache
	Responder *httpx.Responder
	Limiter   *httpx.RateLimiter
	// SubmissionLimiter is of requests that staff have to answer.
	SubmissionLimiter *httpx.RateLimiter
	Proxies           httpx.TrustedProxies
	Now               func() time.Time
	Desk              *request.Desk // takes the requests of persons; nil: nobody does
	Version           string        // of the program, for people; "" if it is unknown
}

// Handler serves the pages of sites.
type Handler struct {
	Options
	renderer Renderer
	rendered map[string]*renderedPages // by site and language
	docs     documentation
}

// renderedPages are the pages of one site and language that are the same for all readers.
type renderedPages struct {
	preferences   map[policy.Platform]*httpx.Resource
	firstLaunches map[policy.Platform]*httpx.Resource
	policyTexts   map[string]policyText      // by version
	policies      map[string]*httpx.Resource // by version
	lists         map[string]*httpx.Resource // by name
	receipt       *httpx.Resource
	home          *httpx.Resource
}

// New renders the pages of all sites. The error names the site and the page.
func New(o Options) (*Handler, error) {
	h := &Handler{Options: o, renderer: Renderer{Links: o.Links}, rendered: map[string]*renderedPages{}}
	var mu sync.Mutex // guards h.rendered
	var rendering errgroup.Group
	rendering.SetLimit(runtime.GOMAXPROCS(0))
	for id, s := range o.Sites {
		for l, loc := range s.Localized {
			rendering.Go(func() error {
				made, err := h.renderAll(s, loc)
				if err != nil {
					return fmt.Errorf("site %s: in %s: %w", id, l, err)
				}
				mu.Lock()
				defer mu.Unlock()
				h.rendered[id+" "+l] = made
				return nil
			})
		}
	}
	err := rendering.Wait()
	if err != nil {
		return nil, err
	}
	if h.docs, err = renderDocumentation(o.Links, o.Cache); err != nil {
		return nil, fmt.Errorf("draw the documentation: %w", err)
	}
	return h, nil
}

func (h *Handler) renderAll(s *site.Site, loc *site.Localized) (*renderedPages, error) {
	made := &renderedPages{
		preferences:   make(map[policy.Platform]*httpx.Resource),
		firstLaunches: make(map[policy.Platform]*httpx.Resource),
		policyTexts:   make(map[string]policyText),
		policies:      make(map[string]*httpx.Resource),
		lists:         make(map[string]*httpx.Resource),
	}
	for _, platform := range policy.Platforms {
		page, err := h.renderer.Preferences(s, loc, platform)
		if err != nil {
			return nil, fmt.Errorf("render the preferences on %s: %w", platform, err)
		}
		made.preferences[platform] = h.Cache.Page(page)
		if page, err = h.renderer.FirstLaunch(s, loc, platform); err != nil {
			return nil, fmt.Errorf("render the first launch on %s: %w", platform, err)
		}
		made.firstLaunches[platform] = h.Cache.Page(page)
	}
	if err := h.renderPolicies(s, loc, made); err != nil {
		return nil, fmt.Errorf("render the policy: %w", err)
	}
	if err := h.renderLists(s, loc, made); err != nil {
		return nil, fmt.Errorf("render the lists: %w", err)
	}
	receipt, err := h.renderer.renderReceipt(s, loc)
	if err != nil {
		return nil, fmt.Errorf("render the check of receipts: %w", err)
	}
	made.receipt = h.Cache.Page(receipt)
	home, err := h.renderer.renderHome(s, loc, nil)
	if err != nil {
		return nil, fmt.Errorf("render the privacy home: %w", err)
	}
	made.home = h.Cache.Page(home)
	return made, nil
}

// pagesFor returns the pages of a site in the language of the request, and the language.
func (h *Handler) pagesFor(r *http.Request, s *site.Site) (*renderedPages, *site.Localized) {
	loc := s.LocalizedFor(r)
	return h.rendered[s.ID+" "+loc.View.Language], loc
}

// Register registers the addresses of the pages, but for the documentation.
func (h *Handler) Register(router *httpx.Router) {
	handle := func(pattern string, serve site.Handler) {
		router.HandleFunc(pattern, h.Sites.WithSite(h.Explain(serve)))
	}
	handle("GET /{site}", h.redirectHome) // a person may try this one
	handle("GET /{site}/{$}", h.serveHome)
	handle("GET /{site}/preferences", h.servePreferences)
	handle("POST /{site}/preferences", h.serveForm)
	handle("GET /{site}/policy", h.servePolicy)
	handle("GET /{site}/policy/{version}", h.servePolicy)
	handle("GET /{site}/lists/{list}", h.serveList)
	handle("GET /{site}/receipt", h.serveReceipt)
	handle("GET /{site}/records", h.serveOwnRecords)
	handle("POST /{site}/records", h.openOwnRecords)
	handle("GET /{site}/first-launch", h.serveFirstLaunch)
	if h.Desk != nil {
		handle("GET /{site}/rights", h.serveRights)
		handle("POST /{site}/rights", h.receiveRequest)
		handle("GET /{site}/rights/{id}", h.serveRequest)
		handle("POST /{site}/rights/{id}", h.withdrawItem)
		handle("GET /{site}/rights/{id}/receipts/{event}", h.serveRequestReceipt)
	}
	handle("GET /{site}/{rest...}", serveNothing)
}

// RegisterDocs registers the addresses of the documentation.
func (h *Handler) RegisterDocs(router *httpx.Router) {
	router.HandleFunc("GET /docs/{name...}", h.docs.serve)
	router.HandleFunc("GET /llms.txt", h.docs.serveLLMs)
}

func (h *Handler) redirectHome(w http.ResponseWriter, r *http.Request, s *site.Site) {
	http.Redirect(w, r, h.Links.Server(s.ID+"/"), http.StatusFound)
}

// serveNothing answers at an unknown address below a site.
func serveNothing(w http.ResponseWriter, _ *http.Request, s *site.Site) {
	httpx.WriteProblem(w, http.StatusNotFound, "unknown-address",
		"The site has no page at this address. Its pages begin at /"+s.ID+"/.")
}

//go:embed *.html
var pageFiles embed.FS

var pageTemplates = site.ParsePages(pageFiles, "*.html")
