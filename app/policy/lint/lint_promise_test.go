package lint

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/nod-consent/nod/app/policy/load"
)

// A text that rules something out is a promise, and a purpose beside it that does it breaks it.
func TestLintFindsAnActionThatThePolicyRulesOut(t *testing.T) {
	const summary, use = "summary: {en: Counts.", "use: {en: Codes."
	const noAds = "We never use your data for advertising or profiling.\n"
	for _, test := range []struct {
		name, text, old, new string
		found                string // in the message; "" for no finding
	}{
		{"nothing ruled out", "We use data for advertising.\n", summary, "summary: {en: Shows adverts.", ""},
		{"no such action", noAds, "", "", ""},
		{"a purpose", noAds, summary, "summary: {en: Shows adverts.", "purpose analytics is advertising"},
		{"a purpose's id", noAds, "id: sharing", "id: marketing", "purpose marketing is advertising"},
		{"profiling", noAds, summary, "summary: {en: Makes a profile of you.", "purpose analytics is profiling"},
		{"a purpose that rules it out", noAds, summary, "summary: {en: Counts; this is not for advertising.", ""},
		{"a word within a word", noAds, summary, "summary: {en: Adds what you read to your account.", ""},
		{"an SDK", noAds, "    collection: {en: SDK,", "    use: {en: Advertising, zh-CN: 广告}\n    collection: {en: SDK,",
			"SDK map on android is advertising"},
		{"a recipient", noAds, "kind: independent,", "use: {en: Adverts, zh-CN: 广告}, kind: independent,",
			"recipient ads is advertising"},
		{"a host", noAds, "hosts: [stats.example.net]", `hosts: ["*.ads.example", "stats.g.doubleclick.net"]`,
			"stats.g.doubleclick.net is advertising"},
		{"a cookie", noAds, "{name: _id,", "{name: _id, use: {en: Advertising id, zh-CN: 广告},",
			"what purpose analytics stores is advertising"},
		{"in Chinese", "目前，我们不会将您的个人信息用于用户画像分析、个性化推荐或广告用途。\n", summary,
			"summary: {en: 按您的画像展示内容。", "purpose analytics is profiling"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := lintFiles()
			policy := strings.Replace(string(files[versionFile].Data), "name: {en: Ads, zh-CN: 广告}",
				"name: {en: We, zh-CN: 我}", 1)
			changed := strings.Replace(policy, test.old, test.new, 1)
			if changed == policy && test.old != test.new {
				t.Fatalf("the policy has no %q", test.old)
			}
			files[versionFile] = &fstest.MapFile{Data: []byte(changed)}
			files[textFile] = &fstest.MapFile{Data: []byte(string(files[textFile].Data) + "\n" + test.text)}
			found := findAbout(lintShop(t, files), "rules that out")
			if test.found == "" {
				if len(found) > 0 {
					t.Errorf("found %v; want nothing", found)
				}
				return
			}
			if !slices.ContainsFunc(found, func(p load.Problem) bool {
				return p.Level == load.Warning && strings.Contains(p.Message, test.found)
			}) {
				t.Errorf("found %v; want a warning with %q", found, test.found)
			}
		})
	}
}

// Reasons belong to notes alone: a warning has to be corrected.
func TestANoteCanBeAcceptedAndAWarningCannot(t *testing.T) {
	files := lintFiles()
	text := strings.NewReplacer("incident_days: 30", "incident_days: 45", "minors: {child: 14, adult: 18}\n", "").
		Replace(string(files[versionFile].Data))
	text += "accepted:\n" +
		"  - {rule: C-56, about: within 45 days, reason: We are slow.}\n" +
		"  - {rule: C-23, about: children, reason: Nobody under age can have an account.}\n"
	files[versionFile] = &fstest.MapFile{Data: []byte(text)}
	found := lintShop(t, files)
	reasons := map[string]string{}
	for _, p := range found {
		reasons[p.Rule] += p.Reason
	}
	if reasons["C-23"] != "Nobody under age can have an account." || reasons["C-56"] != "" || len(found) != 3 {
		t.Errorf("found %+v", found)
	}
}
