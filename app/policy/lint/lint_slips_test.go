package lint

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/nod-consent/nod/app/policy/load"
)

// slips are changes of lintFiles that the hand makes, and that load all the same.
var slips = []mistake{
	{
		"a colour without quotes", siteFile, "evidence", "theme: {\n  accent: #1f6b2a\n  }\nevidence", "accent",
		load.Warning, "C-45", "# begins a comment",
	},
	{
		"a colour by its name", siteFile, "evidence", "theme: {accent: yellow}\nevidence", "accent",
		load.Warning, "C-45", "contrast of yellow is not checked",
	},
	{
		"a dark colour by its parts", siteFile, "evidence", "theme: {dark: {text_soft: rgb(40 40 40)}}\nevidence",
		"text_soft", load.Warning, "C-45", "contrast of rgb(40 40 40) is not checked",
	},
	{
		"a cookie twice", versionFile, "cookies: [{", "cookies: [{name: _id, lifetime: {en: 30 days, zh-CN: 30天}}, {",
		"_id, lifetime", load.Warning, "C-52", "_id is twice in analytics",
	},
	{
		"a cookie of two purposes", versionFile, "data: [{en: Account, zh-CN: 账号}]\n    retention: {en: A year.",
		"data: [{en: Account, zh-CN: 账号}]\n    cookies: [{name: _id, lifetime: {en: 1 day, zh-CN: 1天}}]\n" +
			"    retention: {en: A year.", "1 day", load.Note, "C-52", "_id is in analytics too",
	},
	{
		"messages that the banner's button switches on", versionFile, "kind: sharing\n    separate: true", "kind: messaging",
		"kind: messaging", load.Warning, "C-27", "includes messages to the visitor",
	},
	{
		"a text of a day to come", versionFile, `updated: "2026`, `updated: "2027`, "updated", load.Warning, "C-28",
		"is after 2026-01-01",
	},
	{
		"an announcement after the day", versionFile, "title:", "revision: {announced: \"2027-01-01\"}\ntitle:", "announced",
		load.Warning, "C-28", "is after 2026-01-01",
	},
	{
		"a first version of a year to come", versionFile, `effective: "2026`, `effective: "2926`, "effective", load.Note,
		"C-28", "no earlier version exists",
	},
}

func TestSlipsOfTheHandAreFound(t *testing.T) {
	for _, slip := range slips {
		t.Run(slip.name, slip.check)
	}
}

// A version whose year is wrong never comes into force.
func TestALaterVersionThatTakesEffectEarlierIsFound(t *testing.T) {
	files := lintFiles()
	files["shop/policy/2.yaml"] = &fstest.MapFile{Data: []byte(strings.NewReplacer(`version: "1"`, `version: "2"`,
		`effective: "2026-01-01"`, `effective: "2025-01-01"`, `updated: "2026-01-01"`, `updated: "2025-01-01"`).
		Replace(shopPolicy))}
	files["shop/policy/2.en.md"] = files[textFile]
	if found := findAbout(lintShop(t, files), "later version 2 (2025-01-01), which is not used"); len(found) != 1 {
		t.Errorf("problems %v", lintShop(t, files))
	}
}

// The patterns for rights are of English and Chinese.
func TestRightsAreNotLookedForInATextOfAnotherLanguage(t *testing.T) {
	files := lintFiles()
	german := strings.NewReplacer("en:", "de:", "[en, zh-CN]", "[de, zh-CN]")
	files[siteFile] = &fstest.MapFile{Data: []byte(german.Replace(shopSite))}
	files[versionFile] = &fstest.MapFile{Data: []byte(german.Replace(shopPolicy))}
	delete(files, textFile)
	files[strings.Replace(textFile, ".en.", ".de.", 1)] = &fstest.MapFile{Data: []byte("# Datenschutz\n\nWir fragen.\n")}
	if found := findAbout(lintShop(t, files), "the law gives"); len(found) > 0 {
		t.Errorf("problems %v", found)
	}
}
