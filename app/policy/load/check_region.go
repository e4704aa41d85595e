//go:build !js

package load

import (
	"fmt"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/nod-consent/nod/app/policy"
)

func (c *checker) checkLocation(l policy.Location) {
	for _, h := range []struct{ at, name string }{
		{"$.location.country", l.Country}, {"$.location.subdivision", l.Subdivision},
	} {
		if h.name != "" && !httpguts.ValidHeaderFieldName(h.name) {
			c.addInvalid(h.at, h.name, "the name of a header",
				`Use one that your proxy sets, such as "CloudFront-Viewer-Country"`)
		}
	}
	if l.Country == "" && l.Subdivision != "" {
		c.addProblem("$.location.country", "is missing", "Add the header with the country: a subdivision needs it")
	}
}

func (c *checker) checkRegions(list []policy.Region) {
	taken := map[string]bool{}
	for i, r := range list {
		at := fmt.Sprintf("$.regions[%d]", i)
		if len(r.In) == 0 {
			c.addProblem(at+".in", "is empty", `List the codes of countries, such as "CN" or "US-CA", or "EEA"`)
		}
		for j, code := range r.In {
			c.checkRegionCode(fmt.Sprintf("%s.in[%d]", at, j), code, taken)
		}
		if at := at + ".ask.granted_days"; c.doc.Has(at) {
			c.checkDays(at, r.Ask.GrantedDays, maxDays)
		}
		if at := at + ".ask.denied_days"; c.doc.Has(at) {
			c.checkDays(at, r.Ask.DeniedDays, maxDays)
		}
		if at := at + ".ask.permission_hours"; c.doc.Has(at) {
			c.checkHours(at, r.Ask.PermissionHours)
		}
	}
}

// officialCodes are the codes of what people call otherwise. The countries of the EU are in the European Economic Area.
var officialCodes = map[string]string{"EU": policy.GroupEEA, "UK": "GB"}

func (c *checker) checkRegionCode(at, code string, taken map[string]bool) {
	country, part, hasPart := strings.Cut(code, "-")
	isValid := policy.IsCountry(country) && (!hasPart || policy.SubdivisionCode.MatchString(part))
	if code != policy.GroupEEA && !isValid {
		hint := `Use one such as "GB" (ISO 3166-1) or "US-CA" (ISO 3166-2), or "EEA"`
		if official := officialCodes[code]; official != "" {
			hint = fmt.Sprintf("Use %q", official)
		}
		c.addInvalid(at, code, "the code of a country", hint)
		return
	}
	for _, one := range (&policy.Region{In: []string{code}}).Codes() {
		if taken[one] {
			c.addProblem(at, one+" is already in a region", "List each country in one region")
			return
		}
		taken[one] = true
	}
}
