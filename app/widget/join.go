package widget

import "strings"

// listMarks separate the items of a list in some language. A name may be in another language than the sentence around
// it.
const listMarks = "、，,；;،؛"

// Join puts names into one list, as the words' language writes it.
func (w Words) Join(names []string) string {
	items := make([]string, len(names))
	for i, name := range names {
		items[i] = w.ListItem(name)
	}
	return strings.Join(items, w.ListSeparator)
}

// ListItem is a name as it reads in a list. A name that has a separator in it is quoted: "分享至微信、QQ、微博" would read
// as three items. Another separator between the items would not help where that name is the only one.
func (w Words) ListItem(name string) string {
	if strings.ContainsAny(name, listMarks) {
		return strings.ReplaceAll(w.QuotedName, "{name}", name)
	}
	return name
}

// joinClauses joins texts that may be long and have commas of their own. Quotes around each would be hard to read.
func (w Words) joinClauses(texts []string) string { return strings.Join(texts, w.ClauseSeparator) }
