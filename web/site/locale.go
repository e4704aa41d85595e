package site

import (
	"fmt"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/language"

	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/assets"
)

// locale is a file of the interface's words. Those of the first launch and of requests are separate: the program in
// the browser does not use them.
type locale struct {
	widget.Words `yaml:",inline"`
	Launch       widget.LaunchWords `yaml:"launch"`
	Desk         widget.DeskWords   `yaml:"desk"`
}

// readLocale reads the interface's words in the language, or in the nearest language that has a file.
func readLocale(l string) (words locale, err error) {
	files, err := assets.Files.ReadDir("locales")
	if err != nil {
		return words, err
	}
	var tags []language.Tag
	for _, f := range files {
		tags = append(tags, language.Make(f.Name()[:len(f.Name())-len(".yaml")]))
	}
	// The matcher falls back to its first language: for everyone else, English.
	slices.SortStableFunc(tags, func(a, b language.Tag) int {
		switch {
		case a == language.English:
			return -1
		case b == language.English:
			return 1
		}
		return 0
	})
	_, i, _ := language.NewMatcher(tags).Match(language.Make(l))
	return readLocaleFile("locales/" + tags[i].String() + ".yaml")
}

// locales has the files that were read, by name. They are part of the program, so they never change.
var locales sync.Map

func readLocaleFile(name string) (words locale, err error) {
	if known, ok := locales.Load(name); ok {
		return known.(locale), nil
	}
	data, err := assets.Files.ReadFile(name)
	if err != nil {
		return words, err
	}
	if err := yaml.UnmarshalWithOptions(data, &words, yaml.Strict()); err != nil {
		return words, fmt.Errorf("read %s: %w", name, err)
	}
	locales.Store(name, words)
	return words, nil
}
