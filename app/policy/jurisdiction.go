//go:build !js

package policy

import (
	"regexp"
	"strings"

	"golang.org/x/text/language"
)

// SubdivisionCode matches the second half of an ISO 3166-2 code.
var SubdivisionCode = regexp.MustCompile(`^[A-Z0-9]{1,3}$`)

// PlaceOf reads what a proxy says of a visitor's place: a country's code and, in the same value or in one of its own, that of a part of
// it. What is no country ("XX", "T1", "EU") is not known.
func PlaceOf(country, part string) Place {
	country, part = strings.ToUpper(strings.TrimSpace(country)), strings.ToUpper(strings.TrimSpace(part))
	if c, p, both := strings.Cut(country, "-"); both {
		country, part = c, p
	}
	if !IsCountry(country) {
		return Place{}
	}
	for _, prefix := range []string{country + "-", country} { // "US-CA", and "USCA": no part has more than three characters
		if len(part) > 3 {
			part = strings.TrimPrefix(part, prefix)
		}
	}
	if !SubdivisionCode.MatchString(part) {
		part = ""
	}
	return Place{country, part}
}

// IsCountry reports whether code is an ISO 3166-1 code of a country.
func IsCountry(code string) bool {
	if len(code) != 2 {
		return false
	}
	r, err := language.ParseRegion(code)
	return err == nil && r.IsCountry() && r.Canonicalize().String() == code
}
