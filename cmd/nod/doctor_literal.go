//go:build !js

package main

import "encoding/json"

// jsonOfLiteral returns the JSON of the object literal that the server writes into consent.js: names of properties may
// be bare there, and strings within single quotation marks (web/site/literal.go). Whatever is not such a literal gives
// text that is not JSON.
func jsonOfLiteral(literal []byte) []byte {
	var out []byte
	for i := 0; i < len(literal); i++ {
		switch c := literal[i]; {
		case c == '"' || c == '\'':
			text, length := readQuoted(literal[i:])
			out = append(out, text...)
			i += length - 1
		case isNameByte(c):
			begin := i
			for i+1 < len(literal) && isNameByte(literal[i+1]) {
				i++
			}
			if name := literal[begin : i+1]; json.Valid(name) || i+1 >= len(literal) || literal[i+1] != ':' {
				out = append(out, name...) // a number, true, false or null
			} else {
				out = append(append(append(out, '"'), name...), '"')
			}
		default:
			out = append(out, c)
		}
	}
	return out
}

// readQuoted returns a quoted string as JSON, and how many bytes of the literal it takes.
func readQuoted(literal []byte) (text []byte, length int) {
	quote := literal[0]
	text = append(text, '"')
	for i := 1; i < len(literal); i++ {
		switch c := literal[i]; {
		case c == quote:
			return append(text, '"'), i + 1
		case c == '\\' && i+1 < len(literal):
			i++
			if literal[i] == '\'' {
				text = append(text, '\'')
			} else {
				text = append(text, c, literal[i])
			}
		case c == '"':
			text = append(text, '\\', '"')
		default:
			text = append(text, c)
		}
	}
	return text, len(literal)
}

func isNameByte(c byte) bool {
	return c == '_' || c == '-' || c == '.' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
