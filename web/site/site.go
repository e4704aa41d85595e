// Package site is what is computed once for each loaded policy: the scripts, the presentations and the forms of
// purposes. What was shown is put into the ledger by content hash before it is served, so that every record leads back
// to it.
package site

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"golang.org/x/text/language"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/loader"
)

// Site is a loaded site with everything that is computed of it.
type Site struct {
	*policy.Site
	Localized   map[string]*Localized   // by language of the interface
	Forms       map[string]consent.Form // by policy version
	PageOrigins []string                // of pages that embed the script: the site's, and the demo's
	APIOrigins  []string                // those, and the app's
	CSS         string                  // style sheet of its pages: a file of Assets
	LaunchCSS   string                  // style sheet of the first launch

	offered       []string // languages of the interface, as the matcher numbers them
	matcher       language.Matcher
	fullTexts     map[string]fullText // by version and language
	builder       *Builder
	shown         *shownStore
	reduction     *reduction // nil: no version to come reduces rights
	validVersions []string   // earlier versions whose answers still stand
}

// Builder makes sites.
type Builder struct {
	Assets        *Assets
	Presentations PresentationStore
	Scripts       loader.Scripts
	Proxies       httpx.TrustedProxies
	Now           func() time.Time
	DemoOrigins   []string // of the demo's pages, which may use every site
	Server        string   // address of the server, with "/" at its end, for scripts that another host serves; else ""
}

// PresentationStore stores what is about to be shown, and finds what was shown.
type PresentationStore interface {
	PutPresentations(context.Context, ...ledger.Presentation) error
	Presentation(ctx context.Context, site, hash string) (ledger.Presentation, error)

	// Announce returns when a version was first announced. The first call stores the current time.
	Announce(ctx context.Context, site string, p *policy.Policy) (time.Time, error)
}

// Build makes the scripts of a site and of the version that is in force, and records their presentations. The error
// names what could not be made.
func (b *Builder) Build(ctx context.Context, loaded *policy.Site) (*Site, error) {
	made := &Site{
		Site:        loaded,
		Localized:   make(map[string]*Localized),
		Forms:       make(map[string]consent.Form),
		PageOrigins: slices.Concat(loaded.Origins, b.DemoOrigins),
		offered:     slices.Concat(loaded.Languages, loaded.Interface),
		builder:     b,
		shown:       &shownStore{store: b.Presentations, site: loaded},
	}
	made.APIOrigins = slices.Concat(made.PageOrigins, loaded.FirstLaunch.Origins)
	var err error
	made.CSS, err = b.Assets.AddStyle(loaded.Theme, "page.css", "centre.css", "news.css", "scheme.css", "large.css",
		"print.css")
	if err != nil {
		return nil, err
	}
	// One file: an app's first page waits for it.
	made.LaunchCSS, err = b.Assets.AddStyle(loaded.Theme, "launch.css", "launch.css", "news.css", "scheme.css")
	if err != nil {
		return nil, err
	}
	var tags []language.Tag
	for _, l := range made.offered {
		tags = append(tags, language.Make(l))
	}
	made.matcher = language.NewMatcher(tags)
	for _, p := range loaded.Policies {
		form := consent.FormOf(loaded, p)
		if loaded.HasEnded {
			form = form.End()
		}
		made.Forms[p.Version] = form
	}
	if made.fullTexts, err = renderFullTexts(loaded); err != nil {
		return nil, err
	}
	made.validVersions = listValidVersions(loaded)
	if made.reduction, err = b.findReduction(ctx, loaded); err != nil {
		return nil, err
	}
	if err := b.localizeAll(made); err != nil {
		return nil, err
	}
	if err := b.Presentations.PutPresentations(ctx, made.shown.listAdded()...); err != nil {
		return nil, fmt.Errorf("record what is shown: %w", err)
	}
	return made, nil
}

// Offered lists the languages of the interface, the default first.
func (s *Site) Offered() []string { return s.offered }

// RequestedPolicy finds the version that the address names, or the one in force. If there is no version of that
// name, it answers the request.
func (s *Site) RequestedPolicy(w http.ResponseWriter, r *http.Request) (*policy.Policy, bool) {
	version := r.PathValue("version")
	if version == "" {
		return s.CurrentPolicy(), true
	}
	p, ok := s.Policy(version)
	if !ok {
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-version", fmt.Sprintf(
			"The policy has no version %q. Without a version, the address leads to the one in force.", version))
	}
	return p, ok
}

// Server is the server's address, with "/" at its end, for scripts that another host serves; else "".
func (s *Site) Server() string { return s.builder.Server }

// Sites are the sites of one server, by id.
type Sites map[string]*Site

// Handler answers for one of the sites.
type Handler func(http.ResponseWriter, *http.Request, *Site)

// WithSite finds the site that the address names.
func (s Sites) WithSite(h Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		site, ok := s[r.PathValue("site")]
		if !ok {
			httpx.WriteProblem(w, http.StatusNotFound, "unknown-site", fmt.Sprintf(
				"This server has no site %q. Check the name in the address.", r.PathValue("site")))
			return
		}
		h(w, r, site)
	}
}
