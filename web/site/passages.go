package site

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/nod-consent/nod/app/widget"
)

// inlineElements are elements that Markdown makes within a sentence.
var inlineElements = map[string]bool{"a": true, "code": true, "em": true, "img": true, "strong": true}

// MarkPassages puts elements around the passages in safe HTML, and counts how often they occur. A passage is found
// within one block of text, compared as widget.Fold says. A passage with tags in it becomes several elements; tags and
// attributes stay as they are.
func MarkPassages(safe, element string, passages ...string) (marked string, count int) {
	m := marker{element: element}
	for _, p := range passages {
		if p != "" {
			m.passages = append(m.passages, widget.Fold(p))
		}
	}
	var block []markup
	tokens := html.NewTokenizer(strings.NewReader(safe))
	for tokens.Next() != html.ErrorToken { // at the end
		part := markup{raw: string(tokens.Raw())}
		token := tokens.Token()
		part.isText = token.Type == html.TextToken
		if part.isText || inlineElements[token.Data] {
			block = append(block, part)
			continue
		}
		m.markBlock(block)
		block = block[:0]
		m.out.WriteString(part.raw)
	}
	m.markBlock(block)
	return m.out.String(), m.count
}

// markup is a tag of HTML, or the text between two tags.
type markup struct {
	raw    string
	isText bool
}

// marker writes HTML with passages marked.
type marker struct {
	element  string
	passages []string // folded
	out      strings.Builder
	count    int
}

// markBlock writes the markup of one block.
func (m *marker) markBlock(parts []markup) {
	// The text is searched as it reads: "amp" is not in "&amp;".
	var text strings.Builder
	for _, part := range parts {
		if part.isText {
			text.WriteString(html.UnescapeString(part.raw))
		}
	}
	found := m.findPassages(widget.Fold(text.String()))
	for _, part := range parts {
		if !part.isText || found == nil {
			m.out.WriteString(part.raw)
			continue
		}
		characters := []rune(html.UnescapeString(part.raw))
		m.writeText(characters, found)
		found = found[len(characters):]
	}
}

// findPassages returns, for each character of the text, the number of the find that it belongs to, or 0. It returns nil
// if the text has none of the passages.
func (m *marker) findPassages(folded string) (found []int) {
	for _, p := range m.passages {
		length := utf8.RuneCountInString(p)
		for from := 0; ; from += len(p) {
			i := strings.Index(folded[from:], p)
			if i < 0 {
				break
			}
			from += i
			if found == nil {
				found = make([]int, utf8.RuneCountInString(folded))
			}
			m.count++
			start := utf8.RuneCountInString(folded[:from])
			for j := start; j < start+length; j++ {
				found[j] = m.count
			}
		}
	}
	return found
}

// writeText writes text with elements around what was found.
func (m *marker) writeText(text []rune, found []int) {
	for len(text) > 0 {
		n := 1
		for n < len(text) && found[n] == found[0] {
			n++
		}
		piece := html.EscapeString(string(text[:n]))
		if found[0] > 0 {
			piece = "<" + m.element + ">" + piece + "</" + m.element + ">"
		}
		m.out.WriteString(piece)
		text, found = text[n:], found[n:]
	}
}
