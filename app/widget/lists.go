package widget

import (
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
)

// ListIDs are the names of a policy's lists, as they stand in addresses.
var ListIDs = []string{"collected", "shared", "sdks", "permissions", "purposes"}

// TitleOf gives the title of a list.
func (w ListWords) TitleOf(id string) ListTitle {
	return map[string]ListTitle{
		"collected": w.Collected, "shared": w.Shared, "sdks": w.SDKs, "permissions": w.Permissions, "purposes": w.Purposes,
	}[id]
}

// ListOf makes one of a policy's lists, by its name; ok is false where there is no such list.
func ListOf(id string, site *policy.Site, p *policy.Policy, language string, words Words) (l List, ok bool) {
	m := lister{policy: p, words: words, original: site.Language(), in: func(t policy.Text) string { return t.In(language, site.Language()) }}
	title := words.Lists.TitleOf(id)
	l = List{ID: id, Title: title.Title, Intro: title.Intro, Words: words.Lists, Language: language, Original: originalOf(site, language)}
	switch id {
	case "collected":
		l.Entries = m.collected()
	case "shared":
		l.Entries = m.shared()
	case "sdks":
		l.Entries = m.sdks()
	case "permissions":
		l.Entries = m.permissions()
	case "purposes":
		l.Entries = m.purposes()
	default:
		return List{}, false
	}
	for _, platform := range policy.Platforms {
		if slices.ContainsFunc(l.Entries, func(e Entry) bool { return slices.Contains(e.Platforms, string(platform)) }) {
			l.Platforms = append(l.Platforms, Option{string(platform), m.platform(platform)})
		}
	}
	for _, kind := range p.DataKinds {
		if slices.ContainsFunc(l.Entries, func(e Entry) bool { return slices.Contains(e.Kinds, kind.ID) }) {
			l.Kinds = append(l.Kinds, Option{kind.ID, m.in(kind.Name)})
		}
	}
	return l, true
}

// lister makes the entries of a policy's lists in one language.
type lister struct {
	policy   *policy.Policy
	words    Words
	original string // language
	in       func(policy.Text) string
}

func (m lister) collected() (list []Entry) {
	w := m.words.Lists
	for _, e := range m.policy.Collected {
		list = append(list, Entry{
			ID: "collected-" + e.ID, Name: m.in(e.Name), Kinds: m.kinds(e.Data...),
			Enterprise: e.Enterprise,
			Tags:       tags(tag{w.Sensitive, e.Sensitive}, tag{w.Employer, e.Enterprise}),
			Facts: facts(
				Fact{Label: m.words.Data, Values: texts(e.Data, m.in)},
				Fact{Label: w.Use, Values: []string{m.in(e.Use)}},
				Fact{Label: m.words.Refusal, Values: []string{m.in(e.Refusal)}},
			),
		})
	}
	return list
}

func (m lister) shared() (list []Entry) {
	w := m.words.Lists
	for _, e := range m.policy.Recipients {
		u := m.policy.Purpose(e.Purpose)
		list = append(list, Entry{
			ID: "shared-" + e.ID, Name: m.in(e.Name), Kinds: m.kinds(e.Data...),
			Tags: tags(tag{w.Kinds[string(e.Kind)], true}, tag{w.Separate, u != nil && u.Separate}),
			Facts: facts(
				Fact{Label: m.words.Data, Values: texts(e.Data, m.in)},
				Fact{Label: w.Use, Values: []string{m.in(e.Use)}},
				Fact{Label: w.Condition, Values: []string{m.in(e.Condition)}},
			),
		})
	}
	return list
}

// sdks labels what the policy does not tell: a reader must see that it is missing.
func (m lister) sdks() (list []Entry) {
	w := m.words.Lists
	for _, e := range m.policy.SDKs {
		list = append(list, Entry{
			ID: "sdk-" + string(e.Platform) + "-" + e.ID, Name: m.in(e.Name), Of: m.platform(e.Platform), Platforms: []string{string(e.Platform)}, Kinds: m.kinds(e.Data),
			Tags: []string{m.platform(e.Platform)},
			Facts: []Fact{
				m.told(m.words.Provider, m.in(e.Provider)),
				m.told(m.words.Data, m.in(e.Data)),
				m.told(w.Use, m.in(e.Use)),
				m.told(w.Scene, m.in(e.Scene)),
				m.told(w.Method, m.in(e.Collection)),
				m.link(w.Policy, e.Policy),
				m.link(w.Home, e.Home),
			},
		})
		if last := &list[len(list)-1]; e.Home == "" { // most have a policy, and need no home page beside it
			last.Facts = last.Facts[:len(last.Facts)-1]
		}
	}
	return list
}

func (m lister) permissions() (list []Entry) {
	w := m.words.Lists
	for _, e := range m.policy.Permissions {
		list = append(list, Entry{
			ID: "permission-" + e.ID, Name: m.in(e.Name), Platforms: names(e.Platforms), Kinds: m.kinds(e.Data...),
			Tags: m.platforms(e.Platforms),
			Facts: facts(
				Fact{Label: w.Use, Values: []string{m.in(e.Use)}},
				Fact{Label: m.words.Data, Values: texts(e.Data, m.in)},
				Fact{Label: m.words.Refusal, Values: []string{m.in(e.Refusal)}},
				Fact{Label: w.Said, Values: []string{m.in(e.Said)}},
			),
		})
	}
	return list
}

func (m lister) purposes() (list []Entry) {
	w := m.words.Lists
	for i := range m.policy.Purposes {
		p := &m.policy.Purposes[i]
		e := Entry{
			ID: "purpose-" + p.ID, Name: m.in(p.Name), Platforms: names(p.Platforms), Kinds: m.kinds(p.Data...),
			Tags:  tags(tag{m.words.Required, p.Required}, tag{w.Separate, p.Separate}, tag{w.Sensitive, p.Kind == policy.KindSensitive}),
			Text:  m.in(p.Summary),
			Facts: purposeFacts(p, m.words, m.in),
		}
		for j := range p.Services {
			s := &p.Services[j]
			e.Facts = append(e.Facts, Fact{Label: m.in(s.Name), Named: true, Values: append([]string{m.in(s.Summary)}, serviceValues(s, m.words, m.in)...)})
		}
		list = append(list, e)
	}
	return list
}

// told is a fact that is there in any case.
func (m lister) told(label, value string) Fact {
	if value == "" {
		return Fact{Label: label, Values: []string{m.words.Lists.Gap}, Gap: true}
	}
	return Fact{Label: label, Values: []string{value}}
}

func (m lister) link(label, address string) Fact {
	f := m.told(label, address)
	f.Link = !f.Gap
	return f
}

func (m lister) platform(p policy.Platform) string { return m.words.Lists.Platforms[string(p)] }

func (m lister) platforms(list []policy.Platform) (tags []string) {
	for _, p := range list {
		tags = append(tags, m.platform(p))
	}
	return tags
}

// kinds are the kinds of data that the texts name in the original's words.
func (m lister) kinds(data ...policy.Text) (ids []string) {
	for _, kind := range m.policy.DataKinds {
		if slices.ContainsFunc(data, func(t policy.Text) bool {
			return slices.ContainsFunc(kind.Words, func(word string) bool { return strings.Contains(t[m.original], word) })
		}) {
			ids = append(ids, kind.ID)
		}
	}
	return ids
}

func names(list []policy.Platform) (ids []string) {
	for _, p := range list {
		ids = append(ids, string(p))
	}
	return ids
}

type tag struct {
	text string
	is   bool
}

func tags(all ...tag) (some []string) {
	for _, t := range all {
		if t.is && t.text != "" {
			some = append(some, t.text)
		}
	}
	return some
}
