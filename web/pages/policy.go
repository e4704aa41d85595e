package pages

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/prerender"
	"github.com/nod-consent/nod/web/site"
)

// policyPage is what policy.html takes.
type policyPage struct {
	site.PageHead
	siteNav
	Heading            string
	TitleIn            widget.Original // the language of the heading
	Updated, Effective string
	Since              string          // the words before the second of them
	Text               template.HTML   // sanitized
	Original           widget.Original // of the text
	Sections           []widget.Section
	Summary            template.HTML   // of the sections
	Plain              widget.Original // of the sections
	Versions           []versionLink   // others than this one, that are worth a note
	Changes            template.HTML   // rendered from a component
	Query, Found       string
	Most               int // characters of a search
}

// policyText is the full text of one version as one language's readers get it.
type policyText struct {
	original widget.Original // where it is in another language than theirs
	html     string          // sanitized
	changes  template.HTML   // what this version and those before it changed
}

// versionLink leads from one version's page to the page of another.
type versionLink struct{ Text, Link, Address string }

// versionLinks lead from any other version to the one in force, and from that to the next one that is announced.
func (r Renderer) versionLinks(s *site.Site, loc *site.Localized, p *policy.Policy) []versionLink {
	w := loc.View.Words.Changes
	if p.Version != s.Current {
		var links []versionLink
		if isAnnounced(s, p) {
			links = append(links, versionLink{Text: strings.ReplaceAll(w.TakesEffect, "{date}", p.Effective)})
		}
		return append(links, versionLink{w.OtherVersion, w.ReadCurrent, r.Page(pageLink(s, loc.View, "policy"))})
	}
	for _, next := range s.Announced() {
		link := pageLink(s, loc.View, "policy/"+next.Version)
		link.Fragment = "nod-changes"
		return []versionLink{{strings.ReplaceAll(w.Announced, "{date}", next.Effective), w.ReadNewVersion, r.Page(link)}}
	}
	return nil
}

func isAnnounced(s *site.Site, p *policy.Policy) bool {
	return slices.ContainsFunc(s.Announced(), func(a *policy.Policy) bool { return a.Version == p.Version })
}

// readPolicyText returns the text of a version, and renders its changes.
func readPolicyText(s *site.Site, loc *site.Localized, p *policy.Policy) (text policyText, err error) {
	text.html = s.FullTextBody(p.Version, loc.View.Language)
	if _, ok := p.FullText[loc.View.Language]; !ok {
		text.original = widget.CompareLanguages(s.Language(), loc.View.Language)
	}
	text.changes, err = renderChanges(s, loc, p)
	return text, err
}

// renderChanges renders what the version and those before it changed, the newest first; "" for the first version.
func renderChanges(s *site.Site, loc *site.Localized, p *policy.Policy) (template.HTML, error) {
	var list []widget.Revision
	for i := slices.Index(s.Policies, p); i > 0; i-- {
		list = append(list, widget.RevisionOf(s.Site, s.Policies[i-1], s.Policies[i], loc.View))
	}
	if list == nil {
		return "", nil
	}
	html, err := prerender.HTML(&widget.History{View: loc.View, Revisions: list, IsOpen: isAnnounced(s, p)})
	return template.HTML(html), err // escaped by the component
}

// renderPolicies renders the page of every version.
func (h *Handler) renderPolicies(s *site.Site, loc *site.Localized, made *renderedPages) error {
	for _, p := range s.Policies {
		text, err := readPolicyText(s, loc, p)
		if err != nil {
			return err
		}
		page, err := h.renderer.searchedPolicy(s, loc, p, text, "")
		if err != nil {
			return err
		}
		made.policyTexts[p.Version], made.policies[p.Version] = text, h.Cache.Page(page)
	}
	return nil
}

// Policy renders the page of the version in force.
func (r Renderer) Policy(s *site.Site, loc *site.Localized) ([]byte, error) {
	text, err := readPolicyText(s, loc, s.CurrentPolicy())
	if err != nil {
		return nil, err
	}
	return r.searchedPolicy(s, loc, s.CurrentPolicy(), text, "")
}

// searchedPolicy renders the page of one version, and marks what the visitor searches for.
func (r Renderer) searchedPolicy(
	s *site.Site, loc *site.Localized, p *policy.Policy, text policyText, query string,
) ([]byte, error) {
	view := loc.View
	page := policyPage{
		PageHead: r.head(s, view, p.Title.In(view.Language, s.Language())), siteNav: r.nav(s, view, "policy"),
		Heading: p.Title.In(view.Language, s.Language()), TitleIn: view.Original,
		Updated: p.Updated, Effective: p.Effective, Since: view.Words.Effective,
		Original: text.original, Changes: text.changes, Plain: view.Original,
		Sections: widget.SectionsOf(p, view.Language, s.Language()),
		Versions: r.versionLinks(s, loc, p),
		Query:    query, Most: widget.MaxQuery,
	}
	page.Version = strings.ReplaceAll(view.Words.Changes.Version, "{date}", p.Version)
	if isAnnounced(s, p) {
		page.Since = view.Words.InForceFrom
	}
	summary, err := execute("summary", page)
	if err != nil {
		return nil, err
	}
	page.Summary, page.Text = template.HTML(summary), template.HTML(text.html)
	if query != "" {
		found := 0
		for _, part := range []*template.HTML{&page.Summary, &page.Text} {
			marked, n := site.MarkPassages(string(*part), "mark", query)
			*part, found = template.HTML(marked), found+n
		}
		page.Found = strings.ReplaceAll(view.Words.TextFoundCount, "{n}", strconv.Itoa(found))
	}
	return execute("policy.html", page)
}

// servePolicy serves the full text.
func (h *Handler) servePolicy(w http.ResponseWriter, r *http.Request, s *site.Site) {
	p, ok := s.RequestedPolicy(w, r)
	if !ok {
		return
	}
	query := queryOf(r)
	pages, loc := h.pagesFor(r, s)
	setSharedHeaders(w, r, s, loc, "")
	if query == "" {
		pages.policies[p.Version].ServeHTTP(w, r)
		return
	}
	page, err := h.renderer.searchedPolicy(s, loc, p, pages.policyTexts[p.Version], query)
	if err != nil {
		h.Responder.Fail(w, r, "draw the policy", err)
		return
	}
	httpx.WriteHTML(w, http.StatusOK, page)
}
