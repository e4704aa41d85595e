package site

import (
	"context"
	"slices"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/diff"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/loader"
	"github.com/nod-consent/nod/web/prerender"
)

// scriptNews is what consent.js of a site with earlier versions knows of them: News in config.ts of web/loader.
type scriptNews struct {
	File     string          `json:"file"`   // address of policy-changes.js, relative to the script's base
	Mark     string          `json:"notice"` // of the reopen button, where something is new that is not asked about
	Versions []scriptVersion `json:"versions"`
}

// scriptVersion is a version that was in force, or is.
type scriptVersion struct {
	Policy string       `json:"policy"`
	At     int64        `json:"at"` // when it took effect, in ms since 1970
	Class  policy.Class `json:"class"`
}

// newsConfig is what policy-changes.js carries: by version, what those are shown who decided under it.
type newsConfig struct {
	CSS   string            `json:"css"`
	Notes []revisionNotices `json:"banners"`
}

// revisionNotices are the two banners about changes since one version. One asks as the usual banner does. The other
// only informs, or asks for agreement where the changes reduce rights.
type revisionNotices struct {
	Ask     noticePart `json:"ask"`
	Inform  noticePart `json:"notice"`
	Decline string     `json:"keep,omitempty"` // presentation of Inform where a visitor stays with the earlier version
	Reduces bool       `json:"reduces,omitempty"`
}

type noticePart struct {
	HTML         string `json:"html"`
	Presentation string `json:"presentation"`
}

// makeNews returns what the script knows of earlier versions, or nil if the version in force is the first.
func (b *Builder) makeNews(ctx context.Context, made *Site, view widget.View) (*scriptNews, error) {
	past := made.Past()
	if len(past) == 0 {
		return nil, nil
	}
	versions := append(slices.Clone(past), made.CurrentPolicy())
	news := &scriptNews{Mark: view.Words.Changes.NewMark}
	diffs := make([]diff.Result, len(versions)) // of each to the one before
	revisions := make([]widget.Revision, len(versions))
	for i, p := range versions {
		class := policy.Editorial
		if i > 0 {
			diffs[i] = diff.Compare(made.Site, versions[i-1], p)
			revisions[i] = widget.RevisionOf(made.Site, versions[i-1], p, view)
			class = diffs[i].Class()
		}
		news.Versions = append(news.Versions, scriptVersion{
			Policy: p.Version, At: made.TakesEffect(p).UnixMilli(), Class: class,
		})
	}
	var config newsConfig
	var err error
	for i := range past {
		notices, err := b.makeNotices(ctx, made, view, past[i].Version, diffs[i+1:], revisions[i+1:])
		if err != nil {
			return nil, err
		}
		config.Notes = append(config.Notes, notices)
	}
	if config.CSS, err = ReadStyles("news.css"); err != nil {
		return nil, err
	}
	data, err := MarshalCompact(config)
	if err != nil {
		return nil, err
	}
	news.File = "assets/" + b.Assets.addScript("policy-changes.js", loader.News(data))
	return news, nil
}

// makeNotices draws and records what those are shown who decided under one version.
func (b *Builder) makeNotices(
	ctx context.Context, made *Site, view widget.View, version string, diffs []diff.Result, revisions []widget.Revision,
) (notices revisionNotices, err error) {
	newestFirst := slices.Clone(revisions)
	slices.Reverse(newestFirst)
	for _, d := range diffs {
		notices.Reduces = notices.Reduces || d.Reduces()
	}
	draw := func(asks []string, reduces bool) (part noticePart, err error) {
		part.HTML, err = prerender.HTML(&widget.ChangeBanner{
			View: view, Revisions: newestFirst, Asks: asks, Reduces: reduces,
		})
		if err == nil {
			part.Presentation, err = b.record(ctx, made, ledger.Presentation{
				Kind: ledger.Banner, Language: view.Language, HTML: part.HTML, Shown: made.listFirstLayer(policy.Web),
			})
		}
		return part, err
	}
	if notices.Ask, err = draw(listAsked(diffs, view), false); err != nil {
		return notices, err
	}
	if notices.Inform, err = draw(nil, notices.Reduces); err != nil {
		return notices, err
	}
	if notices.Reduces {
		notices.Decline, err = b.record(ctx, made, ledger.Presentation{
			Kind: ledger.Banner, Policy: version, Language: view.Language, HTML: notices.Inform.HTML,
		})
	}
	return notices, err
}

// listAsked returns the names of the purposes that the changes ask for again.
func listAsked(diffs []diff.Result, view widget.View) (names []string) {
	for _, d := range diffs {
		for _, id := range d.Asks() {
			i := slices.IndexFunc(view.Purposes, func(p widget.Purpose) bool { return p.ID == id })
			if i >= 0 && !slices.Contains(names, view.Purposes[i].Name) {
				names = append(names, view.Purposes[i].Name)
			}
		}
	}
	return names
}
