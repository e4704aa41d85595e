package docstest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// The components of the React guide, in both languages, with the real React and our package: on a server, hydrated, in
// StrictMode, unmounted.
func TestTheReactGuideFollowsTheAnswers(t *testing.T) {
	for _, page := range []string{"assets/docs/guides/react.md", "assets/docs/zh-CN/guides/react.md"} {
		t.Run(page, func(t *testing.T) {
			dir := t.TempDir()
			for _, b := range readBlocks(t, page, "jsx", 3) {
				write(t, dir, b.Options["file"], b.Text)
			}
			runBundle(t, dir, "react.jsx")
		})
	}
}

func TestTheReactHookWithoutThePackageFollowsTheAnswers(t *testing.T) {
	dir := t.TempDir()
	hook := readBlocks(t, "assets/docs/client.md", "jsx", 1)[0]
	// The server and the page each have a copy of the module, as they do in a project.
	for _, side := range []string{"server", "client"} {
		write(t, dir, "hook-"+side+".jsx", hook.Text)
	}
	runBundle(t, dir, "hook.jsx")
}

// The components of the Vue guide, in both languages, with the real compiler and our package.
func TestTheVueGuideFollowsTheAnswers(t *testing.T) {
	for _, page := range []string{"assets/docs/guides/vue.md", "assets/docs/zh-CN/guides/vue.md"} {
		t.Run(page, func(t *testing.T) {
			dir := t.TempDir()
			for i, b := range readBlocks(t, page, "vue", 2) {
				name := fmt.Sprintf("component-%d.vue", i)
				write(t, dir, name, b.Text)
				file := filepath.Join(dir, name)
				out := filepath.Join(dir, fmt.Sprintf("component-%d.js", i))
				if printed, err := exec.Command("node", "testdata/compile-vue.mjs", file, out).CombinedOutput(); err != nil {
					t.Fatalf("%s:%d: %v\n%s", page, b.Line, err, printed)
				}
			}
			runBundle(t, dir, "vue.js")
		})
	}
}

// readBlocks returns the blocks of a page in one language. There must be this many.
func readBlocks(t *testing.T, page, language string, count int) (found []Block) {
	t.Helper()
	blocks, err := Read("../..", page)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		if b.Language == language {
			found = append(found, b)
		}
	}
	if len(found) != count {
		t.Fatalf("%s has %d blocks of %s; want %d", page, len(found), language, count)
	}
	return found
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// runBundle bundles a script of testdata with the modules in the folder, and runs it.
func runBundle(t *testing.T, dir, name string) {
	t.Helper()
	for _, file := range []string{name, "page.js", "opened.js"} {
		text, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, file, string(text))
	}
	web, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	const require = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{filepath.Join(dir, name)}, Outdir: filepath.Join(dir, "out"), Bundle: true, Write: true,
		Format: api.FormatESModule, Platform: api.PlatformNode, JSX: api.JSXAutomatic,
		NodePaths: []string{filepath.Join(web, "node_modules")},
		Alias: map[string]string{
			"@nod-consent/client/react": filepath.Join(web, "sdk/js/dist/react.js"),
			"@nod-consent/client/vue":   filepath.Join(web, "sdk/js/dist/vue.js"),
		},
		OutExtension: map[string]string{".js": ".mjs"}, Splitting: true, Banner: map[string]string{"js": require},
		External: []string{"canvas"},
	})
	if len(result.Errors) > 0 {
		t.Fatalf("%s; run make deps", result.Errors[0].Text)
	}
	out := filepath.Join(dir, "out", name[:len(name)-len(filepath.Ext(name))]+".mjs")
	if printed, err := exec.Command("node", out).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, printed)
	}
}
