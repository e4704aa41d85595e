package policy

import "slices"

// Platform is where something is shown or runs.
type Platform string

// The platforms.
const (
	Web     Platform = "web"
	Android Platform = "android"
	IOS     Platform = "ios"
	Harmony Platform = "harmony"
)

// Platforms lists all of them.
var Platforms = []Platform{Web, Android, IOS, Harmony}

// Valid reports whether the platform is one of those above.
func (p Platform) Valid() bool { return slices.Contains(Platforms, p) }

// In reports whether a list of platforms names this one. An empty list means all.
func (p Platform) In(list []Platform) bool { return len(list) == 0 || slices.Contains(list, p) }
