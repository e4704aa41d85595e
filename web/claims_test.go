package web_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	claimRow   = regexp.MustCompile("(?m)^\\| (.+) \\| (`Test.+) \\|$")
	namedTest  = regexp.MustCompile("`(Test\\w+)`")
	madeTest   = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)
	bulletLead = regexp.MustCompile(`\*\*[^*]+\*\* `)
	markedLink = regexp.MustCompile(`\[([^\]]+)\]\([^)]*\)`)
)

// listTests lists the tests of the repository by name.
func listTests(t *testing.T) map[string]bool {
	t.Helper()
	tests := map[string]bool{}
	for _, dir := range []string{"app", "cmd", "web"} {
		err := filepath.WalkDir("../"+dir, func(name string, entry fs.DirEntry, err error) error {
			if entry != nil && entry.IsDir() && entry.Name() == "node_modules" {
				return fs.SkipDir
			}
			if err != nil || !strings.HasSuffix(name, "_test.go") {
				return err
			}
			source, err := os.ReadFile(name)
			for _, m := range madeTest.FindAllStringSubmatch(string(source), -1) {
				tests[m[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return tests
}

// readClaims returns the claims of assets/docs/claims.md with the tests that they name.
func readClaims(t *testing.T) map[string][]string {
	t.Helper()
	claims := map[string][]string{}
	for _, row := range claimRow.FindAllStringSubmatch(readDoc(t, "claims.md"), -1) {
		for _, m := range namedTest.FindAllStringSubmatch(row[2], -1) {
			claims[row[1]] = append(claims[row[1]], m[1])
		}
	}
	if len(claims) < 30 {
		t.Fatalf("only %d claims", len(claims))
	}
	return claims
}

func TestEachTestThatTheDocumentationNamesExists(t *testing.T) {
	tests := listTests(t)
	for _, file := range listDocs(t) {
		for _, m := range namedTest.FindAllStringSubmatch(readDoc(t, file), -1) {
			if !tests[m[1]] {
				t.Errorf("%s names %s, which does not exist", file, m[1])
			}
		}
	}
	for claim, named := range readClaims(t) {
		if len(named) == 0 {
			t.Errorf("no test holds %q", claim)
		}
	}
}

// The headline of the README and its limits are lists; each sentence in them is a claim.
func TestEachClaimOfTheREADMEHasItsTest(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	claims := readClaims(t)
	sentences := listClaims(string(text))
	if len(sentences) < 12 {
		t.Fatalf("only %d claims: %q", len(sentences), sentences)
	}
	for _, sentence := range sentences {
		if len(claims[sentence]) == 0 {
			t.Errorf("assets/docs/claims.md names no test for %q", sentence)
		}
	}
}

// advice is what bullets of the README say to do; it claims nothing.
var advice = []string{
	"Tag it, or send a Content-Security-Policy.", "Safari forgets what scripts store after seven days.",
}

// listClaims lists the sentences in the bullets of a text.
func listClaims(text string) (sentences []string) {
	for _, bullet := range strings.Split(text, "\n- ")[1:] {
		bullet, _, _ = strings.Cut(bullet, "\n\n")
		bullet = strings.Join(strings.Fields(bullet), " ")
		bullet = markedLink.ReplaceAllString(bulletLead.ReplaceAllString(bullet, ""), "$1")
		for _, sentence := range strings.SplitAfter(bullet, ". ") {
			if sentence = strings.TrimSpace(sentence); !slices.Contains(advice, sentence) {
				sentences = append(sentences, sentence)
			}
		}
	}
	return sentences
}
