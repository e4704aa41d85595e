//go:build !js

package policy

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// wantAt says what belongs at a place of a file, by the type that the file is read into: which keys, or what kind of
// value; and the path of that place. "" where it is not found.
func wantAt(root reflect.Type, data []byte, line, column int, key bool) (path, want string) {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return "", ""
	}
	found := finder{line: line, column: column, key: key}
	for _, doc := range file.Docs {
		ast.Walk(&found, doc)
	}
	at := strings.TrimPrefix(found.path, "$")
	path = strings.TrimPrefix(at, ".")
	if key { // what is above it has the keys
		at = at[:max(strings.LastIndexByte(at, '.'), 0)]
	}
	if t := typeAt(root, at); t != nil && path != "" {
		want = wanted(t)
	}
	return path, want
}

// finder looks for the key or the value at a place.
type finder struct {
	line, column int
	key          bool
	path         string
}

// Visit implements ast.Visitor.
func (f *finder) Visit(n ast.Node) ast.Visitor {
	if v, ok := n.(*ast.MappingValueNode); ok && f.path == "" {
		part := v.Value
		if f.key {
			part = v.Key
		}
		if part != nil && part.GetToken() != nil {
			if at := beginning(part).GetToken().Position; at.Line == f.line && at.Column == f.column {
				f.path = v.GetPath()
			}
		}
	}
	return f
}

// typeAt follows a path such as ".purposes[0].basis" from a struct; nil where it leads to nothing that is known.
func typeAt(t reflect.Type, path string) reflect.Type {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' }) {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch t.Kind() {
		case reflect.Slice, reflect.Map:
			t = t.Elem()
		case reflect.Struct:
			name := strings.Trim(step, "'")
			var next reflect.Type
			for i := range t.NumField() {
				if keyOf(t.Field(i)) == name {
					next = t.Field(i).Type
				}
			}
			if next == nil {
				return nil
			}
			t = next
		default:
			return nil
		}
	}
	return t
}

func keyOf(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return strings.TrimSuffix(key, "-")
}

// wanted names what YAML a type is written in.
func wanted(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[Text]():
		return "want the text in each language of the site, such as {en: …}"
	case t.Kind() == reflect.Pointer:
		return wanted(t.Elem())
	case t.Kind() == reflect.Slice:
		return "want a list, each entry behind a \"-\""
	case t.Kind() == reflect.Bool:
		return "want true or false"
	case t.Kind() == reflect.Int:
		return "want a whole number"
	case t.Kind() == reflect.Struct:
		var keys []string
		for i := range t.NumField() {
			if key := keyOf(t.Field(i)); key != "" {
				keys = append(keys, key)
			}
		}
		return ofKeys + strings.Join(keys, ", ")
	}
	return "want a text"
}

const ofKeys = "want of these keys: "

// nearest says first which of the keys may have been meant.
func nearest(key, want string) string {
	list, keys := strings.CutPrefix(want, ofKeys)
	if !keys {
		return want
	}
	best, away := "", 2*(len(key)/2+1) // of a key that is another one by more than half, nobody can tell
	for _, k := range strings.Split(list, ", ") {
		d := 2 * levenshtein.ComputeDistance(key, k)
		if len(k) != len(key) { // of two as near, the one as long
			d++
		}
		if d < away {
			best, away = k, d
		}
	}
	if best == "" {
		return want
	}
	return fmt.Sprintf("perhaps %q was meant; %s", best, want)
}
