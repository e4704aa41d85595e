package policy

import (
	"cmp"
	"slices"
	"strings"
)

// Location names the headers in which a trusted proxy sends where a visitor is. Without them, each visitor's
// jurisdiction is unknown.
type Location struct {
	Country     string `yaml:"country"`     // header with an ISO 3166-1 code ("CN"), or an ISO 3166-2 code ("US-CA")
	Subdivision string `yaml:"subdivision"` // header with the part of the country ("CA", "US-CA" or "USCA")
}

// Region is a part of the world with its own terms.
type Region struct {
	In  []string `yaml:"in"`  // ISO 3166-1 ("CN") and 3166-2 ("US-CA") codes, or "EEA" for the European Economic Area
	Ask Ask      `yaml:"ask"` // what is not set is the site's
}

// Jurisdiction is where a visitor is, by the codes of a trusted proxy. The zero value is an unknown one.
type Jurisdiction struct {
	Country     string // ISO 3166-1, "" if not known
	Subdivision string // the second half of an ISO 3166-2 code ("CA"), "" if not known
}

// eea is the European Economic Area: the European Union's member states, those of their parts that have their own codes
// and belong to the Union (TFEU 349 and 355), and Iceland, Liechtenstein and Norway.
var eea = []string{
	"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
	"IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
	"AX", "GF", "GP", "MF", "MQ", "RE", "YT",
	"IS", "LI", "NO",
}

// GroupEEA is the code of the European Economic Area in Region.In.
const GroupEEA = "EEA"

// TermsIn returns the terms of a jurisdiction. If several could apply, each field is the strictest of them.
func (s *Site) TermsIn(j Jurisdiction) Ask {
	if j.Country == "" {
		return strictest(s.listTerms())
	}
	isKnown := s.knowsSubdivision(j)
	var possible []Ask // of the parts of the country in which the visitor can be
	for i := range s.Regions {
		for _, code := range s.Regions[i].Codes() {
			country, subdivision, _ := strings.Cut(code, "-")
			switch {
			case country != j.Country || subdivision == "":
			case subdivision == j.Subdivision:
				return s.Regions[i].ResolveAsk(s.Ask)
			case !isKnown:
				possible = append(possible, s.Regions[i].ResolveAsk(s.Ask))
			}
		}
	}
	return strictest(append(possible, s.countryTerms(j.Country)))
}

// knowsSubdivision reports whether the subdivision can be a real one: it has the form of those that the site names, and
// is not a code for "unknown".
func (s *Site) knowsSubdivision(j Jurisdiction) bool {
	if slices.Contains([]string{"", "XX", "ZZ", "NA"}, j.Subdivision) {
		return false
	}
	for i := range s.Regions {
		for _, code := range s.Regions[i].Codes() {
			country, subdivision, _ := strings.Cut(code, "-")
			if country == j.Country && subdivision != "" && codeForm(subdivision) != codeForm(j.Subdivision) {
				return false
			}
		}
	}
	return true
}

// codeForm replaces each digit by 0 and each letter by A.
func codeForm(code string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return 'A'
	}, code)
}

// countryTerms returns the terms of a country as a whole.
func (s *Site) countryTerms(country string) Ask {
	for i := range s.Regions {
		for _, code := range s.Regions[i].Codes() {
			if code == country {
				return s.Regions[i].ResolveAsk(s.Ask)
			}
		}
	}
	return s.Ask
}

// Terms lists all terms, each once. The first are those of an unknown jurisdiction.
func (s *Site) Terms() []Ask {
	terms := []Ask{s.TermsIn(Jurisdiction{}), s.Ask}
	for i := range s.Regions {
		for _, code := range s.Regions[i].Codes() {
			country, subdivision, _ := strings.Cut(code, "-")
			part, whole := Jurisdiction{country, subdivision}, Jurisdiction{Country: country}
			terms = append(terms, s.TermsIn(part), s.TermsIn(whole), s.countryTerms(country))
		}
	}
	var each []Ask
	seen := map[Ask]bool{}
	for _, t := range terms {
		if !seen[t] {
			seen[t] = true
			each = append(each, t)
		}
	}
	return each
}

// LongestGrant returns the longest life of a grant in any region, in days.
func (s *Site) LongestGrant() int {
	most := 0
	for _, a := range s.listTerms() {
		most = max(most, a.GrantedDays)
	}
	return most
}

// LongestAnswer returns the longest life of any answer in any region, in days.
func (s *Site) LongestAnswer() int {
	most := s.LongestGrant()
	for _, a := range s.listTerms() {
		most = max(most, a.DeniedDays)
	}
	return most
}

// listTerms lists the site's terms and those of its regions.
func (s *Site) listTerms() []Ask {
	all := []Ask{s.Ask}
	for i := range s.Regions {
		all = append(all, s.Regions[i].ResolveAsk(s.Ask))
	}
	return all
}

// strictest combines terms: ask again soonest after a grant, and latest after a denial.
func strictest(all []Ask) Ask {
	out := all[0]
	for _, a := range all[1:] {
		out.GrantedDays = min(out.GrantedDays, a.GrantedDays)
		out.DeniedDays = max(out.DeniedDays, a.DeniedDays)
		out.PermissionHours = max(out.PermissionHours, a.PermissionHours)
	}
	return out
}

// ResolveAsk returns the region's terms. What it does not set is the site's.
func (r *Region) ResolveAsk(site Ask) Ask {
	return Ask{
		GrantedDays:     cmp.Or(r.Ask.GrantedDays, site.GrantedDays),
		DeniedDays:      cmp.Or(r.Ask.DeniedDays, site.DeniedDays),
		PermissionHours: cmp.Or(r.Ask.PermissionHours, site.PermissionHours),
	}
}

// Codes lists the region's countries and subdivisions.
func (r *Region) Codes() []string {
	var codes []string
	for _, code := range r.In {
		if code == GroupEEA {
			codes = append(codes, eea...)
		} else {
			codes = append(codes, code)
		}
	}
	return codes
}
