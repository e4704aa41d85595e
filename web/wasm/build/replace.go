package main

import (
	"embed"
	"encoding/json"
	"fmt"
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
		place := "./web/wasm/replaced/" + r.folder
		if err := b.writeReplaced(r, place); err != nil {
			return fmt.Errorf("%s: %w", r.module, err)
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

// writeReplaced writes the files of a replaced module, and adds them to the overlay at their place in our module.
func (b *builder) writeReplaced(r replacement, place string) error {
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
		return err
	}
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
	return nil
}

// files returns the files of the replaced module by their path in it.
func (r replacement) files(module fs.FS) (map[string][]byte, error) {
	mod, err := fs.ReadFile(module, "go.mod")
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"go.mod": mod}
	declared, err := r.addOurs(files)
	if err != nil {
		return nil, err
	}
	return files, r.addTheirs(files, module, slices.Concat(r.leave, declared))
}

// addOurs adds our files, and returns what they declare.
func (r replacement) addOurs(files map[string][]byte) (declared []string, err error) {
	err = fs.WalkDir(ours, r.folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := ours.ReadFile(name)
		if err != nil {
			return err
		}
		names, err := declarations(name, content)
		if err != nil {
			return err
		}
		declared = append(declared, names...)
		// The prefix keeps our files apart from the module's, whatever their names are.
		folder, file := path.Split(strings.TrimPrefix(name, r.folder+"/"))
		files[folder+"nod_"+file] = content
		return nil
	})
	return declared, err
}

// addTheirs adds the files of the module itself, without the files and declarations to leave out.
func (r replacement) addTheirs(files map[string][]byte, module fs.FS, leave []string) error {
	left := make(map[string]bool) // of leave, what was found
	for _, pkg := range r.packages {
		names, err := fs.Glob(module, pkg+"/*.go")
		if err != nil {
			return err
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
				return err
			}
			if files[name], err = without(name, content, leave, left); err != nil {
				return err
			}
		}
	}
	for _, name := range r.leave {
		if !left[name] {
			return fmt.Errorf("%s is to be left out, but is not there", name)
		}
	}
	return nil
}
