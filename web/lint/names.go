package lint

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"strings"
)

// identifier is a name that a file declares for others.
type identifier struct {
	name string
	line int
}

// findNames finds denied words in the names that a file declares at its top level or exports.
func (rules nameRules) findNames(file string, content []byte) ([]Finding, error) {
	var identifiers []identifier
	switch path.Ext(file) {
	case ".go":
		var err error
		if identifiers, err = listGoNames(file, content); err != nil {
			return nil, err
		}
	case ".ts", ".mjs":
		identifiers = listScriptNames(string(content))
	}
	var found []Finding
	for _, id := range identifiers {
		if denied, better, isDenied := rules.match(id.name); isDenied {
			found = append(found, Finding{file, id.line, fmt.Sprintf("name %s: %q says too little; better: %s",
				id.name, denied, better)})
		}
	}
	return found, nil
}

// listGoNames returns the top-level names of a Go file, its methods, and the exported fields and methods of its types.
func listGoNames(file string, content []byte) ([]identifier, error) {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, content, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var names []identifier
	add := func(id *ast.Ident) { names = append(names, identifier{id.Name, set.Position(id.Pos()).Line}) }
	addMembers := func(typ ast.Expr) {
		ast.Inspect(typ, func(n ast.Node) bool {
			if field, isField := n.(*ast.Field); isField {
				for _, id := range field.Names {
					if id.IsExported() {
						add(id)
					}
				}
			}
			_, isFunc := n.(*ast.FuncType) // parameters are no names for others
			return !isFunc
		})
	}
	for _, decl := range parsed.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			add(decl.Name)
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					add(spec.Name)
					addMembers(spec.Type)
				case *ast.ValueSpec:
					for _, id := range spec.Names {
						add(id)
					}
				}
			}
		}
	}
	return names, nil
}

var (
	// Declarations at the top level start in the first column; members of top-level interfaces are indented by two.
	scriptDeclaration = regexp.MustCompile(
		`^(?:export )?(?:default )?(?:declare )?(?:abstract )?(?:async )?` +
			`(?:function\*?|class|interface|type|enum|const|let|var) ([A-Za-z_$][\w$]*)`)
	scriptValues = regexp.MustCompile(`^(?:export )?(?:const|let|var) `)
	scriptMember = regexp.MustCompile(`^  (?:readonly )?([A-Za-z_$][\w$]*)\??[:(<]`)
	scriptTypes  = regexp.MustCompile(`^(?:export )?(?:declare )?(?:interface|type) .*\{$`)
	scriptFirst  = regexp.MustCompile(`^\s*([A-Za-z_$][\w$]*)`)
)

// listScriptNames returns the names of a script in TypeScript or JavaScript. It reads the layout of the lines, which is
// the same everywhere in this repository, not the language.
func listScriptNames(text string) []identifier {
	var names []identifier
	isInType := false
	for i, line := range strings.Split(text, "\n") {
		if m := scriptDeclaration.FindStringSubmatch(line); m != nil {
			names = append(names, identifier{m[1], i + 1})
			if scriptValues.MatchString(line) {
				for _, name := range listMoreValues(line) {
					names = append(names, identifier{name, i + 1})
				}
			}
		}
		if m := scriptMember.FindStringSubmatch(line); m != nil && isInType {
			names = append(names, identifier{m[1], i + 1})
		}
		switch {
		case scriptTypes.MatchString(line):
			isInType = true
		case strings.HasPrefix(line, "}"):
			isInType = false
		}
	}
	return names
}

// listMoreValues returns the second and later names of "let a, b = f(c, d), e".
func listMoreValues(line string) []string {
	var names []string
	depth := 0
	for i, c := range line {
		switch {
		case strings.ContainsRune("([{", c):
			depth++
		case strings.ContainsRune(")]}", c):
			depth--
		case c == '/' && strings.HasPrefix(line[i:], "//"):
			return names
		case c == ',' && depth == 0:
			if m := scriptFirst.FindStringSubmatch(line[i+1:]); m != nil {
				names = append(names, m[1])
			}
		}
	}
	return names
}
