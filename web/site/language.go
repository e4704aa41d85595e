package site

import (
	"net/http"

	"golang.org/x/text/language"
)

// NegotiateLanguage returns the language of ?lang=, else of Accept-Language. If the site does not have it, it returns
// the site's default: the answer to an address with ?lang= depends on the address alone. The language of the host page
// does not count: the banner speaks to the visitor.
func (s *Site) NegotiateLanguage(r *http.Request) string {
	var requested []language.Tag
	var err error
	if IsByAddress(r) {
		var tag language.Tag
		tag, err = language.Parse(r.URL.Query().Get("lang"))
		requested = []language.Tag{tag}
	} else {
		requested, _, err = language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	}
	if err != nil {
		requested = nil
	}
	_, i, confidence := s.matcher.Match(requested...)
	if confidence == language.No {
		i = 0
	}
	return s.offered[i]
}

// LocalizedFor returns the site in the language of the request.
func (s *Site) LocalizedFor(r *http.Request) *Localized { return s.Localized[s.NegotiateLanguage(r)] }
