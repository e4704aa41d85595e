package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var commitDate = time.Date(2026, 11, 29, 1, 2, 4, 0, time.UTC)

var someFiles = []archived{{"nod/nod", 0o755, []byte("program")}, {"nod/LICENSE", 0o644, []byte("MIT")}}

func TestEqualFilesGiveEqualArchives(t *testing.T) {
	for target, extension := range map[string]string{"linux/amd64": ".tar.gz", "windows/arm64": ".zip"} {
		first, got, err := pack(target, someFiles, commitDate)
		if err != nil || got != extension {
			t.Fatalf("%s: %s, error %v", target, got, err)
		}
		elsewhere := commitDate.In(time.FixedZone("CST", 8*3600))
		if second, _, _ := pack(target, someFiles, elsewhere); !bytes.Equal(first, second) {
			t.Errorf("%s: two archives of the same files differ", target)
		}
		if other, _, _ := pack(target, someFiles, commitDate.Add(time.Hour)); bytes.Equal(first, other) {
			t.Errorf("%s: the date of the commit is not in the archive", target)
		}
	}
}

func TestTheProgramInAnArchiveCanBeRun(t *testing.T) {
	archive, _, err := pack("darwin/arm64", someFiles, commitDate)
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	header, err := tar.NewReader(unpacked).Next()
	if err != nil || header.Name != "nod/nod" || header.Mode != 0o755 || header.Uid != 0 || header.Uname != "" {
		t.Errorf("%+v, error %v", header, err)
	}
	archive, _, err = pack("windows/amd64", someFiles, commitDate)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive))); err != nil {
		t.Error(err)
	}
}

func TestTheListOfComponentsHasEachLibraryWithItsLicence(t *testing.T) {
	program := filepath.Join(t.TempDir(), "bench")
	if printed, err := exec.Command("go", "build", "-o", program, "../licenses").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	binary, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	r := release{version: "v1.2.3", date: commitDate, root: "../.."}
	list, err := r.listComponents("linux/amd64", binary)
	if err != nil || !json.Valid(list) || !strings.Contains(string(list), `"purl": "pkg:golang/std@1.`) {
		t.Errorf("error %v, list %s", err, list)
	}
	licences, err := r.readLicences()
	if err != nil || strings.Join(licences["github.com/klauspost/compress"], " ") != "Apache-2.0 BSD-3-Clause MIT" ||
		len(licences) < 30 {
		t.Errorf("%d libraries, error %v: %q", len(licences), err, licences["github.com/klauspost/compress"])
	}
}

func TestChecksumsNameEachFile(t *testing.T) {
	r := release{out: t.TempDir()}
	for _, name := range []string{"b", "a"} {
		if err := os.WriteFile(filepath.Join(r.out, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.writeChecksums([]string{"b", "a"}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(r.out, "SHA256SUMS"))
	want := "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a\n" +
		"3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d  b\n"
	if err != nil || string(got) != want {
		t.Errorf("%s, error %v", got, err)
	}
}

func TestAReleaseNeedsAVersion(t *testing.T) {
	if err := (release{out: t.TempDir()}).build(nil); err == nil {
		t.Error("a release without a version is built")
	}
}
