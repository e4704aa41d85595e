package load

import (
	"io/fs"
	"os"
	"path"
	"regexp"
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
