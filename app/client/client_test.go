//go:build !js

package client

import (
	"os"
	"os/exec"
	"regexp"
	"testing"
)

// TestInABrowser runs client_js_test.go as WebAssembly in Node, which has a document there.
func TestInABrowser(t *testing.T) {
	if _, err := os.Stat("../../web/node_modules/happy-dom"); err != nil {
		t.Fatalf(`happy-dom is missing: run "make deps" (%v)`, err)
	}
	cmd := exec.Command("go", "test", "-v", "-count=1", "-exec", "node testdata/run.mjs", ".")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if ran := regexp.MustCompile(`(?m)^--- PASS`).FindAll(out, -1); len(ran) < 5 {
		t.Errorf("%d tests ran:\n%s", len(ran), out)
	}
}
