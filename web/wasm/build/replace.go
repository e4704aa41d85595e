package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A replaced module is its own source with some files left out and with our declarations instead of its own:
// where a file of ours declares a function, method or type that the package has, the package's one is taken out (of a
// type, its methods too). What is not named stays as it is, byte for byte.
type replacement struct {
	module   string
	folder   string   // of our files, in this package
	packages []string // folders of the module that stay
	leave    []string // files, and declarations without a replacement, that are left out
}

//go:embed all:_goapp all:_uuid
var ours embed.FS

var replacements = []replacement{
	{
		module:   "github.com/maxence-charriere/go-app/v9",
		folder:   "_goapp",
		packages: []string{"pkg/app", "pkg/errors"},
		leave: []string{
			// The HTTP handler, its resources and its cache. They bring net/http, text/template and crypto/tls: 375 KB.
			"pkg/app/http.go", "pkg/app/resource.go", "pkg/app/cache.go", "pkg/app/wasm.go",
			"newClientStaticResourceResolver", "internalURLChecker",
			// State on the visitor's device, encrypted or shared between tabs. It brings AES, JSON and UUIDs.
			"pkg/app/crypto.go", "jsStorage",
			"persistentState", "store.initBroadcast", "store.onBroadcast", "uiContext.cryptoKey", "jsonString",
		},
	},
	// All of google/uuid is left out: it brings database/sql/driver, encoding/json, MD5 and SHA-1.
	{module: "github.com/google/uuid", folder: "_uuid"},
}

// replaceModules writes the replaced modules, an overlay that lays them where the go command finds them, and a go.mod
// that sends it there. They lie in a folder that does not exist in the module: the path, unlike that of a temporary
// folder, is the same on every machine, and it is recorded in the program.
func (b *builder) replaceModules() error {
	mod, err := goCommand("", "env", "GOMOD")
	if err != nil {
		return err
	}
	b.module = filepath.Dir(strings.TrimSpace(string(mod)))
	b.overlay = make(map[string]string)

	for _, file := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(b.module, file))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(b.temp, file), content, 0o644); err != nil {
			return err
		}
	}
	edit := []string{"mod", "edit"}
	for _, r := range replacements {
		downloaded, err := goCommand(b.module, "mod", "download", "-modfile="+b.modfile(), "-json", r.module)
		if err != nil {
			return err
		}
		var source struct{ Dir string }
		if err := json.Unmarshal(downloaded, &source); err != nil {
			return fmt.Errorf("read go mod download: %w", err)
		}
		files, err := r.files(os.DirFS(source.Dir))
		if err != nil {
			return fmt.Errorf("%s: %w", r.module, err)
		}
		place := "./web/wasm/replaced/" + r.folder
		for name, content := range files {
			real := filepath.Join(b.temp, r.folder, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(real), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(real, content, 0o644); err != nil {
				return err
			}
			b.overlay[filepath.Join(b.module, place, filepath.FromSlash(name))] = real
		}
		edit = append(edit, "-replace="+r.module+"="+place)
	}
	if _, err := goCommand(b.module, append(edit, b.modfile())...); err != nil {
		return err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": b.overlay})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.temp, "overlay.json"), overlay, 0o644)
}

// files returns the files of the replaced module by their path in it.
func (r replacement) files(module fs.FS) (map[string][]byte, error) {
	mod, err := fs.ReadFile(module, "go.mod")
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"go.mod": mod}
	leave := slices.Clone(r.leave)
	err = fs.WalkDir(ours, r.folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := ours.ReadFile(name)
		if err != nil {
			return err
		}
		declared, err := declarations(name, content)
		if err != nil {
			return err
		}
		leave = append(leave, declared...)
		// The prefix keeps our files apart from the module's, whatever their names are.
		folder, file := path.Split(strings.TrimPrefix(name, r.folder+"/"))
		files[folder+"nod_"+file] = content
		return nil
	})
	if err != nil {
		return nil, err
	}

	left := make(map[string]bool) // of leave, what was found
	for _, pkg := range r.packages {
		names, err := fs.Glob(module, pkg+"/*.go")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			if slices.Contains(leave, name) {
				left[name] = true
				continue
			}
			content, err := fs.ReadFile(module, name)
			if err != nil {
				return nil, err
			}
			if files[name], err = without(name, content, leave, left); err != nil {
				return nil, err
			}
		}
	}
	for _, name := range r.leave {
		if !left[name] {
			return nil, fmt.Errorf("%s is to be left out, but is not there", name)
		}
	}
	return files, nil
}

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
		goes := ""
		for _, name := range declared(decl) {
			if typ, _, _ := strings.Cut(name, "."); slices.Contains(leave, typ) {
				goes = typ
			}
			if slices.Contains(leave, name) {
				goes = name
			}
		}
		if goes == "" {
			ast.Inspect(decl, func(n ast.Node) bool {
				if selector, ok := n.(*ast.SelectorExpr); ok {
					if x, ok := selector.X.(*ast.Ident); ok {
						used[x.Name] = true
					}
				}
				return true
			})
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

func docOf(decl ast.Decl) *ast.CommentGroup {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		return decl.Doc
	case *ast.GenDecl:
		return decl.Doc
	}
	return nil
}
