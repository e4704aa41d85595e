package js

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/evanw/esbuild/pkg/api"
	"github.com/google/go-cmp/cmp"
)

func TestTheTarballHasWhatThePackageNames(t *testing.T) {
	tarball, err := Tarball()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Tarball(); err != nil || !bytes.Equal(tarball, again) {
		t.Errorf("the tarball has other bytes the second time (%v)", err)
	}
	content := unpack(t, tarball)
	var named struct {
		Exports map[string]struct{ Types, Default string }
	}
	if err := json.Unmarshal(content["package/package.json"], &named); err != nil {
		t.Fatal(err)
	}
	want := []string{"package/README.md", "package/package.json"}
	for _, e := range named.Exports {
		want = append(want, "package/"+strings.TrimPrefix(e.Types, "./"), "package/"+strings.TrimPrefix(e.Default, "./"))
	}
	var got []string
	for name := range content {
		got = append(got, name)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func unpack(t *testing.T, tarball []byte) map[string][]byte {
	t.Helper()
	plain, err := gzip.NewReader(bytes.NewReader(tarball))
	if err != nil {
		t.Fatal(err)
	}
	content := map[string][]byte{}
	for archive := tar.NewReader(plain); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return content
		}
		if err != nil {
			t.Fatal(err)
		}
		if content[header.Name], err = io.ReadAll(archive); err != nil {
			t.Fatal(err)
		}
	}
}

func TestModulesAreMadeOfTheirSource(t *testing.T) {
	if _, err := os.Stat("../../node_modules/vue"); err != nil {
		t.Fatalf("the modules can't be made: run make deps first: %v", err)
	}
	dir := t.TempDir()
	if out, err := exec.Command("go", "run", "./build", "-o", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	made, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(made) == 0 {
		t.Fatalf("%d files are made (%v)", len(made), err)
	}
	for _, file := range made {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("dist", filepath.Base(file)))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("dist/%s is not what src gives (%v): run go generate ./web/sdk/js", filepath.Base(file), err)
		}
	}
}

// maxModule is the size budget of each module: bytes of brotli once a bundler has shortened it.
const maxModule = 2 << 10

func TestModulesAreSmall(t *testing.T) {
	modules, err := filepath.Glob("dist/*.js")
	if err != nil || len(modules) != 3 {
		t.Fatalf("%d modules (%v)", len(modules), err)
	}
	for _, file := range modules {
		short := api.Build(api.BuildOptions{
			EntryPoints: []string{file}, MinifyIdentifiers: true, MinifySyntax: true, MinifyWhitespace: true,
		})
		if len(short.Errors) > 0 {
			t.Fatal(short.Errors[0].Text)
		}
		var b bytes.Buffer
		w := brotli.NewWriterLevel(&b, brotli.BestCompression)
		if _, err := w.Write(short.OutputFiles[0].Contents); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Logf("%s: %d bytes of brotli", file, b.Len()); b.Len() > maxModule {
			t.Errorf("%s has %d bytes of brotli; the budget is %d", file, b.Len(), maxModule)
		}
	}
}
