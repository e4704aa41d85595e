package widget

import (
	"strings"
	"unicode"
)

// words are what white space separates, as scripts understand it (ECMA-262, 12.2): a byte order mark does, and a "next
// line" does not.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\ufeff' || r != '\u0085' && unicode.IsSpace(r) })
}

// Fold gives a text as it is compared with what a visitor looks for: without regard to case, to full width and to the
// shape of quotation marks. Each character stays one, so that a place in the result is a place in the text. The script
// of the pages does the same (web/loader/src/entry/read.ts).
func Fold(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		case r == '　' || r == '\u00a0':
			return ' '
		case r == '‘' || r == '’':
			return '\''
		case r == '“' || r == '”':
			return '"'
		}
		if r == 'İ' { // its lower case has two characters
			return r
		}
		return unicode.ToLower(r)
	}, text)
}
