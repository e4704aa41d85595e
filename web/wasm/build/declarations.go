package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"
)

// declarations returns the names of what a file declares at the top level: functions and types by their name, methods
// as Type.Method.
func declarations(name string, content []byte) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, content, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, decl := range file.Decls {
		names = append(names, declared(decl)...)
	}
	return names, nil
}

func declared(decl ast.Decl) (names []string) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if typ := receiver(decl); typ != "" {
			return []string{typ + "." + decl.Name.Name}
		}
		return []string{decl.Name.Name}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			if spec, ok := spec.(*ast.TypeSpec); ok {
				names = append(names, spec.Name.Name)
			}
		}
	}
	return names
}

func receiver(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return ""
	}
	typ := fn.Recv.List[0].Type
	if pointer, ok := typ.(*ast.StarExpr); ok {
		typ = pointer.X
	}
	return typ.(*ast.Ident).Name
}

// without returns a file without the declarations to leave out, and without the imports that only they used.
func without(name string, content []byte, leave []string, left map[string]bool) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, content, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return nil, err
	}
	kept := bytes.Clone(content)
	// Blanks instead of a cut: the lines that the browser's stack traces name stay those of go-app's source.
	blank := func(from, to token.Pos) {
		for i := files.Position(from).Offset; i < files.Position(to).Offset; i++ {
			if kept[i] != '\n' {
				kept[i] = ' '
			}
		}
	}

	used := make(map[string]bool)
	cut := false
	for _, decl := range file.Decls {
		goes := findLeft(decl, leave)
		if goes == "" {
			addQualifiers(decl, used)
			continue
		}
		left[goes], cut = true, true
		from := decl.Pos()
		if doc := docOf(decl); doc != nil {
			from = doc.Pos()
		}
		blank(from, decl.End())
	}
	if !cut {
		return content, nil
	}
	for _, spec := range file.Imports {
		if !used[path.Base(strings.Trim(spec.Path.Value, `"`))] {
			blank(spec.Pos(), spec.End())
		}
	}
	return kept, nil
}

// findLeft returns which of the names to leave out the declaration has, or whose method it is; "" for none.
func findLeft(decl ast.Decl, leave []string) (found string) {
	for _, name := range declared(decl) {
		if typ, _, _ := strings.Cut(name, "."); slices.Contains(leave, typ) {
			found = typ
		}
		if slices.Contains(leave, name) {
			found = name
		}
	}
	return found
}

// addQualifiers adds the names before the dots of a declaration: among them are those of the packages that it uses.
func addQualifiers(decl ast.Decl, used map[string]bool) {
	ast.Inspect(decl, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := selector.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
		return true
	})
}

func docOf(decl ast.Decl) *ast.CommentGroup {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		return decl.Doc
	case *ast.GenDecl:
		return decl.Doc
	}
	return nil
}
