package loader_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// findNewer runs test/language.mjs on files, and returns its findings.
func findNewer(t *testing.T, files ...string) string {
	t.Helper()
	out, err := exec.Command("node", append([]string{"test/language.mjs"}, files...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestTheOldestBrowsersUnderstandTheScripts(t *testing.T) {
	files := glob(t, "dist/*.js")
	if len(files) < 20 {
		t.Fatalf("%d scripts; want all of dist", len(files))
	}
	if found := findNewer(t, files...); found != "" {
		t.Error(found)
	}
}

func TestNewerSyntaxAndFunctionsAreFound(t *testing.T) {
	dir := t.TempDir()
	for i, script := range []string{
		`let a = b?.c`, `let a = b ?? c`, `try { a() } catch { b() }`, `a ||= b`, `let n = 1n`, `class A { #b = 1 }`,
		`let a = b.flatMap(c)`, `let a = b.at(-1)`, `new AbortController()`, `let m = import.meta`, `let r = /(?<=a)b/v`,
	} {
		file := filepath.Join(dir, string(rune('a'+i))+".js")
		if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
			t.Fatal(err)
		}
		if found := findNewer(t, file); strings.Count(found, "\n") != 1 {
			t.Errorf("in %s: found %q", script, found)
		}
	}
	file := filepath.Join(dir, "old.js")
	script := `const { at, ...rest } = a; import("./b").then(async ({ c }) => ({ ...rest, c: await c(at) })); a.at = 1`
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	if found := findNewer(t, file); found != "" {
		t.Errorf("in %s: found %q", script, found)
	}
}
