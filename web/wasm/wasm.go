// Package wasm carries the parts of Nod that run in the browser, compressed: app.wasm, check.wasm, which checks
// receipts, and the script that the Go toolchain needs to run them. All are made by
//
//	go run ./web/wasm/build
//
// and are not in version control. A program that was compiled without them works: Built says so, and the pages
// stay the plain forms that they are before WebAssembly has loaded.
package wasm

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// MaxProgram is the size budget of app.wasm in bytes, compressed with Brotli at quality 11. It is what a phone on a
// slow connection loads before the preference centre can do more than the plain form.
const MaxProgram = 710_000

//go:embed all:dist
var dist embed.FS

// The names of the files.
const (
	Program = "app.wasm"
	Checker = "check.wasm"
	Script  = "wasm_exec.js" // defines the class Go, which runs the program
)

// File is a file that a page loads to run the program. It stays where the linker put it, in the read-only part of the
// server, and is not copied to the heap.
type File struct {
	Name string // app.wasm
	Type string // media type
	Hash string // of its contents, 16 hexadecimal digits; in a URL it lets the file be cached for ever

	dist fs.FS
}

// Built reports whether the server was compiled with the files.
func Built() bool { return len(Files()) > 0 }

// Files returns the program and its script, or nothing if they were not built.
func Files() []File { return embedded() }

var embedded = sync.OnceValue(func() []File {
	folder, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil
	}
	return files(folder)
})

// files returns the files of a folder that the build has written, or nothing if the program or its script is missing.
func files(dist fs.FS) []File {
	found := []File{
		{Name: Program, Type: "application/wasm", dist: dist},
		{Name: Script, Type: "text/javascript; charset=utf-8", dist: dist},
	}
	if _, err := fs.Stat(dist, Checker+".br"); err == nil {
		found = append(found, File{Name: Checker, Type: "application/wasm", dist: dist})
	}
	for i, f := range found {
		contents, err := f.Open("br")
		if err != nil {
			return nil
		}
		hash := sha256.New()
		if _, err := io.Copy(hash, contents); err != nil {
			return nil
		}
		found[i].Hash = hex.EncodeToString(hash.Sum(nil))[:16]
	}
	return found
}

// Open returns the file in a content encoding, "br" or "gzip", as http.ServeContent takes it.
func (f File) Open(encoding string) (io.ReadSeeker, error) {
	suffix := map[string]string{"br": ".br", "gzip": ".gz"}[encoding]
	if suffix == "" {
		return nil, fmt.Errorf("open %s: no content encoding %q", f.Name, encoding)
	}
	file, err := f.dist.Open(f.Name + suffix)
	if err != nil {
		return nil, err
	}
	return file.(io.ReadSeeker), nil // as those of package embed are
}

// Unpack writes the file without compression.
func (f File) Unpack(w io.Writer) error {
	packed, err := f.Open("gzip")
	if err != nil {
		return err
	}
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		return fmt.Errorf("unpack %s: %w", f.Name, err)
	}
	if _, err := io.Copy(w, unpacked); err != nil {
		return fmt.Errorf("unpack %s: %w", f.Name, err)
	}
	return nil
}
