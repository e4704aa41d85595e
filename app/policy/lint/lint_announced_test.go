package lint

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/nod-consent/nod/app/policy/load"
)

// The texts of an incident's notice.
const incidentTexts = `    name: {en: A leak, zh-CN: 泄露}
    facts: {en: A copy was taken., zh-CN: 副本被取走。}
    effect: {en: Spam., zh-CN: 垃圾邮件。}
    measures: {en: It is closed., zh-CN: 已关闭。}
    advice: {en: Change it., zh-CN: 请修改。}
    remedies: {en: Write to us., zh-CN: 请来信。}
`

// C-56: the policy of lintFiles promises 30 days.
func TestLintCountsTheDaysOfAnIncident(t *testing.T) {
	for _, test := range []struct {
		name, today, published string
		what                   string // in the message; "" for no finding
	}{
		{"a draft", "2026-03-05", "", "was discovered on 2026-03-01, and people are to be notified at once, by 2026-03-31"},
		{"a draft on the last day", "2026-03-31", "", "by 2026-03-31 at the latest"},
		{"a draft after it", "2026-04-01", "", "people were to be notified by 2026-03-31"},
		{"a notice in time", "2026-04-20", "2026-03-31", ""},
		{"a late notice", "2026-04-20", "2026-04-01", "the notice was due by 2026-03-31"},
		{"a day to come", "2026-03-05", "2026-03-06", "is a day to come"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := lintFiles()
			incident := "incidents:\n  - id: leak\n    discovered: \"2026-03-01\"\n" + incidentTexts
			if test.published != "" {
				incident += "    published: \"" + test.published + "\"\n"
			}
			files[siteFile] = &fstest.MapFile{Data: append(files[siteFile].Data, incident...)}
			now, err := time.Parse(time.DateOnly, test.today)
			if err != nil {
				t.Fatal(err)
			}
			_, found, err := siteAt(files, "shop", now.Add(12*time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			var messages []string
			for _, p := range found {
				if p.Rule == "C-56" && p.File == siteFile && (p.Level == load.Note) == (test.name == "a late notice") {
					messages = append(messages, p.Message)
				}
			}
			if got := strings.Join(messages, "\n"); !strings.Contains(got, test.what) || test.what == "" && got != "" {
				t.Errorf("found %q; want %q", got, test.what)
			}
		})
	}
}

// C-55: the policy of lintFiles promises 60 days.
func TestLintCountsTheDaysBeforeTheEnd(t *testing.T) {
	for lastDay, want := range map[string]string{
		"2026-05-01": "", "2026-04-30": "", "2026-04-29": "is before 2026-04-30: the policy promises an announcement 60 days",
	} {
		files := lintFiles()
		closure := "closure: {announced: \"2026-03-01\", last_day: \"" + lastDay + "\", text: {en: We close., zh-CN: 停止。}}\n"
		files[siteFile] = &fstest.MapFile{Data: append(files[siteFile].Data, closure...)}
		var got []string
		for _, p := range lintShop(t, files) {
			if p.Rule == "C-55" {
				got = append(got, p.Message)
			}
		}
		if text := strings.Join(got, "\n"); !strings.Contains(text, want) || want == "" && text != "" {
			t.Errorf("for %s: %q; want %q", lastDay, text, want)
		}
	}
}
