package lint

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/nod-consent/nod/app/policy/load"
)

// shopMistakes are changes of lintFiles, each with what the linter says of it.
var shopMistakes = []mistake{
	{
		"an origin that is not encrypted", siteFile, "https://shop", "http://shop", "origins", load.Warning, "",
		"is not encrypted",
	},
	{
		"an origin of the developer's", siteFile, "[https://shop.example]", "[http://localhost:3000]", "origins",
		load.Note, "",
		"developer's machine",
	},
	{
		"an origin of every page without one", siteFile, "[https://shop.example]", `["null"]`, "origins", load.Note, "",
		"without its own origin",
	},
	{
		"a language that the interface has no words in", siteFile, "evidence", "interface: [zh-TW, de]\nevidence",
		"interface", load.Warning, "", `no words in "de"`,
	},
	{
		"a cookie that expires before its answers", siteFile, "languages", "cookie: {days: 30}\nlanguages", "days: 30",
		load.Warning, "C-06", "asked again too soon",
	},
	{
		"a denial that lasts a week", siteFile, "languages", "ask: {denied_days: 7}\nlanguages", "denied_days", load.Warning,
		"C-06", "again 7 days after",
	},
	{
		"a grant for years", siteFile, "languages", "cookie: {days: 400}\nask: {granted_days: 400}\nlanguages",
		"granted_days",
		load.Note, "C-57", "lasts 400 days",
	},
	{
		"a permission that is asked for again the next day", siteFile, "languages", "ask: {permission_hours: 24}\nlanguages",
		"permission_hours", load.Warning, "C-06", "after 24 hours",
	},
	{
		"a refusal that rests a week in one region", siteFile, "languages",
		"location: {country: X-Country}\nregions: [{in: [CN]}, {in: [EEA], ask: {denied_days: 7}}]\nlanguages",
		"denied_days", load.Warning, "C-06", "again 7 days after",
	},
	{
		"a cookie that goes before the answers of one region", siteFile, "languages",
		"cookie: {days: 365}\nlocation: {country: X-Country}\nregions: [{in: [US-CA], ask: {denied_days: 400}}]\nlanguages",
		"days: 365", load.Warning, "C-06", "answers last 400",
	},
	{
		"regions that nobody can be found in", siteFile, "languages", "regions: [{in: [EEA]}]\nlanguages", "regions",
		load.Note,
		"C-57", "no header says where a visitor is",
	},
	{
		"pre-set answers", siteFile, "languages",
		"adapters: [{name: google-consent-mode, signals: {analytics_storage: [analytics]}, " +
			"regions: [{in: [US], granted: [analytics_storage]}]}]\nlanguages",
		"granted", load.Warning, "C-41", "granted before the visitor answers",
	},
	{
		"a cookie for everybody's domain", siteFile, "languages", "cookie: {domain: co.uk}\nlanguages", "co.uk", load.Warning,
		"C-06", "browsers accept no cookie for co.uk",
	},
	{"an unknown key", siteFile, "languages", "langs: [en]\nlanguages", "langs", load.Error, "", `unknown key "langs"`},

	{
		"the cost of refusing is missing", versionFile, "    refusal: {en: Costs nothing., zh-CN: 没有损失。}\n", "",
		"id: analytics", load.Error, "C-05", "refusal: has no text",
	},
	{
		"no basis", versionFile, "    basis: {law: GDPR 6(1)(a), text: {en: Consent, zh-CN: 同意}}\n", "", "id: analytics",
		load.Error, "C-53", "basis.law: is missing",
	},
	{
		"no retention", versionFile, "    retention: {en: 12 months., zh-CN: 十二个月。}\n", "", "id: analytics", load.Error,
		"C-08",
		"retention: has no text",
	},
	{
		"required without reason", versionFile, "GDPR 6(1)(b)", "GDPR 6(1)(a)", "required: true", load.Warning, "C-53",
		"nobody is asked",
	},
	{
		"required without a ground in the policy", versionFile, "    ground: Privacy\n", "", "required: true", load.Warning,
		"C-53", "names no ground",
	},
	{
		"a ground that the policy does not have", versionFile, "ground: Privacy", "ground: We need it", "ground",
		load.Error, "C-53", "is not in the full text",
	},
	{
		"a bundled consent", versionFile, "    separate: true\n", "", "kind: sharing", load.Warning, "C-14",
		"accept all\" includes",
	},
	{
		"beacons that the signal does not refuse", versionFile, "    gpc: true\n", "", "kind: beacon", load.Warning, "C-38",
		"does not refuse these beacons",
	},
	{
		"an over-long summary", versionFile, "en: Counts.", "en: " + strings.Repeat("Counts and counts. ", 20),
		"summary: {en: Counts", load.Warning, "C-08", "columns wide",
	},
	{
		"an over-long notice", versionFile, "en: We ask.", "en: " + strings.Repeat("We ask and ask. ", 30), "text: {en: We",
		load.Warning, "C-08", "fills a phone",
	},
	{
		"a threat", versionFile, "en: Costs nothing.", "en: You cannot use the service then.", "refusal: {en: You",
		load.Warning, "C-05", "costs the whole service",
	},
	{
		"a host that is the page's own", versionFile, "stats.example.net", "shop.example", "hosts", load.Warning, "C-12",
		"would block the page's own requests",
	},
	{"a host of everybody", versionFile, "stats.example.net", `"*.co.uk"`, "hosts", load.Warning, "C-12", "public suffix"},
	{
		"a dead host pattern", versionFile, "[stats.example.net]", `["*.example.net", stats.example.net]`, "hosts",
		load.Warning, "C-12", "already covers",
	},
	{
		"a purpose that clears the answers", versionFile, "name: _id", "name: no*", "no*", load.Warning, "C-06",
		"cookie of the answers",
	},
	{
		"a purpose that nothing holds back", versionFile,
		"    hosts: [stats.example.net]\n    cookies: [{name: _id, lifetime: {en: 30 days, zh-CN: 30天}}]\n", "",
		"id: analytics", load.Note, "C-52", "only tagged elements are blocked",
	},
	{
		"an SDK without a privacy policy", versionFile, "    policy: https://map.example/privacy\n", "", "id: map",
		load.Warning, "C-20", "has no privacy policy",
	},
	{
		"an SDK with a home page alone", versionFile, "    policy: https", "    home: https", "id: map", load.Note, "C-20",
		"home page",
	},
	{
		"an SDK of no purpose", versionFile, "    purpose: analytics\n", "", "id: map", load.Warning, "C-21",
		"belongs to no purpose",
	},
	{
		"an SDK with identifiers of a required purpose", versionFile, "purpose: analytics\nrecipients",
		"purpose: necessary\nrecipients", "purpose: necessary", load.Warning, "C-21",
		"takes IMEI, and its purpose necessary is required",
	},
	{
		"an SDK with identifiers that starts without consent", versionFile, "purpose: analytics\nrecipients",
		"no_data: true\nrecipients",
		"no_data", load.Warning, "C-21", "takes IMEI, but starts without consent",
	},
	{
		"an SDK of a required purpose whose identifiers have no names", versionFile,
		mapSDK("IMEI", "analytics"), mapSDK("Device identifiers", "necessary"), "purpose: necessary", load.Warning,
		"C-21", "takes device identifiers",
	},
	{
		"an SDK with identifiers that are not collected", versionFile, "data: {en: IMEI,", "data: {en: IMEI and IMSI,",
		"IMSI",
		load.Note, "C-22", "collects IMSI",
	},
	{
		"a permission that can't be refused", versionFile, "    refusal: {en: Codes are typed.",
		"    said: {en: Nothing works., zh-CN: 无法使用。}\n    refusal: {en: Codes are typed.", "said", load.Note, "C-19",
		"the app works without it",
	},
	{
		"the same in the cost of refusing", versionFile, "en: Codes are typed.", "en: The app will not work.",
		"refusal: {en: The", load.Warning, "C-19", "nothing works",
	},
	{
		"an independent recipient among others", versionFile, "GDPR 6(1)(a)", "PIPL 13(1)(1)", "id: ads", load.Note, "C-14",
		"ads uses data independently",
	},
	{
		"no word of withdrawing", versionFile,
		"  - {id: withdraw, name: {en: Withdraw, zh-CN: 撤回}, how: {en: Here., zh-CN: 这里。}}\n", "", "id: access", load.Note,
		"C-31", "does not have withdraw",
	},
	{
		"a late notice of an incident", versionFile, "incident_days: 30", "incident_days: 45", "incident_days", load.Warning,
		"C-56", "within 45 days",
	},
	{
		"a late notice of the end of the service", versionFile, "closure_days: 60", "closure_days: 30", "closure_days",
		load.Warning, "C-55", "30 days before",
	},
	{"no word of children", versionFile, "minors: {child: 14, adult: 18}\n", "", "", load.Note, "C-23", "children"},
	{
		"no word of changes", versionFile, "changes:\n  - {kind: processing, text: {en: What for, zh-CN: 目的}}\n", "", "",
		load.Note, "C-28", "which changes",
	},
	{
		"texts that differ between languages", versionFile, "zh-CN: 30天。", "zh-CN: 90天。", "retention: {en: 30", load.Note, "",
		"numbers 30 in en, but 90 in zh-CN",
	},
	{
		"using means agreeing", textFile, "We ask.", "By using the service you agree to this.", "By using", load.Note, "C-04",
		"using the service is consent",
	},
	{
		"the same in Chinese", textFile, "We ask.", "一旦您开始使用本服务，即视为同意。", "一旦", load.Note, "C-04",
		"using the service is consent",
	},
}

// The id, the level and the line of each mistake; C-19 among them.
func TestLintFindsEachMistake(t *testing.T) {
	if _, found, err := Site(lintFiles(), "shop"); err != nil || len(found) > 0 {
		t.Fatalf("in a valid site: %v, error %v", found, err)
	}
	for _, test := range shopMistakes {
		t.Run(test.name, test.check)
	}
}

// mapSDK is the end of the only SDK of lintFiles, with other data and another purpose.
func mapSDK(data, purpose string) string {
	return "    data: {en: " + data + ", zh-CN: IMEI}\n    collection: {en: SDK, zh-CN: SDK}\n" +
		"    policy: https://map.example/privacy\n    purpose: " + purpose + "\n"
}

// C-04, C-08, C-19, C-20: the built-in policies have notes on their own texts, each with a reason, and no warnings.
func TestBuiltInSitesHaveOnlyNotes(t *testing.T) {
	files := os.DirFS("../../../assets/sites")
	rules := map[string]int{}
	for _, id := range []string{"yunzhijia", "example"} {
		_, found, err := Site(files, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range found {
			if p.Level != load.Note || p.Reason == "" {
				t.Errorf("%s: %s without a reason: %v", id, p.Level, p)
			}
			if id == "yunzhijia" {
				rules[p.Rule]++
			}
		}
	}
	if got := fmt.Sprint(rules); got != "map[C-04:2 C-08:8 C-18:2 C-19:2 C-20:4 C-52:4]" {
		t.Errorf("notes by rule: %s", got)
	}
}

// C-28
func TestLintWarnsOfAVersionThatSortsBeforeTheOneBeforeIt(t *testing.T) {
	files := lintFiles()
	first := string(files[versionFile].Data)
	for _, version := range []string{"0", "10"} {
		second := strings.NewReplacer(
			`version: "1"`, fmt.Sprintf("version: %q", version), `effective: "2026-01-01"`, `effective: "2026-02-01"`,
		).Replace(first)
		files["shop/policy/"+version+".yaml"] = &fstest.MapFile{Data: []byte(second)}
		files["shop/policy/"+version+".en.md"] = &fstest.MapFile{Data: []byte("# Privacy\n\nWe ask.\n" + fullText)}
		isWarned := slices.ContainsFunc(lintShop(t, files), func(p load.Problem) bool {
			return p.Rule == "C-28" && strings.Contains(p.Message, `sorts before "1"`)
		})
		if isWarned != (version == "0") {
			t.Errorf("version %s after 1: warned %v", version, isWarned)
		}
		delete(files, "shop/policy/"+version+".yaml")
		delete(files, "shop/policy/"+version+".en.md")
	}
}

// C-28
func TestLintComparesAVersionWithTheOneBefore(t *testing.T) {
	for _, test := range []struct {
		name, old, new, day, text string
		level                     load.Level
		what                      string // in the message; "" for no finding
	}{
		{
			"a different text alone", "", "", "2026-02-01", "# Privacy\n\nWe ask again.\n" + fullText, load.Note,
			"the full text differs from version 1, and nothing else does",
		},
		{
			"a different text that says how much it matters", "title: {en: Privacy",
			"revision: {class: minor}\ntitle: {en: Privacy", "2026-02-01", "# Privacy\n\nWe ask again.\n" + fullText, "", "",
		},
		{
			"a different text and purpose", "retention: {en: 30", "retention: {en: 60", "2026-02-01",
			"# Privacy\n\nWe ask again.\n" + fullText, "", "",
		},
		{"the same on a later day", "", "", "2026-02-01", "# Privacy\n\nWe ask.\n" + fullText, "", ""},
		{
			"the same day", "", "", "2026-01-01", "# Privacy\n\nWe ask again.\n" + fullText, load.Warning,
			"version 1 takes effect on the same day",
		},
		{
			"a summary alone", "title: {en: Privacy", "revision: {class: material}\ntitle: {en: Privacy", "2026-02-01",
			"# Privacy\n\nWe ask.\n" + fullText, "", "",
		},
		{
			"a change that the text does not have", "retention: {en: 30", "retention: {en: 60", "2026-02-01",
			"# Privacy\n\nWe ask.\n" + fullText, load.Note, "but the full text does not",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := lintFiles()
			first := string(files[versionFile].Data)
			second := strings.NewReplacer(
				`version: "1"`, `version: "2"`, `effective: "2026-01-01"`, fmt.Sprintf("effective: %q", test.day),
			).Replace(first)
			second = strings.Replace(second, test.old, test.new, 1)
			files["shop/policy/2.yaml"] = &fstest.MapFile{Data: []byte(second)}
			files["shop/policy/2.en.md"] = &fstest.MapFile{Data: []byte(test.text)}
			found := lintShop(t, files)
			found = slices.DeleteFunc(found, func(p load.Problem) bool { return p.Rule != "C-28" })
			if test.what == "" {
				if len(found) > 0 {
					t.Errorf("found %v; want nothing", found)
				}
				return
			}
			isFound := func(p load.Problem) bool { return p.Level == test.level && strings.Contains(p.Message, test.what) }
			if !slices.ContainsFunc(found, isFound) {
				t.Errorf("found %v; want a %s with %q", found, test.level, test.what)
			}
		})
	}
}
