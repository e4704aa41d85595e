package site

import (
	"net/http"
	"slices"

	"golang.org/x/text/language"
)

// NegotiateLanguage returns the language of ?lang=, else of Accept-Language, else the site's default. The language of
// the host page does not count: the banner speaks to the visitor.
func (s *Site) NegotiateLanguage(r *http.Request) string {
	requested, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		requested = nil
	}
	if q := r.URL.Query().Get("lang"); q != "" {
		if tag, err := language.Parse(q); err == nil {
			requested = slices.Insert(requested, 0, tag)
		}
	}
	_, i, confidence := s.matcher.Match(requested...)
	if confidence == language.No {
		i = 0
	}
	return s.offered[i]
}

// LocalizedFor returns the site in the language of the request.
func (s *Site) LocalizedFor(r *http.Request) *Localized { return s.Localized[s.NegotiateLanguage(r)] }
