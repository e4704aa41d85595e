package site

import (
	"context"
	"slices"
	"time"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/diff"
	"github.com/nod-consent/nod/app/widget"
)

// changeList is what is new in a policy for those who decided under one of its versions.
type changeList struct {
	versions []ScriptVersion
	decided  []versionChange // by the version of the decision; none for those who know everything
}

// versionChange is what is new for those who decided under one version.
type versionChange struct {
	version   string
	asked     []string          // names of the purposes that need new consent
	reduces   bool              // visitors' rights are reduced
	revisions []widget.Revision // the newest first
	coming    []widget.Revision // a version to come that reduces rights
	announced string            // its day of effect
}

// listChanges compares the versions of a policy up to the one in force, and finds one to come that reduces rights.
func listChanges(made *Site, view widget.View) (list changeList) {
	if made.HasEnded { // nobody is asked or notified any more
		return changeList{}
	}
	past, current := made.Past(), made.CurrentPolicy()
	versions := append(slices.Clone(past), current)
	diffs := make([]diff.Result, len(versions)) // of each to the one before
	revisions := make([]widget.Revision, len(versions))
	for i, p := range versions {
		class := policy.Editorial
		if i > 0 {
			diffs[i] = diff.Compare(made.Site, versions[i-1], p)
			revisions[i] = widget.RevisionOf(made.Site, versions[i-1], p, view)
			class = diffs[i].Class()
		}
		list.versions = append(list.versions, ScriptVersion{
			Policy: p.Version, At: made.TakesEffect(p).UnixMilli(), Class: class,
		})
	}
	for i, p := range past {
		change := versionChange{version: p.Version, asked: listAsked(diffs[i+1:], view)}
		for j := i + 1; j < len(versions); j++ {
			change.reduces = change.reduces || diffs[j].Reduces()
			change.revisions = append([]widget.Revision{revisions[j]}, change.revisions...)
		}
		list.decided = append(list.decided, change)
	}
	list.addReduction(made, view)
	return list
}

// reduction is a version to come that reduces visitors' rights.
type reduction struct {
	before, next *policy.Policy
	at           time.Time // when it was announced
}

// findReduction finds the first version to come that reduces rights.
func (b *Builder) findReduction(ctx context.Context, loaded *policy.Site) (*reduction, error) {
	before := loaded.CurrentPolicy()
	for _, next := range loaded.Announced() {
		if !diff.Compare(loaded, before, next).Reduces() {
			before = next
			continue
		}
		at := loaded.AnnouncedAt(next, b.Now())
		var err error
		if at.IsZero() { // the policy does not say
			at, err = b.Presentations.Announce(ctx, loaded.ID, next)
		}
		return &reduction{before, next, at}, err
	}
	return nil, nil
}

// addReduction adds a version to come that reduces rights. Such a change is shown prominently before its day.
func (l *changeList) addReduction(made *Site, view widget.View) {
	to := made.reduction
	if to == nil {
		return
	}
	l.versions = append(l.versions, ScriptVersion{
		Policy: to.next.Version, At: to.at.UnixMilli(), Class: policy.Material,
	})
	l.decided = append(l.decided, versionChange{version: made.Current})
	coming := []widget.Revision{widget.RevisionOf(made.Site, to.before, to.next, view)}
	for i := range l.decided {
		l.decided[i].announced, l.decided[i].coming = to.next.Effective, coming
	}
}

// banner returns what is shown of a change: with a question as the usual banner has it, or else a notice.
func (c versionChange) banner(view widget.View, isAsking bool) widget.ChangeBanner {
	banner := widget.ChangeBanner{View: view, Revisions: c.revisions, Coming: c.coming, Announced: c.announced}
	switch {
	case isAsking && len(c.asked) == 0:
		banner.IsAsking = true
	case isAsking:
		banner.Asks = c.asked
	default:
		banner.Reduces = c.reduces
	}
	return banner
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
