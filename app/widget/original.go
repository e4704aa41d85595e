package widget

import (
	"slices"

	"github.com/nod-consent/nod/app/policy"
)

// Original is the language of the policy's texts if it differs from the interface's. Browsers choose the letters, and
// screen readers the voice, by the language of a text (WCAG 2.2, 3.1.2). The zero value means one language for both.
type Original struct {
	Language  string `json:",omitempty"` // BCP 47
	Direction string `json:",omitempty"` // "ltr" or "rtl"; "" if it is the interface's
}

// CompareLanguages returns the Original of a text for readers of a language, which can be the same.
func CompareLanguages(text, reader string) (o Original) {
	if text == reader {
		return o
	}
	o.Language = text
	if d := findDirection(text); d != findDirection(reader) {
		o.Direction = d
	}
	return o
}

func findOriginal(site *policy.Site, language string) Original {
	if slices.Contains(site.Interface, language) {
		return CompareLanguages(site.Language(), language)
	}
	return Original{}
}

// quote marks an element that holds only a text of the policy.
func quote[E interface {
	Lang(string, ...any) E
	Dir(string, ...any) E
}](o Original, e E) E {
	if o.Language != "" {
		e = e.Lang(o.Language)
	}
	if o.Direction != "" {
		e = e.Dir(o.Direction)
	}
	return e
}
