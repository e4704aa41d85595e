package widget

import (
	"slices"

	"github.com/nod-consent/nod/app/policy"
)

// Original says which language the policy's texts are in where that is not the interface's own. Browsers then choose
// their letters, and screen readers their voice, for the text that is there (WCAG 2.2, 3.1.2). The zero value says that
// all is in one language.
type Original struct {
	Language  string `json:",omitempty"` // BCP 47
	Direction string `json:",omitempty"` // "ltr" or "rtl"; "" where it is the interface's
}

// Foreign is what a text in one language is to readers of another, or of the same.
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

// quote marks an element that holds a text of the policy and none of the interface.
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
