package policy

// Class is how much a difference between two versions of a policy matters to those who decided under the older one.
type Class string

// The classes, from the least.
const (
	Editorial Class = "editorial" // nothing that a person decides about: nobody is told
	Minor     Class = "minor"     // a mark, and an entry in the preferences
	Material  Class = "material"  // a prominent notice, and what it concerns is asked again
)

// Classes are all of them, from the least.
var Classes = []Class{Editorial, Minor, Material}

// Revision is what a version says of how it differs from the one before. It adds to what a comparison finds, and takes nothing
// from it.
type Revision struct {
	Summary Text         `yaml:"summary"` // what is new, in a sentence or two
	Class   Class        `yaml:"class"`   // at least this one
	Kinds   []ChangeKind `yaml:"kinds"`   // of a material change, beside those that are found: an assessment that shows a high risk, say
	Reduces bool         `yaml:"reduces"` // takes a right away, which only an express yes makes good
}
