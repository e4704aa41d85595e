package policy

import (
	"slices"
	"testing"
)

// world is a site with terms of its own in most jurisdictions.
var world = Site{
	Ask: Ask{GrantedDays: 365, DeniedDays: 184, PermissionHours: 48},
	Regions: []Region{
		{In: []string{"CN"}, Ask: Ask{PermissionHours: 72}},
		{In: []string{"EEA"}, Ask: Ask{GrantedDays: 180}},
		{In: []string{"GB"}, Ask: Ask{GrantedDays: 300}},
		{In: []string{"US-CA"}, Ask: Ask{DeniedDays: 365}},
		{In: []string{"US-CO", "US-CT"}, Ask: Ask{GrantedDays: 360}},
		{In: []string{"CA"}, Ask: Ask{GrantedDays: 350}},
		{In: []string{"CA-QC"}, Ask: Ask{GrantedDays: 340}},
	},
}

// termCases are places as a proxy writes them, with the terms that hold there.
var termCases = []struct {
	name          string
	country, part string // as a proxy writes them
	want          Ask
}{
	{"unknown: the strictest of each field", "", "", Ask{180, 365, 72}},
	{"a code for unknown", "XX", "", Ask{180, 365, 72}},
	{"Tor", "T1", "", Ask{180, 365, 72}},
	{"somewhere in Europe", "EU", "", Ask{180, 365, 72}},
	{"a name instead of a code", "China", "", Ask{180, 365, 72}},
	{"two countries in one", "CN, FR", "", Ask{180, 365, 72}},
	{"a code that is reserved for a different one", "UK", "", Ask{180, 365, 72}},
	{"China", "CN", "", Ask{365, 184, 72}},
	{"China in small letters", "cn", "", Ask{365, 184, 72}},
	{"the European Union", "DE", "", Ask{180, 184, 48}},
	{"a part of the Union with a code of its own", "RE", "", Ask{180, 184, 48}},
	{"the EEA outside of the Union", "NO", "", Ask{180, 184, 48}},
	{"a country near the Union", "CH", "", Ask{365, 184, 48}},
	{"the United Kingdom", "GB", "ENG", Ask{300, 184, 48}},
	{"a country without terms of its own", "JP", "13", Ask{365, 184, 48}},
	{"California", "US", "CA", Ask{365, 365, 48}},
	{"California, in one value", "US-CA", "", Ask{365, 365, 48}},
	{"California, whole in the second", "US", "us-ca", Ask{365, 365, 48}},
	{"California, without a hyphen", "US", "USCA", Ask{365, 365, 48}},
	{"another state with terms of its own", "US", "CT", Ask{360, 184, 48}},
	{"a state without terms of its own", "US", "NY", Ask{365, 184, 48}},
	{"an unknown state: the strictest of the country", "US", "", Ask{360, 365, 48}},
	{"the name of a state instead of its code", "US", "California", Ask{360, 365, 48}},
	{"a code of a different form", "US", "06", Ask{360, 365, 48}},
	{"a code for an unknown state", "US", "XX", Ask{360, 365, 48}},
	{"a part of a country with terms of its own", "CA", "QC", Ask{340, 184, 48}},
	{"the rest of the country", "CA", "ON", Ask{350, 184, 48}},
	{"the country as a whole", "CA", "", Ask{340, 184, 48}},
}

func TestTermsAreThoseOfTheJurisdiction(t *testing.T) { // C-57
	for _, test := range termCases {
		t.Run(test.name, func(t *testing.T) {
			got := world.TermsIn(ParseJurisdiction(test.country, test.part))
			if got != test.want {
				t.Errorf("%+v; want %+v", got, test.want)
			}
			if !slices.Contains(world.Terms(), got) {
				t.Errorf("%+v is missing in all terms %+v", got, world.Terms())
			}
		})
	}
	if terms := world.Terms(); terms[0] != (Ask{180, 365, 72}) {
		t.Errorf("the first terms %+v", terms[0])
	}
	if world.LongestGrant() != 365 || world.LongestAnswer() != 365 {
		t.Errorf("longest %d and %d", world.LongestGrant(), world.LongestAnswer())
	}
}

func TestSiteWithoutRegionsHasOneSetOfTerms(t *testing.T) {
	site := Site{Ask: Ask{365, 184, 48}}
	if got := site.Terms(); !slices.Equal(got, []Ask{site.Ask}) || site.TermsIn(ParseJurisdiction("FR", "")) != site.Ask {
		t.Errorf("terms %+v", got)
	}
}

func TestUnknownJurisdictionHasTheStrictestTerms(t *testing.T) {
	unknown := world.TermsIn(Jurisdiction{})
	for _, a := range world.Terms() {
		if a.GrantedDays < unknown.GrantedDays || a.DeniedDays > unknown.DeniedDays ||
			a.PermissionHours > unknown.PermissionHours {
			t.Errorf("%+v is stricter than %+v", a, unknown)
		}
	}
}

// Whatever the headers contain, the terms are known ones, and a jurisdiction is parsed as itself.
func FuzzParseJurisdiction(f *testing.F) {
	for _, s := range [][2]string{
		{"CN", ""}, {"US-CA", ""}, {"US", "USCA"}, {" us ", "us-ca"}, {"XX", "1"}, {"\x00", "\xff"}, {"US-US-CA", "US-"},
	} {
		f.Add(s[0], s[1])
	}
	terms := world.Terms()
	f.Fuzz(func(t *testing.T, country, part string) {
		j := ParseJurisdiction(country, part)
		if got := world.TermsIn(j); !slices.Contains(terms, got) {
			t.Errorf("terms %+v of %+v", got, j)
		}
		if again := ParseJurisdiction(j.Country, j.Subdivision); again != j {
			t.Errorf("%+v is parsed as %+v", j, again)
		}
	})
}
