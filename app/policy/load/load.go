//go:build !js

// Package load reads the files of sites, and checks them. Every mistake is a Problem with its place and a hint.
package load

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/nod-consent/nod/app/policy"
)

// Sites reads every site in fsys: each directory is one. The error is Problems if a file is wrong.
func Sites(fsys fs.FS) ([]*policy.Site, error) {
	ids, err := ListSiteIDs(fsys)
	if err != nil {
		return nil, err
	}
	sites := make([]*policy.Site, len(ids))
	errs := readAll(len(ids), func(i int) (err error) {
		sites[i], err = Site(fsys, ids[i])
		return err
	})
	problems, err := joinProblems(errs)
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return sites, nil
}

// readAll reads n things on all processors, and returns their errors in their order.
func readAll(n int, read func(i int) error) []error {
	errs := make([]error, n)
	var reading errgroup.Group
	reading.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		reading.Go(func() error {
			errs[i] = read(i)
			return nil
		})
	}
	_ = reading.Wait() // the errors are all in errs
	return errs
}

// joinProblems puts the problems together. The first error that is something else, is returned as it is.
func joinProblems(errs []error) (problems Problems, other error) {
	for _, err := range errs {
		var found Problems
		if errors.As(err, &found) {
			problems = append(problems, found...)
		} else if err != nil {
			return nil, err
		}
	}
	return problems, nil
}

// ListSiteIDs lists the directories in fsys, each of which is a site. No directory is an error.
func ListSiteIDs(fsys fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("read the sites' directory: %w", err)
	}
	var ids []string
	for _, e := range entries {
		if isDirectory(fsys, e) && !strings.HasPrefix(e.Name(), ".") {
			ids = append(ids, e.Name())
		}
	}
	if len(ids) == 0 {
		return nil, errors.New("no site found. Add a directory per site, each with a site.yaml")
	}
	return ids, nil
}

// isDirectory follows a link: releases are often switched by one.
func isDirectory(fsys fs.FS, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := fs.Stat(fsys, e.Name())
	return err == nil && info.IsDir()
}

// Site reads the site in the directory id of fsys, with all versions of its policy. The error is Problems if a file is
// wrong.
func Site(fsys fs.FS, id string) (*policy.Site, error) {
	site := NewDefaultSite(id)
	doc, err := ReadDocument(fsys, path.Join(id, "site.yaml"), site)
	if err != nil {
		return nil, err
	}
	c := &checker{doc: doc, languages: site.Languages}
	c.checkSite(site)
	if len(c.problems) > 0 { // the policies need the site's languages
		c.problems.Sort()
		return nil, c.problems
	}
	if err := c.readCalendarYears(fsys, site); err != nil {
		return nil, err
	}
	problems, err := loadPolicies(fsys, site)
	if err != nil {
		return nil, err
	}
	locales, err := loadLocales(fsys, site)
	if err != nil {
		return nil, err
	}
	problems = append(problems, locales...)
	if len(problems) == 0 {
		c.checkPublished(site)
	}
	for _, p := range site.Policies {
		p.Incidents = site.PublishedIncidents()
	}
	if len(site.Policies) > 0 {
		site = site.At(time.Now())
		c.checkAdapters(site.Adapters, site.CurrentPolicy())
		c.checkClocks(site)
	}
	problems = append(problems, c.problems...)
	if len(problems) > 0 {
		problems.Sort()
		return nil, problems
	}
	return site, nil
}

// NewDefaultSite makes a site with the values of the keys that a file leaves out. A refused permission rests for
// 48 hours.
func NewDefaultSite(id string) *policy.Site {
	return &policy.Site{
		ID:       id,
		Cookie:   policy.Cookie{Days: 365},
		Ask:      policy.Ask{GrantedDays: 365, DeniedDays: 184, PermissionHours: 48},
		Evidence: policy.Evidence{Years: 3},
		Desk:     policy.Desk{KeepDays: policy.DefaultKeepDays},
		Layout:   policy.LayoutBox,
	}
}

func loadPolicies(fsys fs.FS, site *policy.Site) (Problems, error) {
	files, err := fs.Glob(fsys, path.Join(site.ID, "policy", "*.yaml"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	policies := make([]*policy.Policy, len(files))
	problems, err := joinProblems(readAll(len(files), func(i int) (err error) {
		policies[i], err = loadPolicy(fsys, site, files[i])
		return err
	}))
	if err != nil {
		return nil, err
	}
	site.Policies = slices.DeleteFunc(policies, func(p *policy.Policy) bool { return p == nil })
	slices.SortStableFunc(site.Policies, func(a, b *policy.Policy) int {
		return strings.Compare(a.Effective, b.Effective)
	})
	return problems, nil
}

// loadPolicy reads a version with its full texts. A version with Problems is returned, too, if it could be read.
func loadPolicy(fsys fs.FS, site *policy.Site, file string) (*policy.Policy, error) {
	p := &policy.Policy{FullText: map[string]string{}}
	doc, err := ReadDocument(fsys, file, p)
	if err != nil {
		return nil, err
	}
	c := &checker{doc: doc, languages: site.Languages}
	c.checkPolicy(p, strings.TrimSuffix(path.Base(file), ".yaml"))
	for _, language := range site.Languages {
		name := path.Join(path.Dir(file), p.Version+"."+language+".md")
		text, err := readFile(fsys, name)
		isOriginal := language == site.Language()
		var wrongFile Problems
		switch {
		case errors.As(err, &wrongFile):
			c.problems = append(c.problems, wrongFile...)
		case errors.Is(err, fs.ErrNotExist) && isOriginal:
			c.problems = append(c.problems, Problem{
				File: name, Message: "the full text is missing",
				Hint: "Write the policy's text in Markdown, in the site's first language",
			})
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, err
		default:
			p.FullText[language] = string(text)
			c.checkFullText(p, name, string(text), isOriginal)
		}
	}
	if len(c.problems) > 0 {
		return p, c.problems
	}
	return p, nil
}
