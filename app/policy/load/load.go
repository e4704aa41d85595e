//go:build !js

// Package load reads the files of sites, and checks them. Every mistake is a Problem with its place and a hint.
package load

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/nod-consent/nod/app/policy"
)

// Sites reads every site in fsys: each directory is one. The error is Problems if a file is wrong.
func Sites(fsys fs.FS) ([]*policy.Site, error) {
	ids, err := ListSiteIDs(fsys)
	if err != nil {
		return nil, err
	}
	var sites []*policy.Site
	var problems Problems
	for _, id := range ids {
		site, err := Site(fsys, id)
		var found Problems
		switch {
		case errors.As(err, &found):
			problems = append(problems, found...)
		case err != nil:
			return nil, err
		default:
			sites = append(sites, site)
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return sites, nil
}

// ListSiteIDs lists the directories in fsys, each of which is a site. No directory is an error.
func ListSiteIDs(fsys fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("read the sites' directory: %w", err)
	}
	var ids []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			ids = append(ids, e.Name())
		}
	}
	if len(ids) == 0 {
		return nil, errors.New("no site found. Add a directory per site, each with a site.yaml")
	}
	return ids, nil
}

// Site reads the site in the directory id of fsys, with all versions of its policy. The error is Problems if a file is
// wrong.
func Site(fsys fs.FS, id string) (*policy.Site, error) {
	site := newDefaultSite(id)
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
	problems, err := loadPolicies(fsys, site)
	if err != nil {
		return nil, err
	}
	if len(problems) == 0 {
		c.checkPublished(site)
	}
	if len(site.Policies) > 0 {
		site = site.At(time.Now())
		c.checkAdapters(site.Adapters, site.CurrentPolicy())
	}
	problems = append(problems, c.problems...)
	if len(problems) > 0 {
		problems.Sort()
		return nil, problems
	}
	return site, nil
}

// newDefaultSite makes a site with the values of the keys that a file leaves out. A refused permission rests for
// 48 hours.
func newDefaultSite(id string) *policy.Site {
	return &policy.Site{
		ID:       id,
		Cookie:   policy.Cookie{Days: 365},
		Ask:      policy.Ask{GrantedDays: 365, DeniedDays: 184, PermissionHours: 48},
		Evidence: policy.Evidence{Years: 3},
		Layout:   policy.LayoutBox,
	}
}

func loadPolicies(fsys fs.FS, site *policy.Site) (Problems, error) {
	files, err := fs.Glob(fsys, path.Join(site.ID, "policy", "*.yaml"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var problems Problems
	for _, file := range files {
		p, err := loadPolicy(fsys, site, file)
		var found Problems
		if errors.As(err, &found) {
			problems = append(problems, found...)
		} else if err != nil {
			return nil, err
		}
		if p != nil {
			site.Policies = append(site.Policies, p)
		}
	}
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
