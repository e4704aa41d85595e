package site

import (
	"bytes"
	"encoding/json"
	"regexp"
)

// nullProto makes what a script reads as an object literal inherit nothing (ECMA-262, B.3.1: "__proto__" is not a
// property of it). Where a page put a "required" into Object.prototype, every purpose would be required, and so
// granted.
type nullProto struct {
	Prototype *struct{} `json:"__proto__"` // always null
}

// MarshalCompact writes JSON for a file of its own: there is no element to break out of, and every visitor loads it.
func MarshalCompact(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// plainKey is a property's name that needs no quotation marks (ECMA-262, 13.2.5).
var plainKey = regexp.MustCompile(`^"[A-Za-z_][A-Za-z0-9_]*"$`)

// marshalLiteral writes a value as JSON or, where a script can have that, shorter: names of properties without
// quotation marks, and strings with double quotation marks in them, such as HTML, within single ones.
func marshalLiteral(v any) ([]byte, error) {
	data, err := MarshalCompact(v)
	return shortenJSON(data), err
}

func shortenJSON(json []byte) []byte {
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
		case len(json) > 0 && json[0] == ':' && plainKey.Match(text):
			out.Write(text[1:end])
		case bytes.Count(text, []byte(`\"`)) > bytes.Count(text, []byte(`'`)):
			out.WriteByte('\'')
			out.Write(escapeSingle(text[1:end]))
			out.WriteByte('\'')
		default:
			out.Write(text)
		}
	}
	return out.Bytes()
}

// escapeSingle rewrites what is in a JSON string for single quotation marks around it.
func escapeSingle(text []byte) []byte {
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
