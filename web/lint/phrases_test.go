package lint

import (
	"slices"
	"strings"
	"testing"
)

// denyPhrases runs the check of phrases with two rules over one file.
func denyPhrases(t *testing.T, file, content string) []string {
	t.Helper()
	rules, err := readPhraseRules("\\boff line\\b  offline\n; want\\b  the remedy in a second sentence\n")
	if err != nil {
		t.Fatal(err)
	}
	return runCheck(t, findPhrases(rules), file, content)
}

func TestPhrases(t *testing.T) {
	const goFile = "package a\n\n// It works off\n// line.\nvar off, line = \"%q; want\", 1\n"
	offline := `: "off line": better: offline`
	want := `: "; want": better: the remedy in a second sentence`
	for _, test := range []struct {
		file, content string
		want          []string
	}{
		{"a.go", goFile, []string{"a.go:3" + offline, "a.go:5" + want}},
		{"a_test.go", goFile, []string{"a_test.go:3" + offline}},
		{"a.ts", "const off = 1; // Off\n  // line\nlet off, line = '; want';\n",
			[]string{"a.ts:1" + offline, "a.ts:3" + want}},
		{"a.md", "It works\noff line.\n", []string{"a.md:2" + offline}},
		{"a.zh-CN.md", "off line", nil},
		{"assets/locales/en.yaml", "text: off line", []string{"assets/locales/en.yaml:1" + offline}},
		{"assets/locales/ar.yaml", "text: off line", nil},
	} {
		if got := denyPhrases(t, test.file, test.content); !slices.Equal(got, test.want) {
			t.Errorf("%s: got\n%s", test.file, strings.Join(got, "\n"))
		}
	}
}

func TestLongestLiteral(t *testing.T) {
	for pattern, want := range map[string]string{
		`\bwho(m|so)?ever\b`:        "ever",
		`\btells? .{0,40}\bapart\b`: "apart",
		`; want\b`:                  "want",
		`\bg(o|oes|oing) off\b`:     "off",
		`\bis no (way|json|such)\b`: "is",
	} {
		if got := longestLiteral(pattern); got != want {
			t.Errorf("%s: got %q; want %q", pattern, got, want)
		}
	}
}

func TestAWordWithoutABetterOneIsAnError(t *testing.T) {
	if _, err := readEntries("# comment\n\ntold notified\n"); err == nil ||
		!strings.Contains(err.Error(), "told notified") {
		t.Errorf("got error %v", err)
	}
}
