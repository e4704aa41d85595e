package site

import (
	"fmt"
	"maps"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/app/widget"
	"github.com/nod-consent/nod/assets"
)

// locale is a file of the interface's words. Those of the first launch, of requests and of own records are
// separate: the program in the browser does not use them.
type locale struct {
	widget.Words `yaml:",inline"`
	Launch       widget.LaunchWords `yaml:"launch"`
	Desk         widget.DeskWords   `yaml:"desk"`
	Own          widget.OwnWords    `yaml:"own"`
}

// readLocale reads the interface's words in the language, or in the nearest language that has a file. The site's own
// words replace them.
func readLocale(s *policy.Site, l string) (words locale, err error) {
	file, _ := load.FindLocale(l)
	own := s.Locales[l]
	if own == nil {
		return readLocaleFile(file)
	}
	data, err := assets.Files.ReadFile(file)
	if err != nil {
		return words, err
	}
	all := map[string]any{}
	if err := yaml.Unmarshal(data, &all); err != nil {
		return words, fmt.Errorf("read %s: %w", file, err)
	}
	if data, err = yaml.Marshal(mergeWords(all, own)); err != nil {
		return words, err
	}
	if err := yaml.UnmarshalWithOptions(data, &words, yaml.Strict()); err != nil {
		return words, fmt.Errorf("read the words of site %s in %s: %w", s.ID, l, err)
	}
	return words, nil
}

// mergeWords returns words with those of the second that the second has.
func mergeWords(words, own map[string]any) map[string]any {
	merged := maps.Clone(words)
	for key, v := range own {
		ownBranch, isBranch := v.(map[string]any)
		branch, wasBranch := words[key].(map[string]any)
		if isBranch && wasBranch {
			merged[key] = mergeWords(branch, ownBranch)
		} else {
			merged[key] = v
		}
	}
	return merged
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
