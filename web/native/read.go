package native

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// ReadScreen reads the element with an id from HTML, whether it is hidden or not. What is hidden in it is left out.
func ReadScreen(source, id string) (Screen, error) {
	root, err := parse(source)
	if err != nil {
		return Screen{}, err
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && attribute(n, "id") == id {
			return readScreen(n, ""), nil
		}
	}
	return Screen{}, fmt.Errorf("no element has the id %q", id)
}

// ReadPage reads all of a piece of HTML, whose language is given if it differs from the document's.
func ReadPage(source, language string) (Screen, error) {
	root, err := parse(source)
	if err != nil {
		return Screen{}, err
	}
	return readScreen(root, language), nil
}

func parse(source string) (*html.Node, error) {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(source), body)
	if err != nil {
		return nil, fmt.Errorf("read HTML for native.json: %w", err)
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	return body, nil
}

func readScreen(root *html.Node, language string) Screen {
	r := reader{screen: Screen{Blocks: []Block{}, Buttons: []Button{}}}
	r.readChildren(root, Run{Language: language})
	r.endBlock()
	return r.screen
}

// reader turns elements into blocks. Texts of inline elements are collected until the block ends.
type reader struct {
	screen Screen
	block  Block // the one that is being read; its type is "" for a paragraph
	depth  int   // of lists
}

// silent are elements whose texts nobody reads.
var silent = []string{"svg", "script", "style", "template", "noscript", "input", "select", "textarea", "option"}

func isSilent(n *html.Node) bool {
	role := attribute(n, "role")
	return slices.Contains(silent, n.Data) || hasAttribute(n, "hidden") || attribute(n, "aria-hidden") == "true" ||
		role == "search" || role == "status"
}

func (r *reader) readChildren(n *html.Node, style Run) {
	for c := range n.ChildNodes() {
		switch {
		case c.Type == html.TextNode:
			r.addText(c.Data, style)
		case c.Type == html.ElementNode && !isSilent(c):
			r.readElement(c, style)
		}
	}
}

func (r *reader) readElement(n *html.Node, style Run) {
	if language := attribute(n, "lang"); language != "" {
		style.Language = language
	}
	switch n.Data {
	case "strong", "b", "dt":
		style.IsStrong = true
	}
	switch n.Data {
	case "span", "strong", "b", "em", "i", "small", "code", "ins", "del", "u", "s", "mark", "abbr", "time", "sup", "sub":
		if attribute(n, "class") == "tag" { // a box of its own
			r.addText(" ", style)
		}
		r.readChildren(n, style)
	case "br":
		r.addText(" ", style)
	case "a":
		if page := attribute(n, "data-page"); page != "" {
			r.readBlock(n, Block{Type: Link, Page: page}, style)
			return
		}
		r.readChildren(n, style)
	case "button":
		r.endBlock()
		r.screen.Buttons = append(r.screen.Buttons, Button{attribute(n, "data-do"), readWords(n)})
	case "summary": // readDetails reads it
	case "details":
		r.readDetails(n, style)
	case "h1":
		r.readBlock(n, Block{Type: Title}, style)
	case "h2", "h3", "h4", "h5", "h6":
		r.readBlock(n, Block{Type: Heading, Level: int(n.Data[1] - '0')}, style)
	case "ul", "ol":
		r.endBlock()
		r.depth++
		r.readItems(n, style)
		r.depth--
	default:
		r.readBlock(n, Block{Type: Paragraph}, style)
	}
}

// readBlock reads an element that has lines of its own.
func (r *reader) readBlock(n *html.Node, as Block, style Run) {
	if as.Type != Paragraph || len(r.block.Text) > 0 { // the first paragraph of an item is the item
		r.endBlock()
		r.block = as
	}
	r.readChildren(n, style)
	r.endBlock()
}

func (r *reader) readItems(n *html.Node, style Run) {
	number := 1
	if start, err := strconv.Atoi(attribute(n, "start")); err == nil {
		number = start
	}
	for c := range n.ChildNodes() {
		if c.Type != html.ElementNode || isSilent(c) {
			continue
		}
		mark := "•"
		if n.Data == "ol" {
			mark = strconv.Itoa(number) + "."
			number++
		}
		if language := attribute(c, "lang"); language != "" {
			style.Language = language
		}
		r.readBlock(c, Block{Type: Item, Mark: mark, Level: r.depth}, style)
	}
}

// readDetails reads what is folded. Its line is the summary.
func (r *reader) readDetails(n *html.Node, style Run) {
	r.endBlock()
	before := r.screen.Blocks
	more := Block{Type: More}
	r.screen.Blocks = nil
	for c := range n.ChildNodes() {
		if c.Data == "summary" && !isSilent(c) {
			more.Text = readLine(c, style)
		}
	}
	r.readChildren(n, style)
	r.endBlock()
	more.Blocks = r.screen.Blocks
	r.screen.Blocks = append(before, more)
}

// readLine reads an element as one line.
func readLine(n *html.Node, style Run) []Run {
	line := reader{}
	line.readChildren(n, style)
	line.endBlock()
	if len(line.screen.Blocks) == 0 {
		return nil
	}
	return line.screen.Blocks[0].Text
}

// addText adds text as HTML shows it: white space is one space, and none begins a line.
func (r *reader) addText(text string, style Run) {
	runs := r.block.Text
	isAtSpace := len(runs) == 0 || strings.HasSuffix(runs[len(runs)-1].Text, " ")
	style.Text = ""
	for _, c := range text {
		isSpace := strings.ContainsRune(" \t\n\r\f", c)
		if isSpace && isAtSpace {
			continue
		}
		if isAtSpace = isSpace; isSpace {
			c = ' '
		}
		style.Text += string(c)
	}
	if style.Text == "" {
		return
	}
	if last := len(runs) - 1; last >= 0 && runs[last].IsStrong == style.IsStrong && runs[last].Language == style.Language {
		runs[last].Text += style.Text
		return
	}
	r.block.Text = append(runs, style)
}

// endBlock adds the block that was read, if it says anything.
func (r *reader) endBlock() {
	b := r.block
	r.block = Block{}
	if last := len(b.Text) - 1; last >= 0 {
		b.Text[last].Text = strings.TrimSuffix(b.Text[last].Text, " ")
		if b.Text[last].Text == "" {
			b.Text = b.Text[:last]
		}
	}
	if len(b.Text) == 0 {
		return
	}
	if b.Type == "" {
		b.Type = Paragraph
	}
	r.screen.Blocks = append(r.screen.Blocks, b)
}

// readWords returns the text of an element, with one space between words.
func readWords(n *html.Node) string {
	var text strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(text.String()), " ")
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func hasAttribute(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}
