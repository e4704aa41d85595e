package site

import (
	"net/http"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// regionOf returns where a trusted proxy says that the visitor is. Without a trusted proxy, or with more than one
// value, the visitor can be anywhere.
func (s *Site) regionOf(r *http.Request) policy.Jurisdiction {
	if s.Location.Country == "" || !s.builder.Proxies.IsProxied(r) {
		return policy.Jurisdiction{}
	}
	country, subdivision := r.Header.Values(s.Location.Country), r.Header.Values(s.Location.Subdivision)
	switch {
	case len(country) != 1:
		return policy.Jurisdiction{}
	case len(subdivision) != 1:
		return policy.ParseJurisdiction(country[0], "")
	}
	return policy.ParseJurisdiction(country[0], subdivision[0])
}

// TermsFor returns the terms that hold where the visitor is.
func (s *Site) TermsFor(r *http.Request) policy.Ask { return s.TermsIn(s.regionOf(r)) }

// FormFor returns the form of the version in force under the visitor's terms.
func (s *Site) FormFor(r *http.Request) consent.Form {
	return s.Forms[s.Current].WithTerms(s.TermsFor(r))
}

// varyHeader lists the headers that say where the visitor is, to append to Vary.
func (s *Site) varyHeader() string {
	out := ""
	for _, h := range []string{s.Location.Country, s.Location.Subdivision} {
		if h != "" && len(s.Regions) > 0 {
			out += ", " + http.CanonicalHeaderKey(h)
		}
	}
	return out
}
