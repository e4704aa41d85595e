//go:build !js

// Package lint finds what a careful reader would find in a site's files: what breaks a rule of assets/docs/rules.md,
// and what the author should know. The site loads all the same.
package lint

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"time"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/diff"
	"github.com/nod-consent/nod/app/policy/load"
)

// Site loads a site, and lints its site.yaml, its current version and the later ones. If the site cannot be loaded, it
// is nil, and the problems are the mistakes. The error says that the files could not be read.
func Site(fsys fs.FS, id string) (*policy.Site, load.Problems, error) {
	return siteAt(fsys, id, time.Now())
}

// siteAt lints a site as it is at a moment.
func siteAt(fsys fs.FS, id string, now time.Time) (*policy.Site, load.Problems, error) {
	site, err := load.Site(fsys, id)
	var mistakes load.Problems
	if errors.As(err, &mistakes) {
		return nil, mistakes, nil
	}
	if err != nil {
		return nil, nil, err
	}
	l, err := newLinter(fsys, path.Join(id, "site.yaml"), site, &policy.Site{})
	if err != nil {
		return nil, nil, err
	}
	l.now = now
	l.lintSite()
	words, err := load.LintLocales(fsys, site)
	if err != nil {
		return nil, nil, err
	}
	found := append(l.problems, words...)
	current := slices.Index(site.Policies, site.CurrentPolicy())
	for i := current; i < len(site.Policies); i++ {
		p := site.Policies[i]
		l, err := newLinter(fsys, path.Join(id, "policy", p.Version+".yaml"), site, &policy.Policy{})
		if err != nil {
			return nil, nil, err
		}
		l.policy, l.now = p, now
		l.lintPolicy()
		if i > 0 {
			l.lintSuccessor(site.Policies[i-1])
		}
		l.acceptNotes()
		found = append(found, l.problems...)
	}
	found.Sort()
	return site, found, nil
}

// linter collects the problems of one file.
type linter struct {
	doc      load.Document
	site     *policy.Site
	policy   *policy.Policy
	problems load.Problems
	now      time.Time
}

// newLinter reads a file again, for the places of its values. into is of the file's type.
func newLinter(fsys fs.FS, name string, site *policy.Site, into any) (*linter, error) {
	doc, err := load.ReadDocument(fsys, name, into)
	if err != nil {
		return nil, err
	}
	return &linter{doc: doc, site: site}, nil
}

func (l *linter) fail(r load.Rule, at, message, hint string) {
	l.problems = append(l.problems, l.doc.NewProblem(load.Error, r, at, message, hint))
}

func (l *linter) warn(r load.Rule, at, message, hint string) {
	l.problems = append(l.problems, l.doc.NewProblem(load.Warning, r, at, message, hint))
}

func (l *linter) note(r load.Rule, at, message, hint string) {
	l.problems = append(l.problems, l.doc.NewProblem(load.Note, r, at, message, hint))
}

// original returns a text in the language of the original.
func (l *linter) original(t policy.Text) string { return t.In(l.site.Language()) }

func (l *linter) lintPolicy() {
	p := l.policy
	for i := range p.Purposes {
		l.lintPurpose(fmt.Sprintf("$.purposes[%d]", i), &p.Purposes[i])
	}
	if n := countColumns(l.original(p.Notice.Text)); n > maxNotice {
		l.warn(load.RuleNotice, "$.notice.text", fmt.Sprintf("is %d columns wide, which fills a phone's screen", n),
			fmt.Sprintf("Write two or three sentences of at most %d columns; a Chinese character has two", maxNotice))
	}
	l.lintStoredTwice()
	l.lintDates()
	l.lintSDKs()
	l.lintPermissions()
	l.lintRecipients()
	l.lintStores()
	l.lintMissing()
	l.lintKeeping()
	l.lintLifetimes()
	l.lintVendors()
	l.lintListedRecipients()
	l.lintPromises()
	l.lintSummaries()
	l.lintExamples()
	l.lintNumbers("$", reflect.ValueOf(p).Elem())
	l.lintConsentByUse()
}

// lintSuccessor finds what does not fit the previous version.
func (l *linter) lintSuccessor(before *policy.Policy) {
	p := l.policy
	if p.Effective == before.Effective {
		l.warn(load.RuleChange, "$.effective",
			fmt.Sprintf("version %s takes effect on the same day, and only this one is used", before.Version),
			"Choose a later day, or write one file for both")
	}
	if p.Version < before.Version {
		l.warn(load.RuleChange, "$.version",
			fmt.Sprintf("%q sorts before %q, the version before it: apps take it for the older one", p.Version, before.Version),
			"Name versions by their days, such as 2026-03-01")
	}
	differences := diff.Compare(l.site, before, p).Differences
	if l.original(p.FullText) != l.original(before.FullText) {
		l.lintChangedText(before, differences)
		return
	}
	for _, d := range differences {
		if d.Class != policy.Editorial && d.Part != "revision" {
			l.note(load.RuleChange, "$.version", fmt.Sprintf("%s differs from version %s, but the full text does not: "+
				"visitors are notified of a change that the text does not have", d.Path(), before.Version),
				"Change the text and the notice too, if they mention it")
			return
		}
	}
}

// lintChangedText finds a full text that changed alone: nobody is asked again, whatever the change is.
func (l *linter) lintChangedText(before *policy.Policy, differences []diff.Difference) {
	isAlone := slices.ContainsFunc(differences, func(d diff.Difference) bool {
		return d.Part == "text" && d.Class == policy.Minor
	})
	if isAlone && l.policy.Revision.Class == "" {
		l.note(load.RuleChange, "$.version", fmt.Sprintf("the full text differs from version %s, and nothing else does: "+
			"visitors see a small sign, and are asked nothing", before.Version),
			"Change the parts that the text is about too, or set revision.class")
	}
}
