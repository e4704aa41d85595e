package web

import (
	"html"
	"regexp"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/widget"
)

// markup is a tag of HTML, or the text between two.
var markup = regexp.MustCompile(`<[^>]*>|[^<]+`)

// inline is a tag at which a sentence goes on.
var inline = regexp.MustCompile(`^</?(a|abbr|b|code|em|i|mark|s|span|strong|sub|sup|u)[\s/>]`)

// wrap puts what safe HTML shows of a passage into elements, wherever it stands in one block of text, compared as
// widget.Fold says, and counts how often. A passage with tags in it becomes several elements; tags and attributes stay
// as they are.
func wrap(safe, passage, element string) (string, int) {
	find := []rune(widget.Fold(passage))
	if len(find) == 0 {
		return safe, 0
	}
	var b strings.Builder
	var block []string
	count := 0
	for _, part := range markup.FindAllString(safe, -1) {
		if part[0] != '<' || inline.MatchString(part) {
			block = append(block, part)
			continue
		}
		count += wrapBlock(&b, block, find, element)
		block = block[:0]
		b.WriteString(part)
	}
	count += wrapBlock(&b, block, find, element)
	return b.String(), count
}

func wrapBlock(b *strings.Builder, block []string, find []rune, element string) int {
	// Found in the text as it reads: "amp" is not in "&amp;".
	var text []rune
	for _, part := range block {
		if part[0] != '<' {
			text = append(text, []rune(html.UnescapeString(part))...)
		}
	}
	folded := []rune(widget.Fold(string(text)))
	found := make([]int, len(text)) // 1 where the first place is, 2 where the second is, …
	count := 0
	for i := 0; i+len(find) <= len(folded); i++ {
		if !slices.Equal(folded[i:i+len(find)], find) {
			continue
		}
		count++
		for range find {
			found[i] = count
			i++
		}
		i--
	}
	at := 0
	for _, part := range block {
		if count == 0 || part[0] == '<' {
			b.WriteString(part)
			continue
		}
		end := at + len([]rune(html.UnescapeString(part)))
		for at < end {
			from := at
			for at < end && found[at] == found[from] {
				at++
			}
			piece := html.EscapeString(string(text[from:at]))
			if found[from] > 0 {
				piece = "<" + element + ">" + piece + "</" + element + ">"
			}
			b.WriteString(piece)
		}
	}
	return count
}
