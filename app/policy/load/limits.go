//go:build !js

package load

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits of a YAML file. The parser takes memory and time that grow with the square of the depth: 200 KB of brackets
// took 14 GB. So these are checked on the file's tokens, before it is parsed. The longest file of the built-in site has
// 170 KB, 15,000 tokens and a depth of 8.
const (
	maxFile    = 2 << 20 // bytes; of a full text too
	maxTokens  = 200_000
	maxDepth   = 32  // lists and objects inside each other
	maxMarkers = 100 // anchors, aliases and tags together; an alias repeats what its anchor has
	maxAliases = 20

	// maxOpeners bounds what the lexer itself reads: brackets and braces, wherever they are.
	maxOpeners = 100_000
)

// checkLimits checks a YAML file before it is parsed. It returns the first problem, or nil.
func checkLimits(name string, data []byte) *Problem {
	openers := 0
	for _, b := range data {
		if b == '[' || b == '{' {
			openers++
		}
	}
	if openers > maxOpeners {
		return &Problem{
			File: name, Message: fmt.Sprintf("has %d brackets and braces", openers),
			Hint: fmt.Sprintf("Use at most %d", maxOpeners),
		}
	}
	tokens := lexer.Tokenize(string(data))
	if len(tokens) > maxTokens {
		return &Problem{
			File: name, Message: fmt.Sprintf("has %d keys, values and signs", len(tokens)),
			Hint: fmt.Sprintf("Use at most %d", maxTokens),
		}
	}
	var n nesting
	for _, t := range tokens {
		if problem, hint := n.add(t); problem != "" {
			return &Problem{
				File: name, Line: t.Position.Line, Column: t.Position.Column, Message: problem, Hint: hint,
			}
		}
	}
	if n.aliases > 0 && countExpanded(data) > maxTokens {
		return &Problem{
			File: name, Message: fmt.Sprintf("has more than %d values with what its aliases repeat", maxTokens),
			Hint: "Write what is repeated in full, or less of it",
		}
	}
	return nil
}

// countExpanded counts the values of a file with what its aliases repeat, up to a little more than maxTokens: aliases
// of aliases double each time.
func countExpanded(data []byte) (count int) {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return 0 // the decoder says so too
	}
	anchors := map[string]int{}
	for _, doc := range file.Docs {
		count += expandedSize(doc.Body, anchors)
	}
	return count
}

func expandedSize(node ast.Node, anchors map[string]int) (size int) {
	switch n := node.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			size += expandedSize(v, anchors)
		}
	case *ast.MappingValueNode:
		size = expandedSize(n.Key, anchors) + expandedSize(n.Value, anchors)
	case *ast.SequenceNode:
		for _, v := range n.Values {
			size += expandedSize(v, anchors)
		}
	case *ast.TagNode:
		size = expandedSize(n.Value, anchors)
	case *ast.AnchorNode:
		size = expandedSize(n.Value, anchors)
		anchors[n.Name.String()] = size
	case *ast.AliasNode:
		size = anchors[n.Value.String()]
	}
	return min(size+1, maxTokens+1)
}

// nesting counts how deep the lists and objects of a file are inside each other.
type nesting struct {
	columns          []int // of the blocks that are open
	flow             int   // open brackets and braces
	markers, aliases int
}

// add takes the next token. It returns a problem with a hint if a limit is passed.
func (n *nesting) add(t *token.Token) (problem, hint string) {
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		n.flow++
	case token.SequenceEndType, token.MappingEndType:
		n.flow = max(n.flow-1, 0)
	case token.SequenceEntryType, token.MappingKeyType:
		n.openBlock(t.Position.Column)
	case token.MappingValueType:
		if t.Prev != nil {
			n.openBlock(t.Prev.Position.Column)
		}
	case token.AliasType:
		n.aliases++
		n.markers++
	case token.AnchorType, token.TagType:
		n.markers++
	}
	switch {
	case len(n.columns)+n.flow > maxDepth:
		return "is too deep here", fmt.Sprintf("Put at most %d lists and objects inside each other", maxDepth)
	case n.aliases > maxAliases:
		return "is one alias too many", fmt.Sprintf("Use at most %d aliases in a file", maxAliases)
	case n.markers > maxMarkers:
		return "is one anchor or tag too many", fmt.Sprintf("Use at most %d anchors, aliases and tags in a file", maxMarkers)
	}
	return "", ""
}

// openBlock notes a list or an object that begins at a column, and closes those that it is not inside of.
func (n *nesting) openBlock(column int) {
	if n.flow > 0 {
		return
	}
	for len(n.columns) > 0 && n.columns[len(n.columns)-1] > column {
		n.columns = n.columns[:len(n.columns)-1]
	}
	if len(n.columns) == 0 || n.columns[len(n.columns)-1] < column {
		n.columns = append(n.columns, column)
	}
}
