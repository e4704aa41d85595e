package js

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/evanw/esbuild/pkg/api"
	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/assets"
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

// People's lock files have the hash of what they installed.
func TestAVersionOfThePackageNeverChanges(t *testing.T) {
	tarball, err := Tarball()
	if err != nil {
		t.Fatal(err)
	}
	version, err := ReadVersion()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/versions.txt")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum512(tarball)
	line := version + " sha512-" + base64.StdEncoding.EncodeToString(sum[:])
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if last := lines[len(lines)-1]; last != line {
		t.Errorf("testdata/versions.txt ends in %q; the package is %q. If somebody can have installed the version, raise it "+
			"in package.json and in the documentation, and add the line; otherwise replace the line", last, line)
	}
}

func TestTheDocumentationInstallsThePresentVersion(t *testing.T) {
	version, err := ReadVersion()
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	err = fs.WalkDir(assets.Files, "docs", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".md" {
			return err
		}
		text, err := assets.Files.ReadFile(name)
		for _, m := range regexp.MustCompile(`/sdk/client-([\d.]+)\.tgz`).FindAllStringSubmatch(string(text), -1) {
			if count++; m[1] != version {
				t.Errorf("%s installs version %s; the package has %s", name, m[1], version)
			}
		}
		return err
	})
	if err != nil || count < 5 {
		t.Errorf("%d places, error %v", count, err)
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
