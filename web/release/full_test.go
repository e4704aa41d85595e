//go:build full

package main

import (
	"os"
	"path/filepath"
	"testing"
)

// Two builds, without what the other has compiled, give the same bytes.
func TestAReleaseIsReproducible(t *testing.T) {
	var sums [2]string
	for i := range sums {
		t.Setenv("GOCACHE", t.TempDir())
		r := release{version: "v0.0.1", commit: "abc", date: commitDate, root: "../..", out: t.TempDir()}
		if err := r.build([]string{"linux/amd64", "windows/arm64"}); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(r.out, "SHA256SUMS"))
		if err != nil {
			t.Fatal(err)
		}
		sums[i] = string(text)
	}
	if sums[0] != sums[1] {
		t.Errorf("first\n%ssecond\n%s", sums[0], sums[1])
	}
}
