package widget

import (
	"strings"
	"unicode"
)

// splitWords splits a text at white space, as scripts do (ECMA-262, 12.2): a byte order mark is white space, and "next
// line" is not.
func splitWords(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\ufeff' || r != '\u0085' && unicode.IsSpace(r) })
}

// Fold returns a text in the form that a search compares: it ignores case, full width and the shape of quotation marks.
// Each character stays one character, so that a position in the result is a position in the text. The script of the
// pages does the same (web/loader/src/entry/read.ts).
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
