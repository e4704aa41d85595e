package widget

import "strings"

// listMarks separate the items of a list in some language. The language of a name can differ from that of the sentence
// around it.
const listMarks = "、，,；;،؛"

// Join joins names to a list, as the words' language writes one.
func (w Words) Join(names []string) string {
	items := make([]string, len(names))
	for i, name := range names {
		items[i] = w.ListItem(name)
	}
	return strings.Join(items, w.ListSeparator)
}

// ListItem writes a name for a list. A name that contains a separator is quoted: "分享至微信、QQ、微博" would read as three
// items. A different separator between the items would not help if that name is the only one.
func (w Words) ListItem(name string) string {
	if strings.ContainsAny(name, listMarks) {
		return strings.ReplaceAll(w.QuotedName, "{name}", name)
	}
	return name
}

// joinClauses joins texts that can be long and contain commas. Quotes around each of them would be hard to read.
func (w Words) joinClauses(texts []string) string { return strings.Join(texts, w.ClauseSeparator) }
