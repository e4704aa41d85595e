package web

import (
	"bytes"
	"regexp"
)

var bareKey = regexp.MustCompile(`^"[A-Za-z_][A-Za-z0-9_]*"$`)

// literal is JSON as a script may have it instead, and shorter: names of properties stand without quotation marks where they can
// (ECMA-262, 13.2.5), and strings with double quotation marks in them, such as HTML, within single ones.
func literal(json []byte) []byte {
	var out bytes.Buffer
	for len(json) > 0 {
		if json[0] != '"' {
			n := bytes.IndexByte(json, '"')
			if n < 0 {
				n = len(json)
			}
			out.Write(json[:n])
			json = json[n:]
			continue
		}
		end := 1
		for json[end] != '"' {
			if json[end] == '\\' {
				end++
			}
			end++
		}
		text := json[:end+1]
		json = json[end+1:]
		switch {
		case len(json) > 0 && json[0] == ':' && bareKey.Match(text):
			out.Write(text[1:end])
		case bytes.Count(text, []byte(`\"`)) > bytes.Count(text, []byte(`'`)):
			out.WriteByte('\'')
			out.Write(singled(text[1:end]))
			out.WriteByte('\'')
		default:
			out.Write(text)
		}
	}
	return out.Bytes()
}

// singled is what stands in a JSON string, for single quotation marks around it.
func singled(text []byte) []byte {
	var out []byte
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && text[i+1] == '"':
			i++
			out = append(out, '"')
		case text[i] == '\\':
			i++
			out = append(out, '\\', text[i])
		case text[i] == '\'':
			out = append(out, '\\', '\'')
		default:
			out = append(out, text[i])
		}
	}
	return out
}
