package policy

import (
	"os"
	"testing"

	"github.com/goccy/go-yaml"
)

// yunzhijia reads the built-in site without any check: package load imports this one.
func yunzhijia(t *testing.T) (*Site, *Policy) {
	t.Helper()
	const dir, version = "../../assets/sites/yunzhijia/", "2023-11-23"
	site := &Site{ID: "yunzhijia", Current: version}
	p := &Policy{FullText: map[string]string{}}
	for name, into := range map[string]any{"site.yaml": site, "policy/" + version + ".yaml": p} {
		text, err := os.ReadFile(dir + name)
		if err == nil {
			err = yaml.Unmarshal(text, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(dir + "policy/" + version + "." + site.Language() + ".md")
	if err != nil {
		t.Fatal(err)
	}
	p.FullText[site.Language()] = string(text)
	site.Policies = []*Policy{p}
	return site, p
}
