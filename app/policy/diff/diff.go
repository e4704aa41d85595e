//go:build !js

// Package diff compares the versions of a policy. Compare finds the differences between two versions, rates how much
// each of them matters, and lists the purposes that need new consent. LineageOf follows each purpose through all
// versions, and finds the earlier answers that still count.
package diff

import (
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
)

// Difference is one difference between two versions of a policy.
type Difference struct {
	Part  string      // of the policy: purpose, sdk, recipient, right, …; as the policy file's keys, in the singular
	ID    string      // of the purpose, the SDK, …; "" if the part has none
	Field string      // what of it, as the file's keys; "" if all of it was added or removed
	Item  policy.Text // what it is called

	Before, After policy.Text // "" if it was added or removed
	Flag          Flag        // of a switch, which has no texts

	Class   policy.Class
	Kind    policy.ChangeKind // of a material one
	Reason  string            // why it is of that class, for the policy's author
	Asks    []string          // ids of the purposes that need new consent
	Reduces bool              // reduces visitors' rights: applies only to visitors who accept it
}

// Flag is how a switch of a policy's file changed.
type Flag string

// The ways in which a switch changes; "" if it is not a switch.
const (
	FlagOn  Flag = "on"
	FlagOff Flag = "off"
)

// Path names the part of the policy's file.
func (d Difference) Path() string {
	parts := slices.DeleteFunc([]string{d.Part, d.ID, d.Field}, func(s string) bool { return s == "" })
	return strings.Join(parts, ".")
}

// Result is all differences between two versions of a policy.
type Result struct {
	Old, New    string // versions
	Differences []Difference
}

// Class returns the highest of the differences' classes; Editorial if there are no differences.
func (r Result) Class() policy.Class {
	highest := policy.Editorial
	for _, one := range r.Differences {
		if one.Class.Above(highest) {
			highest = one.Class
		}
	}
	return highest
}

// Kinds lists the kinds of the material differences, in the order in which they were found.
func (r Result) Kinds() []policy.ChangeKind {
	var kinds []policy.ChangeKind
	for _, one := range r.Differences {
		if one.Class == policy.Material && !slices.Contains(kinds, one.Kind) {
			kinds = append(kinds, one.Kind)
		}
	}
	return kinds
}

// Asks lists the purposes that need new consent, in the order in which they were found.
func (r Result) Asks() []string {
	var ids []string
	for _, one := range r.Differences {
		for _, id := range one.Asks {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// Reduces reports whether visitors' rights are reduced.
func (r Result) Reduces() bool {
	return slices.ContainsFunc(r.Differences, func(one Difference) bool { return one.Reduces })
}

// Compare compares two versions of a site's policy, and classifies each difference.
//
// If something changed that a visitor decided about, that purpose needs new consent, and no other. If something was
// only removed (a kind of data, a recipient or a service), the earlier answer covers the rest. Texts that differ in
// spacing, punctuation or the width of letters are the same. Any other wording counts as a change: only a person could
// say that it means the same. The newer version can claim a higher class for itself (Revision), never a lower one.
func Compare(site *policy.Site, before, after *policy.Policy) Result {
	c := &comparer{original: site.Language(), result: Result{Old: before.Version, New: after.Version}}
	c.compareDocument(before, after)
	c.comparePurposes(before, after)
	c.compareRegister(before, after)
	c.compareFullText(before, after)
	c.addRevision(after)
	for i := range c.result.Differences {
		d := &c.result.Differences[i]
		d.Asks = slices.DeleteFunc(d.Asks, func(id string) bool { return !isAsked(after.Purpose(id)) })
	}
	return c.result
}

// isAsked reports whether a version asks for a purpose. It does not if it has none of that id, if the purpose is
// required, or if each case is asked about by itself.
func isAsked(p *policy.Purpose) bool { return p != nil && !p.Required && !p.PerCase }

// comparer collects differences.
type comparer struct {
	original string // language
	result   Result
}

// rating is how much a difference matters.
type rating struct {
	class   policy.Class
	kind    policy.ChangeKind
	reason  string
	asks    []string
	reduces bool
}

func editorial(reason string) rating { return rating{class: policy.Editorial, reason: reason} }
func minor(reason string) rating     { return rating{class: policy.Minor, reason: reason} }

func material(kind policy.ChangeKind, reason string, asks ...string) rating {
	asks = slices.DeleteFunc(asks, func(id string) bool { return id == "" })
	return rating{class: policy.Material, kind: kind, reason: reason, asks: asks}
}

// reduction is a material change that reduces visitors' rights.
func reduction(reason string) rating {
	return rating{class: policy.Material, kind: policy.ChangeRights, reason: reason, reduces: true}
}
