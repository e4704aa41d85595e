package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// stamp is the front matter of a translation.
var stamp = regexp.MustCompile(`\A---\nsource: (\S+)\nsha256: ([0-9a-f]{12})\n---\n`)

// A translation names the hash of its original. If this fails: bring the translation up to date, then write the new
// hash into its front matter.
func TestTranslationsAreOfThePresentOriginals(t *testing.T) {
	files := []string{"../README.zh-CN.md"}
	for _, file := range listDocs(t) {
		if strings.HasPrefix(file, "zh-CN/") {
			files = append(files, "../assets/docs/"+file)
		}
	}
	if len(files) < 10 {
		t.Fatalf("only %d translations", len(files))
	}
	for _, file := range files {
		if problem, err := findStale(file); err != nil || problem != "" {
			t.Error(problem, err)
		}
	}
}

// findStale returns what is wrong with the front matter of a translation.
func findStale(file string) (problem string, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	m := stamp.FindSubmatch(text)
	if m == nil {
		return file + " has no front matter with source and sha256", nil
	}
	original, err := os.ReadFile(path.Join(path.Dir(file), string(m[1])))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(original)
	if now := hex.EncodeToString(sum[:])[:12]; now != string(m[2]) {
		return fmt.Sprintf("%s is stale: %s changed, and its hash is %s now", file, m[1], now), nil
	}
	return "", nil
}

func TestAStaleTranslationIsFound(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(dir+"/"+name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a.md", "one") // SHA-256 7692c3ad3540…
	for front, isStale := range map[string]bool{
		"---\nsource: a.md\nsha256: 7692c3ad3540\n---\n": false,
		"---\nsource: a.md\nsha256: 7692c3ad3541\n---\n": true,
		"---\nsource: a.md\n---\n":                       true,
		"":                                               true,
	} {
		write("b.md", front+"\n一")
		if problem, err := findStale(dir + "/b.md"); err != nil || (problem != "") != isStale {
			t.Errorf("%q: %q, error %v", front, problem, err)
		}
	}
}
