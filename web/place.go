package web

import (
	"net/http"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// place is where a trusted proxy says that the visitor is. Who comes past it, or with more than one value, may be anywhere.
func (s *Server) place(r *http.Request, site *site) policy.Jurisdiction {
	if site.Location.Country == "" || !s.fromProxy(r) {
		return policy.Jurisdiction{}
	}
	country, part := r.Header.Values(site.Location.Country), r.Header.Values(site.Location.Subdivision)
	switch {
	case len(country) != 1:
		return policy.Jurisdiction{}
	case len(part) != 1:
		return policy.ParseJurisdiction(country[0], "")
	}
	return policy.ParseJurisdiction(country[0], part[0])
}

// terms are those that hold where the visitor is.
func (s *Server) terms(r *http.Request, site *site) policy.Ask {
	return site.TermsIn(s.place(r, site))
}

// asked is the form of the version in force under the visitor's terms.
func (s *Server) asked(r *http.Request, site *site) consent.Form {
	return site.forms[site.Current].WithTerms(s.terms(r, site))
}

// varies names the headers that tell of the visitor's place, for Vary.
func (s *site) varies() string {
	out := ""
	for _, h := range []string{s.Location.Country, s.Location.Subdivision} {
		if h != "" && len(s.Regions) > 0 {
			out += ", " + http.CanonicalHeaderKey(h)
		}
	}
	return out
}
