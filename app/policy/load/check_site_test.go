package load

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

const siteFile, policyFile = "shop/site.yaml", "shop/policy/1.yaml"

// mistake is an edit that makes a valid site wrong in one way.
type mistake struct {
	name, file, old, new string
	at                   string // line and column
	what, want           string // in the message, and in the hint
}

// findMistakes checks that each mistake is found in its place.
func findMistakes(t *testing.T, mistakes []mistake) {
	t.Helper()
	for _, test := range mistakes {
		t.Run(test.name, func(t *testing.T) {
			s, p := validSite, validPolicy
			edited := &p
			if test.file == siteFile {
				edited = &s
			}
			if strings.Count(*edited, test.old) != 1 {
				t.Fatalf("%q occurs %d times in %s", test.old, strings.Count(*edited, test.old), test.file)
			}
			*edited = strings.Replace(*edited, test.old, test.new, 1)
			_, err := Site(files(s, p), "shop")
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error %v; want Problems", err)
			}
			for _, problem := range problems {
				message := problem.Error()
				isAtPlace := strings.HasPrefix(message, test.file+test.at+": ")
				if isAtPlace && strings.Contains(problem.Message, test.what) && strings.Contains(problem.Hint, test.want) {
					return
				}
			}
			t.Errorf("want %s%s: …%s…. …%s…\ngot\n%v", test.file, test.at, test.what, test.want, err)
		})
	}
}

// siteMistakes are changes of the valid site, each with the problem that is found.
var siteMistakes = []mistake{
	{
		"no erasure", siteFile, "evidence: {erasure: erase}", "evidence: {years: 3}", ":8:11",
		"evidence.erasure: is missing", `Use "erase", or "restrict"`,
	},
	{
		"no evidence", siteFile, "evidence: {erasure: erase}\n", "", ":1:1", "evidence.erasure: is missing", "",
	},
	{
		"an unknown key of the site", siteFile, "languages:", "langauges:", ":6:1", `"langauges"`,
		"Known keys: name, origins, languages, interface, policy, time_zone, cookie",
	},
	{
		"an id that the directory's name gives", siteFile, `policy: "1"`, "policy: \"1\"\nid: x", ":8:1", `"id"`,
		"Known keys: name",
	},
	{
		"invalid YAML", siteFile, "languages: [en, de]", "languages: [en, de", ":7:1", "must be specified",
		"Write YAML 1.2",
	},
	{
		"a duplicate key", siteFile, `policy: "1"`, "policy: \"1\"\npolicy: \"2\"", ":8:1",
		`"policy" already defined`, "Write YAML 1.2",
	},
	{
		"a number for a list", siteFile, "languages: [en, de]", "languages: 7", ":6:12",
		"languages: wrong type: expected a list", "",
	},
	{
		"a text for a number", siteFile, `policy: "1"`, "policy: \"1\"\ncookie: {days: many}", ":8:16",
		"cookie.days: wrong type: expected a whole number", "",
	},
	{"no languages", siteFile, "languages: [en, de]", "languages: []", ":6:12", "languages: is empty", "BCP 47"},
	{
		"a language in unusual form", siteFile, "[en, de]", "[en, DE]", ":6:17",
		`languages[1]: "DE" is not a BCP 47 tag in its usual form`, "Use one such as",
	},
	{
		"an invalid language", siteFile, "[en, de]", "[en, deutsch-de-de]", ":6:17",
		`"deutsch-de-de" is not a BCP 47 tag`,
		"Use one such as",
	},
	{"a language twice", siteFile, "[en, de]", "[en, en]", ":6:17", `languages[1]: "en" is a duplicate`, "once"},
	{"a missing language", siteFile, "  de: Laden\n", "", ":2:3", "name: has no text in de", "Write it in en, de"},
	{
		"a tenant twice", siteFile, `policy: "1"`, "policy: \"1\"\nfirst_launch: {tenants: [acme, b, acme]}", ":8:35",
		`first_launch.tenants[2]: "acme" is a duplicate`, "once",
	},
	{
		"a tenant without an id", siteFile, `policy: "1"`, "policy: \"1\"\nfirst_launch: {tenants: ['']}", ":8:26",
		`first_launch.tenants[0]: "" is not the id of a tenant`, "1 to 64 bytes",
	},
	{
		"a tenant that hides", siteFile, `policy: "1"`, "policy: \"1\"\nfirst_launch: {tenants: [\"a\\u202e\"]}", ":8:26",
		"is not the id of a tenant", "without control characters",
	},
	{
		"an invalid time zone", siteFile, `policy: "1"`, "policy: \"1\"\ntime_zone: Moon/Base", ":8:12",
		"\"Moon/Base\" is not a time zone", "Asia/Shanghai",
	},
	{
		"a version in force that does not exist", siteFile, `policy: "1"`, `policy: "2"`, ":7:9", `there is no version "2"`,
		"Versions: 1",
	},
	{
		"an invalid layout", siteFile, `policy: "1"`, "policy: \"1\"\nlayout: left", ":8:9",
		`layout: "left" is not a layout`, "Use bar, box or centre",
	},
	{
		"a permission that rests for no time", siteFile, `policy: "1"`, "policy: \"1\"\nask: {permission_hours: 0}", ":8:25",
		"ask.permission_hours: 0", "Use 1 to 87600 hours",
	},
	{
		"an invalid header", siteFile, `policy: "1"`, "policy: \"1\"\nlocation: {country: \"X Country\"}", ":8:21",
		`location.country: "X Country" is not the name of a header`, "CloudFront-Viewer-Country",
	},
	{
		"a header for parts of no country", siteFile, `policy: "1"`, "policy: \"1\"\nlocation: {subdivision: X-Region}",
		":8:11", "location.country: is missing", "Add the header with the country",
	},
	{
		"a region of nowhere", siteFile, `policy: "1"`, "policy: \"1\"\nregions: [{ask: {granted_days: 9}}]", ":8:11",
		"regions[0].in: is empty", `"EEA"`,
	},
	{
		"an incident without a day", siteFile, `policy: "1"`, "policy: \"1\"\nincidents: [{id: leak}]", ":8:13",
		`incidents[0].discovered: "" is not a date`, "on which you learned of it",
	},
	{
		"a published incident without a text", siteFile, `policy: "1"`,
		"policy: \"1\"\nincidents: [{id: leak, discovered: \"2026-03-01\", published: \"2026-03-02\"}]", ":8:13",
		"incidents[0].facts: has no text in", "Write it",
	},
	{
		"a notice before its incident", siteFile, `policy: "1"`,
		"policy: \"1\"\nincidents: [{id: leak, discovered: \"2026-03-01\", published: \"2026-02-28\"}]", ":8:61",
		"incidents[0].published: is before 2026-03-01", "Correct one",
	},
	{
		"an end before its announcement", siteFile, `policy: "1"`,
		"policy: \"1\"\nclosure: {announced: \"2026-12-01\", last_day: \"2026-01-31\"}", ":8:46",
		"closure.last_day: is before 2026-12-01", "every consent has ended",
	},
	{
		"a country by another name", siteFile, `policy: "1"`, "policy: \"1\"\nregions: [{in: [CN, UK]}]", ":8:21",
		`regions[0].in[1]: "UK" is not the code of a country`, `Use "GB"`,
	},
	{
		"an invalid country", siteFile, `policy: "1"`, "policy: \"1\"\nregions: [{in: [EU]}]", ":8:17",
		`"EU" is not the code`, `Use "EEA"`,
	},
	{
		"an invalid part of a country", siteFile, `policy: "1"`, "policy: \"1\"\nregions: [{in: [US-California]}]",
		":8:17",
		`"US-California" is not the code`, "ISO 3166-2",
	},
	{
		"a country in two regions", siteFile, `policy: "1"`, "policy: \"1\"\nregions: [{in: [FR]}, {in: [EEA]}]", ":8:29",
		"regions[1].in[0]: FR is already in a region", "List each country in one region",
	},
	{
		"a grant for no time in one region", siteFile, `policy: "1"`,
		"policy: \"1\"\nregions: [{in: [FR], ask: {granted_days: 0}}]", ":8:42", "regions[0].ask.granted_days: 0",
		"Use 1 to 3650 days",
	},
	{
		"a cookie for too long", siteFile, `policy: "1"`, "policy: \"1\"\ncookie: {days: 401}", ":8:16", "cookie.days: 401",
		"Use 1 to 400 days",
	},
	{
		"a cookie for less than a day", siteFile, `policy: "1"`, "policy: \"1\"\ncookie: {days: -1}", ":8:16",
		"cookie.days: -1", "Use 1 to 400 days",
	},
	{
		"a grant for no time", siteFile, `policy: "1"`, "policy: \"1\"\nask: {granted_days: 0}", ":8:21",
		"ask.granted_days: 0",
		"Use 1 to 3650 days",
	},
	{
		"a cookie for no time", siteFile, `policy: "1"`, "policy: \"1\"\ncookie: {days: 0}", ":8:16", "cookie.days: 0",
		"Use 1 to 400 days",
	},
	{
		"evidence for no time", siteFile, "evidence: {", "evidence: {years: 0, ", ":8:19", "evidence.years: 0",
		"3 to 30",
	},
	{
		"a grant for too long", siteFile, `policy: "1"`, "policy: \"1\"\nask: {granted_days: 3651}", ":8:21",
		"ask.granted_days: 3651", "Use 1 to 3650 days",
	},
	{
		"a refusal that never rests", siteFile, `policy: "1"`, "policy: \"1\"\nask: {denied_days: -184}", ":8:20",
		"ask.denied_days: -184", "Use 1 to 3650 days",
	},
	{
		"an invalid cookie domain", siteFile, `policy: "1"`, "policy: \"1\"\ncookie: {domain: \"shop.example;secure\"}",
		":8:18", "is not a domain", `"example.com"`,
	},
	{
		"keys for an entry of a list", siteFile, "languages: [en, de]", "languages: [en, {a: b}]", ":6:17", "string",
		"See the documentation",
	},
}

func TestMistakesOfASiteAreFoundInTheirPlace(t *testing.T) {
	findMistakes(t, siteMistakes)
}

func TestOrigins(t *testing.T) {
	for origin, want := range map[string]bool{
		"https://shop.example": true, "http://localhost:8080": true, "https://xn--fsq.example": true,
		"http://127.0.0.1:8080": true,
		"https://[::1]:8443":    true, "null": true, "https://shop.example:8443": true,

		"": false, "*": false, "https://*": false, "https://*.shop.example": false, "//shop.example": false,
		"shop.example":       false,
		"https:shop.example": false, "https:/shop.example": false, "https://": false, "https://shop.example/": false,
		"https://shop.example/path": false, "https://shop.example?": false, "https://shop.example#": false,
		"https://shop.example:443": false,
		"http://shop.example:80":   false, "https://shop.example:": false, "https://shop.example:0443": false,
		"https://shop.example:65536": false,
		"https://shop.example:0":     false, "HTTPS://shop.example": false, "https://Shop.example": false,
		"https://user@shop.example":    false,
		"https://user:pw@shop.example": false, "https://shop.example.": false, "https://shop..example": false,
		"https://商店.example":     false,
		"https://shop_a.example": false, "ftp://shop.example": false, "file://": false,
		"javascript://shop.example": false, "data:text/html,x": false,
		" https://shop.example": false, "https://shop.example ": false, "https://shop.example\n": false,
		"https://shop.example\x00": false,
		"https://shop%2eexample":   false, "https://shop.example\\@evil.example": false,
		"https://shop.example,https://evil.example": false,
		"https://[::1": false, "https://[evil]": false, "NULL": false, "https://-shop.example": false,
	} {
		s := strings.Replace(validSite, "https://shop.example", fmt.Sprintf("%q", origin), 1)
		_, err := Site(files(s, validPolicy), "shop")
		switch {
		case want && err != nil:
			t.Errorf("%q: %v", origin, err)
		case !want && err == nil:
			t.Errorf("%q is accepted", origin)
		case !want && (!strings.HasPrefix(err.Error(), "shop/site.yaml:5:5: origins[0]: ") ||
			!strings.Contains(err.Error(), "Write scheme, host and port as browsers do")):
			t.Errorf("%q: error %v; want one about origins[0]", origin, err)
		}
	}
}

func TestSiteNames(t *testing.T) {
	for name, want := range map[string]bool{
		"shop": true, "a": true, "shop-2": true, "demo2": true, strings.Repeat("s", 32): true,
		"v1": false, "demo": false, "docs": false, "schema": false, "healthz": false, "readyz": false, "metrics": false,
		"assets": false,
		"static": false, ".well-known": false, "Shop": false, "1shop": false, "sh_op": false, "sh.op": false,
		"-shop": false, "商店": false,
		"[a": false, strings.Repeat("s", 33): false,
	} {
		f := fstest.MapFS{}
		for path, file := range files(validSite, validPolicy) {
			f[strings.Replace(path, "shop", name, 1)] = file
		}
		_, err := Site(f, name)
		switch {
		case want && err != nil:
			t.Errorf("%q: %v", name, err)
		case !want && (err == nil || !strings.Contains(err.Error(), "is not a site name. Use at most 32 of a-z, 0-9")):
			t.Errorf("%q: error %v, want one about the directory's name", name, err)
		}
	}
	for _, name := range []string{"", "..", "../shop", "/shop", "shop/", "shop/../shop"} {
		if _, err := Site(files(validSite, validPolicy), name); err == nil {
			t.Errorf("%q loads", name)
		}
	}
}
