package policy

import "slices"

// Class is how much a difference between two versions of a policy matters to those who decided under the older one.
type Class string

// The classes, from the least.
const (
	Editorial Class = "editorial" // nothing that a person decides about: nobody is notified
	Minor     Class = "minor"     // a mark on the reopen button, and a line in the preference centre
	Material  Class = "material"  // a prominent notice, and new consent for the purposes that it concerns
)

// Classes lists all classes, from the least.
var Classes = []Class{Editorial, Minor, Material}

// Above reports whether the class is higher than the other.
func (c Class) Above(other Class) bool {
	return slices.Index(Classes, c) > slices.Index(Classes, other)
}

// AcceptedNote says why a note of the linter stays. It is the author's own, and no visitor sees it.
type AcceptedNote struct {
	Rule   string `yaml:"rule"`   // id of the rule that the note names; "" for a note without one
	About  string `yaml:"about"`  // words of the note that say what it is about ("SDK mars")
	Reason string `yaml:"reason"` // a sentence
}

// Revision is what a version claims about its differences from the version before. It adds to what a comparison finds,
// and removes nothing.
type Revision struct {
	Summary Text         `yaml:"summary"` // what is new, in a sentence or two
	Class   Class        `yaml:"class"`   // at least this one
	Kinds   []ChangeKind `yaml:"kinds"`   // of a material change that a comparison cannot find, such as a high risk
	Reduces bool         `yaml:"reduces"` // reduces visitors' rights: applies only to visitors who accept it
}
