//go:build !js

package policy

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Above reports whether the class is higher than the other.
func (c Class) Above(other Class) bool {
	return slices.Index(Classes, c) > slices.Index(Classes, other)
}

// Difference is one difference between two versions of a policy.
type Difference struct {
	Part  string // of the policy: purpose, sdk, recipient, right, …; as the policy file's keys, in the singular
	ID    string // of the purpose, the SDK, …; "" if the part has none
	Field string // what of it, as the file's keys; "" if all of it was added or removed
	Item  Text   // what it is called

	Before, After Text // "" if it was added or removed
	Flag          Flag // of a switch, which has no texts

	Class   Class
	Kind    ChangeKind // of a material one
	Reason  string     // why it is of that class, for the policy's author
	Asks    []string   // ids of the purposes that need new consent
	Reduces bool       // reduces visitors' rights: applies only to visitors who accept it
}

// Flag is how a switch of a policy's file changed.
type Flag string

// The ways in which a switch changes; "" if it is not a switch.
const (
	FlagOn  Flag = "on"
	FlagOff Flag = "off"
)

// Place names the part of the policy's file.
func (d Difference) Place() string {
	parts := slices.DeleteFunc([]string{d.Part, d.ID, d.Field}, func(s string) bool { return s == "" })
	return strings.Join(parts, ".")
}

// Diff are all differences between two versions of a policy.
type Diff struct {
	Old, New    string // versions
	Differences []Difference
}

// Class returns the highest of the differences' classes; Editorial if there are no differences.
func (d Diff) Class() Class {
	highest := Editorial
	for _, one := range d.Differences {
		if one.Class.Above(highest) {
			highest = one.Class
		}
	}
	return highest
}

// Kinds lists the kinds of the material differences, in the order in which they were found.
func (d Diff) Kinds() []ChangeKind {
	var kinds []ChangeKind
	for _, one := range d.Differences {
		if one.Class == Material && !slices.Contains(kinds, one.Kind) {
			kinds = append(kinds, one.Kind)
		}
	}
	return kinds
}

// Asks lists the purposes that need new consent, in the order in which they were found.
func (d Diff) Asks() []string {
	var ids []string
	for _, one := range d.Differences {
		for _, id := range one.Asks {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// Reduces reports whether visitors' rights are reduced.
func (d Diff) Reduces() bool {
	return slices.ContainsFunc(d.Differences, func(one Difference) bool { return one.Reduces })
}

// Compare compares two versions of a site's policy, and classifies each difference.
//
// If something changed that a visitor decided about, that purpose needs new consent, and no other. If something was
// only removed (a kind of data, a recipient or a service), the earlier answer covers the rest. Texts that differ in
// spacing, punctuation or the width of letters are the same. Any other wording counts as a change: only a person could
// say that it means the same. The newer version can claim a higher class for itself (Revision), never a lower one.
func Compare(site *Site, before, after *Policy) Diff {
	c := &comparer{original: site.Language(), diff: Diff{Old: before.Version, New: after.Version}}
	c.document(before, after)
	c.purposes(before, after)
	c.register(before, after)
	c.fullText(before, after)
	c.revision(after)
	for i := range c.diff.Differences { // a removed or required purpose is not asked
		d := &c.diff.Differences[i]
		d.Asks = slices.DeleteFunc(d.Asks, func(id string) bool { p := after.Purpose(id); return p == nil || p.Required })
	}
	return c.diff
}

// comparer collects differences.
type comparer struct {
	original string // language
	diff     Diff
}

// meaning is what a difference of a field means.
type meaning struct {
	class   Class
	kind    ChangeKind
	reason  string
	asks    []string
	reduces bool
}

func editorial(reason string) meaning { return meaning{class: Editorial, reason: reason} }
func minor(reason string) meaning     { return meaning{class: Minor, reason: reason} }

func material(kind ChangeKind, reason string, asks ...string) meaning {
	asks = slices.DeleteFunc(asks, func(id string) bool { return id == "" })
	return meaning{class: Material, kind: kind, reason: reason, asks: asks}
}

// reduction is a material change that reduces visitors' rights.
func reduction(reason string) meaning {
	return meaning{class: Material, kind: ChangeRights, reason: reason, reduces: true}
}

// part is what is compared: a part of the policy with its id and name.
type part struct {
	c    *comparer
	name string
	id   string
	item Text
}

func (c *comparer) part(name, id string, item Text) part { return part{c, name, id, item} }

func (p part) add(field string, before, after Text, m meaning) {
	p.c.diff.Differences = append(p.c.diff.Differences, Difference{
		Part: p.name, ID: p.id, Field: field, Item: p.item, Before: before, After: after,
		Class: m.class, Kind: m.kind, Reason: m.reason, Asks: m.asks, Reduces: m.reduces,
	})
}

// last returns the difference that was added last.
func (p part) last() *Difference { return &p.c.diff.Differences[len(p.c.diff.Differences)-1] }

// text compares a text; m is the meaning of another wording.
func (p part) text(field string, before, after Text, m meaning) {
	was, is := before.In(p.c.original), after.In(p.c.original)
	switch {
	case !sameWords(was, is):
		p.add(field, before, after, m)
	case was != is:
		p.add(field, before, after, editorial("only spacing, punctuation or letter forms changed"))
	default:
		for l, text := range after {
			if earlier, ok := before[l]; l != p.c.original && ok && !sameWords(earlier, text) {
				p.add(field, before, after, minor("a translation changed, but the original did not"))
				return
			}
		}
	}
}

// value compares a value that has no languages.
func (p part) value(field, before, after string, m meaning) {
	if before != after {
		p.add(field, p.plain(before), p.plain(after), m)
	}
}

func (p part) plain(s string) Text {
	if s == "" {
		return nil
	}
	return Text{p.c.original: s}
}

func (p part) number(field string, before, after int, more, less meaning) {
	switch {
	case after > before:
		p.add(field, p.plain(strconv.Itoa(before)), p.plain(strconv.Itoa(after)), more)
	case after < before:
		p.add(field, p.plain(strconv.Itoa(before)), p.plain(strconv.Itoa(after)), less)
	}
}

func (p part) flag(field string, before, after bool, on, off meaning) {
	switch {
	case after && !before:
		p.add(field, nil, nil, on)
		p.last().Flag = FlagOn
	case before && !after:
		p.add(field, nil, nil, off)
		p.last().Flag = FlagOff
	}
}

// list compares a list of texts, whose order does not matter.
func (p part) list(field string, before, after []Text, more, less meaning) {
	in := func(list []Text, t Text) bool {
		return slices.ContainsFunc(list, func(other Text) bool {
			return sameWords(other.In(p.c.original), t.In(p.c.original))
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

// names compares lists of values that have no languages.
func (p part) names(field string, before, after []string, more, less meaning) {
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

// keyed pairs the entries of two lists by their keys, in the newer one's order. Removed entries come last.
func keyed[T any](before, after []T, key func(*T) string, came, went func(*T), both func(before, after *T)) {
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
			both(was, &after[i])
		} else {
			came(&after[i])
		}
	}
	for i := range before {
		if find(after, key(&before[i])) == nil {
			went(&before[i])
		}
	}
}

// sameWords reports whether two texts differ only in spacing, punctuation and the form of letters.
func sameWords(a, b string) bool { return a == b || words(a) == words(b) }

// words keeps the letters, digits and signs such as "+" and "%" of a text. It also keeps what is between two digits, so
// that "1.5" is not "15".
func words(s string) string {
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
