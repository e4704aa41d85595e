//go:build !js

package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/diff"
	"github.com/nod-consent/nod/app/policy/lint"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/web/docstest"
)

// A new site still loads, and the linter finds nothing to mend, once the pieces of a page are in its files.
func TestTheSettingsOfTheDocumentationFitANewSite(t *testing.T) {
	count := 0
	for page, blocks := range readDocs(t) {
		var pieces []docstest.Block
		for _, b := range blocks {
			if isPiece(b) {
				pieces = append(pieces, b)
			}
		}
		if len(pieces) == 0 {
			continue
		}
		count += len(pieces)
		_, found, err := lintWith(t, languageOf(page), pieces...)
		if err != nil {
			t.Errorf("%s: %v", page, err)
		}
		for _, p := range found {
			t.Errorf("%s: %v", page, p.Error())
		}
	}
	if count < 20 {
		t.Errorf("only %d pieces", count)
	}
}

// Somebody new receives data: visitors who have answered are asked again about that purpose.
func TestTheVendorGuidesAskVisitorsAgain(t *testing.T) {
	pages, count := readDocs(t), 0
	for page, blocks := range pages {
		pieces := slices.DeleteFunc(slices.Clone(blocks), func(b docstest.Block) bool {
			return !isPiece(b) || b.Language != "yaml" || !strings.Contains(b.Text, "services:")
		})
		if len(pieces) == 0 {
			continue
		}
		count++
		before, _, err := lintWith(t, languageOf(page))
		if err != nil {
			t.Fatal(err)
		}
		after, _, err := lintWith(t, languageOf(page), pieces...)
		if err != nil || after == nil {
			t.Fatalf("%s: no site, error %v", page, err)
		}
		var asks []string
		for _, d := range diff.Compare(after, before.CurrentPolicy(), after.CurrentPolicy()).Differences {
			asks = append(asks, d.Asks...)
		}
		if len(asks) == 0 {
			t.Errorf("%s: nobody is asked again", page)
		}
	}
	if count < 8 {
		t.Errorf("only %d guides name a service", count)
	}
}

// languageOf returns the language of a page.
func languageOf(page string) string {
	if strings.Contains(page, "zh-CN") {
		return "zh-CN"
	}
	return "en"
}

func TestAPieceThatASiteDoesNotTakeIsFound(t *testing.T) {
	const purpose = "purposes: [{id: statistics, "
	for name, b := range map[string]docstest.Block{
		"a wrong value":        newPiece("yaml", "site", "layout: top\n"),
		"an unknown key":       newPiece("yaml", "site", "colour: red\n"),
		"a key of a purpose":   newPiece("yaml", "policy", purpose+"host: [a.example]}]\n"),
		"a cookie that stays":  newPiece("yaml", "policy", purpose+"cookies: [{name: a, lifetime: {en: 2 years}}]}]\n"),
		"a company in no text": newPiece("yaml", "policy", purpose+"recipients: [{en: Zeta Ltd}]}]\n"),
	} {
		t.Run(name, func(t *testing.T) {
			_, found, err := lintWith(t, "en", b)
			if err == nil && len(found) == 0 {
				t.Errorf("%q fits", b.Text)
			}
		})
	}
}

func newPiece(language, option, text string) docstest.Block {
	return docstest.Block{Language: language, Options: map[string]string{option: ""}, Text: text}
}

// isPiece reports whether a block is a part of a site's files.
func isPiece(b docstest.Block) bool {
	_, isSite := b.Options["site"]
	_, isPolicy := b.Options["policy"]
	return b.Untested == "" && (b.Language == "yaml" && (isSite || isPolicy) || b.Language == "markdown" && isPolicy)
}

// lintWith lints a new site that has the pieces in its files: keys of site.yaml in place of its own, keys and entries
// of the policy beside its own, and sentences at the end of the full text. What every new site has is left out.
func lintWith(t *testing.T, language string, pieces ...docstest.Block) (*policy.Site, load.Problems, error) {
	t.Helper()
	o := initOptions{dir: filepath.Join(t.TempDir(), "shop"), languages: []string{language}}.withDefaults(englishWords)
	site, err := initSite(o, serverAddress{defaultAddr, "http://localhost:8080"})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range pieces {
		_, isSite := b.Options["site"]
		switch {
		case isSite:
			err = changeYAML(site.Files[0], b.Text, replaceKeys)
		case b.Language == "yaml":
			err = changeYAML(site.Files[1], b.Text, func(whole, piece map[string]any) { merge(whole, piece) })
		default:
			err = appendText(site.Files[2], b.Text)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	loaded, found, err := lint.Site(load.Dir(filepath.Dir(o.dir)), "shop")
	return loaded, slices.DeleteFunc(found, func(p load.Problem) bool {
		return strings.Contains(p.Message, "on the developer's machine")
	}), err
}

func changeYAML(file, text string, change func(whole, piece map[string]any)) error {
	before, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var whole, piece map[string]any
	if err := yaml.Unmarshal(before, &whole); err != nil {
		return err
	}
	if err := yaml.Unmarshal([]byte(text), &piece); err != nil {
		return err
	}
	change(whole, piece)
	after, err := yaml.Marshal(whole)
	if err != nil {
		return err
	}
	return os.WriteFile(file, after, 0o600)
}

func appendText(file, text string) error {
	before, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(before, "\n"+text...), 0o600)
}

func replaceKeys(whole, piece map[string]any) { maps.Copy(whole, piece) }

// merge returns what a reader makes of a piece: keys are added or changed, a list gets the new entries, and an entry
// with the id of one that is there changes that one.
func merge(whole, piece any) any {
	switch piece := piece.(type) {
	case map[string]any:
		into, isMap := whole.(map[string]any)
		if !isMap {
			return piece
		}
		for key, value := range piece {
			into[key] = merge(into[key], value)
		}
		return into
	case []any:
		list, _ := whole.([]any)
		for _, entry := range piece {
			at := slices.IndexFunc(list, func(there any) bool { return hasSameID(there, entry) })
			if at < 0 {
				list = append(list, entry)
			} else {
				list[at] = merge(list[at], entry)
			}
		}
		return list
	}
	return piece
}

func hasSameID(one, other any) bool {
	a, isMap := one.(map[string]any)
	b, isMapToo := other.(map[string]any)
	return isMap && isMapToo && a["id"] != nil && a["id"] == b["id"]
}
