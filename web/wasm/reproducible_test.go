//go:build full

package wasm

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// It builds everything a second time, which takes minutes: make test-full runs it.
func TestBuildIsReproducible(t *testing.T) {
	first, again := pageFolder(t), t.TempDir()
	build(t, "-force", "-quick", "-pkg", page, "-o", again)
	for _, name := range []string{"app.wasm.br", "app.wasm.gz", "wasm_exec.js.br", "wasm_exec.js.gz", "app.sha256"} {
		a, errA := os.ReadFile(filepath.Join(first, name))
		b, errB := os.ReadFile(filepath.Join(again, name))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs between two builds (%v, %v)", name, errA, errB)
		}
	}
}
