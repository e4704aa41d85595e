package web

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	source "github.com/yuin/goldmark/text"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web/httpx"
)

// chapters is the order in which the documentation is offered.
var chapters = []string{"embedding", "site", "app", "operating", "api", "cookie", "ledger", "rules", "measured"}

// docsPage is what pages/docs.html takes.
type docsPage struct {
	pageHead
	Text      template.HTML // of our own files
	Sections  []docsLink
	Chapters  []docsLink
	Decisions []docsLink
	Decided   bool // it is one of them
}

type docsLink struct {
	Address, Title string
	Here           bool
}

// doc is one page of the documentation, read.
type doc struct {
	name     string // of its address after /docs/
	title    string
	html     template.HTML
	sections []docsLink
}

// docs draws the documentation that the program carries, in its one language, as pages by their name.
func (s *Server) docs() (map[string]*httpx.Resource, error) {
	all, err := docsOnce()
	if err != nil {
		return nil, err
	}
	address, err := s.static.addStyle(policy.Theme{}, "docs.css", "reading.css", "docs.css")
	if err != nil {
		return nil, err
	}
	pages := map[string]*httpx.Resource{}
	for _, d := range all {
		page := docsPage{
			pageHead: pageHead{Language: "en", Direction: "ltr", Title: d.title + " · Nod", CSS: address, Icon: s.static.address["nod.svg"]},
			Text:     d.html, Sections: d.sections, Decided: path.Dir(d.name) == "decisions",
		}
		for _, other := range all {
			link := docsLink{s.base + "/docs/" + other.name, other.title, other.name == d.name}
			if path.Dir(other.name) == "decisions" {
				page.Decisions = append(page.Decisions, link)
			} else {
				page.Chapters = append(page.Chapters, link)
			}
		}
		var b bytes.Buffer
		if err := pageTemplates.ExecuteTemplate(&b, "docs.html", page); err != nil {
			return nil, err
		}
		pages[d.name] = s.resources.Page(b.Bytes())
	}
	return pages, nil
}

// docsOnce are the pages for every server of this process: sites are replaced, and they stay.
var docsOnce = sync.OnceValues(readDocs)

// readDocs reads the Markdown of all pages, the chapters first.
func readDocs() ([]doc, error) {
	var names []string
	err := fs.WalkDir(assets.Files, "docs", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && path.Ext(name) == ".md" {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var all []doc
	for _, name := range names {
		text, err := assets.Files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		d, err := readDoc(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		d.name = strings.TrimSuffix(strings.TrimPrefix(name, "docs/"), ".md")
		all = append(all, d)
	}
	place := func(d doc) int {
		if i := slices.Index(chapters, d.name); i >= 0 {
			return i
		}
		return len(chapters)
	}
	slices.SortStableFunc(all, func(a, b doc) int { return cmp.Compare(place(a), place(b)) })
	return all, nil
}

// ownLink is a link from one file of the documentation to another: its page has no extension.
var ownLink = regexp.MustCompile(`href="([a-z0-9/.-]+)\.md(#[a-z0-9-]+)?"`)

func readDoc(text []byte) (doc, error) {
	var d doc
	markdown := goldmark.New(goldmark.WithExtensions(extension.Table), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	tree := markdown.Parser().Parse(source.NewReader(text))
	for n := tree.FirstChild(); n != nil; n = n.NextSibling() {
		h, ok := n.(*ast.Heading)
		if !ok {
			continue
		}
		title := strings.ReplaceAll(string(h.Lines().Value(text)), "`", "")
		switch id, _ := h.AttributeString("id"); h.Level {
		case 1:
			d.title = cmp.Or(d.title, title)
		case 2:
			d.sections = append(d.sections, docsLink{Address: fmt.Sprintf("#%s", id), Title: title})
		}
	}
	var b bytes.Buffer
	if err := markdown.Renderer().Render(&b, text, tree); err != nil {
		return d, err
	}
	html := ownLink.ReplaceAllString(b.String(), `href="$1$2"`) // raw HTML is left out by goldmark
	// A heading that says nothing is none, and what can be scrolled is reached by the keyboard.
	d.html = template.HTML(strings.NewReplacer("<th></th>", "<td></td>", "<pre>", `<pre tabindex="0">`).Replace(html))
	return d, nil
}

// doc serves a page of the documentation; /docs/ leads to the first.
func (s *Server) doc(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if name == "" {
		http.Redirect(w, r, s.base+"/docs/"+chapters[0], http.StatusFound)
		return
	}
	page, ok := s.documents[name]
	if !ok {
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-page", "There is no such page of the documentation. It begins at "+s.base+"/docs/.")
		return
	}
	h := w.Header()
	httpx.SetSecureHeaders(h, "style-src 'self'; img-src 'self'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "public, max-age=300")
	page.ServeHTTP(w, r)
}
