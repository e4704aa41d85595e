package web

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/parser"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/prerender"
)

// fullTexts renders the Markdown of all versions and languages of a site into safe HTML, by version and language.
func fullTexts(s *policy.Site) (map[string]string, error) {
	markdown := goldmark.New(goldmark.WithParserOptions(parser.WithHeadingAttribute()))
	safe := bluemonday.UGCPolicy()
	safe.AllowAttrs("id").Matching(regexp.MustCompile(`^[a-z][a-z0-9-]*$`)).OnElements("h1", "h2", "h3", "h4")
	texts := map[string]string{}
	for _, p := range s.Policies {
		for l, text := range p.FullText {
			var b bytes.Buffer
			if err := markdown.Convert([]byte(text), &b); err != nil {
				return nil, fmt.Errorf("render the full text of policy %s in %s: %w", p.Version, l, err)
			}
			made := safe.Sanitize(b.String())
			if l == s.Language() {
				made, _ = wrap(made, "strong", p.Emphasis...)
			}
			texts[p.Version+" "+l] = made
		}
	}
	return texts, nil
}

// text gives the full text of a version as a language's readers get it: in the site's first language where it is not in theirs.
func (s *site) text(version, language string) string {
	if html, ok := s.texts[version+" "+language]; ok {
		return html
	}
	return s.texts[version+" "+s.Language()]
}

// text is the full text of one version as one language's readers get it.
type text struct {
	original widget.Original // where it is in another language than theirs
	html     string          // sanitized
	changes  template.HTML   // what this version and those before it changed
}

// policyPage is what pages/policy.html takes.
type policyPage struct {
	pageHead
	around
	Updated, Effective string
	Since              string          // the words before the second of them
	Text               template.HTML   // sanitized
	Original           widget.Original // of the text
	Sections           []widget.Section
	Plain              widget.Original // of the sections
	Versions           []versionLink   // others than this one, that are worth a note
	Changes            template.HTML   // rendered from a component
	Query, Found       string
	Most               int // characters that can be looked for
}

// versionLink leads from one version's page to another's.
type versionLink struct{ Text, Link, Address string }

// versionLinks are to the version in force from any other one, and from that to the next one that is announced.
func (s *Server) versionLinks(site *site, loc *localized, p *policy.Policy) []versionLink {
	w := loc.view.Words.Changes
	base := s.base + "/" + site.ID + "/policy"
	if p.Version != site.Current {
		var links []versionLink
		if site.announces(p) {
			links = append(links, versionLink{Text: strings.ReplaceAll(w.TakesEffect, "{date}", p.Effective)})
		}
		return append(links, versionLink{w.OtherVersion, w.ReadCurrent, base + "?lang=" + loc.view.Language})
	}
	for _, next := range site.Announced() {
		return []versionLink{{strings.ReplaceAll(w.Announced, "{date}", next.Effective), w.ReadNewVersion, base + "/" + next.Version + "?lang=" + loc.view.Language + "#nod-changes"}}
	}
	return nil
}

func (s *site) announces(p *policy.Policy) bool {
	return slices.ContainsFunc(s.Announced(), func(a *policy.Policy) bool { return a.Version == p.Version })
}

// drawChanges draws what the version and those before it changed, the newest first; "" for the first one.
func drawChanges(site *site, loc *localized, p *policy.Policy) (template.HTML, error) {
	var list []widget.Revision
	for i := slices.Index(site.Policies, p); i > 0; i-- {
		list = append(list, widget.RevisionOf(site.Site, site.Policies[i-1], site.Policies[i], loc.view))
	}
	if list == nil {
		return "", nil
	}
	html, err := prerender.HTML(&widget.History{View: loc.view, Revisions: list})
	return template.HTML(html), err // escaped by the component
}

// asked finds the version that the address names, or the one in force.
func (s *site) asked(w http.ResponseWriter, r *http.Request) (*policy.Policy, bool) {
	version := r.PathValue("version")
	if version == "" {
		return s.CurrentPolicy(), true
	}
	p, ok := s.Policy(version)
	if !ok {
		problem(w, http.StatusNotFound, "unknown-version", "There is no such version of the policy.")
	}
	return p, ok
}

// drawPolicies makes the page of every version of the site's policy around the full texts.
func (s *Server) drawPolicies(made *site, loc *localized) error {
	loc.texts, loc.policies = map[string]*text{}, map[string]*resource{}
	for _, p := range made.Policies {
		t := &text{html: made.text(p.Version, loc.view.Language)}
		if _, ok := p.FullText[loc.view.Language]; !ok {
			t.original = widget.CompareLanguages(made.Language(), loc.view.Language)
		}
		var err error
		if t.changes, err = drawChanges(made, loc, p); err != nil {
			return err
		}
		loc.texts[p.Version] = t
		page, err := s.drawPolicy(made, loc, p, "")
		if err != nil {
			return err
		}
		loc.policies[p.Version] = s.resources.resource("text/html; charset=utf-8", page)
	}
	return nil
}

// drawPolicy makes the page of one version, with what the visitor looks for marked.
func (s *Server) drawPolicy(site *site, loc *localized, p *policy.Policy, query string) ([]byte, error) {
	t := loc.texts[p.Version]
	page := policyPage{
		pageHead: s.head(site, loc.view, p.Title.In(loc.view.Language, site.Language())), around: s.around(site, loc.view, "policy"),
		Updated: p.Updated, Effective: p.Effective, Original: t.original, Plain: loc.view.Original, Query: query, Most: widget.MaxQuery,
	}
	marked := t.html
	if query != "" {
		var n int
		marked, n = wrap(marked, "mark", query)
		page.Found = strings.ReplaceAll(loc.view.Words.TextFoundCount, "{n}", strconv.Itoa(n))
	}
	page.Text = template.HTML(marked)
	page.Changes = t.changes
	page.Versions = s.versionLinks(site, loc, p)
	page.Since = loc.view.Words.Effective
	if site.announces(p) {
		page.Since = loc.view.Words.InForceFrom
	}
	page.Sections = widget.SectionsOf(p, loc.view.Language, site.Language())
	var b bytes.Buffer
	err := pageTemplates.ExecuteTemplate(&b, "policy.html", page)
	return b.Bytes(), err
}

// policyPage serves the full text.
func (s *Server) policyPage(w http.ResponseWriter, r *http.Request, site *site) {
	p, ok := site.asked(w, r)
	if !ok {
		return
	}
	query := query(r)
	loc := site.languages[site.language(r)]
	s.readingHeaders(w, site, loc)
	if query == "" {
		loc.policies[p.Version].serve(w, r)
		return
	}
	page, err := s.drawPolicy(site, loc, p, query)
	if err != nil {
		s.fail(w, r, "draw the policy", err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(page)
}
