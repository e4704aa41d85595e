package policy

import (
	"slices"
	"strings"
)

// Incident is a leak, a change or a loss of personal information, and what people are notified of (PIPL 57, GDPR 34).
type Incident struct {
	ID         string `yaml:"id"`         // a-z, 0-9 and "-"
	Discovered string `yaml:"discovered"` // day on which the controller learned of it, YYYY-MM-DD; the term runs from it
	Published  string `yaml:"published"`  // day of the notice, YYYY-MM-DD; one without it is a draft, and shown nowhere
	Name       Text   `yaml:"name"`       // what happened, in a few words
	Facts      Text   `yaml:"facts"`      // what happened, why, and to which information of whom
	Effect     Text   `yaml:"effect"`     // what it may do to people
	Measures   Text   `yaml:"measures"`   // what was done against it
	Advice     Text   `yaml:"advice"`     // what people can do themselves
	Remedies   Text   `yaml:"remedies"`   // what people can ask for
}

// PublishedIncidents lists those whose notice is published, the last one first.
func (s *Site) PublishedIncidents() (list []Incident) {
	for _, i := range s.Incidents {
		if i.Published != "" {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b Incident) int { return strings.Compare(b.Published, a.Published) })
	return list
}
