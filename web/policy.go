package web

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"regexp"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/parser"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
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
			texts[p.Version+" "+l] = safe.Sanitize(b.String())
		}
	}
	return texts, nil
}

type policyPage struct {
	pageHead
	Words              widget.Words
	Updated, Effective string
	Foreign            bool // the text is in another language than the page
	TextLanguage       string
	Text               template.HTML // sanitized
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

// drawPolicies makes the page of every version of the site's policy, by version, around the full texts.
func (s *Server) drawPolicies(made *site, view widget.View, texts map[string]string) (map[string]*resource, error) {
	pages := map[string]*resource{}
	for _, p := range made.Policies {
		page := policyPage{
			pageHead: s.head(view, p.Title.In(view.Language, made.Language())), Words: view.Words,
			Updated: p.Updated, Effective: p.Effective,
			TextLanguage: view.Language,
		}
		text, ok := texts[p.Version+" "+view.Language]
		if !ok {
			page.Foreign, page.TextLanguage = true, made.Language()
			text = texts[p.Version+" "+made.Language()]
		}
		page.Text = template.HTML(text)
		var b bytes.Buffer
		if err := pageTemplates.ExecuteTemplate(&b, "policy.html", page); err != nil {
			return nil, err
		}
		var err error
		if pages[p.Version], err = newResource("text/html; charset=utf-8", b.Bytes()); err != nil {
			return nil, err
		}
	}
	return pages, nil
}

// policyPage serves the full text.
func (s *Server) policyPage(w http.ResponseWriter, r *http.Request, site *site) {
	p, ok := site.asked(w, r)
	if !ok {
		return
	}
	loc := site.languages[site.language(r)]
	s.pageHeaders(w, site)
	h := w.Header()
	h.Set("Vary", "Accept-Encoding, Accept-Language")
	h.Set("Cache-Control", "public, max-age=300, stale-while-revalidate=86400")
	h.Set("Content-Language", loc.view.Language)
	loc.policies[p.Version].serve(w, r)
}

// policyData is a policy for programs: GET /v1/{site}/policy.
type policyData struct {
	Site       string            `json:"site"`
	Version    string            `json:"version"`
	Updated    string            `json:"updated"`
	Effective  string            `json:"effective"`
	Language   string            `json:"language"`
	Title      string            `json:"title"`
	Controller string            `json:"controller"`
	Contact    string            `json:"contact"`
	Purposes   []policyPurpose   `json:"purposes"`
	Layouts    map[string]string `json:"layouts,omitempty"` // content hashes of what is shown now, by kind
}

type policyPurpose struct {
	ID       string          `json:"id"`
	Hash     policy.Hash     `json:"hash"`
	Kind     policy.Kind     `json:"kind"`
	Required bool            `json:"required"`
	Separate bool            `json:"separate"`
	GPC      bool            `json:"gpc"`
	Name     string          `json:"name"`
	Summary  string          `json:"summary"`
	Refusal  string          `json:"refusal"`
	Basis    string          `json:"basis"`
	Services []policyService `json:"services"`
}

type policyService struct {
	ID      string      `json:"id"`
	Hash    policy.Hash `json:"hash"`
	Name    string      `json:"name"`
	Summary string      `json:"summary"`
}

func (s *Server) policyData(w http.ResponseWriter, r *http.Request, site *site) {
	p, ok := site.asked(w, r)
	if !ok {
		return
	}
	loc := site.languages[site.language(r)]
	view := loc.view
	in := func(t policy.Text) string { return t.In(view.Language, site.Language()) }
	data := policyData{
		Site: site.ID, Version: p.Version, Updated: p.Updated, Effective: p.Effective, Language: view.Language,
		Title: in(p.Title), Controller: in(p.Controller.Name), Contact: widget.Contact(p.Controller, view.Language, site.Language()),
	}
	if p.Version == site.Current {
		data.Layouts = map[string]string{"banner": loc.banner, "preferences": loc.centre.layout}
	}
	for i := range p.Purposes {
		u := &p.Purposes[i]
		made := policyPurpose{
			ID: u.ID, Hash: u.Hash(site.Asker(p)), Kind: u.Kind, Required: u.Required, Separate: u.Separate, GPC: u.GPC,
			Name: in(u.Name), Summary: in(u.Summary), Refusal: in(u.Refusal), Basis: u.Basis.Law, Services: []policyService{},
		}
		for j := range u.Services {
			v := &u.Services[j]
			made.Services = append(made.Services, policyService{ID: v.ID, Hash: v.Hash(u, site.Asker(p)), Name: in(v.Name), Summary: in(v.Summary)})
		}
		data.Purposes = append(data.Purposes, made)
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Add("Vary", "Accept-Language")
	writeJSON(w, http.StatusOK, data)
}
