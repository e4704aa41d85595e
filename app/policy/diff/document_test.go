package diff

import (
	"strings"

	"github.com/nod-consent/nod/app/policy"
)

// documentEdits are changes of texts and dates.
var documentEdits = []editTest{
	{"nothing", func(*policy.Policy) {}, "editorial"},

	{"several at once", func(p *policy.Policy) {
		p.Purpose("beacons").Data = append(p.Purpose("beacons").Data, zh("位置"))
		p.Controller.Phone = "1"
		p.Rights = p.Rights[1:]
		p.Purpose("news").Name = zh("别的")
	}, "material contact processing rights; asks beacons news; reduces"},
	{"a date", func(p *policy.Policy) { p.Updated = "2024-01-01" }, "editorial"},
	{"a title", func(p *policy.Policy) { p.Title = zh("隐私声明") }, "editorial"},
	{"the source", func(p *policy.Policy) { p.Source = "elsewhere" }, "editorial"},
	{"a comma of a summary", editPurpose("analytics", func(p *policy.Purpose) {
		p.Summary["zh-CN"] = strings.ReplaceAll(p.Summary["zh-CN"], "，", "、") + "！"
	}), "editorial"},
	{"spaces around Latin letters", editPurpose("beacons", func(p *policy.Purpose) {
		p.Name["zh-CN"] = strings.ReplaceAll(p.Name["zh-CN"], "beacon", " beacon")
	}), "editorial"},
	{"wide letters for narrow ones", editPurpose("beacons", func(p *policy.Purpose) {
		p.Name["zh-CN"] = strings.ReplaceAll(p.Name["zh-CN"], "beacon", "ｂｅａｃｏｎ")
	}), "editorial"},
	{"a point within a number", editPurpose("analytics", func(p *policy.Purpose) {
		p.Retention["zh-CN"] = "1.5年"
	}), "material processing; asks analytics"},
	{"a translation of a summary", editPurpose("analytics", func(p *policy.Purpose) {
		p.Summary["en"] = "Counts."
	}), "minor"},
	{"the notice", func(p *policy.Policy) { p.Notice.Text["zh-CN"] = "我们用Cookie。" }, "minor"},
	{"the summary of a section", func(p *policy.Policy) { p.Sections[0].Summary = zh("别的") }, "minor"},
	{"a section's heading", func(p *policy.Policy) { p.Sections[0].Title = zh("别的") }, "editorial"},
	{"a new section", func(p *policy.Policy) {
		p.Sections = append(p.Sections, policy.Section{ID: "more", Title: zh("更多"), Summary: zh("更多")})
	}, "minor"},
	{"a removed section", func(p *policy.Policy) { p.Sections = p.Sections[1:] }, "minor"},
	{"a definition", func(p *policy.Policy) { p.Definitions[0].Text = zh("别的") }, "minor"},
	{"a removed definition", func(p *policy.Policy) { p.Definitions = p.Definitions[1:] }, "minor"},
	{"the full text only", func(p *policy.Policy) {
		p.FullText = map[string]string{"zh-CN": p.FullText["zh-CN"] + "\n又一句。"}
	}, "minor"},
	{"the full text's punctuation", func(p *policy.Policy) {
		p.FullText = map[string]string{"zh-CN": strings.ReplaceAll(p.FullText["zh-CN"], "。", "．")}
	}, "editorial"},
}

// controllerEdits are changes of the controller and its channels.
var controllerEdits = []editTest{
	{"the controller", func(p *policy.Policy) {
		p.Controller.Name = zh("别的公司")
	}, "material ownership; asks " + allOptional},
	{"the address", func(p *policy.Policy) { p.Controller.Address = zh("别处") }, "material contact"},
	{"the telephone number", func(p *policy.Policy) { p.Controller.Phone = "1" }, "material contact"},
	{"the email address", func(p *policy.Policy) { p.Controller.Email = "a@a.example" }, "material contact"},
	{"the home page", func(p *policy.Policy) { p.Controller.URL = "https://a.example/" }, "minor"},
	{"a removed channel", func(p *policy.Policy) { p.Requests.Channels = p.Requests.Channels[1:] }, "material contact"},
	{"the address of a channel", func(p *policy.Policy) { p.Requests.Channels[0].To = zh("别处") }, "material contact"},
	{"a new channel", func(p *policy.Policy) {
		p.Requests.Channels = append(p.Requests.Channels, policy.Channel{ID: "fax", Name: zh("传真"), To: zh("1")})
	}, "minor"},
}

// revisionEdits are versions that claim something about themselves. A claim has no counterpart in the other direction.
var revisionEdits = []editTest{
	{"claims to be material", func(p *policy.Policy) { p.Revision.Class = policy.Material }, "material processing"},
	{"claims a high risk", func(p *policy.Policy) {
		p.Revision.Kinds = []policy.ChangeKind{policy.ChangeRisk}
	}, "material risk"},
	{"claims that rights are reduced", func(p *policy.Policy) { p.Revision.Reduces = true }, "material rights; reduces"},
	{"claims to be editorial, with a new recipient", func(p *policy.Policy) {
		p.Revision.Class = policy.Editorial
		p.Purpose("beacons").Recipients = append(p.Purpose("beacons").Recipients, zh("广告公司"))
	}, "material recipients; asks beacons"},
}
