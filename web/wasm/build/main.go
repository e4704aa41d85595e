// Build compiles app.wasm and check.wasm (js/wasm): the parts of Nod that run in the browser, as small as they get.
//
//	go run ./web/wasm/build [-o web/wasm/dist] [-pkg ./cmd/nod,./web/wasm/check] [-force]
//	go run ./web/wasm/build -deps [-pkg ./cmd/nod]
//
// A program is compiled against a go-app that has lost its server half and the packages that weigh most in the
// browser, and against a small google/uuid (see replace.go). Only this build sees them: they reach the compiler as an
// overlay with its own go.mod, and neither the module, its go.mod nor the module cache changes. Nothing is written but
// the output folder, which is left alone while it was made of the same input.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// target is what the go command gets besides the replacements. Without inlining (-l) the program is 5 to 9 % smaller
// and as fast. Nothing that differs between two machines may enter the file, for its hash is in its URL.
var target = []string{"-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-gcflags=all=-l"}

// quickQuality makes app.wasm 15 % larger than the best, and takes 1 s for it where the best takes 20 s.
const quickQuality = 6

func main() {
	out := flag.String("o", "web/wasm/dist", "folder for the files, relative to the module")
	pkgs := flag.String("pkg", "./cmd/nod,./web/wasm/check", "packages to build, relative to the module")
	deps := flag.Bool("deps", false, "print what the programs link, and build nothing")
	force := flag.Bool("force", false, "build even if the input has not changed")
	isQuick := flag.Bool("quick", false, "compress less: for a server on this machine only")
	flag.Parse()

	quality := brotli.BestCompression
	if *isQuick {
		quality = quickQuality
	}
	if err := run(*out, strings.Split(*pkgs, ","), quality, *deps, *force); err != nil {
		fmt.Fprintln(os.Stderr, "build for the browser:", err)
		os.Exit(1)
	}
}

func run(out string, pkgs []string, quality int, deps, force bool) error {
	temp, err := os.MkdirTemp("", "nod-wasm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)

	b := &builder{temp: temp, quality: quality}
	if err := b.replaceModules(); err != nil {
		return fmt.Errorf("replace modules: %w", err)
	}
	if !filepath.IsAbs(out) {
		out = filepath.Join(b.module, out)
	}
	if deps {
		return b.printPackages(pkgs)
	}
	// The compressor uses one core, so one program is compressed while the next is compiled.
	errs := make([]error, len(pkgs)+1)
	var packing sync.WaitGroup
	for i, pkg := range pkgs {
		stamp, input, program, err := b.compile(out, pkg, force)
		if err != nil {
			errs[len(pkgs)] = err
			break
		}
		if program == "" {
			continue
		}
		packing.Go(func() { errs[i] = b.finish(out, program, stamp, input) })
	}
	packing.Wait()
	return errors.Join(errs...)
}

// finish writes the files of a program, and then the stamp that says what they were made of.
func (b *builder) finish(out, program, stamp, input string) error {
	if err := pack(out, program, b.quality); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	return put(stamp, []byte(input))
}

// printPackages prints what packages link.
func (b *builder) printPackages(pkgs []string) error {
	for _, pkg := range pkgs {
		linked, err := b.list(pkg)
		if err != nil {
			return err
		}
		for _, p := range linked {
			fmt.Println(p.ImportPath)
		}
	}
	return nil
}

// compile compiles a package, and returns the file of the program: none if the output was made of the same input.
func (b *builder) compile(out, pkg string, force bool) (stamp, input, program string, err error) {
	linked, err := b.list(pkg)
	if err != nil {
		return "", "", "", err
	}
	name := "app"
	if path.Base(pkg) == "check" {
		name = "check"
	}
	if input, err = b.digest(pkg, linked); err != nil {
		return "", "", "", fmt.Errorf("read the input: %w", err)
	}
	stamp = filepath.Join(out, name+".sha256")
	best := input
	if b.quality < brotli.BestCompression {
		input = "quick " + input
	}
	if made, err := os.ReadFile(stamp); err == nil && (string(made) == input || string(made) == best) && !force {
		return stamp, input, "", nil
	}
	program = filepath.Join(b.temp, name+".wasm")
	_, err = b.command("build", "-o", program, pkg)
	return stamp, input, program, err
}

// builder runs the go command for the browser, from the module's root.
type builder struct {
	quality int               // of the compression with Brotli
	temp    string            // the overlay, its go.mod and the uncompressed program
	module  string            // root of the module
	overlay map[string]string // path that the go command reads → file that is there
}

// command runs a go command that loads packages, with the target's flags and the replacements.
func (b *builder) command(verb string, args ...string) ([]byte, error) {
	flags := append([]string{verb, "-modfile=" + b.modfile(), "-overlay=" + filepath.Join(b.temp, "overlay.json")},
		target...)
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

// list returns the packages that a program links.
func (b *builder) list(pkg string) ([]goPackage, error) {
	printed, err := b.command("list", "-deps", "-json=Dir,ImportPath,Standard,GoFiles,SFiles,EmbedFiles", pkg)
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
