package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/nod-consent/nod/assets"
)

func TestTheSchemasAreThoseOfTheTypes(t *testing.T) {
	out := t.TempDir()
	for _, dir := range []string{"schema", "docs/reference"} {
		if err := os.MkdirAll(filepath.Join(out, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir("../..") // where go generate runs
	if err := run("..", out); err != nil {
		t.Fatal(err)
	}
	files := []string{"docs/reference/site-yaml.md", "docs/reference/policy-yaml.md"}
	for _, d := range documents {
		files = append(files, "schema/"+d.name+".json")
	}
	for _, file := range files {
		made, err := os.ReadFile(filepath.Join(out, file))
		if err != nil {
			t.Fatal(err)
		}
		if kept, err := assets.Files.ReadFile(file); err != nil || !bytes.Equal(made, kept) {
			t.Errorf("assets/%s is another; run go generate ./web (%v)", file, err)
		}
	}
}

func TestTheReferenceExplainsEveryKey(t *testing.T) {
	row := regexp.MustCompile("^\\| `\\w+`( \\*)? \\| [^|]+ \\| [^|]* \\| [^|]+ \\|")
	for file, want := range map[string][]string{
		"site": {
			"| `days` | whole number | `365` |", "| `layout` | `bar`, `box` or `centre` | `box` |",
			"| `name` * | text |", "| `regions` | list of [keys](#regions) |",
		},
		"policy": {"## `purposes.services`", "| `kind` * | `cookie`,", "The same keys: `purposes.storage`"},
	} {
		text, err := assets.Files.ReadFile("docs/reference/" + file + "-yaml.md")
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range want {
			if !strings.Contains(string(text), part) {
				t.Errorf("the reference of %s.yaml has no %s", file, part)
			}
		}
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "| `") && !row.MatchString(strings.ReplaceAll(line, `\|`, "/")) {
				t.Errorf("%s.yaml: a key without type or explanation: %s", file, line)
			}
		}
	}
}

// What an example shows is valid in its place.
func TestTheExamplesOfTheSchemasFitThem(t *testing.T) {
	count := 0
	for _, name := range []string{"site", "policy"} {
		s := schema(t, name)
		all := []*jsonschema.Schema{s}
		for _, p := range s.Properties {
			all = append(all, p)
		}
		for len(all) > 0 {
			s, all = all[0], all[1:]
			for _, example := range s.Examples {
				count++
				if err := s.Validate(example); err != nil {
					t.Errorf("%s: %v", s.Location, err)
				}
			}
			for _, to := range []*jsonschema.Schema{s.Ref, s.Items2020} {
				if to == nil {
					continue
				}
				all = append(all, to)
				for _, p := range to.Properties {
					all = append(all, p)
				}
			}
		}
	}
	if count < 60 {
		t.Errorf("only %d examples", count)
	}
}

func schema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	f, err := assets.Files.Open("schema/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name+".json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asJSON reads YAML as an editor does, which goes by JSON's types.
func asJSON(t *testing.T, text []byte) any {
	t.Helper()
	made, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(made))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// starterValues are values for what "nod init" fills in.
var starterValues = strings.NewReplacer(
	"{{site}}", "shop", "{{name}}", "Shop", "{{name_in_languages}}", "  en: Shop", "{{languages}}", "  - en",
	"{{origins}}", "  - https://shop.example", "{{layout}}", "box", "{{theme}}", "theme: {}",
	"{{today}}", "2026-01-01", "{{server}}", "http://localhost:8080",
)

func TestEverySiteThatComesWithTheProgramFitsTheSchemas(t *testing.T) {
	site, version := schema(t, "site"), schema(t, "policy")
	n := 0
	for _, dir := range []string{"sites", "starter"} {
		err := fs.WalkDir(assets.Files, dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || path.Ext(name) != ".yaml" || path.Base(path.Dir(name)) == "locales" { // words have no schema
				return err
			}
			text, err := assets.Files.ReadFile(name)
			if err != nil {
				return err
			}
			text = []byte(starterValues.Replace(string(text)))
			n++
			of := version
			if path.Base(name) == "site.yaml" {
				of = site
			}
			if err := of.Validate(asJSON(t, text)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			kind := "policy"
			if of == site {
				kind = "site"
			}
			const server = "# yaml-language-server: $schema=http://localhost:8080/schema/"
			if !strings.HasPrefix(string(text), server+kind+".json\n") {
				t.Errorf("%s does not name its schema in its first line", name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n < 8 {
		t.Errorf("there were %d files only", n)
	}
}

func TestTheSchemasFindMistakes(t *testing.T) {
	text, err := assets.Files.ReadFile("sites/example/policy/2026-09-01.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, edit := range map[string][2]string{
		"an unknown key":      {"separate: true", "seperate: true"},
		"a missing key":       {"kind: messaging\n", "\n"},
		"another kind":        {"kind: messaging", "kind: letters"},
		"a text of no tongue": {"    en: Privacy\n    ar: قسم الخصوصية\n", "    - Privacy\n"},
		"a number for a flag": {"separate: true", "separate: 1"},
	} {
		changed := strings.Replace(string(text), edit[0], edit[1], 1)
		if changed == string(text) {
			t.Fatalf("%s: the file has no %q", name, edit[0])
		}
		if err := schema(t, "policy").Validate(asJSON(t, []byte(changed))); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}

func TestAReceiptAndADecisionFitTheSchemas(t *testing.T) {
	text, err := os.ReadFile("../../../app/ledger/testdata/receipt.json")
	if err != nil {
		t.Fatal(err)
	}
	var receipt map[string]any
	if err := json.Unmarshal(text, &receipt); err != nil {
		t.Fatal(err)
	}
	if err := schema(t, "receipt").Validate(receipt); err != nil {
		t.Errorf("a receipt: %v", err)
	}
	decision := receipt["record"].(map[string]any)
	for _, servers := range []string{"site", "covered", "received_at"} {
		delete(decision, servers)
	}
	if err := schema(t, "decision").Validate(decision); err != nil {
		t.Errorf("a decision: %v", err)
	}
	decision["answers"] = map[string]any{"analytics": "unasked"}
	if err := schema(t, "decision").Validate(decision); err == nil {
		t.Error("an invalid answer passes")
	}
}
