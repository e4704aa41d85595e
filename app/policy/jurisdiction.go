//go:build !js

package policy

import (
	"regexp"
	"strings"

	"golang.org/x/text/language"
)

// SubdivisionCode matches the second half of an ISO 3166-2 code.
var SubdivisionCode = regexp.MustCompile(`^[A-Z0-9]{1,3}$`)

// ParseJurisdiction reads a visitor's jurisdiction from the headers of a proxy: the code of a country and that of a
// subdivision, which can also be in one value. A code that is not a country's ("XX", "T1", "EU") is unknown.
func ParseJurisdiction(country, part string) Jurisdiction {
	country, part = strings.ToUpper(strings.TrimSpace(country)), strings.ToUpper(strings.TrimSpace(part))
	if c, p, both := strings.Cut(country, "-"); both {
		country, part = c, p
	}
	if !IsCountry(country) {
		return Jurisdiction{}
	}
	for _, prefix := range []string{country + "-", country} { // "US-CA" or "USCA"; a code has at most three characters
		if len(part) > 3 {
			part = strings.TrimPrefix(part, prefix)
		}
	}
	if !SubdivisionCode.MatchString(part) {
		part = ""
	}
	return Jurisdiction{country, part}
}

// IsCountry reports whether code is an ISO 3166-1 code of a country.
func IsCountry(code string) bool {
	if len(code) != 2 {
		return false
	}
	r, err := language.ParseRegion(code)
	return err == nil && r.IsCountry() && r.Canonicalize().String() == code
}
