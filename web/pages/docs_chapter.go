package pages

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	source "github.com/yuin/goldmark/text"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/nod-consent/nod/assets"
)

// chapter is one file of the documentation.
type chapter struct {
	file     string // below assets/docs: guides/react.md, zh-CN/quick-start.md
	name     string // of its address after /docs/: guides/react, zh-CN/quick-start; of index.md the folder, as guides/
	language string
	source   []byte // Markdown, without front matter
	title    string
	html     template.HTML
	sections []docsLink
	groups   []chapterGroup // the pages of the documentation that it links to
	passages []passage      // what the search finds
}

// chapterGroup are the pages that a part of a chapter links to.
type chapterGroup struct {
	title string // of the part; "" before the first heading
	names []string
}

// passage is the text below one heading.
type passage struct{ id, title, text string }

// key is the chapter's name without its language: translations share it.
func (c chapter) key() string { return strings.TrimPrefix(c.name, nameIn(c.language, "")) }

// inLanguage returns the name that a key has in the chapter's own language.
func (c chapter) inLanguage(key string) string { return nameIn(c.language, key) }

func nameIn(language, key string) string {
	if language == "en" {
		return key
	}
	return language + "/" + key
}

// readChaptersOnce reads the files for every server of this process: sites are replaced, and the documentation stays.
var readChaptersOnce = sync.OnceValues(readChapters)

// readChapters reads the Markdown of all pages.
func readChapters() ([]chapter, error) {
	var all []chapter
	err := fs.WalkDir(assets.Files, "docs", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".md" {
			return err
		}
		text, err := assets.Files.ReadFile(name)
		if err != nil {
			return err
		}
		c, err := readChapter(strings.TrimPrefix(name, "docs/"), text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, c)
		return nil
	})
	return all, err
}

func readChapter(file string, text []byte) (chapter, error) {
	c := chapter{file: file, name: nameOf(file), language: "en", source: cutFrontMatter(text)}
	for language := range docsLanguages {
		if strings.HasPrefix(file, language+"/") {
			c.language = language
		}
	}
	markdown := goldmark.New(
		goldmark.WithExtensions(extension.Table), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	ids := parser.WithContext(parser.NewContext(parser.WithIDs(headingIDs{})))
	tree := markdown.Parser().Parse(source.NewReader(c.source), ids)
	c.readHeadings(tree)
	c.rewriteLinks(tree)
	var b bytes.Buffer
	if err := markdown.Renderer().Render(&b, c.source, tree); err != nil { // it leaves raw HTML out
		return c, err
	}
	body, err := parseBody(b.Bytes())
	if err != nil {
		return c, err
	}
	c.passages = listPassages(body)
	c.html, err = makeAccessible(body)
	return c, err
}

// nameOf returns the name of a file's page.
func nameOf(file string) string {
	folder, base := path.Split(file)
	if base == "index.md" {
		return folder
	}
	return folder + strings.TrimSuffix(base, ".md")
}

// cutFrontMatter returns a file without the lines between "---" at its beginning.
func cutFrontMatter(text []byte) []byte {
	if rest, ok := bytes.CutPrefix(text, []byte("---\n")); ok {
		if _, after, ok := bytes.Cut(rest, []byte("\n---\n")); ok {
			return bytes.TrimLeft(after, "\n")
		}
	}
	return text
}

func (c *chapter) readHeadings(tree ast.Node) {
	c.groups = []chapterGroup{{}}
	for n := tree.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			title := strings.ReplaceAll(string(h.Lines().Value(c.source)), "`", "")
			switch id, _ := h.AttributeString("id"); h.Level {
			case 1:
				c.title = cmp.Or(c.title, title)
			case 2:
				c.sections = append(c.sections, docsLink{Address: fmt.Sprintf("#%s", id), Title: title})
				c.groups = append(c.groups, chapterGroup{title: title})
			}
		}
		group := &c.groups[len(c.groups)-1]
		for _, link := range listLinks(n) {
			if name, ok := c.resolve(link); ok {
				group.names = append(group.names, name)
			}
		}
	}
}

func listLinks(tree ast.Node) (links []*ast.Link) {
	_ = ast.Walk(tree, func(n ast.Node, isEntering bool) (ast.WalkStatus, error) {
		if link, ok := n.(*ast.Link); ok && isEntering {
			links = append(links, link)
		}
		return ast.WalkContinue, nil
	})
	return links
}

// fileLink is a link from one file of the documentation to another.
var fileLink = regexp.MustCompile(`^([A-Za-z0-9/.-]+)\.md(#.+)?$`)

// resolve returns the name of the page of the documentation that a link leads to.
func (c *chapter) resolve(link *ast.Link) (name string, ok bool) {
	m := fileLink.FindSubmatch(link.Destination)
	if m == nil || bytes.Contains(link.Destination, []byte("://")) {
		return "", false
	}
	return nameOf(path.Join(path.Dir(c.file), string(m[1])+".md")), true
}

// rewriteLinks gives links to files the address of the page: it has no extension, and index.md is its folder.
func (c *chapter) rewriteLinks(tree ast.Node) {
	for _, link := range listLinks(tree) {
		if _, ok := c.resolve(link); !ok {
			continue
		}
		m := fileLink.FindSubmatch(link.Destination)
		to := string(m[1])
		if path.Base(to) == "index" {
			to = strings.TrimSuffix(to, "index")
			to = cmp.Or(to, "./")
		}
		link.Destination = append([]byte(to), m[2]...)
	}
}

// headingIDs gives each heading the anchor that GitHub gives it, in every script.
type headingIDs map[string]bool

func (ids headingIDs) Generate(value []byte, _ ast.NodeKind) []byte {
	base := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		}
		return -1
	}, strings.TrimSpace(string(value)))
	id := cmp.Or(base, "part")
	for i := 1; ids[id]; i++ {
		id = fmt.Sprintf("%s-%d", base, i)
	}
	ids[id] = true
	return []byte(id)
}

func (ids headingIDs) Put(value []byte) { ids[string(value)] = true }

func parseBody(rendered []byte) (*html.Node, error) {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(bytes.NewReader(rendered), body)
	for _, n := range nodes {
		body.AppendChild(n)
	}
	return body, err
}

// makeAccessible changes HTML for people who use a keyboard or a screen reader: code that scrolls can have the focus,
// and an empty heading of a table becomes a cell. A box around each table scrolls it: some browsers no longer treat one
// that scrolls by itself as a table. A path in a table may break after a slash, or its column leaves no room for words.
func makeAccessible(body *html.Node) (template.HTML, error) {
	var tables []*html.Node
	for n := range body.Descendants() {
		switch {
		case n.DataAtom == atom.Pre:
			n.Attr = append(n.Attr, html.Attribute{Key: "tabindex", Val: "0"})
		case n.DataAtom == atom.Th && n.FirstChild == nil:
			n.Data, n.DataAtom = "td", atom.Td
		case n.DataAtom == atom.Table:
			tables = append(tables, n)
		}
	}
	for _, table := range tables {
		breakPaths(table)
		box := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
		box.Attr = []html.Attribute{{Key: "class", Val: "table"}}
		table.Parent.InsertBefore(box, table)
		table.Parent.RemoveChild(table)
		box.AppendChild(table)
	}
	var b bytes.Buffer
	for n := range body.ChildNodes() {
		if err := html.Render(&b, n); err != nil {
			return "", err
		}
	}
	return template.HTML(b.String()), nil // goldmark escaped it
}

// slash is one inside a path, such as web/loader/src.
var slash = regexp.MustCompile(`\w/\b`)

// breakPaths puts <wbr> after each slash inside a path.
func breakPaths(table *html.Node) {
	var texts []*html.Node
	for n := range table.Descendants() {
		if n.Type == html.TextNode {
			texts = append(texts, n)
		}
	}
	for _, n := range texts {
		for found := slash.FindStringIndex(n.Data); found != nil; found = slash.FindStringIndex(n.Data) {
			n.Parent.InsertBefore(&html.Node{Type: html.TextNode, Data: n.Data[:found[1]]}, n)
			n.Parent.InsertBefore(&html.Node{Type: html.ElementNode, Data: "wbr", DataAtom: atom.Wbr}, n)
			n.Data = n.Data[found[1]:]
		}
	}
}
