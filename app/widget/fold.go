package widget

import (
	"strings"
	"unicode"
)

// Fold gives a text as it is compared with what a visitor looks for: without regard to case, to full width and to the
// shape of quotation marks. Each character stays one, so that a place in the result is a place in the text. The script
// of the pages does the same (web/loader/src/read.ts).
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
		return unicode.ToLower(r)
	}, text)
}
