package policy

import (
	"cmp"
	"slices"
	"strings"
)

// Location names the headers in which a trusted proxy says where a visitor is. Without them, nothing is known of anybody.
type Location struct {
	Country     string `yaml:"country"`     // header with an ISO 3166-1 code ("CN"), or an ISO 3166-2 code ("US-CA")
	Subdivision string `yaml:"subdivision"` // header with the part of the country ("CA", "US-CA" or "USCA")
}

// Region is a part of the world where other terms hold than elsewhere.
type Region struct {
	In  []string `yaml:"in"`  // ISO 3166-1 ("CN") and 3166-2 ("US-CA") codes, or "EEA" for the European Economic Area
	Ask Ask      `yaml:"ask"` // what is not given is as elsewhere
}

// Place is where a visitor is, as far as it is known. The zero value is anywhere.
type Place struct {
	Country     string // ISO 3166-1, "" if not known
	Subdivision string // the second half of an ISO 3166-2 code ("CA"), "" if not known
}

// eea is the European Economic Area: the European Union's member states, with those of their parts that have codes of their own and
// belong to the Union (TFEU 349 and 355), and Iceland, Liechtenstein and Norway.
var eea = []string{
	"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
	"AX", "GF", "GP", "MF", "MQ", "RE", "YT",
	"IS", "LI", "NO",
}

// GroupEEA is the code of the European Economic Area in Region.In.
const GroupEEA = "EEA"

// AskIn gives the terms that hold at the place: of all that may hold there, field by field the strictest.
func (s *Site) AskIn(at Place) Ask {
	if at.Country == "" {
		return strictest(s.everywhere())
	}
	known := s.knows(at)
	var within []Ask // parts of the country, one of which it may be
	for i := range s.Regions {
		for _, code := range s.Regions[i].Codes() {
			country, subdivision, _ := strings.Cut(code, "-")
			switch {
			case country != at.Country || subdivision == "":
			case subdivision == at.Subdivision:
				return s.Regions[i].ResolveAsk(s.Ask)
			case !known:
				within = append(within, s.Regions[i].ResolveAsk(s.Ask))
			}
		}
	}
	return strictest(append(within, s.whole(at.Country)))
}

// knows says whether the part of the country may be one: it looks like those that the site names, and is no code that says that none is
// known.
func (s *Site) knows(at Place) bool {
	if slices.Contains([]string{"", "XX", "ZZ", "NA"}, at.Subdivision) {
		return false
	}
	for i := range s.Regions {
		for _, code := range s.Regions[i].Codes() {
			if country, subdivision, _ := strings.Cut(code, "-"); country == at.Country && subdivision != "" && shape(subdivision) != shape(at.Subdivision) {
				return false
			}
		}
	}
	return true
}

// shape tells letters, digits and lengths apart.
func shape(code string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return 'A'
	}, code)
}

// whole gives the terms of a country, those of its parts aside.
func (s *Site) whole(country string) Ask {
	for i := range s.Regions {
		for _, code := range s.Regions[i].Codes() {
			if code == country {
				return s.Regions[i].ResolveAsk(s.Ask)
			}
		}
	}
	return s.Ask
}

// Terms are those that hold anywhere, each once: the first where nothing is known.
func (s *Site) Terms() []Ask {
	terms := []Ask{s.AskIn(Place{}), s.Ask}
	for i := range s.Regions {
		for _, code := range s.Regions[i].Codes() {
			country, subdivision, _ := strings.Cut(code, "-")
			terms = append(terms, s.AskIn(Place{country, subdivision}), s.AskIn(Place{Country: country}), s.whole(country))
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

// LongestGrant is how long a grant holds where it holds longest, in days.
func (s *Site) LongestGrant() int {
	most := 0
	for _, a := range s.everywhere() {
		most = max(most, a.GrantedDays)
	}
	return most
}

// LongestAnswer is how long any answer holds where it holds longest, in days.
func (s *Site) LongestAnswer() int {
	most := s.LongestGrant()
	for _, a := range s.everywhere() {
		most = max(most, a.DeniedDays)
	}
	return most
}

func (s *Site) everywhere() []Ask {
	all := []Ask{s.Ask}
	for i := range s.Regions {
		all = append(all, s.Regions[i].ResolveAsk(s.Ask))
	}
	return all
}

// strictest takes of each term the one that asks again for grants soonest, and after refusals latest.
func strictest(all []Ask) Ask {
	out := all[0]
	for _, a := range all[1:] {
		out.GrantedDays = min(out.GrantedDays, a.GrantedDays)
		out.DeniedDays = max(out.DeniedDays, a.DeniedDays)
		out.PermissionHours = max(out.PermissionHours, a.PermissionHours)
	}
	return out
}

// ResolveAsk returns the region's terms, as elsewhere where it says nothing.
func (r *Region) ResolveAsk(elsewhere Ask) Ask {
	return Ask{
		GrantedDays:     cmp.Or(r.Ask.GrantedDays, elsewhere.GrantedDays),
		DeniedDays:      cmp.Or(r.Ask.DeniedDays, elsewhere.DeniedDays),
		PermissionHours: cmp.Or(r.Ask.PermissionHours, elsewhere.PermissionHours),
	}
}

// Codes returns the region's countries and parts of countries.
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
