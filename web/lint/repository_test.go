package lint

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var decisionHead = regexp.MustCompile(
	`^# .+\n\nStatus: (proposed|accepted|replaced by \d{4})\n\nDate: \d{4}-\d\d-\d\d\n\n`)

func TestDecisionsHaveAStatusAndADate(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "assets/docs/decisions/*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d decisions, error %v", len(files), err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !decisionHead.Match(content) {
			t.Errorf("%s: does not start with a title, Status: and Date:", file)
		}
	}
}

func TestGeneratedFilesAreMarked(t *testing.T) {
	for _, file := range []string{"web/loader/dist/boot.js", "assets/schema/site.json", "web/package-lock.json"} {
		cmd := exec.Command("git", "check-attr", "linguist-generated", "diff", "--", file)
		cmd.Dir = root
		printed, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(printed), "linguist-generated: set") ||
			!strings.Contains(string(printed), "diff: unset") {
			t.Errorf("%s: .gitattributes does not mark it as generated:\n%s", file, printed)
		}
	}
}

// Each target of the Makefile that a person calls is explained in its head.
func TestTargetsOfTheMakefileAreExplained(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(content), "\n\n")
	phony := regexp.MustCompile(`(?m)^\.PHONY: (.*)$`).FindStringSubmatch(rest)
	if phony == nil {
		t.Fatal("no .PHONY line")
	}
	for _, target := range strings.Fields(phony[1]) {
		if !strings.Contains(head, "make "+target+" ") {
			t.Errorf("make %s is not explained", target)
		}
	}
}
