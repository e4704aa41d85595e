package load

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/goccy/go-yaml"

	"github.com/nod-consent/nod/assets"
)

// withLocale adds a file of words to the valid site, which is in English and Chinese.
func withLocale(tag, words string) fstest.MapFS {
	fsys := files(validSite, validPolicy)
	fsys["shop/locales/"+tag+".yaml"] = &fstest.MapFile{Data: []byte(words)}
	return fsys
}

func TestASitesOwnWordsAreReadAndTheirMistakesFound(t *testing.T) {
	for _, test := range []struct{ name, tag, words, want string }{
		{"one word", "en", "accept: Allow", ""},
		{"a word with a number in it", "en", `lists: {found_count: "{shown} of {all}"}`, ""},
		{"a word with a dot in its name", "en", `changes: {flags: {purpose.required.on: "Now required"}}`, ""},
		{"an empty word", "en", `accept: " "`, "accept: is not a text"},
		{"a number", "en", "accept: 1", "accept: is not a text"},
		{"a part that is missing", "en", "entry_count: many", `has other parts in braces than the English text`},
		{"a part too many", "en", `accept: "Allow {n}"`, "accept: has other parts in braces"},
		{"a character that turns the direction", "en", "accept: \"a\\u202Eb\"", "accept: has the control character U+202E"},
		{"a long word", "en", "accept: " + strings.Repeat("x", maxSentence+1), "accept: is too long"},
		{"a language that the site does not have", "fr", "accept: Accepter", `"fr" is not a language of the site`},
		{"no YAML", "en", "accept: [", "shop/locales/en.yaml:1"},
		{"nothing", "en", "", "is empty"},
	} {
		t.Run(test.name, func(t *testing.T) {
			site, err := Site(withLocale(test.tag, test.words), "shop")
			switch {
			case test.want == "" && err != nil:
				t.Errorf("error %v", err)
			case test.want == "" && len(site.Locales[test.tag]) == 0:
				t.Error("the words are lost")
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("error %v; want %s", err, test.want)
			}
		})
	}
}

func TestOfManyProblemsSomeAreReported(t *testing.T) {
	var words strings.Builder
	for i := range 5_000 {
		fmt.Fprintf(&words, "word%d: x\n", i)
	}
	fsys := withLocale("en", words.String())
	site, err := Site(fsys, "shop")
	if err != nil {
		t.Fatal(err)
	}
	if problems, err := LintLocales(fsys, site); err != nil || len(problems) != maxProblems {
		t.Errorf("%d problems, error %v; want %d", len(problems), err, maxProblems)
	}
}

// A word of another version of the program stops no server.
func TestWordsThatTheInterfaceDoesNotHaveAreIgnoredAndReported(t *testing.T) {
	for _, test := range []struct{ name, words, want string }{
		{"a misspelt word", "acept: Allow", "shop/locales/en.yaml:1:8: acept: is no word of the interface"},
		{"a branch where a word is", "accept: {a: b}", "accept.a: is no word of the interface"},
		{"a word where a branch is", "lists: All", "lists: is no word of the interface"},
		{"a word within a branch", "lists: {serch: Find}", "lists.serch: is no word of the interface"},
	} {
		t.Run(test.name, func(t *testing.T) {
			fsys := withLocale("en", test.words+"\nreject: Refuse")
			site, err := Site(fsys, "shop")
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(site.Locales["en"]); got != "map[reject:Refuse]" {
				t.Errorf("the words are %s", got)
			}
			problems, err := LintLocales(fsys, site)
			if err != nil || len(problems) != 1 || problems[0].Level != Warning ||
				!strings.Contains(problems[0].Error(), test.want) {
				t.Errorf("problems %v, error %v; want %s", problems, err, test.want)
			}
		})
	}
}

func TestALanguageThatTheProgramLacksIsShownInEnglishWhereItHasNoWord(t *testing.T) {
	english, err := fs.ReadFile(assets.Files, "locales/en.yaml")
	if err != nil {
		t.Fatal(err)
	}
	read := func(words string) Problems {
		fsys := withLocale("fr", words)
		withFrench := strings.Replace(validSite, "languages:", "interface: [fr]\nlanguages:", 1)
		fsys[siteFile] = &fstest.MapFile{Data: []byte(withFrench)}
		site, err := Site(fsys, "shop")
		if err != nil {
			t.Fatal(err)
		}
		problems, err := LintLocales(fsys, site)
		if err != nil {
			t.Fatal(err)
		}
		return problems
	}
	if problems := read(string(english)); len(problems) > 0 {
		t.Errorf("with every word: %v", problems)
	}
	var words map[string]any
	if err := yaml.Unmarshal(english, &words); err != nil {
		t.Fatal(err)
	}
	delete(words, "accept")
	delete(words["lists"].(map[string]any), "search")
	fewer, err := yaml.Marshal(words)
	if err != nil {
		t.Fatal(err)
	}
	problems := read(string(fewer))
	if len(problems) != 1 || !strings.Contains(problems[0].Error(), "2 words in English: accept, lists.search") {
		t.Errorf("without two words: %v", problems)
	}
}

func TestTheNearestOfTheProgramsLocalesIsFound(t *testing.T) {
	for l, want := range map[string]string{
		"en": "en", "en-GB": "en", "zh-CN": "zh-CN", "zh-HK": "zh-TW", "zh": "zh-CN", "ar-EG": "ar",
	} {
		if file, isKnown := FindLocale(l); file != "locales/"+want+".yaml" || !isKnown {
			t.Errorf("%s has %s; known: %v", l, file, isKnown)
		}
	}
	if file, isKnown := FindLocale("fr"); file != "locales/en.yaml" || isKnown {
		t.Errorf("French has %s; known: %v", file, isKnown)
	}
}

func TestTheProgramsOwnLocalesHaveEveryWord(t *testing.T) {
	known, err := englishWords()
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range builtInLocales() {
		data, err := fs.ReadFile(assets.Files, "locales/"+tag.String()+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		var words map[string]any
		if err := yaml.Unmarshal(data, &words); err != nil {
			t.Fatalf("%s: %v", tag, err)
		}
		has := map[string]bool{}
		walkWords("", words, func(at string, v any) {
			has[at] = true
			if original, isKnown := known[at]; !isKnown {
				t.Errorf("%s: %s is no word of the interface", tag, at)
			} else if text, isText := v.(string); !isText || text == "" || hasOtherParts(text, original) {
				t.Errorf("%s: %s is %v; want a text with the parts of %q", tag, at, v, original)
			}
		})
		for at := range known {
			if !has[at] {
				t.Errorf("%s: %s is missing", tag, at)
			}
		}
	}
}
