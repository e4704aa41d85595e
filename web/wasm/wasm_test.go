package wasm

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/brotli"
)

// budgets are how many bytes a program may have, compressed with Brotli.
var budgets = map[string]int64{"./cmd/nod": MaxProgram, checker: 650_000}

// forbidden is what the program must not link: the server's half of Nod, and packages whose size nothing in the browser
// is worth. A name stands for the packages below it too.
var forbidden = []string{
	"net/http", "crypto/tls", "database/sql", "encoding/json", "regexp", "text/template", "html/template",
	"golang.org/x/net/html",
	"github.com/goccy/go-yaml",
	"github.com/jackc/pgx",
	"github.com/ncruces",
	"github.com/santhosh-tekuri/jsonschema",
	"github.com/nod-consent/nod/app/ledger",
	"github.com/nod-consent/nod/web/prerender",
}

const (
	page    = "./web/wasm/testdata/page"
	checker = "./web/wasm/check"
)

// programs are the page of the tests and, in the folder where it is built to be embedded, the program itself.
func programs(t *testing.T) map[string]string {
	t.Helper()
	// The go command repeats the last result of a test unless something has changed that the test itself looked at; what
	// the build reads it does not see.
	for _, folder := range []string{"../../app", "../../cmd", ".", "../../go.mod"} {
		if err := filepath.WalkDir(folder, func(string, fs.DirEntry, error) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	dirs := map[string]string{page: pageFolder(t)}
	if entry, _ := filepath.Glob("../../cmd/nod/*_js.go"); len(entry) > 0 {
		dirs["./cmd/nod"] = filepath.Join("web", "wasm", "dist")
		dirs[checker] = dirs["./cmd/nod"]
	}
	return dirs
}

// build runs the build as a person would.
func build(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"run", "./web/wasm/build"}, args...)...)
	cmd.Dir = filepath.Join("..", "..")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, stderr.String())
	}
	return string(stdout)
}

var pageTemp = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "nod-wasm-test-") })

func TestMain(m *testing.M) {
	status := m.Run()
	if dir, err := pageTemp(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(status)
}

// pageFolder builds the page of the tests. The second time the build has nothing to do.
func pageFolder(t *testing.T) string {
	t.Helper()
	dir, err := pageTemp()
	if err != nil {
		t.Fatal(err)
	}
	build(t, "-quick", "-pkg", page, "-o", dir)
	return dir
}

func TestProgramLinksNoServer(t *testing.T) {
	for pkg := range programs(t) {
		for _, linked := range strings.Fields(build(t, "-deps", "-pkg", pkg)) {
			if slices.ContainsFunc(forbidden, func(name string) bool {
				if pkg == checker && linked == "github.com/nod-consent/nod/app/ledger/proof" {
					return false
				}
				return linked == name || strings.HasPrefix(linked, name+"/")
			}) {
				t.Errorf("%s links %s", pkg, linked)
			}
		}
	}
}

func TestProgramFitsItsBudget(t *testing.T) {
	for pkg, dir := range programs(t) {
		if pkg == page {
			continue // it is no part of the product
		}
		build(t, "-pkg", pkg, "-o", dir)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join("..", "..", dir)
		}
		name := Program
		if pkg == checker {
			name = Checker
		}
		info, err := os.Stat(filepath.Join(dir, name+".br"))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes", pkg, info.Size())
		if over := info.Size() - budgets[pkg]; over > 0 {
			t.Errorf("%s: %s has %d bytes, %d more than its budget", pkg, name, info.Size(), over)
		}
	}
}

func TestBuildLeavesUnchangedOutputAlone(t *testing.T) {
	if printed := build(t, "-quick", "-pkg", page, "-o", pageFolder(t)); printed != "" {
		t.Errorf("built again: %s", printed)
	}
	dist := programs(t)[checker]
	build(t, "-pkg", checker, "-o", dist)
	if printed := build(t, "-quick", "-pkg", checker, "-o", dist); printed != "" {
		t.Errorf("a quick build replaced a better one: %s", printed)
	}
}

func TestBuildRecordsNoFolderOfThisMachine(t *testing.T) {
	compressed, err := os.Open(filepath.Join(pageFolder(t), Program+".br"))
	if err != nil {
		t.Fatal(err)
	}
	defer compressed.Close()
	program, err := io.ReadAll(brotli.NewReader(compressed))
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{root, filepath.Join(os.TempDir(), "nod-wasm")} {
		if bytes.Contains(program, []byte(folder)) {
			t.Errorf("%s is in app.wasm", folder)
		}
	}
}

func TestEncodingsOfAFileUnpackToTheSame(t *testing.T) {
	built := files(os.DirFS(pageFolder(t)))
	if len(built) != 2 {
		t.Fatalf("%d files, want the program and its script", len(built))
	}
	for _, f := range built {
		br, err := f.Open("br")
		if err != nil {
			t.Fatal(err)
		}
		hash := sha256.New()
		unpacked, err := io.ReadAll(brotli.NewReader(io.TeeReader(br, hash)))
		if err != nil {
			t.Fatal(err)
		}
		if got := hex.EncodeToString(hash.Sum(nil))[:16]; got != f.Hash {
			t.Errorf("%s: hash %s, want %s", f.Name, f.Hash, got)
		}
		var plain bytes.Buffer
		if err := f.Unpack(&plain); err != nil || !bytes.Equal(plain.Bytes(), unpacked) {
			t.Errorf("%s: gzip and Brotli differ (%v)", f.Name, err)
		}
	}
}

func TestFolderThatWasNotBuiltHasNoFiles(t *testing.T) {
	if found := files(os.DirFS(t.TempDir())); len(found) != 0 {
		t.Errorf("found %v", found)
	}
	if Built() != (len(Files()) == 3) {
		t.Errorf("built is %v with %d files", Built(), len(Files()))
	}
}

func TestUnknownEncodingIsAnError(t *testing.T) {
	if _, err := (File{Name: Program}).Open("zstd"); err == nil || !strings.Contains(fmt.Sprint(err), "zstd") {
		t.Errorf("error %v does not name the encoding", err)
	}
}
