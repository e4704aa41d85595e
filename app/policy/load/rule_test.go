package load

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A language or an id can have the name of a key that has a rule.
func TestOneKeyDecidesTheRuleOfAPath(t *testing.T) {
	for at, want := range map[string]Rule{
		"$.purposes[0].refusal.data":      RuleRefusal,
		"$.purposes[0].data[1].effect":    RuleNotice,
		"$.purposes[12].basis.text.'x-y'": RuleBasis,
		"$.purposes[0].necessity":         RuleSensitive,
		"$.purposes[0].services[0].data":  {},
		"$.purposes[0].cookies[0].data":   {},
		"$.purposes":                      {},
		"$.notice.text.refusal":           RuleNotice,
		"$.controller":                    RuleNotice,
		"$.data_kinds[0].name":            {},
		"$.permissions[0].refusal.notice": {},
	} {
		if got := findRule(at); got != want {
			t.Errorf("%s has rule %q; want %q", at, got.ID, want.ID)
		}
	}
}

func TestRulesAreDocumented(t *testing.T) {
	source, err := os.ReadFile("rule.go")
	if err != nil {
		t.Fatal(err)
	}
	docs, err := fs.ReadFile(os.DirFS("../../../assets/docs"), "rules.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`Rule\{"(C-\d+)"`).FindAllStringSubmatch(string(source), -1) {
		if !strings.Contains(string(docs), "| "+m[1]+" |") {
			t.Errorf("%s does not have %s", path.Base("rules.md"), m[1])
		}
	}
}

// Each rule names the tests that fail if it breaks, and each of them names the rule.
func TestEachRuleIsTestedWhereItSays(t *testing.T) {
	const root = "../../../"
	docs, err := os.ReadFile(root + "assets/docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^\| (C-\d\d) \| ([^|]+) \| ([^|]*) \| ([^|]+) \|$`)
	var ids []string
	for _, m := range row.FindAllStringSubmatch(string(docs), -1) {
		id, tests := m[1], m[4]
		ids = append(ids, id)
		for _, file := range strings.Split(tests, ", ") {
			source, err := os.ReadFile(root + file)
			if err != nil || !strings.HasSuffix(file, "_test.go") {
				t.Errorf("%s names the test %s: %v", id, file, err)
			} else if !strings.Contains(string(source), id) {
				t.Errorf("%s names %s, which does not name the rule", id, file)
			}
		}
	}
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) || len(ids) < 60 {
		t.Errorf("%d rules, in the order %v", len(ids), ids)
	}
	if rows := strings.Count(string(docs), "\n| C-"); rows != len(ids) {
		t.Errorf("%d of %d rows are read", len(ids), rows)
	}
}
