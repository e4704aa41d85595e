package web

import (
	"html"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/nod-consent/nod/app/widget"
)

// markup is a tag of HTML, or the text between two.
var markup = regexp.MustCompile(`<[^>]*>|[^<]+`)

// inline is a tag, of those that Markdown makes, at which a sentence goes on.
var inline = regexp.MustCompile(`^</?(a|code|em|img|strong)[\s/>]`)

// wrap puts what safe HTML shows of the passages into elements, wherever they stand in one block of text, compared as
// widget.Fold says, and counts how often. A passage with tags in it becomes several elements; tags and attributes stay
// as they are.
func wrap(safe, element string, passages ...string) (string, int) {
	w := wrapper{element: element}
	for _, p := range passages {
		if p != "" {
			w.find = append(w.find, widget.Fold(p))
		}
	}
	var block []string
	for _, part := range markup.FindAllString(safe, -1) {
		if part[0] != '<' || inline.MatchString(part) {
			block = append(block, part)
			continue
		}
		w.block(block)
		block = block[:0]
		w.out.WriteString(part)
	}
	w.block(block)
	return w.out.String(), w.count
}

type wrapper struct {
	element string
	find    []string // folded
	out     strings.Builder
	count   int
}

// block writes the markup of one block.
func (w *wrapper) block(parts []string) {
	// Found in the text as it reads: "amp" is not in "&amp;".
	var text strings.Builder
	for _, part := range parts {
		if part[0] != '<' {
			text.WriteString(html.UnescapeString(part))
		}
	}
	found := w.places(widget.Fold(text.String()))
	for _, part := range parts {
		if part[0] == '<' || found == nil {
			w.out.WriteString(part)
			continue
		}
		characters := []rune(html.UnescapeString(part))
		w.pieces(characters, found)
		found = found[len(characters):]
	}
}

// places says of each character of the text which of all that was found it belongs to, 0 for none; nil where there is
// nothing.
func (w *wrapper) places(folded string) (found []int) {
	for _, p := range w.find {
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
			w.count++
			at := utf8.RuneCountInString(folded[:from])
			for j := at; j < at+length; j++ {
				found[j] = w.count
			}
		}
	}
	return found
}

// pieces writes the text, with what was found in elements.
func (w *wrapper) pieces(text []rune, found []int) {
	for len(text) > 0 {
		n := 1
		for n < len(text) && found[n] == found[0] {
			n++
		}
		piece := html.EscapeString(string(text[:n]))
		if found[0] > 0 {
			piece = "<" + w.element + ">" + piece + "</" + w.element + ">"
		}
		w.out.WriteString(piece)
		text, found = text[n:], found[n:]
	}
}
