//go:build !js

package lint

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// consentByUse matches a sentence that makes the use of a service consent.
var consentByUse = regexp.MustCompile(`(?i)(开始使用|继续使用|一旦.{0,12}使用|使用(本|我们的)?(服务|产品|网站))` +
	`.{0,40}(即|就)?(表示|视为|代表).{0,16}同意|` +
	`by (continuing to )?us(e|ing)[^.]{0,60}you (agree|consent|accept)|` +
	`your (continued )?use [^.]{0,60}(constitutes|means)[^.]{0,30}(consent|agreement|acceptance)`)

func (l *linter) lintConsentByUse() {
	for _, language := range l.site.Languages {
		for n, line := range strings.Split(l.policy.FullText[language], "\n") {
			at := consentByUse.FindStringIndex(line)
			if at == nil {
				continue
			}
			l.problems = append(l.problems, load.Problem{
				File: strings.TrimSuffix(l.doc.File, ".yaml") + "." + language + ".md",
				Line: n + 1, Column: utf8.RuneCountInString(line[:at[0]]) + 1,
				Message: fmt.Sprintf("the text says that using the service is consent (%q), but Nod asks", line[at[0]:at[1]]),
				Hint:    "Correct the policy's text",
				Level:   load.Note, Rule: load.RuleConsentByUse.ID, Source: load.RuleConsentByUse.Source,
			})
		}
	}
}

var numbers = regexp.MustCompile(`\d+`)

// lintNumbers finds texts whose numbers differ between languages: a term or an age is then different, too.
func (l *linter) lintNumbers(at string, v reflect.Value) {
	if t, ok := v.Interface().(policy.Text); ok {
		l.lintNumbersOf(at, t)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if key := load.FieldKey(v.Type().Field(i)); key != "" {
				l.lintNumbers(at+"."+key, v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			l.lintNumbers(fmt.Sprintf("%s[%d]", at, i), v.Index(i))
		}
	}
}

func (l *linter) lintNumbersOf(at string, t policy.Text) {
	var first []string
	firstLanguage := ""
	for _, language := range l.site.Languages {
		found := numbers.FindAllString(t[language], -1)
		slices.Sort(found)
		switch {
		case len(found) == 0:
		case firstLanguage == "":
			first, firstLanguage = found, language
		case !hasAll(found, first, t[firstLanguage]) || !hasAll(first, found, t[language]):
			l.note(load.RuleTranslation, at, fmt.Sprintf("has the numbers %s in %s, but %s in %s",
				strings.Join(first, ", "), firstLanguage, strings.Join(found, ", "), language),
				"Use the same numbers in each language")
			return
		}
	}
}

// hasAll reports whether each number is among the others, or in the other text in Chinese.
func hasAll(numbers, others []string, text string) bool {
	for _, n := range numbers {
		if !slices.Contains(others, n) && !strings.Contains(text, writeChinese(n)) {
			return false
		}
	}
	return true
}

// writeChinese writes a number up to 99 in Chinese. A larger one is unchanged.
func writeChinese(n string) string {
	digits := []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case len(n) == 1:
		return digits[n[0]-'0']
	case len(n) > 2 || n[0] == '0':
		return n
	}
	out := "十"
	if n[0] > '1' {
		out = digits[n[0]-'0'] + out
	}
	if n[1] > '0' {
		out += digits[n[1]-'0']
	}
	return out
}

// countColumns returns how wide a text is in a font of fixed width: a Chinese character has two columns.
func countColumns(s string) (n int) {
	for _, r := range s {
		n++
		isFullWidth := r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xff60
		if isFullWidth || unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) {
			n++
		}
	}
	return n
}
