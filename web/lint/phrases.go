package lint

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"
)

// findPhrases finds denied phrases in the text of a file.
func findPhrases(rules []phraseRule) check {
	return func(file string, content []byte) ([]Finding, error) {
		text, err := textOf(file, content)
		if err != nil || text == "" {
			return nil, err
		}
		var found []Finding
		text = strings.ToLower(text)
		for _, rule := range rules {
			if !strings.Contains(text, rule.literal) {
				continue
			}
			for _, at := range rule.pattern.FindAllStringIndex(text, -1) {
				phrase := strings.Join(strings.Fields(text[at[0]:at[1]]), " ")
				line := strings.Count(text[:at[0]], "\n") + 1
				found = append(found, Finding{file, line, fmt.Sprintf("%q: better: %s", phrase, rule.better)})
			}
		}
		slices.SortStableFunc(found, func(a, b Finding) int { return a.Line - b.Line })
		return found, nil
	}
}

// textOf returns what people read of a file. Everything else becomes blank, so line numbers do not change.
func textOf(file string, content []byte) (string, error) {
	switch kind := kindOf(file); {
	case kind == ".go":
		return textOfGo(file, content)
	case kind == ".ts" || kind == ".js" || kind == ".mjs" || kind == ".css" || kind == ".kt" || kind == ".swift":
		return textOfScript(string(content)), nil
	case kind == ".sh" || kind == "Makefile" || kind == ".sql" || kind == ".html":
		return string(content), nil
	case kind == ".md" && !strings.Contains(path.Base(file), "zh"):
		return string(content), nil
	case file == "assets/locales/en.yaml" || strings.HasPrefix(file, "assets/starter/en/"):
		return string(content), nil
	}
	return "", nil
}

// blank is what code becomes in a text. It is neither a space nor part of a word, so no phrase reaches across it.
const blank = '\x00'

// keepText returns a text in which only the ranges that keep marks are left.
func keepText(text string, isText func(i int) bool) string {
	out := []byte(text)
	for i := range out {
		if !isText(i) {
			blankAt(out, i)
		}
	}
	return string(out)
}

func blankAt(text []byte, i int) {
	if !strings.ContainsRune(" \t\n", rune(text[i])) {
		text[i] = blank
	}
}

// textOfGo returns the comments of a Go file and, if it is no test, its strings. Tests compare with "; want".
func textOfGo(file string, content []byte) (string, error) {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	isText := make([]bool, len(content))
	mark := func(from, to token.Pos, skip int) {
		for i := set.Position(from).Offset + skip; i < set.Position(to).Offset; i++ {
			isText[i] = true
		}
	}
	text := []byte(string(content))
	for _, group := range parsed.Comments {
		mark(group.Pos(), group.End(), 0)
		for _, comment := range group.List { // a phrase may go on in the next line
			at := set.Position(comment.Pos()).Offset
			text[at], text[at+1] = ' ', ' '
		}
	}
	if !strings.HasSuffix(file, "_test.go") {
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.Field:
				n.Tag = nil
			case *ast.BasicLit:
				if n.Kind == token.STRING {
					mark(n.Pos(), n.End(), 1)
				}
			}
			return true
		})
	}
	return keepText(string(text), func(i int) bool { return isText[i] }), nil
}

// textOfScript returns the comments and strings of a script or style sheet. It does not know regular expressions: a
// quote in one opens a string, which ends with the line.
func textOfScript(text string) string {
	out := []byte(text)
	for i := 0; i < len(text); {
		end, open := endOfText(text[i:])
		if end == 0 {
			blankAt(out, i)
			i++
			continue
		}
		for j := i; j < i+open; j++ {
			out[j] = ' '
		}
		i += end
	}
	return string(out)
}

// endOfText returns the length of the comment or string that a text starts with, and that of its opening sign.
func endOfText(text string) (end, open int) {
	until := func(mark string, open int) int {
		if at := strings.Index(text[open:], mark); at >= 0 {
			return open + at + len(mark)
		}
		return len(text)
	}
	switch {
	case strings.HasPrefix(text, "//"):
		return until("\n", 2), 2
	case strings.HasPrefix(text, "/*"):
		return until("*/", 2), 2
	case text[0] == '`':
		return until("`", 1), 1
	case text[0] == '\'' || text[0] == '"':
		return min(until(text[:1], 1), until("\n", 1)), 1
	}
	return 0, 0
}
