//go:build !js

package main

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/web/docstest"
)

// Each piece of a site's files loads in a new site, in the place that its block names.
func TestTheSettingsOfTheDocumentationLoad(t *testing.T) {
	count := 0
	for page, blocks := range readDocs(t) {
		for _, b := range blocks {
			_, isSite := b.Options["site"]
			purpose := b.Options["purpose"]
			if b.Language != "yaml" || !isSite && purpose == "" {
				continue
			}
			count++
			language := "en"
			if strings.Contains(page, "zh-CN") {
				language = "zh-CN"
			}
			if err := loadWith(t, b, language, purpose); err != nil {
				t.Errorf("%s:%d: %v", page, b.Line, err)
			}
		}
	}
	if count < 12 {
		t.Errorf("only %d pieces", count)
	}
}

func TestAPieceThatASiteDoesNotTakeIsFound(t *testing.T) {
	for text, purpose := range map[string]string{
		"layout: top\n": "", "colour: red\n": "", "host: [a.example]\n": "media",
	} {
		if err := loadWith(t, docstest.Block{Text: text}, "en", purpose); err == nil {
			t.Errorf("%q loads", text)
		}
	}
}

// loadWith loads a new site whose site.yaml, or one of whose purposes, has the keys of the block instead of its own.
func loadWith(t *testing.T, b docstest.Block, language, purpose string) error {
	t.Helper()
	o := initOptions{dir: filepath.Join(t.TempDir(), "shop"), languages: []string{language}}.withDefaults(englishWords)
	site, err := initSite(o, serverAddress{defaultAddr, "http://localhost:8080"})
	if err != nil {
		t.Fatal(err)
	}
	file := site.Files[0]
	if purpose != "" {
		file = site.Files[1]
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var whole, piece map[string]any
	if err := yaml.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal([]byte(b.Text), &piece); err != nil {
		return err
	}
	target := whole
	if purpose != "" {
		for _, p := range whole["purposes"].([]any) {
			if p := p.(map[string]any); p["id"] == purpose {
				target = p
			}
		}
	}
	maps.Copy(target, piece)
	changed, err := yaml.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, changed, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = load.Sites(load.Dir(filepath.Dir(o.dir)))
	return err
}
