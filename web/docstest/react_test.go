package docstest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// The hook of the React guide, in both languages, with the real React: on a server, hydrated, in StrictMode, unmounted.
func TestTheReactHookFollowsTheAnswers(t *testing.T) {
	for _, page := range []string{"assets/docs/guides/react.md", "assets/docs/zh-CN/guides/react.md"} {
		t.Run(page, func(t *testing.T) {
			blocks, err := Read("../..", page)
			if err != nil || len(blocks) < 2 {
				t.Fatalf("%d blocks, error %v", len(blocks), err)
			}
			dir := t.TempDir()
			// The server and the page each have a copy of the module, as they do in a project.
			for _, side := range []string{"server", "client"} {
				write(t, dir, "use-consent-"+side+".jsx", blocks[0].Text)
				write(t, dir, "offers-"+side+".jsx", strings.ReplaceAll(blocks[1].Text, "./use-consent", "./use-consent-"+side))
			}
			script, err := os.ReadFile("testdata/react.jsx")
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, "react.jsx", string(script))
			runBundle(t, dir)
		})
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func runBundle(t *testing.T, dir string) {
	t.Helper()
	modules, err := filepath.Abs("../node_modules")
	if err != nil {
		t.Fatal(err)
	}
	const require = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{filepath.Join(dir, "react.jsx")}, Outdir: filepath.Join(dir, "out"), Bundle: true, Write: true,
		Format: api.FormatESModule, Platform: api.PlatformNode, JSX: api.JSXAutomatic, NodePaths: []string{modules},
		OutExtension: map[string]string{".js": ".mjs"}, Splitting: true, Banner: map[string]string{"js": require},
		External: []string{"canvas"},
	})
	if len(result.Errors) > 0 {
		t.Fatalf("%s; run make deps", result.Errors[0].Text)
	}
	if printed, err := exec.Command("node", filepath.Join(dir, "out", "react.mjs")).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, printed)
	}
}
