package widget

import (
	"net/url"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
)

// entryLister lists the entries of a policy's lists in one language.
type entryLister struct {
	policy   *policy.Policy
	words    Words
	original string // language
	in       func(policy.Text) string
}

func (m entryLister) listCollected() (list []Entry) {
	w := m.words.Lists
	for _, e := range m.policy.Collected {
		list = append(list, Entry{
			ID: "collected-" + e.ID, Name: m.in(e.Name), Kinds: m.findKinds(e.Data...),
			Enterprise: e.Enterprise, Marks: listTags(tag{MarkSensitive, e.Sensitive}),
			Tags: listTags(tag{w.Sensitive, e.Sensitive}, tag{w.EnterpriseDecides, e.Enterprise}),
			Facts: dropEmpty(
				m.textFact(m.words.Data, e.Data...),
				m.textFact(w.Use, e.Use),
				m.textFact(m.words.Refusal, e.Refusal),
			),
		})
	}
	return list
}

func (m entryLister) listShared() (list []Entry) {
	w := m.words.Lists
	for _, e := range m.policy.Recipients {
		u := m.policy.Purpose(e.Purpose)
		list = append(list, Entry{
			ID: "shared-" + e.ID, Name: m.in(e.Name), Kinds: m.findKinds(e.Data...),
			Tags: listTags(tag{w.Kinds[string(e.Kind)], true}, tag{w.Separate, u != nil && u.Separate},
				tag{w.OnlyAbroad, e.Abroad}),
			Marks: listTags(tag{MarkSensitive, m.isSensitive(e.Purpose)}, tag{MarkAbroad, e.Abroad}),
			Facts: dropEmpty(
				m.textFact(m.words.Data, e.Data...),
				m.textFact(w.Use, e.Use),
				m.textFact(w.Condition, e.Condition),
			),
		})
	}
	return list
}

// listSDKs lists the SDKs. A fact that the policy does not state has a label, too: a reader must see the gap.
func (m entryLister) listSDKs() (list []Entry) {
	w := m.words.Lists
	for _, e := range m.policy.SDKs {
		entry := Entry{
			ID: "sdk-" + string(e.Platform) + "-" + e.ID, Key: e.ID, Name: m.in(e.Name), Group: m.in(e.Provider),
			Qualifier: m.platformName(e.Platform), Platforms: []string{string(e.Platform)}, Kinds: m.findKinds(e.Data),
			Tags:  listTags(tag{m.platformName(e.Platform), true}, tag{w.OnlyAbroad, e.Abroad}),
			Marks: listTags(tag{MarkSensitive, m.isSensitive(e.Purpose)}, tag{MarkAbroad, e.Abroad}),
			Facts: []Fact{
				m.statedFact(m.words.Provider, m.in(e.Provider)),
				m.statedFact(w.Use, m.in(e.Use)),
				m.chipFact(m.words.Data, m.findKinds(e.Data), m.in(e.Data)),
				m.linkFact(w.Policy, e.Policy),
				m.linkFact(w.Home, e.Home),
				aside(m.statedFact(m.words.Data, m.in(e.Data))),
				aside(m.statedFact(w.Scene, m.in(e.Scene))),
				aside(m.statedFact(w.Method, m.in(e.Collection))),
			},
		}
		if e.Home == "" { // an SDK with a privacy policy needs no home page
			entry.Facts = slices.DeleteFunc(entry.Facts, func(f Fact) bool { return f.Label == w.Home })
		}
		if len(entry.Kinds) == 0 { // the row has the policy's words
			entry.Facts = slices.DeleteFunc(entry.Facts, func(f Fact) bool { return f.Aside && f.Label == m.words.Data })
		}
		for _, f := range entry.Facts {
			if f.Gap {
				entry.Marks = addMissing([]string{MarkGaps}, entry.Marks)
			}
			if f.Gap && f.Aside {
				entry.Missing = append(entry.Missing, strings.ReplaceAll(w.Missing, "{label}", f.Label))
			}
		}
		list = append(list, entry)
	}
	return list
}

// aside moves a fact below the row.
func aside(f Fact) Fact {
	f.Aside = true
	return f
}

// chipFact returns the names of kinds of data. Where none is known, it returns the policy's words.
func (m entryLister) chipFact(label string, kinds []string, data string) Fact {
	if len(kinds) == 0 {
		return m.statedFact(label, data)
	}
	f := Fact{Label: label, Chips: true}
	for _, kind := range m.policy.DataKinds {
		if slices.Contains(kinds, kind.ID) {
			f.Values = append(f.Values, m.in(kind.Name))
		}
	}
	return f
}

// isSensitive reports whether a purpose is one of sensitive personal information.
func (m entryLister) isSensitive(purpose string) bool {
	p := m.policy.Purpose(purpose)
	return p != nil && p.Kind == policy.KindSensitive
}

func (m entryLister) listPermissions() (list []Entry) {
	w := m.words.Lists
	for _, e := range m.policy.Permissions {
		list = append(list, Entry{
			ID: "permission-" + e.ID, Name: m.in(e.Name), Platforms: listPlatformIDs(e.Platforms), Kinds: m.findKinds(e.Data...),
			Tags:  m.listPlatformNames(e.Platforms),
			Marks: listTags(tag{MarkSensitive, m.isSensitive(e.Purpose)}),
			Facts: dropEmpty(
				m.textFact(w.Use, e.Use),
				m.textFact(m.words.Data, e.Data...),
				m.textFact(m.words.Refusal, e.Refusal),
				m.textFact(w.Claimed, e.Claimed),
			),
		})
	}
	return list
}

func (m entryLister) listPurposes() (list []Entry) {
	w := m.words.Lists
	for i := range m.policy.Purposes {
		p := &m.policy.Purposes[i]
		e := Entry{
			ID: "purpose-" + p.ID, Name: m.in(p.Name), Platforms: listPlatformIDs(p.Platforms), Kinds: m.findKinds(p.Data...),
			Tags: listTags(tag{m.words.Required, p.Required}, tag{w.Separate, p.Separate},
				tag{w.Sensitive, p.Kind == policy.KindSensitive}, tag{w.Example, p.Example}),
			Marks: listTags(tag{MarkSensitive, p.Kind == policy.KindSensitive}),
			Text:  m.in(p.Summary),
			Facts: listPurposeFacts(p, m.words, m.in),
		}
		for j := range p.Services {
			s := &p.Services[j]
			values := append([]string{m.in(s.Summary)}, describeService(s, m.words, m.in)...)
			e.Facts = append(e.Facts, Fact{Label: m.in(s.Name), Named: true, Values: values})
		}
		list = append(list, e)
	}
	return list
}

// textFact returns a fact of texts of the policy.
func (m entryLister) textFact(label string, texts ...policy.Text) Fact {
	return Fact{Label: label, Values: translateTexts(texts, m.in)}
}

// statedFact returns a fact, which is a gap if the policy does not state it.
func (m entryLister) statedFact(label, value string) Fact {
	if value == "" {
		return Fact{Label: label, Values: []string{m.words.Lists.Gap}, Gap: true}
	}
	return Fact{Label: label, Values: []string{value}}
}

func (m entryLister) linkFact(label, address string) Fact {
	f := m.statedFact(label, address)
	if u, err := url.Parse(address); err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") {
		f.Link, f.Address, f.Values = true, address, []string{strings.TrimPrefix(u.Host, "www.")}
	}
	return f
}

func (m entryLister) platformName(p policy.Platform) string {
	return m.words.Lists.Platforms[string(p)]
}

func (m entryLister) listPlatformNames(list []policy.Platform) (tags []string) {
	for _, p := range list {
		tags = append(tags, m.platformName(p))
	}
	return tags
}

// findKinds finds the kinds of data that the texts name in the original's words.
func (m entryLister) findKinds(data ...policy.Text) (ids []string) {
	for _, kind := range m.policy.DataKinds {
		if slices.ContainsFunc(data, func(t policy.Text) bool {
			return slices.ContainsFunc(kind.Words, func(word string) bool { return strings.Contains(t[m.original], word) })
		}) {
			ids = append(ids, kind.ID)
		}
	}
	return ids
}

func listPlatformIDs(list []policy.Platform) (ids []string) {
	for _, p := range list {
		ids = append(ids, string(p))
	}
	return ids
}

type tag struct {
	text    string
	isShown bool
}

func listTags(all ...tag) (some []string) {
	for _, t := range all {
		if t.isShown && t.text != "" {
			some = append(some, t.text)
		}
	}
	return some
}
