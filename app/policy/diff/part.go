//go:build !js

package diff

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/nod-consent/nod/app/policy"
)

// part is what is compared: a part of the policy with its id and name.
type part struct {
	c    *comparer
	name string
	id   string
	item policy.Text
}

func (c *comparer) part(name, id string, item policy.Text) part { return part{c, name, id, item} }

func (p part) add(field string, before, after policy.Text, r rating) {
	p.c.result.Differences = append(p.c.result.Differences, Difference{
		Part: p.name, ID: p.id, Field: field, Item: p.item, Before: before, After: after,
		Class: r.class, Kind: r.kind, Reason: r.reason, Asks: r.asks, Reduces: r.reduces,
	})
}

// last returns the difference that was added last.
func (p part) last() *Difference { return &p.c.result.Differences[len(p.c.result.Differences)-1] }

// text compares a text; m is the rating of another wording.
func (p part) compareText(field string, before, after policy.Text, r rating) {
	was, is := before.In(p.c.original), after.In(p.c.original)
	switch {
	case !hasSameWords(was, is):
		p.add(field, before, after, r)
	case was != is:
		p.add(field, before, after, editorial("only spacing, punctuation or letter forms changed"))
	default:
		for l, text := range after {
			if earlier, ok := before[l]; l != p.c.original && ok && !hasSameWords(earlier, text) {
				p.add(field, before, after, minor("a translation changed, but the original did not"))
				return
			}
		}
	}
}

// compareValue compares a value that has no languages.
func (p part) compareValue(field, before, after string, r rating) {
	if before != after {
		p.add(field, p.plain(before), p.plain(after), r)
	}
}

func (p part) plain(s string) policy.Text {
	if s == "" {
		return nil
	}
	return policy.Text{p.c.original: s}
}

func (p part) compareNumber(field string, before, after int, more, less rating) {
	switch {
	case after > before:
		p.add(field, p.plain(strconv.Itoa(before)), p.plain(strconv.Itoa(after)), more)
	case after < before:
		p.add(field, p.plain(strconv.Itoa(before)), p.plain(strconv.Itoa(after)), less)
	}
}

func (p part) compareFlag(field string, before, after bool, on, off rating) {
	switch {
	case after && !before:
		p.add(field, nil, nil, on)
		p.last().Flag = FlagOn
	case before && !after:
		p.add(field, nil, nil, off)
		p.last().Flag = FlagOff
	}
}

// compareList compares a list of texts, whose order does not matter.
func (p part) compareList(field string, before, after []policy.Text, more, less rating) {
	in := func(list []policy.Text, t policy.Text) bool {
		return slices.ContainsFunc(list, func(other policy.Text) bool {
			return hasSameWords(other.In(p.c.original), t.In(p.c.original))
		})
	}
	for _, t := range before {
		if !in(after, t) {
			p.add(field, t, nil, less)
		}
	}
	for _, t := range after {
		if !in(before, t) {
			p.add(field, nil, t, more)
		}
	}
}

// compareNames compares lists of values that have no languages.
func (p part) compareNames(field string, before, after []string, more, less rating) {
	for _, s := range before {
		if !slices.Contains(after, s) {
			p.add(field, p.plain(s), nil, less)
		}
	}
	for _, s := range after {
		if !slices.Contains(before, s) {
			p.add(field, nil, p.plain(s), more)
		}
	}
}

// compareEntries compares two lists, whose entries have keys, in the newer list's order. Removed entries come last.
func compareEntries[T any](
	before, after []T, key func(*T) string, addNew, addRemoved func(*T), compare func(before, after *T),
) {
	find := func(list []T, k string) *T {
		for i := range list {
			if key(&list[i]) == k {
				return &list[i]
			}
		}
		return nil
	}
	for i := range after {
		if was := find(before, key(&after[i])); was != nil {
			compare(was, &after[i])
		} else {
			addNew(&after[i])
		}
	}
	for i := range before {
		if find(after, key(&before[i])) == nil {
			addRemoved(&before[i])
		}
	}
}

// hasSameWords reports whether two texts differ only in spacing, punctuation and the form of letters.
func hasSameWords(a, b string) bool { return a == b || normalize(a) == normalize(b) }

// normalize keeps the letters, digits and signs such as "+" and "%" of a text. It also keeps what is between two
// digits, so that "1.5" is not "15".
func normalize(s string) string {
	runes := []rune(norm.NFKC.String(s))
	var b strings.Builder
	for i, r := range runes {
		between := i > 0 && i+1 < len(runes) && unicode.IsDigit(runes[i-1]) && unicode.IsDigit(runes[i+1])
		if between || unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.S) || strings.ContainsRune("%@#&/*", r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
