package lint

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write shorter lists of what is allowed")

const root = "../.."

// checkRepository runs a check over the repository and compares what it finds with a list of the folder allowed.
func checkRepository(t *testing.T, listName string, run check) {
	t.Helper()
	files, err := listFiles(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 100 {
		t.Fatalf("only %d files: the walk over the repository is wrong", len(files))
	}
	findings, err := findAll(root, files, run)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join("allowed", listName+".txt")
	content, err := os.ReadFile(name)
	if err != nil && !(*update && os.IsNotExist(err)) {
		t.Fatal(err)
	}
	list, err := readAllowed(content)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	now := count(findings)
	if *update && (content == nil || now.total() < list.total()) {
		if err := os.WriteFile(name, now.format(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, problem := range list.compare(findings) {
		t.Error(problem)
	}
	t.Logf("%d places are still allowed", list.total())
}

// runCheck runs a check over one file, and returns the findings as lines.
func runCheck(t *testing.T, run check, file, content string) (lines []string) {
	t.Helper()
	found, err := run(file, []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		lines = append(lines, f.String())
	}
	return lines
}

func TestLinesAreShort(t *testing.T) { checkRepository(t, "long-lines", findLongLines) }

func TestNamesHaveNoDeniedWord(t *testing.T) {
	rules, err := readNameRules(namesText)
	if err != nil {
		t.Fatal(err)
	}
	checkRepository(t, "names", rules.findNames)
}

func TestTextHasNoDeniedPhrase(t *testing.T) {
	rules, err := readPhraseRules(phrasesText)
	if err != nil {
		t.Fatal(err)
	}
	checkRepository(t, "phrases", findPhrases(rules))
}

func TestListsAreSorted(t *testing.T) {
	for _, listName := range []string{"long-lines", "names", "phrases"} {
		content, err := os.ReadFile(filepath.Join("allowed", listName+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		list, err := readAllowed(content)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(list.format(), content) {
			t.Errorf("%s.txt: not in the order of files, or with zeros", listName)
		}
	}
}

func TestAListThatAllowsTooMuchOrTooLittleFails(t *testing.T) {
	found := []Finding{{"a.go", 3, "too long"}, {"a.go", 9, "too long"}}
	for name, test := range map[string]struct {
		list allowed
		want []string
	}{
		"exact":   {allowed{"a.go": 2}, nil},
		"more":    {allowed{"a.go": 1}, []string{"a.go:3: too long", "a.go:9: too long"}},
		"new":     {allowed{}, []string{"a.go:3: too long", "a.go:9: too long"}},
		"fewer":   {allowed{"a.go": 3}, []string{"a.go: 2 places, but the list allows 3"}},
		"deleted": {allowed{"a.go": 2, "b.go": 1}, []string{"b.go: 0 places, but the list allows 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := test.list.compare(found)
			isSame := slices.EqualFunc(got, test.want, strings.HasPrefix)
			if !isSame {
				t.Errorf("got %q; want %q", got, test.want)
			}
		})
	}
}

func TestLongLinesAreCountedInCharacters(t *testing.T) {
	fits := strings.Repeat("隐", maxLength)
	for content, want := range map[string]int{fits: 0, fits + "\n": 0, fits + "私": 1, "\n" + fits + "私\n\n": 1} {
		found, err := findLongLines("a.go", []byte(content))
		if err != nil || len(found) != want {
			t.Errorf("%d lines of %q are too long (%v); want %d", len(found), content, err, want)
		}
	}
	if found, _ := findLongLines("a.md", []byte(fits+fits)); len(found) > 0 {
		t.Error("a line of prose is reported")
	}
}
