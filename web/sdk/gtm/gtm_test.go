package gtm

import (
	"encoding/json"
	"io/fs"
	"os/exec"
	"strings"
	"testing"
)

// listFindings returns what the code of a template has that the sandbox has not.
func listFindings(t *testing.T, code string) string {
	t.Helper()
	check := exec.Command("node", "sdk/gtm/testdata/check.mjs")
	check.Dir = "../.." // where the Node packages are
	check.Stdin = strings.NewReader(code)
	out, err := check.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestTheTemplatesUseOnlyWhatTagManagersSandboxHas(t *testing.T) {
	names, err := fs.Glob(Files, "*.tpl")
	if err != nil || len(names) != 2 {
		t.Fatalf("templates %q, error %v", names, err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			template := readTemplate(t, name)
			for _, section := range []string{"INFO", "TEMPLATE_PARAMETERS", "WEB_PERMISSIONS"} {
				if !json.Valid([]byte(template[section])) {
					t.Errorf("%s is no JSON", section)
				}
			}
			if findings := listFindings(t, template["SANDBOXED_JS_FOR_WEB_TEMPLATE"]); findings != "" {
				t.Error(findings)
			}
		})
	}
}

func TestTheCheckFindsWhatTheSandboxHasNot(t *testing.T) {
	for code, want := range map[string]string{
		"const f = (x) => x; return f(data.id);": "",
		"return new Date();":                     "line 1: NewExpression\nline 1: the name Date",
		"return this;":                           "line 1: ThisExpression",
		"return data.id.replace(/a/, '');":       "line 1: a regular expression",
		"return data.id.padStart(2);":            "line 1: the method padStart",
		"return `${data.id}`;":                   "line 1: TemplateLiteral\nline 1: TemplateElement\nline 1: TemplateElement",
		"const {id} = data; return id;":          "line 1: ObjectPattern\nline 1: the name id\nline 1: the name id",
		"return window.nod;":                     "line 1: the name window",
		"return [...data.rows];":                 "line 1: SpreadElement",
		"return data.a ?? data.b?.c;":            "line 1: ChainExpression",
	} {
		if got := listFindings(t, code); got != want {
			t.Errorf("%s\n got %q\nwant %q", code, got, want)
		}
	}
}

// readTemplate returns the sections of a template by their names.
func readTemplate(t *testing.T, name string) map[string]string {
	t.Helper()
	content, err := Files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return Sections(string(content))
}
