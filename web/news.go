package web

import (
	"context"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/loader"
	"github.com/nod-consent/nod/web/prerender"
)

// scriptNews is what consent.js of a site with earlier versions knows of them: PolicyChanges in web/loader/src/core/config.ts.
type scriptNews struct {
	File     string          `json:"file"`   // address of policy-changes.js, as that of more.js
	Mark     string          `json:"notice"` // of the way back, where there is something new that is not asked about
	Versions []scriptVersion `json:"versions"`
}

// scriptVersion is a version that was in force, or is.
type scriptVersion struct {
	Policy string       `json:"policy"`
	At     int64        `json:"at"` // when it took effect, in ms since 1970
	Class  policy.Class `json:"class"`
}

// newsConfig is what policy-changes.js carries: for those who decided under an earlier version, by its place, what they are shown.
type newsConfig struct {
	CSS  string     `json:"css"`
	Told []toldNews `json:"banners"`
}

// toldNews are the two banners: one that asks as the usual one does, and one that only tells, or wants a yes to a right that is
// taken away. Kept is the second once more as it is recorded where somebody keeps the earlier version.
type toldNews struct {
	Ask     shownPart `json:"ask"`
	Tell    shownPart `json:"notice"`
	Kept    string    `json:"keep,omitempty"`
	Reduces bool      `json:"reduces,omitempty"`
}

type shownPart struct {
	HTML         string `json:"html"`
	Presentation string `json:"presentation"`
}

// makeNews gives what the script knows of earlier versions; nil where there are none.
func (s *Server) makeNews(ctx context.Context, made *site, view widget.View) (*scriptNews, error) {
	past := made.Past()
	if len(past) == 0 {
		return nil, nil
	}
	versions := append(slices.Clone(past), made.CurrentPolicy())
	news := &scriptNews{Mark: view.Words.Changes.Mark}
	diffs := make([]policy.Diff, len(versions)) // of each to the one before
	revisions := make([]widget.Revision, len(versions))
	for i, p := range versions {
		class := policy.Editorial
		if i > 0 {
			diffs[i] = policy.Compare(made.Site, versions[i-1], p)
			revisions[i] = widget.RevisionOf(made.Site, versions[i-1], p, view)
			class = diffs[i].Class()
		}
		news.Versions = append(news.Versions, scriptVersion{Policy: p.Version, At: made.TakesEffect(p).UnixMilli(), Class: class})
	}
	var config newsConfig
	var err error
	for i := range past {
		told, err := s.tell(ctx, made, view, past[i].Version, diffs[i+1:], revisions[i+1:])
		if err != nil {
			return nil, err
		}
		config.Told = append(config.Told, told)
	}
	if config.CSS, err = style("news.css"); err != nil {
		return nil, err
	}
	data, err := compactJSON(config)
	if err != nil {
		return nil, err
	}
	address, err := s.static.add("policy-changes.js", "text/javascript; charset=utf-8", loader.News(data))
	news.File = strings.TrimPrefix(address, s.static.base+"/")
	return news, err
}

// tell draws what those are shown who decided under one version.
func (s *Server) tell(ctx context.Context, made *site, view widget.View, version string, diffs []policy.Diff, revisions []widget.Revision) (told toldNews, err error) {
	newestFirst := slices.Clone(revisions)
	slices.Reverse(newestFirst)
	var asks []string
	for _, d := range diffs {
		told.Reduces = told.Reduces || d.Reduces()
		for _, id := range d.Asks() {
			if i := slices.IndexFunc(view.Purposes, func(p widget.Purpose) bool { return p.ID == id }); i >= 0 && !slices.Contains(asks, view.Purposes[i].Name) {
				asks = append(asks, view.Purposes[i].Name)
			}
		}
	}
	draw := func(asks []string, reduces bool) (part shownPart, err error) {
		if part.HTML, err = prerender.HTML(&widget.Changed{View: view, Revisions: newestFirst, Asks: asks, Reduces: reduces}); err == nil {
			part.Presentation, err = s.record(ctx, made, made.Current, ledger.Banner, view.Language, part.HTML)
		}
		return part, err
	}
	if told.Ask, err = draw(asks, false); err != nil {
		return told, err
	}
	if told.Tell, err = draw(nil, told.Reduces); err != nil {
		return told, err
	}
	if told.Reduces {
		told.Kept, err = s.record(ctx, made, version, ledger.Banner, view.Language, told.Tell.HTML)
	}
	return told, err
}
