package web

import (
	"context"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/language"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web/prerender"
)

// site is a loaded site with everything that is served of it.
type site struct {
	*policy.Site
	pages     []string // origins of pages that embed the script: the site's, and the demo's
	origins   []string // those, and the app's
	offered   []string // languages of the interface, as the matcher numbers them
	matcher   language.Matcher
	languages map[string]*localized
	texts     map[string]string       // the full texts, by version and language: sanitized HTML
	forms     map[string]consent.Form // by policy version
	css       string                  // address of the style sheet of its pages
	launchCSS string                  // and of the first launch
	server    string                  // address of the server, for scripts that are served elsewhere
}

// localized is what one language has of a site's current policy.
type localized struct {
	view     widget.View
	scripts  map[audience]*resource // consent.js
	banner   string                 // content hash of the banner
	parts    scriptParts            // what consent.js puts on a page
	more     string                 // address of more.js
	centres  map[policy.Platform]centre
	launches map[policy.Platform]launch
	texts    map[string]*text     // the full text, by version
	policies map[string]*resource // its pages, by version
	lists    map[string]*resource // pages of the lists, by name
	receipt  *resource            // the page that checks a receipt
}

func (s *Server) makeSite(ctx context.Context, loaded *policy.Site) (*site, error) {
	made := &site{
		Site:      loaded,
		pages:     slices.Clone(loaded.Origins),
		languages: make(map[string]*localized),
		forms:     make(map[string]consent.Form),
		server:    s.options.server,
	}
	var err error
	if made.css, err = s.static.addStyle(loaded.Theme, "page.css", "centre.css", "news.css"); err != nil {
		return nil, err
	}
	if made.launchCSS, err = s.static.addStyle(loaded.Theme, "launch.css", "launch.css"); err != nil { // one file: an app's first page waits for it
		return nil, err
	}
	if s.options.Demo {
		made.pages = append(made.pages, s.options.DemoOrigins...)
	}
	made.origins = slices.Concat(made.pages, loaded.FirstLaunch.Origins)
	made.offered = slices.Concat(loaded.Languages, loaded.Interface)
	var tags []language.Tag
	for _, l := range made.offered {
		tags = append(tags, language.Make(l))
	}
	made.matcher = language.NewMatcher(tags)
	for _, p := range loaded.Policies {
		made.forms[p.Version] = consent.FormOf(loaded, p)
	}
	if made.texts, err = fullTexts(loaded); err != nil {
		return nil, err
	}
	for _, l := range made.offered {
		if made.languages[l], err = s.localize(ctx, made, l); err != nil {
			return nil, fmt.Errorf("in %s: %w", l, err)
		}
	}
	return made, nil
}

func (s *Server) localize(ctx context.Context, made *site, l string) (*localized, error) {
	locale, err := localeOf(l)
	if err != nil {
		return nil, err
	}
	words := locale.Words
	loc := &localized{
		view: viewOf(made, policy.Web, l, words), scripts: make(map[audience]*resource),
		centres: make(map[policy.Platform]centre), launches: make(map[policy.Platform]launch),
	}

	banner, err := prerender.HTML(&widget.Banner{View: loc.view})
	if err != nil {
		return nil, fmt.Errorf("render the banner: %w", err)
	}
	presentation, err := s.record(ctx, made, made.Current, ledger.Banner, l, banner)
	if err != nil {
		return nil, err
	}
	loc.banner = presentation
	parts := scriptParts{Banner: banner}
	if parts.Back, err = prerender.HTML(&widget.WayBack{View: loc.view}); err != nil {
		return nil, fmt.Errorf("render the way back: %w", err)
	}
	more, err := s.makeMore(ctx, made, loc.view)
	if err != nil {
		return nil, fmt.Errorf("make more.js: %w", err)
	}
	loc.parts, loc.more = parts, more
	news, err := s.makeNews(ctx, made, loc.view)
	if err != nil {
		return nil, fmt.Errorf("make policy-changes.js: %w", err)
	}
	for _, terms := range made.Terms() {
		for _, gpc := range []bool{false, true} {
			to := audience{gpc, terms}
			if loc.scripts[to], err = s.makeScript(made, loc.view, parts, presentation, more, news, to); err != nil {
				return nil, fmt.Errorf("make consent.js: %w", err)
			}
		}
	}
	drawn := map[string]asked{}
	for _, platform := range policy.Platforms {
		if loc.centres[platform], err = s.makeCentre(ctx, made, viewOf(made, platform, l, words)); err != nil {
			return nil, fmt.Errorf("render the preferences on %s: %w", platform, err)
		}
		if loc.launches[platform], err = s.makeLaunch(ctx, made, loc.centres[platform].view, locale.Launch, drawn); err != nil {
			return nil, fmt.Errorf("render the first launch on %s: %w", platform, err)
		}
	}
	if err = s.drawPolicies(made, loc); err != nil {
		return nil, fmt.Errorf("render the policy: %w", err)
	}
	if loc.lists, err = s.drawLists(made, loc.view); err != nil {
		return nil, fmt.Errorf("render the lists: %w", err)
	}
	if loc.receipt, err = s.drawReceipt(made, loc.view); err != nil {
		return nil, fmt.Errorf("render the check of receipts: %w", err)
	}
	return loc, nil
}

// viewOf is what the components show of a site as it is now.
func viewOf(made *site, platform policy.Platform, l string, words widget.Words) widget.View {
	view := widget.ViewOf(made.Site, made.CurrentPolicy(), platform, l, words)
	view.News = widget.NewsOf(made.Site, view)
	form := made.forms[made.Current]
	for i := range view.Purposes {
		item, _ := form.Purpose(view.Purposes[i].ID)
		view.Purposes[i].WasRefusable = item.CouldBeRefused()
	}
	return view
}

// record keeps what is about to be shown to somebody who decides under a version with that version's text, which can be opened from it, and gives its content hash.
func (s *Server) record(ctx context.Context, made *site, version string, kind ledger.Kind, l, html string) (string, error) {
	presentation := ledger.Presentation{Site: made.ID, Kind: kind, Language: l, Policy: version, HTML: html, Texts: made.text(version, l)}
	presentation.Hash = ledger.PresentationHash(presentation)
	if err := s.options.Ledger.PutPresentation(ctx, presentation); err != nil {
		return "", fmt.Errorf("record the presentation of the %s: %w", kind, err)
	}
	return presentation.Hash, nil
}

// locale is a file of the interface's words. Those of the first launch stand by themselves: the program in the browser does without.
type locale struct {
	widget.Words `yaml:",inline"`
	Launch       widget.LaunchWords `yaml:"launch"`
}

// localeOf reads the interface's words in the language, or in the nearest one that there is.
func localeOf(l string) (words locale, err error) {
	files, err := assets.Files.ReadDir("locales")
	if err != nil {
		return words, err
	}
	var tags []language.Tag
	for _, f := range files {
		tags = append(tags, language.Make(f.Name()[:len(f.Name())-len(".yaml")]))
	}
	// The matcher falls back to its first language: for anybody else, English.
	slices.SortStableFunc(tags, func(a, b language.Tag) int {
		switch {
		case a == language.English:
			return -1
		case b == language.English:
			return 1
		}
		return 0
	})
	_, i, _ := language.NewMatcher(tags).Match(language.Make(l))
	name := "locales/" + tags[i].String() + ".yaml"
	data, err := assets.Files.ReadFile(name)
	if err != nil {
		return words, err
	}
	if err := yaml.UnmarshalWithOptions(data, &words, yaml.Strict()); err != nil {
		return words, fmt.Errorf("read %s: %w", name, err)
	}
	return words, nil
}
