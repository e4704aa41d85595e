package hosts

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/nod-consent/nod/assets"
)

func schema(t *testing.T) (*jsonschema.Schema, []string) {
	t.Helper()
	text, err := assets.Files.ReadFile("schema/bridge.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("bridge.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("bridge.json")
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, m := range regexp.MustCompile(`"const": "(nod:\w+)"`).FindAllStringSubmatch(string(text), -1) {
		types = append(types, m[1])
	}
	return s, types
}

func TestTheHostsSpeakTheProtocol(t *testing.T) {
	s, types := schema(t)
	for name, wanted := range map[string]*regexp.Regexp{
		"FirstLaunch.kt":    regexp.MustCompile(`"""(\{.*?\})"""`),
		"FirstLaunch.swift": regexp.MustCompile(`(?s)#"+\s*(\{.*?\})\s*"+#`),
	} {
		source, err := Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		said := wanted.FindAllStringSubmatch(string(source), -1)
		if len(said) < 3 {
			t.Errorf("%s says %d messages: want hello, permission and back", name, len(said))
		}
		for _, m := range said {
			var message any
			text := regexp.MustCompile(`\\#\(\w+\)`).ReplaceAllString(m[1], "granted") // what Swift puts in
			if err := json.Unmarshal([]byte(text), &message); err != nil {
				t.Errorf("%s: %s: %v", name, m[1], err)
				continue
			}
			if err := s.Validate(message); err != nil {
				t.Errorf("%s: %s: %v", name, m[1], err)
			}
		}
		for _, heard := range regexp.MustCompile(`(?m)^\s*(?:case )?"(nod:\w+)"`).FindAllStringSubmatch(string(source), -1) {
			if !slices.Contains(types, heard[1]) {
				t.Errorf("%s hears %s, which no page says", name, heard[1])
			}
		}
		shared, err := Files.ReadFile(strings.Replace(name, "FirstLaunch", "NativeAnswer", 1)) // which checks the package
		if err != nil {
			t.Fatal(err)
		}
		source = append(source, shared...)
		for _, must := range []string{"nod:ready", "nod:decision", "nod:permission", "nod:openSettings", "nod:openURL",
			"nod:close", "external", "nodExternal", "nodFirst", "manifest.sig", "integrity", "platform", "policy"} {
			if !strings.Contains(string(source), must) {
				t.Errorf("%s knows nothing of %s", name, must)
			}
		}
	}
}
