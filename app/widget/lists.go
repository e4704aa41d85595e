package widget

import (
	"slices"

	"github.com/nod-consent/nod/app/policy"
)

// listKind is one of the lists of a policy.
type listKind struct {
	id    string // as addresses have it
	title func(ListWords) ListTitle
	isIn  func(*policy.Policy) bool // the policy has an entry for it
	list  func(entryLister) []Entry
	icon  policy.Icon

	isTable bool // its entries have the same few facts
}

var listKinds = []listKind{
	{
		"incidents", func(w ListWords) ListTitle { return w.Incidents },
		func(p *policy.Policy) bool { return len(p.Incidents) > 0 }, entryLister.listIncidents, "bell", false,
	},
	{
		"collected", func(w ListWords) ListTitle { return w.Collected },
		func(p *policy.Policy) bool { return len(p.Collected) > 0 }, entryLister.listCollected, "user", true,
	},
	{
		"shared", func(w ListWords) ListTitle { return w.Shared },
		func(p *policy.Policy) bool { return len(p.Recipients) > 0 }, entryLister.listShared, "share", true,
	},
	{
		"sdks", func(w ListWords) ListTitle { return w.SDKs },
		func(p *policy.Policy) bool { return len(p.SDKs) > 0 }, entryLister.listSDKs, "box", true,
	},
	{
		"permissions", func(w ListWords) ListTitle { return w.Permissions },
		func(p *policy.Policy) bool { return len(p.Permissions) > 0 }, entryLister.listPermissions, "phone", true,
	},
	{
		"purposes", func(w ListWords) ListTitle { return w.Purposes },
		func(p *policy.Policy) bool { return len(p.Purposes) > 0 }, entryLister.listPurposes, "list", false,
	},
	{
		"rights", func(w ListWords) ListTitle { return w.Rights },
		func(p *policy.Policy) bool { return len(p.Rights)+len(p.Requests.Channels) > 0 },
		entryLister.listRights, "shield", false,
	},
	{
		"keeping", func(w ListWords) ListTitle { return w.Keeping },
		func(p *policy.Policy) bool { return isStated(p.Keeping) }, entryLister.listKeeping, "lock", false,
	},
	{
		"terms", func(w ListWords) ListTitle { return w.Terms },
		func(p *policy.Policy) bool {
			return len(p.Definitions)+len(p.Exceptions)+len(p.Changes)+len(p.Minors.Text) > 0
		}, entryLister.listTerms, "book", false,
	},
}

// FindLists returns the ids of the lists that have an entry: a shop has no SDKs.
func FindLists(p *policy.Policy) (ids []string) {
	for _, kind := range listKinds {
		if kind.isIn(p) {
			ids = append(ids, kind.id)
		}
	}
	return ids
}

func findListKind(id string) (kind listKind, ok bool) {
	i := slices.IndexFunc(listKinds, func(kind listKind) bool { return kind.id == id })
	if i < 0 {
		return listKind{}, false
	}
	return listKinds[i], true
}

// TitleOf returns the title of a list. It is empty for an unknown id.
func (w ListWords) TitleOf(id string) ListTitle {
	if kind, ok := findListKind(id); ok {
		return kind.title(w)
	}
	return ListTitle{}
}

// ListOf returns a list of a policy by its id. ok is false for an unknown id.
func ListOf(id string, site *policy.Site, p *policy.Policy, language string, words Words) (l List, ok bool) {
	kind, ok := findListKind(id)
	if !ok {
		return List{}, false
	}
	m := entryLister{
		policy: p, words: words, original: site.Language(),
		in: func(t policy.Text) string { return t.In(language, site.Language()) },
	}
	title := kind.title(words.Lists)
	l = List{
		ID: id, Title: title.Title, Intro: title.Intro, Words: words.Lists, Language: language,
		Original: findOriginal(site, language), Entries: kind.list(m),
	}
	for _, platform := range policy.Platforms {
		if slices.ContainsFunc(l.Entries, func(e Entry) bool { return slices.Contains(e.Platforms, string(platform)) }) {
			l.Platforms = append(l.Platforms, Option{string(platform), m.platformName(platform)})
		}
	}
	for _, kind := range p.DataKinds {
		if slices.ContainsFunc(l.Entries, func(e Entry) bool { return slices.Contains(e.Kinds, kind.ID) }) {
			l.Kinds = append(l.Kinds, Option{kind.ID, m.in(kind.Name)})
		}
	}
	if kind.isTable {
		l.arrangeColumns()
		l.addSorts(m.words.Lists)
	}
	l.addMarks(m.words.Lists)
	return l, true
}

// JoinPlatforms joins the entries of the same thing on several platforms, and gives the entries their orders.
func (l *List) JoinPlatforms() {
	l.Entries = joinPlatforms(l.Entries)
	groupEntries(l.Entries)
}

// addSorts adds the orders that the visitor can choose from.
func (l *List) addSorts(w ListWords) {
	byPolicy := Option{"", w.ByPolicy}
	if slices.ContainsFunc(l.Entries, func(e Entry) bool { return e.Group != "" }) {
		l.Sorts = append(l.Sorts, Option{"", w.ByGroup})
		byPolicy.ID = SortPolicy
	}
	l.Sorts = append(l.Sorts, byPolicy, Option{SortName, w.ByName})
}

// addMarks adds the filters by the marks that some entries have.
func (l *List) addMarks(w ListWords) {
	names := map[string]string{
		MarkGaps: w.OnlyGaps, MarkSensitive: w.OnlySensitive, MarkAbroad: w.OnlyAbroad,
	}
	for _, mark := range marks {
		if slices.ContainsFunc(l.Entries, func(e Entry) bool { return slices.Contains(e.Marks, mark) }) {
			l.Marks = append(l.Marks, Option{mark, names[mark]})
		}
	}
}

// ListIcon returns the strokes of a list's icon; "" for an unknown id.
func ListIcon(id string) string {
	kind, _ := findListKind(id)
	return strokes[kind.icon]
}

// arrangeColumns numbers the facts of a list by their labels.
func (l *List) arrangeColumns() {
	const most = 4 // that fit beside each other
	var labels []string
	for _, e := range l.Entries {
		for _, f := range e.Facts {
			if !f.Aside && !slices.Contains(labels, f.Label) {
				labels = append(labels, f.Label)
			}
		}
	}
	l.Columns = labels[:min(len(labels), most)]
	for _, e := range l.Entries {
		for i := range e.Facts {
			if !e.Facts[i].Aside {
				e.Facts[i].Column = min(slices.Index(labels, e.Facts[i].Label)+1, most) // a fifth is below the fourth
			}
		}
	}
}
