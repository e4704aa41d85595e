package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/evanw/esbuild/pkg/api"
	"github.com/klauspost/compress/gzip"
)

// pack writes the files of the output folder: the program, and the script that connects it with the browser, which has
// to be the one of the toolchain that compiled the program.
func pack(out, program string, quality int) error {
	wasm, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	if wasm, err = joinSegments(wasm); err != nil {
		return fmt.Errorf("join the segments of %s: %w", filepath.Base(program), err)
	}
	script, err := minifyScript()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for name, content := range map[string][]byte{filepath.Base(program): wasm, "wasm_exec.js": script} {
		if err := writeCompressed(filepath.Join(out, name), content, quality); err != nil {
			return err
		}
	}
	return nil
}

// minifyScript returns the script of the Go toolchain that runs a program, shortened.
func minifyScript() ([]byte, error) {
	root, err := goCommand("", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	script, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, err
	}
	minified := api.Transform(string(script), api.TransformOptions{
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Target:            api.ES2020,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone,
	})
	if len(minified.Errors) > 0 {
		return nil, fmt.Errorf("minify wasm_exec.js: %s", minified.Errors[0].Text)
	}
	return minified.Code, nil
}

// writeCompressed writes a file in both compressed forms.
func writeCompressed(name string, content []byte, quality int) error {
	br, err := compress(content, func(w io.Writer) (io.WriteCloser, error) {
		return brotli.NewWriterLevel(w, quality), nil
	})
	if err != nil {
		return err
	}
	gz, err := compress(content, func(w io.Writer) (io.WriteCloser, error) {
		return gzip.NewWriterLevel(w, gzip.BestCompression)
	})
	if err != nil {
		return err
	}
	if err := errors.Join(put(name+".br", br), put(name+".gz", gz)); err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes, brotli %d, gzip %d\n", filepath.Base(name), len(content), len(br), len(gz))
	return nil
}

// put writes a file in one step, for a compiler that is just embedding the folder.
func put(file string, content []byte) error {
	// A name of its own: both programs write wasm_exec.js, perhaps at the same time.
	half, err := os.CreateTemp(filepath.Dir(file), "*.half")
	if err != nil {
		return err
	}
	_, err = half.Write(content)
	if err := errors.Join(err, half.Chmod(0o644), half.Close()); err != nil {
		return errors.Join(err, os.Remove(half.Name()))
	}
	return os.Rename(half.Name(), file)
}

func compress(content []byte, encoder func(io.Writer) (io.WriteCloser, error)) ([]byte, error) {
	var b bytes.Buffer
	w, err := encoder(&b)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// digest is the SHA-256 of everything that the output is made of: the sources that are linked, ours instead of the
// module's, the toolchain and its flags, and this program.
func (b *builder) digest(pkg string, linked []goPackage) (string, error) {
	h := sha256.New()
	version, err := goCommand(b.module, "env", "GOVERSION")
	if err != nil {
		return "", err
	}
	fmt.Fprintln(h, string(version), target, pkg)
	for _, p := range linked {
		if p.Standard {
			continue // the version stands for the standard library
		}
		for _, files := range [][]string{p.GoFiles, p.SFiles, p.EmbedFiles} {
			for _, file := range files {
				if err := b.hashFile(h, p.ImportPath, filepath.Join(p.Dir, file)); err != nil {
					return "", err
				}
			}
		}
	}
	packing, err := filepath.Glob(filepath.Join(b.module, "web/wasm/build/*.go"))
	if err != nil {
		return "", err
	}
	for _, file := range packing {
		if err := b.hashFile(h, "build", file); err != nil {
			return "", err
		}
	}
	if this, ok := debug.ReadBuildInfo(); ok {
		for _, module := range this.Deps { // the compressors and the minifier
			fmt.Fprintln(h, module.Path, module.Version, module.Sum)
		}
	}
	return hex.EncodeToString(h.Sum(nil)) + "\n", nil
}

func (b *builder) hashFile(h hash.Hash, of, file string) error {
	at := file
	if overlaid, ok := b.overlay[file]; ok {
		at = overlaid
	}
	content, err := os.ReadFile(at)
	if err != nil {
		return err
	}
	fmt.Fprintln(h, of, filepath.Base(file), len(content))
	_, err = h.Write(content)
	return err
}
