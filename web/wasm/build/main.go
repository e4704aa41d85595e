// Build makes app.wasm: the part of Nod that runs in the browser, as small as it gets.
//
//	go run ./web/wasm/build [-o web/wasm/dist] [-pkg ./cmd/nod] [-force]
//	go run ./web/wasm/build -deps [-pkg ./cmd/nod]
//
// The program is compiled against a go-app that has lost its server half and the packages that weigh most in the
// browser, and against a small google/uuid (see replace.go). Only this build sees them: they reach the compiler as an
// overlay with its own go.mod, and neither the module, its go.mod nor the module cache changes. Nothing is written but
// the output folder, which is left alone while it was made of the same input.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// target is what the go command gets besides the replacements. Without inlining (-l) the program is 5 to 9 % smaller and
// as fast. Nothing that differs between two machines may enter the file, for its hash is in its URL.
var target = []string{"-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-gcflags=all=-l"}

func main() {
	out := flag.String("o", "web/wasm/dist", "folder for the files, relative to the module")
	pkg := flag.String("pkg", "./cmd/nod", "package to build, relative to the module")
	deps := flag.Bool("deps", false, "print what the program links, and build nothing")
	force := flag.Bool("force", false, "build even if the input has not changed")
	flag.Parse()

	if err := run(*out, *pkg, *deps, *force); err != nil {
		fmt.Fprintln(os.Stderr, "build app.wasm:", err)
		os.Exit(1)
	}
}

func run(out, pkg string, deps, force bool) error {
	temp, err := os.MkdirTemp("", "nod-wasm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)

	b := &builder{temp: temp, pkg: pkg}
	if err := b.replaceModules(); err != nil {
		return fmt.Errorf("replace modules: %w", err)
	}
	linked, err := b.list()
	if err != nil {
		return err
	}
	if deps {
		for _, p := range linked {
			fmt.Println(p.ImportPath)
		}
		return nil
	}

	if !filepath.IsAbs(out) {
		out = filepath.Join(b.module, out)
	}
	input, err := b.digest(linked)
	if err != nil {
		return fmt.Errorf("read the input: %w", err)
	}
	stamp := filepath.Join(out, "input.sha256")
	if made, err := os.ReadFile(stamp); err == nil && string(made) == input && !force {
		return nil
	}
	program := filepath.Join(temp, "app.wasm")
	if _, err := b.command("build", "-o", program, b.pkg); err != nil {
		return err
	}
	if err := pack(out, program); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	return put(stamp, []byte(input))
}

// builder runs the go command for the browser, from the module's root.
type builder struct {
	pkg     string
	temp    string            // the overlay, its go.mod and the uncompressed program
	module  string            // root of the module
	overlay map[string]string // path that the go command reads → file that is there
}

// command runs a go command that loads packages, with the target's flags and the replacements.
func (b *builder) command(verb string, args ...string) ([]byte, error) {
	flags := append([]string{verb, "-modfile=" + b.modfile(), "-overlay=" + filepath.Join(b.temp, "overlay.json")}, target...)
	return goCommand(b.module, append(flags, args...)...)
}

func (b *builder) modfile() string { return filepath.Join(b.temp, "go.mod") }

// goCommand runs the go command for the browser and returns what it prints.
func goCommand(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	// A workspace or flags of the developer must not reach into the build.
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOWASM=", "GOWORK=off", "GOFLAGS=")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return stdout.Bytes(), nil
}

// goPackage is what `go list -json` tells that matters here.
type goPackage struct {
	Dir        string
	ImportPath string
	Standard   bool
	GoFiles    []string
	SFiles     []string
	EmbedFiles []string
}

// list returns the packages that the program links.
func (b *builder) list() ([]goPackage, error) {
	printed, err := b.command("list", "-deps", "-json=Dir,ImportPath,Standard,GoFiles,SFiles,EmbedFiles", b.pkg)
	if err != nil {
		return nil, err
	}
	var linked []goPackage
	for in := json.NewDecoder(bytes.NewReader(printed)); in.More(); {
		var p goPackage
		if err := in.Decode(&p); err != nil {
			return nil, fmt.Errorf("read go list: %w", err)
		}
		linked = append(linked, p)
	}
	return linked, nil
}
