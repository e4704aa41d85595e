//go:build !js

package widget

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/diff"
)

// Revision is what one version of a policy changed, as it is shown.
type Revision struct {
	Date    string // day of effect
	Summary string // by the policy's author
	Groups  []ChangeGroup
}

// ChangeGroup are the changes of one kind.
type ChangeGroup struct {
	Kind    string // its name
	Changes []Change
}

// Change is one of them. Where both texts are "", all that can be said is that it changed.
type Change struct {
	Item          string
	Before, After string
}

// RevisionOf puts what a version changed into words, for those who decided under the one before: the material changes by their
// kinds, and then the rest, without what is editorial.
func RevisionOf(site *policy.Site, before, after *policy.Policy, v View) Revision {
	in := func(t policy.Text) string { return t.In(v.Language, site.Language()) }
	r := Revision{Date: after.Effective, Summary: in(after.Revision.Summary)}
	add := func(kind string, c Change) {
		i := slices.IndexFunc(r.Groups, func(g ChangeGroup) bool { return g.Kind == kind })
		if i < 0 {
			i = len(r.Groups)
			r.Groups = append(r.Groups, ChangeGroup{Kind: kind})
		}
		if !slices.Contains(r.Groups[i].Changes, c) {
			r.Groups[i].Changes = append(r.Groups[i].Changes, c)
		}
	}
	differences := diff.Compare(site, before, after).Differences
	for _, material := range []bool{true, false} {
		for _, d := range differences {
			if d.Class == policy.Editorial || d.Part == "revision" || material != (d.Class == policy.Material) {
				continue
			}
			c := Change{Item: joinParts(in(d.Item), v.Words.fieldLabel(d.Field)), Before: in(d.Before), After: in(d.After)}
			if !hasReadableTexts(d) {
				c.Before, c.After = "", ""
			}
			add(v.Words.Changes.kindLabel(d.Kind), c)
		}
	}
	return r
}

// telling says whether what stood there and stands there now are words for everybody, not those of the policy's file.
func hasReadableTexts(d diff.Difference) bool {
	switch d.Field {
	case "kind", "basis.law", "anew", "platforms", "section", "purpose", "permission":
		return false
	}
	return d.Flag == ""
}

// field names what of an entry is meant, where the entry's own name does not tell.
func (w Words) fieldLabel(key string) string {
	return map[string]string{
		"data": w.Data, "retention": w.Retention, "recipients": w.Recipients, "refusal": w.Refusal, "services": w.Services, "provider": w.Provider,
		"basis.text": w.Basis, "basis.law": w.Basis, "necessity": w.Lists.Necessity, "effect": w.Lists.Effect, "instead": w.Lists.Instead,
		"use": w.Lists.Use, "scene": w.Lists.Scene, "collection": w.Lists.Method, "condition": w.Lists.Condition,
	}[key]
}

func (w ChangeWords) kindLabel(k policy.ChangeKind) string {
	switch k {
	case policy.ChangeProcessing:
		return w.Processing
	case policy.ChangeOwnership:
		return w.Ownership
	case policy.ChangeRecipients:
		return w.Recipients
	case policy.ChangeRights:
		return w.Rights
	case policy.ChangeContact:
		return w.Contact
	case policy.ChangeRisk:
		return w.Risk
	}
	return w.Other
}

// NewsOf is the line on the policy's versions: the one that is announced, or else the last change; zero where there is neither.
func NewsOf(site *policy.Site, v View) News {
	w := v.Words.Changes
	dated := func(text, date string) string { return strings.ReplaceAll(text, "{date}", date) }
	if next := site.Announced(); len(next) > 0 {
		p := next[0]
		return News{Text: dated(w.Announced, p.Effective), Link: w.Title, Page: "policy/" + p.Version + "?lang=" + v.Language + "#nod-changes"}
	}
	if len(site.Past()) > 0 {
		return News{Text: dated(w.LastChange, site.CurrentPolicy().Effective), Link: w.Title, Page: "policy?lang=" + v.Language + "#nod-changes"}
	}
	return News{}
}

// Changed is the banner for those who decided under an earlier version. What it asks is asked as always; where nothing is to be
// asked, it only tells, and where a right is taken away, it wants an express yes.
type ChangeBanner struct {
	app.Compo
	View      View
	Revisions []Revision // the newest first
	Asks      []string   // names of the purposes that are asked again
	Reduces   bool       // a right is taken away
}

// Render implements app.Composer.
func (c *ChangeBanner) Render() app.UI {
	v, w := c.View, c.View.Words
	banner := Banner{View: v}
	asks := len(c.Asks) > 0 && !c.Reduces
	words := []app.UI{app.H2().ID("nod-title").Text(w.Changes.Since)}
	switch {
	case c.Reduces:
		words = append(words, app.P().Class("note").Text(w.Changes.Reduces))
	case asks:
		question := strings.ReplaceAll(w.Changes.Ask, "{names}", w.Join(c.Asks))
		words = append(words, app.P().Class("note").Text(question))
	default:
		words = append(words, app.P().Class("note").Text(w.Changes.NothingAsked))
	}
	words = append(words, renderRevisions(v, c.Revisions))
	return v.renderBanner(append(words, v.renderNotice(asks)...), c.renderActions(banner, asks))
}

func (c *ChangeBanner) renderActions(b Banner, asks bool) app.UI {
	w := c.View.Words
	preferences := b.renderButton("preferences", "preferences", w.Preferences, nil)
	switch {
	case c.Reduces:
		return app.Div().Class("actions").Body(
			b.renderButton("agree", "acknowledge", w.Changes.Agree, nil), b.renderButton("keep", "keep", w.Changes.KeepEarlier, nil), preferences)
	case asks:
		return app.Div().Class("actions").Body(
			b.renderButton("accept", "accept-all", w.Accept, nil), b.renderButton("reject", "reject-all", w.Reject, nil), preferences)
	}
	return app.Div().Class("actions two").Body(b.renderButton("done", "acknowledge", w.Changes.Done, nil), preferences)
}

// History is what a policy's versions changed, to be opened on the page of the last of them.
type History struct {
	app.Compo
	View      View
	Revisions []Revision // the newest first
}

// Render implements app.Composer.
func (h *History) Render() app.UI {
	list := app.Div().ID("nod-changes").Body(renderRevisions(h.View, h.Revisions)) // inside: a link to it opens the details
	return app.Details().Class("summary").Body(app.Summary().Text(h.View.Words.Changes.Title), list)
}

// revisionList draws what was changed, with how it was and how it is.
func renderRevisions(v View, list []Revision) app.UI {
	w := v.Words.Changes
	var out []app.UI
	for _, r := range list {
		out = append(out, app.H3().Text(strings.ReplaceAll(w.Version, "{date}", r.Date)))
		if r.Summary != "" {
			out = append(out, quote(v.Original, app.P().Text(r.Summary)))
		}
		for _, g := range r.Groups {
			out = append(out, app.H4().Text(g.Kind))
			for _, c := range g.Changes {
				out = append(out, c.render(v))
			}
		}
	}
	return app.Div().Class("changes").Body(out...)
}

func (c Change) render(v View) app.UI {
	w := v.Words.Changes
	body := []app.UI{quote(v.Original, app.P().Class("item").Text(c.Item))}
	side := func(label, text string, was bool) {
		if text == "" {
			return
		}
		mark := app.UI(app.Ins().Text(text))
		if was {
			mark = app.Del().Text(text)
		}
		body = append(body, app.P().Body(app.B().Text(label+v.Words.Colon), quote(v.Original, app.Span().Body(mark))))
	}
	switch {
	case c.Before == "" && c.After != "":
		side(w.Added, c.After, false)
	case c.Before != "" && c.After == "":
		side(w.Removed, c.Before, true)
	default:
		side(w.Before, c.Before, true)
		side(w.After, c.After, false)
	}
	return app.Div().Class("change").Body(body...)
}
