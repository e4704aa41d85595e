package load

import (
	"strings"
	"testing"
)

var longText = strings.Repeat("x", 601)

// policyMistakes are changes of the valid policy, each with the problem that is found.
var policyMistakes = []mistake{
	{
		"an unknown key of the policy", policyFile, "    kind: cookie", "    knid: cookie", ":19:5", `"knid"`,
		"Did you mean \"kind\"? Known keys: id, kind, required",
	},
	{
		"a text instead of true or false", policyFile, "    kind: cookie", "    kind: cookie\n    required: maybe", ":20:15",
		"purposes[0].required: wrong type: expected true or false", "",
	},
	{
		"a text without languages", policyFile, "title: {en: Privacy, de: Datenschutz}", "title: Privacy", ":4:8",
		"title: wrong type: expected a text in each language", "",
	},
	{
		"a blank language", policyFile, "de: Datenschutz", `de: " "`, ":4:8", "title: has no text in de",
		"Write it in en, de",
	},
	{
		"a missing language deep down", policyFile, "{en: Counter, de: Zähler}", "{en: Counter}", ":38:15",
		"purposes[0].services[0].name: has no text in de", "Write it in en, de",
	},
	{
		"a missing text", policyFile, "    refusal: {en: Free., de: Kostet nichts.}\n", "", ":18:5",
		"purposes[0].refusal: has no text in en", "Write it in en, de",
	},
	{
		"an extra language", policyFile, "{en: Pages, de: Seiten}", "{en: Pages, de: Seiten, fr: Pages}", ":27:37",
		"data[0].fr: is not a language of the site", "Languages: en, de",
	},
	{
		"an extra language with a hyphen", policyFile, "{en: Pages, de: Seiten}", "{en: Pages, de: Seiten, zh-CN: Pages}",
		":27:40", "data[0].'zh-CN': is not a language of the site", "Languages: en, de",
	},
	{
		"a purpose with a name that the form uses", policyFile, "id: analytics", "id: withdraw", ":18:9",
		`purposes[0].id: "withdraw" is reserved`, "Reserved: action,",
	},
	{
		"a service with a name that the form uses", policyFile, "id: counter", "id: saved", ":37:13",
		`purposes[0].services[0].id: "saved" is reserved`, "Reserved: action,",
	},
	{
		"a purpose with the name of a hidden field", policyFile, "id: analytics", "id: previous", ":18:9",
		`purposes[0].id: "previous" is reserved`, "Reserved: action,",
	},
	{
		"a version that is not the file's name", policyFile, `version: "1"`, `version: "1.0"`, ":1:10", `version: "1.0"`,
		`"1"`,
	},
	{
		"an invalid date", policyFile, "2024-10-01", "2024-02-30", ":2:10", `updated: "2024-02-30" is not a date`,
		"Use YYYY-MM-DD",
	},
	{"a date in words", policyFile, "2024-10-04", "4 October 2024", ":3:12", "effective:", "Use YYYY-MM-DD"},
	{
		"no contact", policyFile, "  email: privacy@shop.example\n", "", ":6:3", "controller: has no contact",
		"Add email, phone or address",
	},
	{
		"an invalid email address", policyFile, "privacy@shop.example", "privacy at shop.example", ":7:10",
		"is not an email address", `"privacy@example.com"`,
	},
	{
		"an email address with a header", policyFile, "privacy@shop.example", `"a@shop.example?cc=b"`, ":7:10",
		"is not an email address", `"privacy@example.com"`,
	},
	{
		"an email address with two hosts", policyFile, "privacy@shop.example", "a@b@shop.example", ":7:10",
		"is not an email address", `"privacy@example.com"`,
	},
	{
		"no purposes", policyFile, validPolicy[strings.Index(validPolicy, "purposes:"):], "purposes: []\n", ":17:11",
		"purposes: is empty", "at least one",
	},
	{
		"an id in upper case", policyFile, "  - id: analytics", "  - id: Analytics", ":18:9", `"Analytics" is not an id`,
		"Begin with a-z",
	},
	{
		"an id with an underscore", policyFile, "id: counter", "id: a_counter", ":37:13", `"a_counter" is not an id`,
		"Begin with a-z",
	},
	{
		"an id that begins with a digit", policyFile, "id: counter", "id: 1counter", ":37:13", "is not an id",
		"Begin with a-z",
	},
	{
		"an id that is too long", policyFile, "id: counter", "id: " + strings.Repeat("c", 33), ":37:13", "is not an id",
		"at most 32",
	},
	{"no id", policyFile, "id: counter", `id: ""`, ":37:13", `"" is not an id`, "Begin with a-z"},
	{
		"a service with its purpose's id", policyFile, "id: counter", "id: analytics", ":37:13",
		`services[0].id: "analytics" is taken`, "Choose an id that nothing else",
	},
	{
		"a section that the full text does not have", policyFile, "  - id: all\n", "  - id: rights\n", ":14:9",
		`sections[0].id: "rights" has no heading in shop/policy/1.en.md`, "End the section's heading there with {#rights}",
	},
	{
		"an unknown key within a key", policyFile, "      law: GDPR 6(1)(a)", "      act: GDPR", ":24:7", `"act"`,
		"Known keys: law, text",
	},
	{
		"a list instead of a text", policyFile, "updated: 2024-10-01", "updated: [2024]", ":2:10",
		"updated: wrong type: expected a text", "",
	},
	{
		"a duplicate section", policyFile, "purposes:\n",
		"  - id: all\n    title: {en: B, de: B}\n    summary: {en: B, de: B}\npurposes:\n", ":17:9",
		`sections[1].id: "all" is taken`, "Choose an id that nothing else",
	},
	{
		"an invalid kind", policyFile, "kind: cookie", "kind: cookies", ":19:11",
		`kind: "cookies" is not a kind of purpose`, "Use cookie, beacon,",
	},
	{
		"a required purpose under the signal", policyFile, "kind: cookie", "kind: cookie\n    required: true\n    gpc: true",
		":20:15", "a required purpose is not asked for", "Remove separate and gpc",
	},
	{
		"a required purpose that is separate", policyFile, "kind: cookie",
		"kind: cookie\n    required: true\n    separate: true", ":20:15", "a required purpose is not asked for",
		"Remove separate and gpc",
	},
	{
		"a separate purpose without its reasons (C-15)", policyFile, "kind: cookie", "kind: cookie\n    separate: true",
		":18:5", "necessity: is missing", "Say why a sensitive or separate",
	},
	{
		"a sensitive purpose without its effect (C-15)", policyFile, "kind: cookie",
		"kind: sensitive\n    necessity: {en: A door., de: Eine Tür.}", ":18:5", "effect: is missing", "Say how",
	},
	{
		"no legal basis (C-53)", policyFile, "      law: GDPR 6(1)(a)\n", "", ":24:7", "basis.law: is missing",
		"Name the legal basis",
	},
	{
		"no data", policyFile, "    data:\n      - {en: Pages, de: Seiten}\n", "", ":18:5", "data: is empty",
		"List the kinds of data",
	},
	{
		"a name that is too long", policyFile, "{en: Analytics,", "{en: " + longText[:81] + ",", ":20:16",
		"has 81 characters",
		"Shorten it to 80",
	},
	{
		"a text that is too long", policyFile, "de: Ein Monat.", "de: " + longText, ":28:35", "has 601 characters",
		"Shorten it to 600",
	},
	{
		"a line of a terminal", policyFile, "de: Ein Monat.", `de: "a\e[2Jb"`, ":28:35",
		"retention.de: has the character U+001B", "Remove the control character",
	},
	{
		"a NUL", policyFile, "de: Ein Monat.", `de: "a\0b"`, ":28:35", "has the character U+0000",
		"Remove the control character",
	},
	{
		"a right-to-left override", policyFile, "de: Ein Monat.", `de: "a` + "\u202e" + `b"`, ":28:35",
		"has the character U+202E", "Remove the control character",
	},
	{
		"an isolate", policyFile, "de: Ein Monat.", `de: "a\u2066b"`, ":28:35", "has the character U+2066",
		"Remove the control character",
	},
	{
		"an override in the law", policyFile, "law: GDPR 6(1)(a)", `law: "GDPR\u202d"`, ":24:12",
		"basis.law: has the character U+202D", "Remove the control character",
	},
	{
		"an override in a cookie's name", policyFile, "name: _id*", `name: "_id\u202e"`, ":32:15",
		"cookies[0].name: has the character U+202E", "Remove the control character",
	},
	{
		"an override in the source", policyFile, "sections:", "source: \"a\\u202eb\"\nsections:", ":13:9",
		"source: has the character U+202E", "Remove the control character",
	},
	{
		"a cookie in another area", policyFile, "name: _id*", "name: _id\n        area: local", ":33:15",
		`"local" is not an area`, "Use cookie",
	},
	{
		"storage in an unknown area", policyFile, "name: queue", "name: queue\n        area: disk", ":35:15",
		`"disk" is not an area`, "Use local, session, indexeddb or cache",
	},
	{"a pattern for everything", policyFile, "name: _id*", `name: "*"`, ":32:15", `cookies[0].name: "*"`, "Use a name"},
	{"a pattern with a star within", policyFile, "name: _id*", `name: "a*b"`, ":32:15", `"a*b"`, "Use a name"},
	{
		"a cookie's name with attributes", policyFile, "name: _id*", `name: "a; path=/"`, ":32:15", `"a; path=/"`,
		"Use a name",
	},
	{
		"a lifetime in one language", policyFile, "name: queue", "name: queue\n        lifetime: {en: A day}", ":35:19",
		"lifetime: has no text in de", "Write it in en, de",
	},
	{
		"a host with a scheme", policyFile, `"*.stats.example"`, `"https://stats.example"`, ":35:13", "is not a host",
		`Use "stats.example.com"`,
	},
	{
		"a host with a star within", policyFile, `"*.stats.example"`, `"a.*.example"`, ":35:13", "is not a host",
		`Use "stats.example.com"`,
	},
	{"every host", policyFile, `"*.stats.example"`, `"*"`, ":35:13", "is not a host", `Use "stats.example.com"`},
	{
		"a host with a port", policyFile, `"*.stats.example"`, `"stats.example:8080"`, ":35:13", "is not a host",
		`Use "stats.example.com"`,
	},
	{
		"a link that runs", policyFile, "url: https://count.example/privacy", `url: "javascript:alert(1)"`, ":41:14",
		"is not the address of a page", `"https://"`,
	},
	{
		"a link without a host", policyFile, "url: https://count.example/privacy", `url: "https:///privacy"`, ":41:14",
		"is not the address of a page", `"https://"`,
	},
	{
		"a link with a password", policyFile, "url: https://count.example/privacy", `url: "https://a:b@count.example/"`,
		":41:14", "is not the address of a page", `"https://"`,
	},
	{
		"a link of data", policyFile, "url: https://count.example/privacy", `url: "data:text/html,x"`, ":41:14",
		"is not the address of a page", `"https://"`,
	},
	{
		"a link with an override", policyFile, "url: https://count.example/privacy", `url: "https://count.example/\u202e"`,
		":41:14", "has the character U+202E", "Remove the control character",
	},
}

// C-15
func TestMistakesOfAPolicyAreFoundInTheirPlace(t *testing.T) {
	findMistakes(t, policyMistakes)
}
