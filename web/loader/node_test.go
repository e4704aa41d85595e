package loader_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/nod-consent/nod/web/loader/bundle"
)

// TestTheScriptsInNode runs test/*.test.ts in Node, with clocks that the tests move. Each file of test/modules is a
// bundle of its own, which a test may import again for each case.
func TestTheScriptsInNode(t *testing.T) {
	if _, err := os.Stat("../node_modules/happy-dom"); err != nil {
		t.Fatalf("a test needs happy-dom: run make deps first: %v", err)
	}
	vectors, err := filepath.Abs("../native/testdata/hashes.json")
	if err != nil {
		t.Fatal(err)
	}
	states, err := filepath.Abs("../sdk/hosts/testdata/system_states.json")
	if err != nil {
		t.Fatal(err)
	}
	runInNode(t, nodeTests{
		entries: append(glob(t, "test/*.test.ts", "test/vectors.test.ts"), glob(t, "test/modules/*.ts")...),
		options: []string{"hold", "equivalents"},
		env:     []string{"NOD_NATIVE_VECTORS=" + vectors, "NOD_SYSTEM_STATES=" + states},
		least:   100,
	})
}

// requireForESM gives require to packages that are not ES modules: once bundled, they have none.
const requireForESM = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`

// nodeTests are tests in TypeScript.
type nodeTests struct {
	entries []string // tests, and modules that they import
	options []string // of the build: see bundle.Define
	env     []string
	least   int // tests there are
}

func runInNode(t *testing.T, tests nodeTests) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatalf("the scripts can't be tested: Node 20 or newer must be in PATH: %v", err)
	}
	dir := t.TempDir()
	result := api.Build(api.BuildOptions{
		EntryPoints:  tests.entries,
		Outdir:       dir,
		Outbase:      "test",
		OutExtension: map[string]string{".js": ".mjs"},
		Bundle:       true,
		Write:        true,
		Format:       api.FormatESModule,
		Platform:     api.PlatformNode,
		Target:       api.ES2022,
		Define:       bundle.Define(1, tests.options...), // with the pauses of production
		LogLevel:     api.LogLevelWarning,
		Banner:       map[string]string{"js": requireForESM},
	})
	if len(result.Errors) > 0 {
		t.Fatalf("bundle the tests: %s", result.Errors[0].Text)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.test.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	run := exec.Command(node, append([]string{"--test", "--test-reporter=tap"}, files...)...)
	run.Dir = dir
	run.Env = append(os.Environ(), tests.env...)
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, failures(out))
	}
	checkSummary(t, out, tests.least)
}

// checkSummary checks the numbers that Node reports: Node itself accepts a file without tests.
func checkSummary(t *testing.T, out []byte, least int) {
	t.Helper()
	passed := regexp.MustCompile(`(?m)^# pass (\d+)$`).FindSubmatch(out)
	if passed == nil {
		t.Fatalf("Node reports no passed tests:\n%s", out)
	}
	if n, _ := strconv.Atoi(string(passed[1])); n < least {
		t.Errorf("%d tests ran, and there are at least %d", n, least)
	}
	if skipped := regexp.MustCompile(`(?m)^# (skipped|todo|cancelled) [1-9]`).Find(out); skipped != nil {
		t.Errorf("some tests did not run: %s", skipped)
	}
}

// failures drops the tests that passed from TAP.
func failures(out []byte) string {
	passed := regexp.MustCompile(`(?m)^\s*# Subtest: .*\n\s*ok .*\n(\s+---\n(.*\n)*?\s+\.\.\.\n)?`)
	blocks := passed.ReplaceAll(out, nil)
	return strings.TrimSpace(string(blocks[:min(len(blocks), 20_000)]))
}

func glob(t *testing.T, pattern string, without ...string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(files, func(f string) bool { return slices.Contains(without, f) })
}
