package policy

import "time"

// Evidence says how long records are stored, and what happens to them when a person asks for erasure.
type Evidence struct {
	Years int `yaml:"years"` // how long a record is stored after the end of its consent, 3 to 30

	// Erasure is what becomes of the records when their person asks for erasure: they are erased, or stay as evidence to
	// their term and are used for nothing else.
	Erasure Erasure `yaml:"erasure"`
}

// Erasure is what happens to a person's records when that person asks for erasure.
type Erasure string

// The ways of erasure.
const (
	ErasureErase    Erasure = "erase"    // the contents are erased at once
	ErasureRestrict Erasure = "restrict" // they stay as evidence to their term, and are used for nothing else
)

// Erases reports whether a person who asks for erasure has the records erased. If not, they are restricted.
func (e Evidence) Erases() bool { return e.Erasure == ErasureErase }

// EndedBefore returns the time by which a consent must have ended for its records to go now. The years are those of the
// calendar, with a day more, because a year may have no 29 February.
func (e Evidence) EndedBefore(now time.Time) time.Time { return now.AddDate(-e.Years, 0, -1) }
