//go:build !js

package load

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/language"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/assets"
)

// localeFolder is the folder of the program's own locales, and of a site's.
const localeFolder = "locales"

// builtInLocales lists the languages of the program's own locales. English is the first: the matcher falls back to it.
var builtInLocales = sync.OnceValue(func() (tags []language.Tag) {
	tags = append(tags, language.English)
	files, _ := assets.Files.ReadDir(localeFolder) // they are in the program
	for _, f := range files {
		if tag := language.Make(strings.TrimSuffix(f.Name(), ".yaml")); tag != language.English {
			tags = append(tags, tag)
		}
	}
	return tags
})

// FindLocale finds the program's own locale that is the nearest to a language. isKnown is false if the program does not
// have the language: then it is the English one.
func FindLocale(l string) (file string, isKnown bool) {
	tags := builtInLocales()
	_, i, confidence := language.NewMatcher(tags).Match(language.Make(l))
	return path.Join(localeFolder, tags[i].String()+".yaml"), confidence > language.No
}

// englishWords are the interface's words by their paths ("lists.search"). A locale has the same.
var englishWords = sync.OnceValues(func() (map[string]string, error) {
	data, err := assets.Files.ReadFile(path.Join(localeFolder, "en.yaml"))
	if err != nil {
		return nil, err
	}
	var words map[string]any
	if err := yaml.Unmarshal(data, &words); err != nil {
		return nil, err
	}
	known := map[string]string{}
	walkWords("", words, func(at string, v any) { known[at] = fmt.Sprint(v) })
	return known, nil
})

// walkWords visits the words of a locale in the order of their paths.
func walkWords(at string, v any, visit func(at string, v any)) {
	branch, ok := v.(map[string]any)
	if !ok {
		visit(at, v)
		return
	}
	for _, key := range slices.Sorted(maps.Keys(branch)) {
		child := key
		if at != "" {
			child = at + "." + key
		}
		walkWords(child, branch[key], visit)
	}
}

// loadLocales reads the files in which a site has words of its own for the interface.
func loadLocales(fsys fs.FS, site *policy.Site) (problems Problems, err error) {
	files, err := fs.Glob(fsys, path.Join(site.ID, localeFolder, "*.yaml"))
	if err != nil {
		return nil, err
	}
	known, err := englishWords()
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		words := map[string]any{}
		doc, err := ReadDocument(fsys, file, &words)
		if err != nil {
			found, other := joinProblems([]error{err})
			if other != nil {
				return nil, other
			}
			problems = append(problems, found...)
			continue
		}
		tag := strings.TrimSuffix(path.Base(file), ".yaml")
		c := &checker{doc: doc, languages: site.Languages}
		c.checkLocale(site, tag, words, known)
		problems = append(problems, c.problems...)
		if site.Locales == nil {
			site.Locales = map[string]map[string]any{}
		}
		site.Locales[tag] = keepKnownWords("", words, known)
	}
	return problems, nil
}

func (c *checker) checkLocale(site *policy.Site, tag string, words map[string]any, known map[string]string) {
	if !slices.Contains(slices.Concat(site.Languages, site.Interface), tag) {
		c.addProblem("$", fmt.Sprintf("%q is not a language of the site", tag),
			"Add it to interface in site.yaml, or rename the file")
	}
	walkWords("", words, func(at string, v any) {
		original, ok := known[at]
		switch text, isText := v.(string); {
		case !ok: // LintLocales warns of it
		case !isText || strings.TrimSpace(text) == "":
			c.addProblem(localePath(at), "is not a text", "Write it in quotes, or leave it out")
		case len([]rune(text)) > maxSentence:
			c.addProblem(localePath(at), "is too long", fmt.Sprintf("Use at most %d characters", maxSentence))
		case hasOtherParts(text, original):
			c.addProblem(localePath(at), "has other parts in braces than the English text",
				fmt.Sprintf("Keep those of %q", original))
		}
		if text, isText := v.(string); isText {
			if r, found := findControl(text, ""); found {
				c.addProblem(localePath(at), fmt.Sprintf("has the control character %U", r), "Remove it")
			}
		}
	})
}

// keepKnownWords returns the words that the interface has. Another version of the program may have others: an upgrade
// and the way back must not stop a server for a word.
func keepKnownWords(at string, words map[string]any, known map[string]string) map[string]any {
	kept := map[string]any{}
	for key, v := range words {
		child := strings.TrimPrefix(at+"."+key, ".")
		if branch, isBranch := v.(map[string]any); isBranch {
			if v := keepKnownWords(child, branch, known); len(v) > 0 {
				kept[key] = v
			}
		} else if _, isKnown := known[child]; isKnown {
			kept[key] = v
		}
	}
	return kept
}

// LintLocales finds words of a site's own files that the interface does not have, and those that a language which the
// program does not know lacks. The site loads all the same: the former are ignored, the latter shown in English.
func LintLocales(fsys fs.FS, site *policy.Site) (problems Problems, err error) {
	known, err := englishWords()
	if err != nil {
		return nil, err
	}
	for _, tag := range slices.Sorted(maps.Keys(site.Locales)) {
		words := map[string]any{}
		doc, err := ReadDocument(fsys, path.Join(site.ID, localeFolder, tag+".yaml"), &words)
		if err != nil {
			return nil, err
		}
		missing := maps.Clone(known)
		walkWords("", words, func(at string, _ any) {
			delete(missing, at)
			if _, ok := known[at]; !ok && len(problems) < maxProblems {
				problems = append(problems, doc.NewProblem(Warning, RuleTranslation, localePath(at),
					"is no word of the interface, and is ignored", "See assets/locales/en.yaml for their names"))
			}
		})
		if _, isKnown := FindLocale(tag); isKnown || len(missing) == 0 {
			continue // the program has the rest
		}
		names := slices.Sorted(maps.Keys(missing))
		problems = append(problems, doc.NewProblem(Warning, RuleTranslation, "$", fmt.Sprintf(
			"the program does not know this language, and shows %d words in English: %s", len(names), listSome(names)),
			"Translate them; assets/locales/en.yaml has the English words"))
	}
	return problems, nil
}

// maxListed is the number of missing words that one message names.
const maxListed = 20

func listSome(names []string) string {
	if len(names) > maxListed {
		return strings.Join(names[:maxListed], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// localePath returns the path of a word in a file. The keys of some words have dots in them.
func localePath(at string) string {
	for _, folder := range []string{"changes.items.", "changes.flags."} {
		if key, ok := strings.CutPrefix(at, folder); ok {
			return "$." + folder + "'" + key + "'"
		}
	}
	return "$." + at
}

var partInBraces = regexp.MustCompile(`\{[a-z]+\}`)

// hasOtherParts reports whether two texts differ in what is filled in.
func hasOtherParts(text, original string) bool {
	list := func(s string) []string {
		found := partInBraces.FindAllString(s, -1)
		slices.Sort(found)
		return slices.Compact(found)
	}
	return !slices.Equal(list(text), list(original))
}
