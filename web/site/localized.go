package site

import (
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/prerender"
)

// Localized is what one language has of a site's current policy.
type Localized struct {
	View          widget.View                     // on the web
	Views         map[policy.Platform]widget.View // of the preference centre
	Banner        string                          // content hash of the banner's presentation
	Preferences   map[policy.Platform]string      // content hashes of the preference centre's presentations
	FirstLaunches map[policy.Platform]*FirstLaunch
	Desk          widget.DeskWords // of the pages for requests
	Own           widget.OwnWords  // of the page with own records

	html    scriptParts // what consent.js puts on a page
	more    string      // address of more.js, relative to the script's base
	news    *scriptNews // nil if the version in force is the first
	scripts map[audience]*httpx.Resource
}

// localizeAll makes all languages, on all processors.
func (b *Builder) localizeAll(made *Site) error {
	localized := make([]*Localized, len(made.offered))
	var making errgroup.Group
	making.SetLimit(runtime.GOMAXPROCS(0))
	for i, l := range made.offered {
		making.Go(func() (err error) {
			if localized[i], err = b.localize(made, l); err != nil {
				return fmt.Errorf("in %s: %w", l, err)
			}
			return nil
		})
	}
	if err := making.Wait(); err != nil {
		return err
	}
	for i, l := range made.offered {
		made.Localized[l] = localized[i]
	}
	return nil
}

func (b *Builder) localize(made *Site, l string) (*Localized, error) {
	locale, err := readLocale(made.Site, l)
	if err != nil {
		return nil, err
	}
	loc := &Localized{
		View:          viewOf(made, policy.Web, l, locale.Words),
		Views:         make(map[policy.Platform]widget.View),
		Preferences:   make(map[policy.Platform]string),
		FirstLaunches: make(map[policy.Platform]*FirstLaunch),
		Desk:          locale.Desk,
		Own:           locale.Own,
		scripts:       make(map[audience]*httpx.Resource),
	}
	if err := b.addBanner(made, loc); err != nil {
		return nil, err
	}
	if loc.more, err = b.makeMore(made, loc.View); err != nil {
		return nil, fmt.Errorf("make more.js: %w", err)
	}
	if loc.news, err = b.makeNews(made, loc.View); err != nil {
		return nil, fmt.Errorf("make policy-changes.js: %w", err)
	}
	for _, terms := range made.Terms() {
		for _, hasGPC := range []bool{false, true} {
			to := audience{hasGPC, terms}
			if loc.scripts[to], err = b.makeScript(made, loc, to); err != nil {
				return nil, fmt.Errorf("make consent.js: %w", err)
			}
		}
	}
	questions := questionCache{}
	details, err := renderDetails(made, loc.View)
	if err != nil {
		return nil, fmt.Errorf("render the details of purposes: %w", err)
	}
	for _, platform := range policy.Platforms {
		view := viewOf(made, platform, l, locale.Words)
		loc.Views[platform] = view
		if loc.Preferences[platform], err = b.recordPreferences(made, view, details); err != nil {
			return nil, fmt.Errorf("render the preferences on %s: %w", platform, err)
		}
		launch := widget.LaunchOf(made.Site, made.CurrentPolicy(), view, locale.Launch)
		if loc.FirstLaunches[platform], err = b.makeFirstLaunch(made, launch, questions); err != nil {
			return nil, fmt.Errorf("render the first launch on %s: %w", platform, err)
		}
	}
	return loc, nil
}

// addBanner renders what consent.js puts on a page, and records the banner.
func (b *Builder) addBanner(made *Site, loc *Localized) (err error) {
	if loc.html.Banner, err = prerender.HTML(&widget.Banner{View: loc.View}); err != nil {
		return fmt.Errorf("render the banner: %w", err)
	}
	if loc.html.Reopen, err = prerender.HTML(&widget.ReopenButton{View: loc.View}); err != nil {
		return fmt.Errorf("render the reopen button: %w", err)
	}
	loc.Banner = made.record(ledger.Presentation{
		Kind: ledger.Banner, Language: loc.View.Language, HTML: loc.html.Banner, Shown: made.listFirstLayer(policy.Web),
	})
	return nil
}

// viewOf is what the components show of a site as it is now.
func viewOf(made *Site, platform policy.Platform, l string, words widget.Words) widget.View {
	view := widget.ViewOf(made.Site, made.CurrentPolicy(), platform, l, words)
	view.News = widget.NewsOf(made.Site, view)
	form := made.Forms[made.Current]
	for i := range view.Purposes {
		item, _ := form.Purpose(view.Purposes[i].ID)
		view.Purposes[i].WasRefusable = item.CouldBeRefused()
	}
	return view
}

// recordPreferences records the preference centre of a platform. The details of purposes are loaded when they are
// opened, and count as shown all the same.
func (b *Builder) recordPreferences(made *Site, view widget.View, details string) (string, error) {
	form, err := prerender.HTML(&widget.Preferences{View: view})
	if err != nil {
		return "", err
	}
	return made.record(ledger.Presentation{
		Kind: ledger.Preferences, Language: view.Language, HTML: form + details, Shown: made.listPreferences(view.Platform),
	}), nil
}

// renderDetails renders the details of all purposes, which are the same on every platform.
func renderDetails(made *Site, view widget.View) (string, error) {
	list, _ := widget.ListOf("purposes", made.Site, made.CurrentPolicy(), view.Language, view.Words)
	return prerender.HTML(&list)
}

// record notes a presentation for Build to store, by default of the version in force, with that version's text, which
// can be opened from it. It returns the content hash.
func (s *Site) record(p ledger.Presentation) (hash string) {
	if p.Policy == "" {
		p.Policy = s.Current
	}
	p.Site = s.ID
	if p.Kind != ledger.Native { // which has all of its texts in itself
		p.Texts = s.FullText(p.Policy, p.Language)
	}
	p.Hash = ledger.PresentationHash(p)
	s.shown.addNew(p)
	return p.Hash
}
