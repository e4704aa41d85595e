package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func parse(t testing.TB, text string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// all returns the elements of these names, or all elements.
func all(doc *html.Node, names ...string) (found []*html.Node) {
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && (len(names) == 0 || slices.Contains(names, n.Data)) {
			found = append(found, n)
		}
	}
	return found
}

func first(doc *html.Node, name string) *html.Node {
	if found := all(doc, name); len(found) > 0 {
		return found[0]
	}
	return nil
}

func byID(doc *html.Node, id string) *html.Node {
	for _, n := range all(doc) {
		if attribute(n, "id") == id {
			return n
		}
	}
	return nil
}

func attribute(n *html.Node, name string) string {
	value, _ := findAttribute(n, name)
	return value
}

func findAttribute(n *html.Node, name string) (value string, ok bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// textOf returns what a reader sees: the text outside of scripts.
func textOf(doc *html.Node) string {
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

// skeleton lists all elements with their attributes' names, one a line: what a text must not change.
func skeleton(doc *html.Node) []string {
	var lines []string
	for n := range doc.Descendants() {
		switch n.Type {
		case html.ElementNode:
			line := n.Data
			for _, a := range n.Attr {
				line += " " + a.Key
			}
			lines = append(lines, line)
		case html.CommentNode:
			lines = append(lines, "comment")
		}
	}
	return lines
}

// isIcon reports whether a graphic is one of ours: a seal or an icon, of lines alone.
func isIcon(svg *html.Node) bool {
	for n := range svg.ChildNodes() {
		if n.Data != "path" || len(n.Attr) != 1 || n.FirstChild != nil {
			return false
		}
	}
	return attribute(svg, "class") == "seal" || attribute(svg.Parent, "class") == "glyph"
}

// unsafe lists what no page of ours has: inline scripts and styles, handlers, frames and forms that lead elsewhere,
// addresses that are programs.
func unsafe(doc *html.Node) (found []string) {
	for _, n := range all(doc) {
		_, src := findAttribute(n, "src")
		switch {
		case n.Data == "script" && attribute(n, "type") == "application/json" && !src:
		case n.Data == "script" && attribute(n, "type") == "text/plain" && n.FirstChild == nil: // waits for consent
		case n.Data == "script" && !(src && n.FirstChild == nil),
			slices.Contains([]string{"style", "base", "object", "embed", "applet", "math"}, n.Data),
			n.Data == "svg" && !isIcon(n):
			found = append(found, "<"+n.Data+">")
		}
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc", a.Key == "formaction",
				a.Key == "http-equiv":
				found = append(found, n.Data+" "+a.Key)
			case slices.Contains([]string{"href", "src", "action", "data-src", "data-page", "ping", "cite", "poster"}, a.Key):
				schemes := []string{"", "http", "https", "mailto", "tel"}
				if u, err := url.Parse(a.Val); err != nil || !slices.Contains(schemes, u.Scheme) {
					found = append(found, n.Data+" "+a.Key+"="+a.Val)
				}
			}
		}
	}
	return found
}
