package site

import (
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/loader"
	"github.com/nod-consent/nod/web/prerender"
)

// scriptNews is what consent.js of a site with earlier versions knows of them: News in config.ts of web/loader.
type scriptNews struct {
	File     string          `json:"file"`   // address of policy-changes.js, relative to the script's base
	Mark     string          `json:"notice"` // of the reopen button, where something is new that is not asked about
	Versions []ScriptVersion `json:"versions"`
}

// ScriptVersion is a version that was in force, or is. The last one can be to come, if it reduces rights: then At is
// when it was announced, and visitors who decided before are notified.
type ScriptVersion struct {
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

// makeNews returns what the script knows of earlier versions and of one to come, or nil if the version in force is the
// only one that matters.
func (b *Builder) makeNews(made *Site, view widget.View) (*scriptNews, error) {
	list := listChanges(made, view)
	if len(list.decided) == 0 {
		return nil, nil
	}
	news := &scriptNews{Mark: view.Words.Changes.NewMark, Versions: list.versions}
	var config newsConfig
	for _, change := range list.decided {
		notices, err := b.makeNotices(made, view, change)
		if err != nil {
			return nil, err
		}
		config.Notes = append(config.Notes, notices)
	}
	var err error
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
func (b *Builder) makeNotices(made *Site, view widget.View, change versionChange) (
	notices revisionNotices, err error,
) {
	draw := func(banner widget.ChangeBanner) (part noticePart, err error) {
		part.HTML, err = prerender.HTML(&banner)
		if err == nil {
			part.Presentation = made.record(ledger.Presentation{
				Kind: ledger.Banner, Language: view.Language, HTML: part.HTML, Shown: made.listFirstLayer(policy.Web),
			})
		}
		return part, err
	}
	notices.Reduces = change.reduces
	if notices.Ask, err = draw(change.banner(view, true)); err != nil {
		return notices, err
	}
	if notices.Inform, err = draw(change.banner(view, false)); err != nil {
		return notices, err
	}
	if notices.Reduces {
		notices.Decline = made.record(ledger.Presentation{
			Kind: ledger.Banner, Policy: change.version, Language: view.Language, HTML: notices.Inform.HTML,
		})
	}
	return notices, nil
}
