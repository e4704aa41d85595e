package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
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

// signals says whether the request carries a Global Privacy Control signal: exactly "1" (GPC, section 3.1).
func signals(r *http.Request) bool {
	values := r.Header.Values("Sec-GPC")
	return len(values) == 1 && values[0] == "1"
}

func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// parseID reads a UUID in its one form: 36 characters in lower case.
func parseID(s string) (uuid.UUID, bool) {
	id, err := uuid.Parse(s)
	return id, err == nil && id.String() == s
}
