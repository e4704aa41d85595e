//go:build !js

package widget

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/diff"
)

// Revision is what one version of a policy changed, in the words of one language.
type Revision struct {
	Date    string // day of effect
	Summary string // by the policy's author
	Groups  []ChangeGroup
}

// ChangeGroup holds the changes of one kind.
type ChangeGroup struct {
	Kind    string // name of the kind
	Changes []Change
}

// Change is one change. If both texts are "", only its item is shown.
type Change struct {
	Item          string
	Before, After string
}

// add adds a change to the group of its kind, unless the group has the same one.
func (r *Revision) add(kind string, c Change) {
	i := slices.IndexFunc(r.Groups, func(g ChangeGroup) bool { return g.Kind == kind })
	if i < 0 {
		i = len(r.Groups)
		r.Groups = append(r.Groups, ChangeGroup{Kind: kind})
	}
	if !slices.Contains(r.Groups[i].Changes, c) {
		r.Groups[i].Changes = append(r.Groups[i].Changes, c)
	}
}

// RevisionOf returns what a version changed, for visitors who decided under the version before: the material changes by
// their kinds, and then the minor ones. Editorial changes are left out.
func RevisionOf(site *policy.Site, before, after *policy.Policy, v View) Revision {
	in := func(t policy.Text) string { return t.In(v.Language, site.Language()) }
	r := Revision{Date: after.Effective, Summary: in(after.Revision.Summary)}
	differences := diff.Compare(site, before, after).Differences
	for _, class := range []policy.Class{policy.Material, policy.Minor} {
		for _, d := range differences {
			if d.Class != class || d.Part == "revision" {
				continue
			}
			c := Change{Item: v.Words.nameItem(d, in)}
			if hasReadableTexts(d) {
				c.Before, c.After = v.Words.Changes.addUnit(d, in(d.Before)), v.Words.Changes.addUnit(d, in(d.After))
			}
			r.add(v.Words.Changes.kindLabel(d.Kind), c)
		}
	}
	return r
}

// nameItem names what changed: the entry of the policy, and what of it. Parts without a name in the policy have one in
// the interface's words.
func (w Words) nameItem(d diff.Difference, in func(policy.Text) string) string {
	if d.Flag != "" {
		return joinParts(in(d.Item), w.Changes.Flags[d.Part+"."+d.Field+"."+string(d.Flag)])
	}
	if label := w.Changes.Items[d.Part+"."+d.Field]; label != "" {
		return label
	}
	return joinParts(in(d.Item), w.fieldLabel(d.Field))
}

// addUnit writes a number with what it counts.
func (w ChangeWords) addUnit(d diff.Difference, value string) string {
	unit := map[string]string{
		"requests.answer_days": w.Days, "requests.contact_days": w.WorkingDays, "keeping.incident_days": w.Days,
		"keeping.closure_days": w.Days, "minors.child": w.Years, "minors.adult": w.Years,
	}[d.Part+"."+d.Field]
	if value == "" || unit == "" {
		return value
	}
	return strings.ReplaceAll(unit, "{n}", value)
}

// hasReadableTexts reports whether the texts of a difference are for everybody, not values of the policy's file.
func hasReadableTexts(d diff.Difference) bool {
	switch d.Field {
	case "kind", "basis.law", "anew", "platforms", "section", "purpose", "permission":
		return false
	}
	return d.Flag == ""
}

// fieldLabel returns the label of a field that the name of its entry does not explain; "" for all others.
func (w Words) fieldLabel(key string) string {
	return map[string]string{
		"data": w.Data, "retention": w.Retention, "recipients": w.Recipients, "refusal": w.Refusal,
		"services": w.Services, "provider": w.Provider, "basis.text": w.Basis, "basis.law": w.Basis,
		"necessity": w.Lists.Necessity, "effect": w.Lists.Effect, "instead": w.Lists.Instead, "use": w.Lists.Use,
		"scene": w.Lists.Scene, "collection": w.Lists.Method, "condition": w.Lists.Condition,
	}[key]
}

// NewsOf returns the line on the policy's versions: on the announced version, or else on the last change. It is zero
// for a policy with one version.
func NewsOf(site *policy.Site, v View) News {
	w := v.Words.Changes
	newsOf := func(text, date, page string) News {
		return News{
			Text: strings.ReplaceAll(text, "{date}", date), Link: w.Title,
			Page: page + "?lang=" + v.Language + "#nod-changes",
		}
	}
	if next := site.Announced(); len(next) > 0 {
		return newsOf(w.Announced, next[0].Effective, "policy/"+next[0].Version)
	}
	if len(site.Past()) > 0 {
		return newsOf(w.LastChange, site.CurrentPolicy().Effective, "policy")
	}
	return News{}
}

// ChangeBanner is the banner for visitors who decided under an earlier version. If purposes need new consent, it asks
// as the Banner does. If visitors' rights are reduced, it asks whether they accept that. Otherwise it only notifies:
// of a change, or of one to come that reduces rights.
type ChangeBanner struct {
	app.Compo
	View      View
	Revisions []Revision // the newest first
	Asks      []string   // names of the purposes that need new consent
	Reduces   bool       // visitors' rights are reduced
	Coming    []Revision // a version to come that reduces them
	Announced string     // its day of effect; "" without one
	IsAsking  bool       // it asks as the Banner does, whatever changed
}

func (c *ChangeBanner) needsConsent() bool { return c.IsAsking || c.asksAgain() }

// isOnlyAnnounced reports whether nothing changed yet.
func (c *ChangeBanner) isOnlyAnnounced() bool { return c.Announced != "" && len(c.Revisions) == 0 }

// title says what is asked, or else that something changed, or will.
func (c *ChangeBanner) title() string {
	w := c.View.Words
	switch {
	case c.isOnlyAnnounced():
		return strings.ReplaceAll(w.Changes.Announced, "{date}", c.Announced)
	case c.asksAgain():
		return strings.ReplaceAll(w.Changes.Ask, "{names}", w.Join(c.Asks))
	}
	return w.Changes.Since
}

// asksAgain reports whether purposes that changed are what the banner is for.
func (c *ChangeBanner) asksAgain() bool { return len(c.Asks) > 0 && !c.Reduces }

// note says what the changes in force mean for the visitor.
func (c *ChangeBanner) note() string {
	w := c.View.Words
	switch {
	case c.Reduces:
		return w.Changes.Reduces
	case c.asksAgain():
		return w.Changes.Since
	case c.IsAsking:
		return w.Intro
	}
	return w.Changes.NothingAsked
}

// renderWords renders what changed, and what will.
func (c *ChangeBanner) renderWords() (words []app.UI) {
	w := c.View.Words.Changes
	if !c.isOnlyAnnounced() {
		words = append(words, app.P().Class("note").Text(c.note()), renderRevisions(c.View, c.listAskedFirst()))
	}
	if c.Announced != "" {
		note := strings.ReplaceAll(w.AnnouncedReduction, "{date}", c.Announced)
		words = append(words, app.P().Class("note").Text(note), renderRevisions(c.View, c.Coming))
	}
	return words
}

// listAskedFirst lists the revisions with the changes that are asked about before all others.
func (c *ChangeBanner) listAskedFirst() (list []Revision) {
	isAsked := func(change Change) bool {
		return slices.ContainsFunc(c.Asks, func(name string) bool { return strings.HasPrefix(change.Item, name) })
	}
	for _, r := range c.Revisions {
		var asked, others []ChangeGroup
		for _, g := range r.Groups {
			if slices.ContainsFunc(g.Changes, isAsked) {
				asked = append(asked, g)
			} else {
				others = append(others, g)
			}
		}
		r.Groups = append(asked, others...)
		list = append(list, r)
	}
	return list
}

// Render implements app.Composer.
func (c *ChangeBanner) Render() app.UI {
	v := c.View
	words := append([]app.UI{app.H2().ID("nod-title").Text(c.title())}, c.renderWords()...)
	return v.renderBanner(append(words, v.renderNotice(c.needsConsent())...), c.renderActions())
}

func (c *ChangeBanner) renderActions() app.UI {
	b, w := Banner{View: c.View}, c.View.Words
	preferences := b.renderButton("preferences", "preferences", w.Preferences, nil)
	switch {
	case c.Reduces:
		return app.Div().Class("actions").Body(
			b.renderButton("keep", "keep", w.Changes.KeepEarlier, nil),
			b.renderButton("agree", "acknowledge", w.Changes.Agree, nil),
			preferences,
		)
	case c.needsConsent():
		return app.Div().Class("actions").Body(
			b.renderButton("reject", "reject-all", w.Reject, nil),
			b.renderButton("accept", "accept-all", w.Accept, nil),
			preferences,
		)
	}
	return app.Div().Class("actions two").Body(
		b.renderButton("done", "acknowledge", w.Changes.Done, nil),
		preferences,
	)
}
