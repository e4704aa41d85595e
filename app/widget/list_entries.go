package widget

import (
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
			Enterprise: e.Enterprise,
			Tags:       listTags(tag{w.Sensitive, e.Sensitive}, tag{w.EnterpriseDecides, e.Enterprise}),
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
			Tags: listTags(tag{w.Kinds[string(e.Kind)], true}, tag{w.Separate, u != nil && u.Separate}),
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
		list = append(list, Entry{
			ID: "sdk-" + string(e.Platform) + "-" + e.ID, Name: m.in(e.Name), Qualifier: m.platformName(e.Platform),
			Platforms: []string{string(e.Platform)}, Kinds: m.findKinds(e.Data),
			Tags: []string{m.platformName(e.Platform)},
			Facts: []Fact{
				m.statedFact(m.words.Provider, m.in(e.Provider)),
				m.statedFact(m.words.Data, m.in(e.Data)),
				m.statedFact(w.Use, m.in(e.Use)),
				m.statedFact(w.Scene, m.in(e.Scene)),
				m.statedFact(w.Method, m.in(e.Collection)),
				m.linkFact(w.Policy, e.Policy),
				m.linkFact(w.Home, e.Home),
			},
		})
		if last := &list[len(list)-1]; e.Home == "" { // an SDK with a privacy policy needs no home page
			last.Facts = last.Facts[:len(last.Facts)-1]
		}
	}
	return list
}

func (m entryLister) listPermissions() (list []Entry) {
	w := m.words.Lists
	for _, e := range m.policy.Permissions {
		list = append(list, Entry{
			ID: "permission-" + e.ID, Name: m.in(e.Name), Platforms: listPlatformIDs(e.Platforms), Kinds: m.findKinds(e.Data...),
			Tags: m.listPlatformNames(e.Platforms),
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
	f.Link = !f.Gap
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
