//go:build !js

package load

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/nod-consent/nod/app/policy"
)

// hintKeys lists the keys that are known at a place of a file, the most similar to the unknown one first.
func hintKeys(root reflect.Type, data []byte, line, column int, unknown string) string {
	at := findPath(data, line, column, true)
	parent := at[:max(strings.LastIndexByte(at, '.'), 0)]
	t := findType(root, parent)
	if at == "" || t == nil || t.Kind() != reflect.Struct {
		return documentationHint
	}
	keys := listKeys(t)
	hint := "Known keys: " + strings.Join(keys, ", ")
	if similar := findSimilar(unknown, keys); similar != "" {
		hint = fmt.Sprintf("Did you mean %q? ", similar) + hint
	}
	return hint
}

// describeTypeAt says what type of value belongs at a place of a file, and the path of that place. The type is "" if
// the place is not found.
func describeTypeAt(root reflect.Type, data []byte, line, column int) (path, expected string) {
	at := findPath(data, line, column, false)
	if t := findType(root, at); t != nil && at != "" {
		expected = describeType(t)
	}
	return strings.TrimPrefix(at, "."), expected
}

// findPath finds the path of the key or the value at a place, such as ".purposes[0].basis".
func findPath(data []byte, line, column int, isKey bool) string {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return ""
	}
	f := pathFinder{line: line, column: column, isKey: isKey}
	for _, doc := range file.Docs {
		ast.Walk(&f, doc)
	}
	return strings.TrimPrefix(f.path, "$")
}

// pathFinder is an ast.Visitor that looks for the key or the value at a place.
type pathFinder struct {
	line, column int
	isKey        bool
	path         string
}

// Visit implements ast.Visitor.
func (f *pathFinder) Visit(n ast.Node) ast.Visitor {
	v, ok := n.(*ast.MappingValueNode)
	if !ok || f.path != "" {
		return f
	}
	part := v.Value
	if f.isKey {
		part = v.Key
	}
	if part != nil && part.GetToken() != nil {
		at := findFirstKey(part).GetToken().Position
		if at.Line == f.line && at.Column == f.column {
			f.path = v.GetPath()
		}
	}
	return f
}

// findType follows a path such as ".purposes[0].basis" from a struct. It returns nil for an unknown path.
func findType(t reflect.Type, path string) reflect.Type {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' }) {
		t = dereference(t)
		switch t.Kind() {
		case reflect.Slice, reflect.Map:
			t = t.Elem()
		case reflect.Struct:
			if t = findFieldType(t, strings.Trim(step, "'")); t == nil {
				return nil
			}
		default:
			return nil
		}
	}
	return dereference(t)
}

func dereference(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

func findFieldType(t reflect.Type, key string) reflect.Type {
	for i := range t.NumField() {
		if FieldKey(t.Field(i)) == key {
			return t.Field(i).Type
		}
	}
	return nil
}

// FieldKey returns a field's key in YAML; "" if it has none.
func FieldKey(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return strings.TrimSuffix(key, "-")
}

func listKeys(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		if key := FieldKey(t.Field(i)); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// describeType says how a type is written in YAML.
func describeType(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[policy.Text]():
		return "a text in each language of the site, such as {en: …}"
	case t.Kind() == reflect.Slice:
		return `a list, each entry after a "-"`
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int:
		return "a whole number"
	case t.Kind() == reflect.Struct:
		return "the keys " + strings.Join(listKeys(t), ", ")
	}
	return "a text"
}

// findSimilar returns the key that the author probably meant; "" if more than half of every key is different.
func findSimilar(unknown string, keys []string) string {
	best, distance := "", 2*(len(unknown)/2+1)
	for _, k := range keys {
		d := 2 * levenshtein.ComputeDistance(unknown, k)
		if len(k) != len(unknown) { // prefer a key of the same length
			d++
		}
		if d < distance {
			best, distance = k, d
		}
	}
	return best
}
