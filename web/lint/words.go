package lint

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

//go:embed names.txt
var namesText string

//go:embed phrases.txt
var phrasesText string

// entry is one line of names.txt or phrases.txt.
type entry struct {
	denied string
	better string
}

// readEntries reads a file of words: the denied one, at least two spaces, and what to write in its place.
func readEntries(text string) ([]entry, error) {
	var entries []entry
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		denied, better, found := strings.Cut(line, "  ")
		if !found {
			return nil, fmt.Errorf("line %q: the better word is missing; write it after two spaces", line)
		}
		entries = append(entries, entry{denied, strings.TrimSpace(better)})
	}
	return entries, nil
}

// nameRules are the words that names must not have.
type nameRules struct {
	parts map[string]string // word of a name → better
	whole map[string]string // whole name → better
}

func readNameRules(text string) (nameRules, error) {
	rules := nameRules{parts: make(map[string]string), whole: make(map[string]string)}
	entries, err := readEntries(text)
	for _, e := range entries {
		if name, isWhole := strings.CutPrefix(e.denied, "="); isWhole {
			rules.whole[name] = e.better
		} else {
			rules.parts[e.denied] = e.better
		}
	}
	return rules, err
}

// match returns the denied word in a name, and the better one.
func (rules nameRules) match(name string) (denied, better string, found bool) {
	if better, found := rules.whole[strings.ToLower(name)]; found {
		return name, better, true
	}
	for _, word := range splitName(name) {
		if better, found := rules.parts[word]; found {
			return word, better, true
		}
	}
	return "", "", false
}

// splitName returns the words of a name in lower case: newHTTPServer is new, http and server.
func splitName(name string) []string {
	var words []string
	start := 0
	letters := []rune(name)
	isUpper := func(i int) bool { return i < len(letters) && letters[i] >= 'A' && letters[i] <= 'Z' }
	isLower := func(i int) bool { return i < len(letters) && letters[i] >= 'a' && letters[i] <= 'z' }
	for i := 1; i <= len(letters); i++ {
		isEnd := i == len(letters) || letters[i] == '_' || letters[i] == '$' ||
			isUpper(i) && (!isUpper(i-1) || isLower(i+1))
		if isEnd {
			if word := strings.Trim(string(letters[start:i]), "_$"); word != "" {
				words = append(words, strings.ToLower(word))
			}
			start = i
		}
	}
	return words
}

// phraseRule is a phrase that text must not have.
type phraseRule struct {
	pattern *regexp.Regexp
	literal string // word that each match has; most files lack it, and to look for it is much faster
	better  string
}

// withoutLiteral is what of a pattern is not in each match.
var withoutLiteral = regexp.MustCompile(`\([^)]*\)\??|\\b|.\?|\.\{[\d,]+\}`)

// longestLiteral returns the longest word that each match of a pattern has.
func longestLiteral(pattern string) string {
	literals := strings.FieldsFunc(withoutLiteral.ReplaceAllString(pattern, "|"), func(c rune) bool {
		return c < 'a' || c > 'z'
	})
	return slices.MaxFunc(literals, func(a, b string) int { return len(a) - len(b) })
}

func readPhraseRules(text string) ([]phraseRule, error) {
	entries, err := readEntries(text)
	if err != nil {
		return nil, err
	}
	var rules []phraseRule
	for _, e := range entries {
		// A phrase may go on in the next line.
		pattern, err := regexp.Compile(strings.ReplaceAll(e.denied, " ", `\s+`))
		if err != nil {
			return nil, fmt.Errorf("phrase %q: %w", e.denied, err)
		}
		rules = append(rules, phraseRule{pattern, longestLiteral(e.denied), e.better})
	}
	return rules, nil
}
