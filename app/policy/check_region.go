//go:build !js

package policy

import (
	"fmt"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// maxHours is as long as a refusal of a permission may rest, in hours.
const maxHours = 24 * maxDays

func (c *checker) hours(at string, n int) {
	if n < 1 || n > maxHours {
		c.say(at, fmt.Sprint(n), fmt.Sprintf("want 1 to %d hours", maxHours))
	}
}

func (c *checker) location(l Location) {
	for _, h := range []struct{ at, name string }{{"$.location.country", l.Country}, {"$.location.subdivision", l.Subdivision}} {
		if h.name != "" && !httpguts.ValidHeaderFieldName(h.name) {
			c.say(h.at, fmt.Sprintf("%q is no header", h.name), `want the name of one that your proxy sets, such as "CloudFront-Viewer-Country"`)
		}
	}
	if l.Country == "" && l.Subdivision != "" {
		c.say("$.location.country", "is missing", "want the header with the country: a part is found within it")
	}
}

func (c *checker) regions(list []Region) {
	taken := map[string]bool{}
	for i, r := range list {
		at := fmt.Sprintf("$.regions[%d]", i)
		if len(r.In) == 0 {
			c.say(at+".in", "is empty", `want the codes of countries, such as "CN" or "US-CA", or "EEA"`)
		}
		for j, code := range r.In {
			at := fmt.Sprintf("%s.in[%d]", at, j)
			country, part, divided := strings.Cut(code, "-")
			if code != groupEEA && (!isCountry(country) || divided && !subdivision.MatchString(part)) {
				c.say(at, fmt.Sprintf("%q is no code of a country", code), `want one such as "GB" (ISO 3166-1) or "US-CA" (ISO 3166-2), or "EEA"`)
				continue
			}
			for _, one := range (&Region{In: []string{code}}).codes() {
				if taken[one] {
					c.say(at, fmt.Sprintf("%s is in a region already", one), "want each country in one region")
					break
				}
				taken[one] = true
			}
		}
		for _, t := range []struct {
			key  string
			n    int
			most func(at string, n int)
		}{
			{"granted_days", r.Ask.GrantedDays, func(at string, n int) { c.days(at, n, maxDays) }},
			{"denied_days", r.Ask.DeniedDays, func(at string, n int) { c.days(at, n, maxDays) }},
			{"permission_hours", r.Ask.PermissionHours, c.hours},
		} {
			if at := at + ".ask." + t.key; c.doc.has(at) {
				t.most(at, t.n)
			}
		}
	}
}
