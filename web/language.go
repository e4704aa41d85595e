package web

import (
	"net/http"
	"slices"

	"golang.org/x/text/language"
)

// language is ?lang=, else Accept-Language, else the site's default: never what a page says of itself, for the banner
// speaks to the visitor.
func (s *site) language(r *http.Request) string {
	asked, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		asked = nil
	}
	if q := r.URL.Query().Get("lang"); q != "" {
		if tag, err := language.Parse(q); err == nil {
			asked = slices.Insert(asked, 0, tag)
		}
	}
	_, i, confidence := s.matcher.Match(asked...)
	if confidence == language.No {
		i = 0
	}
	return s.offered[i]
}
