package widget

import (
	"slices"
	"strings"
)

// Filter is what a visitor searches for. The zero value matches everything.
type Filter struct {
	Query    string // words that must all be in the entry, in any order
	Platform string // id
	Kind     string // id
	Only     string // a mark
	Sort     string // an order of the list; "" for its first
}

// MaxQuery is the length of the longest query, in characters.
const MaxQuery = 100

// Marks of entries, by which a list is filtered.
const (
	MarkGaps      = "gaps"      // the policy leaves something out
	MarkSensitive = "sensitive" // sensitive personal information
	MarkAbroad    = "abroad"    // the data leave the country
)

var marks = []string{MarkGaps, MarkSensitive, MarkAbroad}

// LimitTo returns the filter without values that are not options of the list.
func (f Filter) LimitTo(l List) Filter {
	for _, limited := range []struct {
		value   *string
		options []Option
	}{
		{&f.Platform, l.Platforms}, {&f.Kind, l.Kinds}, {&f.Only, l.Marks}, {&f.Sort, l.Sorts},
	} {
		if !slices.ContainsFunc(limited.options, func(o Option) bool { return o.ID == *limited.value }) {
			*limited.value = ""
		}
	}
	return f
}

// Matches reports whether an entry matches the filter. The script of the page does the same
// (web/loader/src/reading/lists.ts).
func (f Filter) Matches(e Entry) bool {
	if f.Platform != "" && len(e.Platforms) > 0 && !slices.Contains(e.Platforms, f.Platform) {
		return false
	}
	if f.Kind != "" && !slices.Contains(e.Kinds, f.Kind) {
		return false
	}
	if f.Only != "" && !slices.Contains(e.Marks, f.Only) {
		return false
	}
	text := Fold(e.searchText())
	for _, word := range splitWords(Fold(f.Query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// count counts the policy's entries behind an entry that matches: one for each platform that the filter lets through.
func (f Filter) count(e Entry) int {
	if f.Platform != "" {
		return 1
	}
	return e.size()
}

// searchText returns the texts of an entry that a query searches. All entries have the same labels, so they are not in
// it.
func (e Entry) searchText() string {
	parts := append([]string{e.Name, e.Text}, e.Tags...)
	parts = append(parts, e.Missing...)
	for _, f := range e.Facts {
		parts = append(parts, f.Values...)
	}
	return strings.Join(parts, "\n")
}
