package bundle

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShortenMembersNamesThoseOfCoreAndMore(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "core.ts")
	source := `export interface Local {
  subject: string;
}
export interface Core {
  config: Config;
  readStored: () => Stored; // a comment: with a colon
  nested: { inner: string };
}
export interface More {
  /** a method: it sends */
  sendQueue(sent?: Promise<Response>): void;
  nested?: string;
}
`
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := shortenMembers(folder, "core.ts")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"readStored": "a", "nested": "b", "sendQueue": "c"}
	if diff := cmp.Diff(want, got.names); diff != "" {
		t.Errorf("short names (-want +got):\n%s", diff)
	}
	if got.pattern != "^(?:readStored|nested|sendQueue)$" {
		t.Errorf("pattern %s", got.pattern)
	}
	if err := os.WriteFile(file, []byte("export interface Other {\n  a: string;\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := shortenMembers(folder, "core.ts"); err == nil || !strings.Contains(err.Error(), "no interface") {
		t.Errorf("a file without the interfaces: %v", err)
	}
}

// TestBundlesOfHostPagesShareShortMembers looks for long names in the bundles: one that shortens a name and another
// that does not would miss each other's members.
func TestBundlesOfHostPagesShareShortMembers(t *testing.T) {
	members, err := shortenMembers(filepath.Join("..", "src", "core"), memberFiles...)
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	if err := Write(Options{Source: filepath.Join("..", "src"), Out: out}); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range members.names {
		names = append(names, name)
	}
	long := regexp.MustCompile(`\.(?:` + strings.Join(names, "|") + `)\b|[{,](?:` + strings.Join(names, "|") + `)[:(]`)
	all, err := scripts(filepath.Join("..", "src"))
	if err != nil {
		t.Fatal(err)
	}
	shared := 0
	for _, s := range all {
		if !s.sharesMembers {
			continue
		}
		shared++
		content, err := os.ReadFile(filepath.Join(out, s.name+".js"))
		if err != nil {
			t.Fatal(err)
		}
		if found := long.Find(content); found != nil {
			t.Errorf("%s.js has the long name %s", s.name, found)
		}
	}
	if shared < 11 {
		t.Errorf("%d bundles share members; consent.js has 8 builds, and loads 3 others", shared)
	}
}
