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
	Class   Class        `yaml:"class"`   // how much it matters: at least this
	Kinds   []ChangeKind `yaml:"kinds"`   // of a material change that a comparison cannot find

	// Announced is the day when it was published: visitors who decided before it are notified of a reduction to come. If
	// it is missing, the day of updated counts where it is after the version in force took effect, or else the moment at
	// which a server first served the version. A bundle has no database: name the day there.
	Announced string `yaml:"announced"`
	Reduces   bool   `yaml:"reduces"` // reduces visitors' rights: applies only to visitors who accept it
}
