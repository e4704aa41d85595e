package lint

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/nod-consent/nod/app/policy/load"
)

// mistake is an edit of a valid site, and what has to be found.
type mistake struct {
	name, file, old, new string
	at                   string // a text in the line of the finding; "" for the first line
	level                load.Level
	rule                 string
	what                 string // in the message
}

func (m mistake) check(t *testing.T) {
	files := lintFiles()
	was := string(files[m.file].Data)
	now := strings.Replace(was, m.old, m.new, 1)
	if now == was && m.old != m.new {
		t.Fatalf("%s has no %q", m.file, m.old)
	}
	files[m.file] = &fstest.MapFile{Data: []byte(now)}
	found := lintShop(t, files)
	line := 1
	for i, text := range strings.Split(now, "\n") {
		if m.at != "" && strings.Contains(text, m.at) {
			line = i + 1
			break
		}
	}
	for _, p := range found {
		level := p.Level
		if level == "" {
			level = load.Error
		}
		if p.File == m.file && p.Line == line && level == m.level && p.Rule == m.rule &&
			strings.Contains(p.Message, m.what) {
			return
		}
	}
	t.Errorf("no %s of rule %q in line %d with %q:\n%v", m.level, m.rule, line, m.what, found)
}

// missingParts are changes of lintFiles after which something is missing or does not fit, with what the linter says
// of it.
var missingParts = []mistake{
	{
		"no word of an incident (C-56)", versionFile,
		"  incident: {en: We write., zh-CN: 我们来信。}\n", "", "term: {en: A year",
		load.Warning, "C-56", "how people are notified of an incident",
	},
	{
		"no days after an incident", versionFile, "  incident_days: 30\n", "", "term: {en: A year", load.Warning, "C-56",
		"within how many days people are notified",
	},
	{
		"no word of the end of the service (C-55)", versionFile, "  closure: {en: We announce it., zh-CN: 我们公告。}\n", "",
		"term: {en: A year", load.Warning, "C-55", "what happens at the end",
	},
	{
		"no days before the end of the service", versionFile,
		"  closure_days: 60\n", "", "term: {en: A year", load.Warning, "C-55",
		"how many days before the end",
	},
	{
		"no days to answer", versionFile, "answer_days: 15, contact", "contact", "requests", load.Warning, "C-32",
		"within how many days requests",
	},
	{
		"no working days to answer", versionFile, ", contact_days: 15", "", "requests", load.Note, "C-32",
		"within how many working days",
	},
	{
		"a cookie that outlives the notice", versionFile, "lifetime: {en: 30 days, zh-CN: 30天}",
		"lifetime: {en: 2 months, zh-CN: 两个月}", "_id", load.Warning, "C-08", "_id lasts longer (2 months) than the notice",
	},
	{
		"a cookie that outlives it in words", versionFile, "lifetime: {en: 30 days, zh-CN: 30天}",
		"lifetime: {en: One year, zh-CN: 一年}", "_id", load.Warning, "C-08", "_id lasts longer (One year) than the notice",
	},
	{
		"a cookie without an end", versionFile, "lifetime: {en: 30 days, zh-CN: 30天}",
		"lifetime: {en: Until you clear it, zh-CN: 直到您清除}", "_id", load.Warning, "C-08", "than the notice says",
	},
	{
		"a cookie that outlives its purpose", versionFile, "retention: {en: 12 months., zh-CN: 十二个月。}",
		"retention: {en: A cookie of 7 days., zh-CN: 7天。}", "_id", load.Warning, "C-08", "than the purpose's retention says",
	},
	{
		"a vendor that nobody reads of", versionFile, "recipients:\n",
		"recipients:\n  - {id: sly, name: {en: Sly Data Ltd, zh-CN: 某公司}, kind: processor}\n", "Sly", load.Warning, "C-22",
		"names Sly Data Ltd",
	},
	{
		"a company that the list of shared information leaves out (C-22)", versionFile, "    hosts: [stats.example.net]\n",
		"    hosts: [stats.example.net]\n    recipients: [{en: Counting Ltd, zh-CN: 计数公司}]\n", "Counting", load.Warning,
		"C-22", "Counting Ltd receives data for purpose analytics, and the list of shared information leaves it out",
	},
	{
		"a known vendor that is a host alone", versionFile, "hosts: [stats.example.net]",
		"hosts: [stats.example.net, www.googletagmanager.com]", "hosts:", load.Note, "C-08",
		`"www.googletagmanager.com" is of Google, which is no recipient or service of purpose analytics`,
	},
	{
		"a vendor without a legal form", versionFile, "recipients:\n",
		"recipients:\n  - {id: sly, name: {en: Slycorp, zh-CN: 某公司}, kind: processor}\n", "Slycorp", load.Warning,
		"C-22", "names Slycorp",
	},
	{
		"an SDK's provider that nobody reads of", versionFile, "    collection: {en: SDK,",
		"    provider: {en: Sly Data Ltd, zh-CN: 某公司}\n    collection: {en: SDK,", "Sly", load.Warning, "C-20",
		"names Sly Data Ltd",
	},
	{
		"an SDK that takes more than is asked", versionFile, "data: {en: IMEI, zh-CN: IMEI}",
		`data: {en: "IMEI (such as IMEI, location)", zh-CN: IMEI}`, "location", load.Warning, "C-08",
		"takes location, which the question of purpose analytics does not name",
	},
	{
		"a number that the text does not have", versionFile, "rights: {en: Any time.", "rights: {en: Within 5 days.",
		"Within 5", load.Warning, "C-08", "has the number 5",
	},
	{
		"a right that only the law gives", versionFile,
		"rights: {en: Any time.", "rights: {en: Ask for a copy.", "Ask for",
		load.Note, "C-08", "speaks of a copy, which the law gives",
	},
	{
		"the same as an entry", versionFile, "rights:\n  - {id: access,",
		"rights:\n  - {id: restrict, name: {en: Restrict, zh-CN: 限制}, how: {en: Write., zh-CN: 来信。}}\n  - {id: access,",
		"id: restrict", load.Note, "C-08", "right restrict: the law gives",
	},
	{
		"an example", versionFile,
		"    kind: beacon\n", "    kind: beacon\n    example: true\n", "id: analytics", load.Note, "C-52",
		"purpose analytics has examples: _id, stats.example.net",
	},
	{
		"an example among real ones", versionFile,
		"{name: _id,", "{name: _id, example: true,", "id: analytics", load.Note, "C-52",
		"purpose analytics has examples: _id",
	},
	{
		"a permission that the register lacks", versionFile,
		"id: camera\n    name: {en: Camera", "id: photos\n    name: {en: Photos",
		"id: photos", load.Note, "C-18", "names the permission camera",
	},
	{
		"faces, and no other way (C-16)", versionFile,
		"data: [{en: Pages, zh-CN: 页面}", "data: [{en: Facial features, zh-CN: 面部特征}", "id: analytics",
		load.Warning, "C-16", "purpose analytics uses faces, and names no other way",
	},
	{
		"a reason that no note needs", versionFile, "version: \"1\"\n",
		"version: \"1\"\naccepted: [{rule: C-04, about: nothing, reason: None.}]\n", "accepted", load.Note, "",
		`no note of rule "C-04" is about "nothing"`,
	},
}

// C-08, C-18, C-22, C-32, C-52, C-55, C-56: a file that is silent is found, as one that is wrong is.
func TestLintFindsWhatIsMissingAndWhatDoesNotFit(t *testing.T) {
	for _, test := range missingParts {
		t.Run(test.name, test.check)
	}
}

// C-08: an adapter sends to a company as well.
func TestLintFindsTheVendorOfAnAdapter(t *testing.T) {
	for text, isFound := range map[string]bool{"": true, "We use Clarity of Microsoft.\n": false} {
		files := lintFiles()
		files[siteFile].Data = append(files[siteFile].Data, "adapters: [{name: clarity, purposes: [analytics]}]\n"...)
		files[textFile].Data = append(files[textFile].Data, text...)
		found := lintShop(t, files)
		if got := strings.Contains(found.Error(), "names Microsoft"); got != isFound {
			t.Errorf("with the text %q: %v", text, found)
		}
	}
}
