// Command release builds the program for every system into bin/release, as archives with checksums and a list of what
// is in them. It publishes nothing.
//
//	go run ./web/release -version v0.9.0 -commit … -date 2026-11-29T00:00:00Z [-targets linux/amd64]
//
// The same sources and the same version of Go give the same bytes, on every machine: paths, times and build ids are
// left out or fixed. WebAssembly must be built already.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/nod-consent/nod/web/wasm"
)

// targets are the systems that a release is for.
const targets = "linux/amd64,linux/arm64,darwin/amd64,darwin/arm64,windows/amd64,windows/arm64"

// release is what is built.
type release struct {
	version, commit string
	date            time.Time // of the commit, and of all files in the archives
	root            string    // of the repository
	out             string
}

func main() {
	r := release{root: "."}
	flag.StringVar(&r.version, "version", "", "version, such as v0.9.0")
	flag.StringVar(&r.commit, "commit", "", "commit")
	flag.StringVar(&r.out, "o", "bin/release", "directory to write to")
	date := flag.String("date", "", "date of the commit, RFC 3339")
	systems := flag.String("targets", targets, "systems, with commas between")
	flag.Parse()
	var err error
	if r.date, err = time.Parse(time.RFC3339, *date); err != nil {
		err = fmt.Errorf("-date %q: is not a date. Give one such as 2026-11-29T00:00:00Z", *date)
	} else {
		err = r.build(strings.Split(*systems, ","))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// build builds all targets, and writes the checksums and the list of components.
func (r release) build(systems []string) error {
	if !wasm.Built() {
		return fmt.Errorf("WebAssembly is not built. Run: make wasm")
	}
	if r.version == "" {
		return fmt.Errorf("-version: is missing. Tag the commit, or give one such as v0.9.0")
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	var names []string
	for _, target := range systems {
		fmt.Fprintln(os.Stderr, "building", target)
		binary, err := r.compile(target)
		if err != nil {
			return err
		}
		written, err := r.write(target, binary)
		if err != nil {
			return err
		}
		names = append(names, written...)
	}
	return r.writeChecksums(names)
}

// compile builds the program for a system, and returns it.
func (r release) compile(target string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "nod-release-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	system, architecture, _ := strings.Cut(target, "/")
	file := filepath.Join(dir, "nod")
	stamp := fmt.Sprintf("-s -w -buildid= -X main.releaseVersion=%s -X main.releaseCommit=%s -X main.releaseDate=%s",
		r.version, r.commit, r.date.UTC().Format(time.RFC3339))
	c := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", stamp, "-o", file, "./cmd/nod")
	c.Dir, c.Stdout, c.Stderr = r.root, os.Stderr, os.Stderr
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOOS="+system, "GOARCH="+architecture)
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("go build for %s: %w", target, err)
	}
	return os.ReadFile(file)
}

// write writes the archive of a system and the list of its components, and returns their names.
func (r release) write(target string, binary []byte) ([]string, error) {
	base := "nod-" + r.version + "-" + strings.ReplaceAll(target, "/", "-")
	program := "nod"
	if strings.HasPrefix(target, "windows/") {
		program = "nod.exe"
	}
	files := []archived{{base + "/" + program, 0o755, binary}}
	for _, name := range []string{"LICENSE", "README.md", "README.zh-CN.md", "assets/licenses.txt"} {
		content, err := os.ReadFile(filepath.Join(r.root, name))
		if err != nil {
			return nil, err
		}
		files = append(files, archived{base + "/" + filepath.Base(name), 0o644, content})
	}
	archive, extension, err := pack(target, files, r.date)
	if err != nil {
		return nil, err
	}
	components, err := r.listComponents(target, binary)
	if err != nil {
		return nil, err
	}
	names := []string{base + extension, base + ".cdx.json"}
	for i, content := range [][]byte{archive, components} {
		if err := os.WriteFile(filepath.Join(r.out, names[i]), content, 0o644); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// writeChecksums writes the file that "sha256sum -c" reads.
func (r release) writeChecksums(names []string) error {
	slices.Sort(names)
	var b bytes.Buffer
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(r.out, name))
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		fmt.Fprintf(&b, "%s  %s\n", hex.EncodeToString(sum[:]), name)
	}
	return os.WriteFile(filepath.Join(r.out, "SHA256SUMS"), b.Bytes(), 0o644)
}
