package pages

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
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web/httpx"
	"github.com/nod-consent/nod/web/site"
)

// chapters is the order in which the documentation is offered.
var chapters = []string{
	"embedding", "site", "app", "operating", "api", "cookie", "ledger", "rights", "rules", "measured",
}

// documentation serves the documentation that the program carries, in its one language.
type documentation struct {
	links site.Links
	pages map[string]*httpx.Resource // by name
}

// docsPage is what docs.html takes.
type docsPage struct {
	site.PageHead
	Home       string // address of the first chapter
	Script     string
	Text       template.HTML // of our own files
	Sections   []docsLink
	Chapters   []docsLink
	Decisions  []docsLink
	IsDecision bool
}

type docsLink struct {
	Address, Title string
	IsHere         bool
}

// chapter is one file of the documentation, or one decision.
type chapter struct {
	name     string // of its address after /docs/
	title    string
	html     template.HTML
	sections []docsLink
}

func (c chapter) isDecision() bool { return path.Dir(c.name) == "decisions" }

// renderDocumentation renders all pages of the documentation.
func renderDocumentation(links site.Links, cache *httpx.ResourceCache) (documentation, error) {
	docs := documentation{links, map[string]*httpx.Resource{}}
	all, err := readChaptersOnce()
	if err != nil {
		return docs, err
	}
	style, err := links.Assets.AddStyle(policy.Theme{}, "docs.css", "reading.css", "docs.css")
	if err != nil {
		return docs, err
	}
	for _, c := range all {
		page := docsPage{
			PageHead: site.PageHead{
				Language: "en", Direction: "ltr", Title: c.title + " · Nod",
				CSS: links.Asset(style), Icon: links.File("nod.svg"),
			},
			Home: links.Server("docs/" + chapters[0]), Script: links.File("read.js"),
			Text: c.html, Sections: c.sections, IsDecision: c.isDecision(),
		}
		for _, other := range all {
			link := docsLink{links.Server("docs/" + other.name), other.title, other.name == c.name}
			if other.isDecision() {
				page.Decisions = append(page.Decisions, link)
			} else {
				page.Chapters = append(page.Chapters, link)
			}
		}
		html, err := execute("docs.html", page)
		if err != nil {
			return docs, err
		}
		docs.pages[c.name] = cache.Page(html)
	}
	return docs, nil
}

// readChaptersOnce reads the files for every server of this process: sites are replaced, and the documentation stays.
var readChaptersOnce = sync.OnceValues(readChapters)

// readChapters reads the Markdown of all pages, the chapters first.
func readChapters() ([]chapter, error) {
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
	var all []chapter
	for _, name := range names {
		text, err := assets.Files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		c, err := renderChapter(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		c.name = strings.TrimSuffix(strings.TrimPrefix(name, "docs/"), ".md")
		all = append(all, c)
	}
	position := func(c chapter) int {
		if i := slices.Index(chapters, c.name); i >= 0 {
			return i
		}
		return len(chapters)
	}
	slices.SortStableFunc(all, func(a, b chapter) int { return cmp.Compare(position(a), position(b)) })
	return all, nil
}

// fileLink is a link from one file of the documentation to another: the address of a page has no extension.
var fileLink = regexp.MustCompile(`^([a-z0-9/.-]+)\.md(#[a-z0-9-]+)?$`)

func renderChapter(text []byte) (chapter, error) {
	var c chapter
	markdown := goldmark.New(
		goldmark.WithExtensions(extension.Table), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	tree := markdown.Parser().Parse(source.NewReader(text))
	for n := tree.FirstChild(); n != nil; n = n.NextSibling() {
		h, ok := n.(*ast.Heading)
		if !ok {
			continue
		}
		title := strings.ReplaceAll(string(h.Lines().Value(text)), "`", "")
		switch id, _ := h.AttributeString("id"); h.Level {
		case 1:
			c.title = cmp.Or(c.title, title)
		case 2:
			c.sections = append(c.sections, docsLink{Address: fmt.Sprintf("#%s", id), Title: title})
		}
	}
	err := ast.Walk(tree, func(n ast.Node, isEntering bool) (ast.WalkStatus, error) {
		if link, ok := n.(*ast.Link); ok && isEntering {
			link.Destination = fileLink.ReplaceAll(link.Destination, []byte("$1$2"))
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return c, err
	}
	var b bytes.Buffer
	if err := markdown.Renderer().Render(&b, text, tree); err != nil { // it leaves raw HTML out
		return c, err
	}
	c.html, err = makeAccessible(b.Bytes())
	return c, err
}

// makeAccessible changes HTML for people who use a keyboard or a screen reader: a box that scrolls can have the focus,
// and an empty heading of a table becomes a cell.
func makeAccessible(rendered []byte) (template.HTML, error) {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(bytes.NewReader(rendered), body)
	if err != nil {
		return "", err
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	for n := range body.Descendants() {
		switch {
		case n.DataAtom == atom.Pre:
			n.Attr = append(n.Attr, html.Attribute{Key: "tabindex", Val: "0"})
		case n.DataAtom == atom.Th && n.FirstChild == nil:
			n.Data, n.DataAtom = "td", atom.Td
		}
	}
	var b bytes.Buffer
	for n := range body.ChildNodes() {
		if err := html.Render(&b, n); err != nil {
			return "", err
		}
	}
	return template.HTML(b.String()), nil // goldmark escaped it
}

// serve serves a page of the documentation; /docs/ leads to the first.
func (d documentation) serve(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if name == "" {
		http.Redirect(w, r, d.links.Server("docs/"+chapters[0]), http.StatusFound)
		return
	}
	page, ok := d.pages[name]
	if !ok {
		httpx.WriteProblem(w, http.StatusNotFound, "unknown-page",
			"The documentation has no page of this name. It begins at "+d.links.Server("docs/")+".")
		return
	}
	h := w.Header()
	httpx.SetSecurityHeaders(h,
		"script-src 'self'; style-src 'self'; img-src 'self'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "public, max-age=300")
	page.ServeHTTP(w, r)
}
