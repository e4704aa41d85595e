package load

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/app/policy"
)

const goodSite = `name:
  en: Shop
  de: Laden
origins:
  - https://shop.example
languages: [en, de]
policy: "1"
`

const goodPolicy = `version: "1"
updated: 2024-10-01
effective: 2024-10-04
title: {en: Privacy, de: Datenschutz}
controller:
  name: {en: Shop Ltd, de: Laden GmbH}
  email: privacy@shop.example
notice:
  title: {en: Your choice, de: Ihre Wahl}
  text: {en: We ask., de: Wir fragen.}
  retention: {en: A year., de: Ein Jahr.}
  rights: {en: Any time., de: Jederzeit.}
sections:
  - id: all
    title: {en: All, de: Alles}
    summary: {en: All., de: Alles.}
purposes:
  - id: analytics
    kind: cookie
    name: {en: Analytics, de: Statistik}
    summary: {en: Counts., de: Zählt.}
    refusal: {en: Free., de: Kostet nichts.}
    basis:
      law: GDPR 6(1)(a)
      text: {en: Consent, de: Einwilligung}
    data:
      - {en: Pages, de: Seiten}
    retention: {en: A month., de: Ein Monat.}
    recipients:
      - {en: Shop, de: Laden}
    cookies:
      - name: _id*
    storage:
      - name: queue
    hosts: ["*.stats.example"]
    services:
      - id: counter
        name: {en: Counter, de: Zähler}
        provider: {en: Count Ltd, de: Zähl GmbH}
        summary: {en: Counts., de: Zählt.}
        url: https://count.example/privacy
`

func files(site, policy string) fstest.MapFS {
	return fstest.MapFS{
		"shop/site.yaml":      {Data: []byte(site)},
		"shop/policy/1.yaml":  {Data: []byte(policy)},
		"shop/policy/1.en.md": {Data: []byte("# Privacy {#all}\n")},
	}
}

func TestASmallSiteLoadsWithDefaults(t *testing.T) {
	site, err := Site(files(goodSite, goodPolicy), "shop")
	if err != nil {
		t.Fatal(err)
	}
	if site.ID != "shop" || site.Language() != "en" || site.CurrentPolicy() == nil || site.CurrentPolicy().Version != "1" {
		t.Errorf("site %q in %q with policy %v", site.ID, site.Language(), site.CurrentPolicy())
	}
	if site.Cookie.Days != 365 || site.Ask.GrantedDays != 365 || site.Ask.DeniedDays != 184 || site.Layout != policy.LayoutBox {
		t.Errorf("defaults: cookie %d, ask %+v, layout %q", site.Cookie.Days, site.Ask, site.Layout)
	}
	half, err := Site(files(goodSite+"cookie: {domain: shop.example}\nask: {denied_days: 90}\n", goodPolicy), "shop")
	if err != nil || half.Cookie.Days != 365 || half.Ask.GrantedDays != 365 || half.Ask.DeniedDays != 90 {
		t.Errorf("defaults beside what is given: %+v %+v, error %v", half.Cookie, half.Ask, err)
	}
	p := site.CurrentPolicy()
	purpose := p.Purposes[0]
	if purpose.ID != "analytics" || purpose.Required || purpose.Separate || purpose.GPC {
		t.Errorf("purpose %+v", purpose)
	}
	if purpose.Cookies[0].Area != policy.AreaCookie || purpose.Storage[0].Area != policy.AreaLocal {
		t.Errorf("areas %q and %q", purpose.Cookies[0].Area, purpose.Storage[0].Area)
	}
	if service := purpose.Services[0]; service.Name.In("de") != "Zähler" {
		t.Errorf("service %+v", service)
	}
	if diff := cmp.Diff(map[string]string{"en": "# Privacy {#all}\n"}, p.FullText); diff != "" {
		t.Errorf("full text (-want +got):\n%s", diff)
	}
}

func TestTextFallsBack(t *testing.T) {
	text := policy.Text{"en": "a", "de": ""}
	if text.In("en") != "a" || text.In("de", "en") != "" || text.In("fr", "it", "en") != "a" || text.In("fr") != "" || policy.Text(nil).In("en", "de") != "" {
		t.Error("Text.In takes the wrong language")
	}
}

// each is an edit of a good site that makes it wrong in one way, and the beginning and end of the message: where it is
// wrong, and the hint.
func TestEachMistakeIsFoundInItsPlace(t *testing.T) {
	const site, policy = "shop/site.yaml", "shop/policy/1.yaml"
	long := strings.Repeat("x", 601)
	for _, test := range []struct {
		name, file, old, new string
		at                   string // file is before it
		what, want           string
	}{
		{"an unknown key of the site", site, "languages:", "langauges:", ":6:1", `"langauges"`, "Known keys: name, origins, languages, interface, policy, time_zone, cookie"},
		{"an unknown key of the policy", policy, "    kind: cookie", "    knid: cookie", ":19:5", `"knid"`, "Did you mean \"kind\"? Known keys: id, kind, required"},
		{"an id that the directory's name gives", site, `policy: "1"`, "policy: \"1\"\nid: x", ":8:1", `"id"`, "Known keys: name"},
		{"YAML that is none", site, "languages: [en, de]", "languages: [en, de", ":7:1", "must be specified", "Write YAML 1.2"},
		{"a key that is there twice", site, `policy: "1"`, "policy: \"1\"\npolicy: \"2\"", ":8:1", `"policy" already defined`, "Write YAML 1.2"},
		{"a number for a list", site, "languages: [en, de]", "languages: 7", ":6:12", "languages: wrong type: expected a list", ""},
		{"a text for a truth", policy, "    kind: cookie", "    kind: cookie\n    required: maybe", ":20:15", "purposes[0].required: wrong type: expected true or false", ""},
		{"a text for a number", site, `policy: "1"`, "policy: \"1\"\ncookie: {days: many}", ":8:16", "cookie.days: wrong type: expected a whole number", ""},
		{"a text without languages", policy, "title: {en: Privacy, de: Datenschutz}", "title: Privacy", ":4:8", "title: wrong type: expected a text in each language", ""},

		{"no languages", site, "languages: [en, de]", "languages: []", ":6:12", "languages: is empty", "BCP 47"},
		{"a language in unusual form", site, "[en, de]", "[en, DE]", ":6:17", `languages[1]: "DE" is not a BCP 47 tag in its usual form`, "Use one such as"},
		{"a language that is none", site, "[en, de]", "[en, deutsch-de-de]", ":6:17", `"deutsch-de-de" is not a BCP 47 tag`, "Use one such as"},
		{"a language twice", site, "[en, de]", "[en, en]", ":6:17", `languages[1]: "en" is a duplicate`, "once"},
		{"a missing language", site, "  de: Laden\n", "", ":2:3", "name: has no text in de", "Write it in en, de"},
		{"a blank language", policy, "de: Datenschutz", `de: " "`, ":4:8", "title: has no text in de", "Write it in en, de"},
		{"a missing language deep down", policy, "{en: Counter, de: Zähler}", "{en: Counter}", ":38:15", "purposes[0].services[0].name: has no text in de", "Write it in en, de"},
		{"a text that is not there", policy, "    refusal: {en: Free., de: Kostet nichts.}\n", "", ":18:5", "purposes[0].refusal: has no text in en", "Write it in en, de"},
		{"a language too many", policy, "{en: Pages, de: Seiten}", "{en: Pages, de: Seiten, fr: Pages}", ":27:37", "data[0].fr: is not a language of the site", "Languages: en, de"},
		{"a language too many with a hyphen", policy, "{en: Pages, de: Seiten}", "{en: Pages, de: Seiten, zh-CN: Pages}", ":27:40", "data[0].'zh-CN': is not a language of the site", "Languages: en, de"},
		{"a purpose by a name of the form's own", policy, "id: analytics", "id: withdraw", ":18:9", `purposes[0].id: "withdraw" is reserved`, "Reserved: action,"},
		{"a service by a name of the form's own", policy, "id: counter", "id: saved", ":37:13", `purposes[0].services[0].id: "saved" is reserved`, "Reserved: action,"},
		{"a purpose by the name of a field that no visitor sees", policy, "id: analytics", "id: previous", ":18:9", `purposes[0].id: "previous" is reserved`, "Reserved: action,"},
		{"a time zone that is none", site, `policy: "1"`, "policy: \"1\"\ntime_zone: Moon/Base", ":8:12", "\"Moon/Base\" is not a time zone", "Asia/Shanghai"},
		{"a version in force that does not exist", site, `policy: "1"`, `policy: "2"`, ":7:9", `there is no version "2"`, "Versions: 1"},
		{"a layout that is none", site, `policy: "1"`, "policy: \"1\"\nlayout: left", ":8:9", `layout: "left" is not a layout`, "Use bar, box or centre"},
		{"a permission that rests for no time", site, `policy: "1"`, "policy: \"1\"\nask: {permission_hours: 0}", ":8:25", "ask.permission_hours: 0", "Use 1 to 87600 hours"},
		{"a header that is none", site, `policy: "1"`, "policy: \"1\"\nlocation: {country: \"X Country\"}", ":8:21", `location.country: "X Country" is not the name of a header`, "CloudFront-Viewer-Country"},
		{"a header for parts of no country", site, `policy: "1"`, "policy: \"1\"\nlocation: {subdivision: X-Region}", ":8:11", "location.country: is missing", "Add the header with the country"},
		{"a region of nowhere", site, `policy: "1"`, "policy: \"1\"\nregions: [{ask: {granted_days: 9}}]", ":8:11", "regions[0].in: is empty", `"EEA"`},
		{"a country by another name", site, `policy: "1"`, "policy: \"1\"\nregions: [{in: [CN, UK]}]", ":8:21", `regions[0].in[1]: "UK" is not the code of a country`, `such as "GB"`},
		{"a country that is none", site, `policy: "1"`, "policy: \"1\"\nregions: [{in: [EU]}]", ":8:17", `"EU" is not the code`, `or "EEA"`},
		{"a part of a country that is none", site, `policy: "1"`, "policy: \"1\"\nregions: [{in: [US-California]}]", ":8:17", `"US-California" is not the code`, "ISO 3166-2"},
		{"a country in two regions", site, `policy: "1"`, "policy: \"1\"\nregions: [{in: [FR]}, {in: [EEA]}]", ":8:29", "regions[1].in[0]: FR is already in a region", "List each country in one region"},
		{"a grant for no time in one region", site, `policy: "1"`, "policy: \"1\"\nregions: [{in: [FR], ask: {granted_days: 0}}]", ":8:42", "regions[0].ask.granted_days: 0", "Use 1 to 3650 days"},
		{"a cookie for too long", site, `policy: "1"`, "policy: \"1\"\ncookie: {days: 401}", ":8:16", "cookie.days: 401", "Use 1 to 400 days"},
		{"a cookie for less than a day", site, `policy: "1"`, "policy: \"1\"\ncookie: {days: -1}", ":8:16", "cookie.days: -1", "Use 1 to 400 days"},
		{"a grant for no time", site, `policy: "1"`, "policy: \"1\"\nask: {granted_days: 0}", ":8:21", "ask.granted_days: 0", "Use 1 to 3650 days"},
		{"a cookie for no time", site, `policy: "1"`, "policy: \"1\"\ncookie: {days: 0}", ":8:16", "cookie.days: 0", "Use 1 to 400 days"},
		{"evidence for no time", site, `policy: "1"`, "policy: \"1\"\nevidence: {years: 0}", ":8:19", "evidence.years: 0", "3 to 30"},
		{"a grant for too long", site, `policy: "1"`, "policy: \"1\"\nask: {granted_days: 3651}", ":8:21", "ask.granted_days: 3651", "Use 1 to 3650 days"},
		{"a refusal that never rests", site, `policy: "1"`, "policy: \"1\"\nask: {denied_days: -184}", ":8:20", "ask.denied_days: -184", "Use 1 to 3650 days"},
		{"a cookie domain that is none", site, `policy: "1"`, "policy: \"1\"\ncookie: {domain: \"shop.example;secure\"}", ":8:18", "is not a domain", `"example.com"`},

		{"a version that is not the file's name", policy, `version: "1"`, `version: "1.0"`, ":1:10", `version: "1.0"`, `"1"`},
		{"a date that is none", policy, "2024-10-01", "2024-02-30", ":2:10", `updated: "2024-02-30" is not a date`, "Use YYYY-MM-DD"},
		{"a date in words", policy, "2024-10-04", "4 October 2024", ":3:12", "effective:", "Use YYYY-MM-DD"},
		{"no contact", policy, "  email: privacy@shop.example\n", "", ":6:3", "controller: has no contact", "Add email, phone or address"},
		{"an e-mail address that is none", policy, "privacy@shop.example", "privacy at shop.example", ":7:10", "is not an email address", `"privacy@example.com"`},
		{"an e-mail address with a header", policy, "privacy@shop.example", `"a@shop.example?cc=b"`, ":7:10", "is not an email address", `"privacy@example.com"`},
		{"an e-mail address with two hosts", policy, "privacy@shop.example", "a@b@shop.example", ":7:10", "is not an email address", `"privacy@example.com"`},
		{"no purposes", policy, goodPolicy[strings.Index(goodPolicy, "purposes:"):], "purposes: []\n", ":17:11", "purposes: is empty", "at least one"},
		{"an id in upper case", policy, "  - id: analytics", "  - id: Analytics", ":18:9", `"Analytics" is not an id`, "Begin with a-z"},
		{"an id with an underscore", policy, "id: counter", "id: a_counter", ":37:13", `"a_counter" is not an id`, "Begin with a-z"},
		{"an id that begins with a digit", policy, "id: counter", "id: 1counter", ":37:13", "is not an id", "Begin with a-z"},
		{"an id that is too long", policy, "id: counter", "id: " + strings.Repeat("c", 33), ":37:13", "is not an id", "at most 32"},
		{"no id", policy, "id: counter", `id: ""`, ":37:13", `"" is not an id`, "Begin with a-z"},
		{"a service with its purpose's id", policy, "id: counter", "id: analytics", ":37:13", `services[0].id: "analytics" is taken`, "Choose an id that nothing else"},
		{"a section that the full text does not have", policy, "  - id: all\n", "  - id: rights\n", ":14:9", `sections[0].id: "rights" has no heading in shop/policy/1.en.md`, "End the section's heading there with {#rights}"},
		{"an unknown key within a key", policy, "      law: GDPR 6(1)(a)", "      act: GDPR", ":24:7", `"act"`, "Known keys: law, text"},
		{"keys for an entry of a list", site, "languages: [en, de]", "languages: [en, {a: b}]", ":6:17", "string", "See the documentation"},
		{"a list for a text", policy, "updated: 2024-10-01", "updated: [2024]", ":2:10", "updated: wrong type: expected a text", ""},
		{"a section that is there twice", policy, "purposes:\n", "  - id: all\n    title: {en: B, de: B}\n    summary: {en: B, de: B}\npurposes:\n", ":17:9", `sections[1].id: "all" is taken`, "Choose an id that nothing else"},
		{"a kind that is none", policy, "kind: cookie", "kind: cookies", ":19:11", `kind: "cookies" is not a kind of purpose`, "Use cookie, beacon,"},
		{"a required purpose under the signal", policy, "kind: cookie", "kind: cookie\n    required: true\n    gpc: true", ":20:15", "a required purpose is not asked for", "Remove separate and gpc"},
		{"a required purpose that is separate", policy, "kind: cookie", "kind: cookie\n    required: true\n    separate: true", ":20:15", "a required purpose is not asked for", "Remove separate and gpc"},
		{"no legal basis (C-53)", policy, "      law: GDPR 6(1)(a)\n", "", ":24:7", "basis.law: is missing", "Name the legal basis"},
		{"no data", policy, "    data:\n      - {en: Pages, de: Seiten}\n", "", ":18:5", "data: is empty", "List the kinds of data"},
		{"a name that is too long", policy, "{en: Analytics,", "{en: " + long[:81] + ",", ":20:16", "has 81 characters", "Shorten it to 80"},
		{"a text that is too long", policy, "de: Ein Monat.", "de: " + long, ":28:35", "has 601 characters", "Shorten it to 600"},
		{"a line of a terminal", policy, "de: Ein Monat.", `de: "a\e[2Jb"`, ":28:35", "retention.de: has the character U+001B", "Remove the control character"},
		{"a NUL", policy, "de: Ein Monat.", `de: "a\0b"`, ":28:35", "has the character U+0000", "Remove the control character"},
		{"a right-to-left override", policy, "de: Ein Monat.", `de: "a` + "\u202e" + `b"`, ":28:35", "has the character U+202E", "Remove the control character"},
		{"an isolate", policy, "de: Ein Monat.", `de: "a\u2066b"`, ":28:35", "has the character U+2066", "Remove the control character"},
		{"an override in the law", policy, "law: GDPR 6(1)(a)", `law: "GDPR\u202d"`, ":24:12", "basis.law: has the character U+202D", "Remove the control character"},
		{"an override in a cookie's name", policy, "name: _id*", `name: "_id\u202e"`, ":32:15", "cookies[0].name: has the character U+202E", "Remove the control character"},
		{"an override in the source", policy, "sections:", "source: \"a\\u202eb\"\nsections:", ":13:9", "source: has the character U+202E", "Remove the control character"},
		{"a cookie in another area", policy, "name: _id*", "name: _id\n        area: local", ":33:15", `"local" is not an area`, "Use cookie"},
		{"storage in an area that is none", policy, "name: queue", "name: queue\n        area: disk", ":35:15", `"disk" is not an area`, "Use local, session, indexeddb or cache"},
		{"a pattern for everything", policy, "name: _id*", `name: "*"`, ":32:15", `cookies[0].name: "*"`, "Use a name"},
		{"a pattern with a star within", policy, "name: _id*", `name: "a*b"`, ":32:15", `"a*b"`, "Use a name"},
		{"a cookie's name with attributes", policy, "name: _id*", `name: "a; path=/"`, ":32:15", `"a; path=/"`, "Use a name"},
		{"a lifetime in one language", policy, "name: queue", "name: queue\n        lifetime: {en: A day}", ":35:19", "lifetime: has no text in de", "Write it in en, de"},
		{"a host with a scheme", policy, `"*.stats.example"`, `"https://stats.example"`, ":35:13", "is not a host", `Use "stats.example.com"`},
		{"a host with a star within", policy, `"*.stats.example"`, `"a.*.example"`, ":35:13", "is not a host", `Use "stats.example.com"`},
		{"every host", policy, `"*.stats.example"`, `"*"`, ":35:13", "is not a host", `Use "stats.example.com"`},
		{"a host with a port", policy, `"*.stats.example"`, `"stats.example:8080"`, ":35:13", "is not a host", `Use "stats.example.com"`},
		{"a link that runs", policy, "url: https://count.example/privacy", `url: "javascript:alert(1)"`, ":41:14", "is not the address of a page", `"https://"`},
		{"a link without a host", policy, "url: https://count.example/privacy", `url: "https:///privacy"`, ":41:14", "is not the address of a page", `"https://"`},
		{"a link with a password", policy, "url: https://count.example/privacy", `url: "https://a:b@count.example/"`, ":41:14", "is not the address of a page", `"https://"`},
		{"a link of data", policy, "url: https://count.example/privacy", `url: "data:text/html,x"`, ":41:14", "is not the address of a page", `"https://"`},
		{"a link with an override", policy, "url: https://count.example/privacy", `url: "https://count.example/\u202e"`, ":41:14", "has the character U+202E", "Remove the control character"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, p := goodSite, goodPolicy
			edited := &p
			if test.file == site {
				edited = &s
			}
			if strings.Count(*edited, test.old) != 1 {
				t.Fatalf("%q is %d times in %s", test.old, strings.Count(*edited, test.old), test.file)
			}
			*edited = strings.Replace(*edited, test.old, test.new, 1)
			_, err := Site(files(s, p), "shop")
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error %v, want Problems", err)
			}
			for _, problem := range problems {
				message := problem.Error()
				if strings.HasPrefix(message, test.file+test.at+": ") && strings.Contains(problem.Message, test.what) && strings.Contains(problem.Hint, test.want) {
					return
				}
			}
			t.Errorf("want %s%s: …%s…. …%s…\ngot\n%v", test.file, test.at, test.what, test.want, err)
		})
	}
}

func TestOrigins(t *testing.T) {
	for origin, want := range map[string]bool{
		"https://shop.example": true, "http://localhost:8080": true, "https://xn--fsq.example": true, "http://127.0.0.1:8080": true,
		"https://[::1]:8443": true, "null": true, "https://shop.example:8443": true,

		"": false, "*": false, "https://*": false, "https://*.shop.example": false, "//shop.example": false, "shop.example": false,
		"https:shop.example": false, "https:/shop.example": false, "https://": false, "https://shop.example/": false,
		"https://shop.example/path": false, "https://shop.example?": false, "https://shop.example#": false, "https://shop.example:443": false,
		"http://shop.example:80": false, "https://shop.example:": false, "https://shop.example:0443": false, "https://shop.example:65536": false,
		"https://shop.example:0": false, "HTTPS://shop.example": false, "https://Shop.example": false, "https://user@shop.example": false,
		"https://user:pw@shop.example": false, "https://shop.example.": false, "https://shop..example": false, "https://商店.example": false,
		"https://shop_a.example": false, "ftp://shop.example": false, "file://": false, "javascript://shop.example": false, "data:text/html,x": false,
		" https://shop.example": false, "https://shop.example ": false, "https://shop.example\n": false, "https://shop.example\x00": false,
		"https://shop%2eexample": false, "https://shop.example\\@evil.example": false, "https://shop.example,https://evil.example": false,
		"https://[::1": false, "https://[evil]": false, "NULL": false, "https://-shop.example": false,
	} {
		s := strings.Replace(goodSite, "https://shop.example", fmt.Sprintf("%q", origin), 1)
		_, err := Site(files(s, goodPolicy), "shop")
		switch {
		case want && err != nil:
			t.Errorf("%q: %v", origin, err)
		case !want && (err == nil || !strings.HasPrefix(err.Error(), "shop/site.yaml:5:5: origins[0]: ") || !strings.Contains(err.Error(), "Write scheme, host and port as browsers do")):
			t.Errorf("%q: error %v, want one about origins[0]", origin, err)
		}
	}
}

func TestFilesThatAreMissingOrTooMuch(t *testing.T) {
	for _, test := range []struct {
		name string
		edit func(fstest.MapFS)
		want string
	}{
		{"no site.yaml", func(f fstest.MapFS) { delete(f, "shop/site.yaml") }, "shop/site.yaml: is missing. Every site needs this file"},
		{"an empty site.yaml", func(f fstest.MapFS) { f["shop/site.yaml"].Data = nil }, "shop/site.yaml: is empty. Add the keys of a site or a policy"},
		{"a site.yaml of a comment", func(f fstest.MapFS) { f["shop/site.yaml"].Data = []byte("# soon\n") }, "shop/site.yaml: is empty. Add the keys of a site or a policy"},
		{"no policy", func(f fstest.MapFS) { delete(f, "shop/policy/1.yaml") }, `shop/site.yaml:7:9: policy: there is no version "1". Add the file shop/policy/1.yaml`},
		{"an empty policy", func(f fstest.MapFS) { f["shop/policy/1.yaml"].Data = nil }, "shop/policy/1.yaml: is empty. Add the keys of a site or a policy"},
		{"no full text in the original's language", func(f fstest.MapFS) { delete(f, "shop/policy/1.en.md") }, "shop/policy/1.en.md: the full text is missing. Write the policy's text in Markdown, in the site's first language"},
		{"a huge site.yaml", func(f fstest.MapFS) { f["shop/site.yaml"].Data = make([]byte, 4<<20+1) }, "shop/site.yaml: is 4194305 bytes long. Shorten it to 4194304 bytes"},
		{"a huge policy", func(f fstest.MapFS) { f["shop/policy/1.yaml"].Data = make([]byte, 4<<20+1) }, "shop/policy/1.yaml: is 4194305 bytes long. Shorten it to 4194304 bytes"},
		{"a huge full text", func(f fstest.MapFS) { f["shop/policy/1.en.md"].Data = make([]byte, 4<<20+1) }, "shop/policy/1.en.md: is 4194305 bytes long. Shorten it to 4194304 bytes"},
		{"a second version with a mistake", func(f fstest.MapFS) {
			f["shop/policy/2.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(goodPolicy, "kind: cookie", "kind: x", 1))}
			f["shop/policy/2.en.md"] = &fstest.MapFile{}
		}, `shop/policy/2.yaml:1:10: version: "1" is not the version of this file`},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := files(goodSite, goodPolicy)
			test.edit(f)
			_, err := Site(f, "shop")
			var problems Problems
			if !errors.As(err, &problems) || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

func TestAVersionByAnUnfitNameIsRefused(t *testing.T) {
	for _, version := range []string{"a_b", "a b", ".a", "a-", "版本", strings.Repeat("1", 65)} {
		f := files(strings.Replace(goodSite, `policy: "1"`, fmt.Sprintf("policy: %q", version), 1), "")
		f["shop/policy/"+version+".yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(goodPolicy, `"1"`, fmt.Sprintf("%q", version), 1))}
		f["shop/policy/"+version+".en.md"] = &fstest.MapFile{}
		delete(f, "shop/policy/1.yaml")
		if _, err := Site(f, "shop"); err == nil || !strings.Contains(err.Error(), `at most 64 letters, digits, "." and "-"`) {
			t.Errorf("version %q: error %v", version, err)
		}
	}
}

func TestSiteNames(t *testing.T) {
	for name, want := range map[string]bool{
		"shop": true, "a": true, "shop-2": true, "demo2": true, strings.Repeat("s", 32): true,
		"v1": false, "demo": false, "docs": false, "schema": false, "healthz": false, "readyz": false, "metrics": false, "assets": false,
		"static": false, ".well-known": false, "Shop": false, "1shop": false, "sh_op": false, "sh.op": false, "-shop": false, "商店": false,
		"[a": false, strings.Repeat("s", 33): false,
	} {
		f := fstest.MapFS{}
		for path, file := range files(goodSite, goodPolicy) {
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
		if _, err := Site(files(goodSite, goodPolicy), name); err == nil {
			t.Errorf("%q loads", name)
		}
	}
}

func TestAllProblemsOfAFileAreReportedAtOnce(t *testing.T) {
	p := goodPolicy
	for old, new := range map[string]string{"kind: cookie": "kind: x", "id: counter": "id: X", "2024-10-01": "soon", "law: GDPR 6(1)(a)": `law: ""`, "name: _id*": `name: "*"`} {
		p = strings.Replace(p, old, new, 1)
	}
	f := files(goodSite, p)
	delete(f, "shop/policy/1.en.md")
	_, err := Site(f, "shop")
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != 6 {
		t.Fatalf("error %v, want six problems", err)
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 6 {
		t.Errorf("six problems are in %d lines:\n%v", len(lines), err)
	}
	for _, problem := range problems {
		if problem.Hint == "" {
			t.Errorf("%v has no hint", problem)
		}
	}
}

func TestSites(t *testing.T) {
	both := files(goodSite, goodPolicy)
	for path, file := range files(goodSite, goodPolicy) {
		both[strings.Replace(path, "shop", "other", 1)] = file
	}
	both["README"] = &fstest.MapFile{}
	both[".git/config"] = &fstest.MapFile{}
	sites, err := Sites(both)
	if err != nil || len(sites) != 2 || sites[0].ID != "other" || sites[1].ID != "shop" {
		t.Errorf("sites %v, error %v", sites, err)
	}
	both["shop/site.yaml"] = &fstest.MapFile{Data: []byte("layot: box\n")}
	delete(both, "other/site.yaml")
	_, err = Sites(both)
	if err == nil || !strings.Contains(err.Error(), "other/site.yaml: is missing") || !strings.Contains(err.Error(), "shop/site.yaml:1:1: ") {
		t.Errorf("error %v, want the problems of both sites", err)
	}
	if _, err := Sites(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "Add a directory per site") {
		t.Errorf("no site at all: error %v", err)
	}
	if _, err := Sites(os.DirFS("testdata/nowhere")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no directory: error %v", err)
	}
}

func FuzzSite(f *testing.F) {
	f.Add([]byte(goodSite), []byte(goodPolicy))
	f.Add([]byte(""), []byte(""))
	f.Add([]byte(goodSite), []byte("purposes: [{id: a, name: {'': x, 'a.b': y, \"'\": z, '[': 1, '$': 2, '*': 3}}]"))
	f.Add([]byte("a: &a [*a]\nlanguages: *a"), []byte("<<: *x"))
	f.Add([]byte("languages: [en, de]\npolicy: \"1\"\nname: {? [a] : b}"), []byte("--- \n...\n---"))
	f.Add([]byte("? \n: \n- "), []byte("\xff\xfe\x00"))
	f.Fuzz(func(t *testing.T, site, policy []byte) {
		if s, err := Site(files(string(site), string(policy)), "shop"); err == nil {
			if s.CurrentPolicy() == nil || len(s.CurrentPolicy().Purposes) == 0 || s.Language() == "" {
				t.Fatalf("half a site was loaded: %+v", s)
			}
		} else if s != nil || err.Error() == "" {
			t.Fatalf("site %v with error %q", s, err)
		}
		// The policy on its own, below a good site.
		if _, err := Site(files(goodSite, string(policy)), "shop"); err != nil && err.Error() == "" {
			t.Fatal("an error without words")
		}
	})
}
