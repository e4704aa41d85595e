//go:build !js

package load

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"reflect"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Document is a YAML file with the places of its values.
type Document struct {
	File string

	// ast parses the file when it is first called. Only problems need places, and a file without one is the rule.
	ast func() *ast.File
}

// ReadDocument reads a YAML file, and decodes it. The error is Problems if the file is wrong.
func ReadDocument(fsys fs.FS, name string, into any) (Document, error) {
	data, err := readFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return Document{}, Problems{{File: name, Message: "is missing", Hint: "Every site needs this file"}}
	}
	if err != nil {
		return Document{}, err
	}
	if problem := checkLimits(name, data); problem != nil {
		return Document{}, Problems{*problem}
	}
	err = yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(into)
	if errors.Is(err, io.EOF) {
		return Document{}, Problems{{File: name, Message: "is empty", Hint: "Add the keys of a site or a policy"}}
	}
	if err != nil {
		return Document{}, Problems{newYAMLProblem(name, err, reflect.TypeOf(into), data)}
	}
	return Document{File: name, ast: sync.OnceValue(func() *ast.File {
		file, err := parser.ParseBytes(data, 0)
		if err != nil { // the decoder parses in the same way, and took it
			return &ast.File{}
		}
		return file
	})}, nil
}

// Position returns line and column of the value at a path. If the file does not have it, they are those of the
// nearest one above it.
func (d Document) Position(at string) (line, column int) {
	for at != "" && at != "$" {
		if node := d.find(at); node != nil && node.GetToken() != nil {
			pos := findFirstKey(node).GetToken().Position
			return pos.Line, pos.Column
		}
		at = at[:max(strings.LastIndexAny(at, ".["), 0)]
	}
	return 1, 1
}

// Has reports whether the file has a value at a path.
func (d Document) Has(at string) bool { return d.find(at) != nil }

func (d Document) find(at string) ast.Node {
	p, err := yaml.PathString(at)
	if err != nil {
		return nil
	}
	node, err := p.FilterFile(d.ast())
	if err != nil {
		return nil
	}
	return node
}

// NewProblem makes a problem of the value at a path.
func (d Document) NewProblem(level Level, rule Rule, at, message, hint string) Problem {
	line, column := d.Position(at)
	return Problem{
		File: d.File, Line: line, Column: column, Message: strings.TrimPrefix(at, "$.") + ": " + message, Hint: hint,
		Level: level, Rule: rule.ID, Source: rule.Source,
	}
}

// findFirstKey returns the first key of a block of keys. The parser places the block itself at that key's colon.
func findFirstKey(node ast.Node) ast.Node {
	switch n := node.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return n.Values[0].Key
		}
	case *ast.MappingValueNode:
		return n.Key
	}
	return node
}

const (
	syntaxHint = `Write YAML 1.2: each key once, with ":" and a space after it. Indent with spaces, not tabs. ` +
		`Quote a text that contains ": ", "#" or quotes. The mistake can be some lines above`
	documentationHint = "See the documentation of a site's files"
)

// newYAMLProblem turns an error of the YAML library into a Problem. It drops the lines of the file that the library
// prints around the place: an author's editor shows them better.
func newYAMLProblem(file string, err error, into reflect.Type, data []byte) Problem {
	p := Problem{File: file, Message: err.Error(), Hint: syntaxHint}
	var placed yaml.Error
	if errors.As(err, &placed) {
		p.Message = placed.GetMessage()
		if t := placed.GetToken(); t != nil && t.Position != nil {
			p.Line, p.Column = t.Position.Line, t.Position.Column
		}
	}
	var wrongType *yaml.TypeError
	var wrongNode *yaml.UnexpectedNodeTypeError
	name, isUnknownKey := strings.CutPrefix(p.Message, "unknown field ")
	switch {
	case isUnknownKey:
		p.Message = "unknown key " + name
		p.Hint = hintKeys(into, data, p.Line, p.Column, strings.Trim(name, `"`))
	case errors.As(err, &wrongType), errors.As(err, &wrongNode):
		p.Hint = documentationHint // for an entry of a list, or the file as a whole
		if at, expected := describeTypeAt(into, data, p.Line, p.Column); expected != "" {
			p.Message, p.Hint = at+": wrong type: expected "+expected, ""
		}
	}
	return p
}
