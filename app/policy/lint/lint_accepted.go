//go:build !js

package lint

import (
	"fmt"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// acceptNotes adds the author's reasons to the notes that they are about. Errors and warnings cannot be accepted. A
// reason that no note needs any more is reported, so that the list stays true.
func (l *linter) acceptNotes() {
	used := make([]bool, len(l.policy.Accepted))
	for i := range l.problems {
		p := &l.problems[i]
		for j, e := range l.policy.Accepted {
			if p.Level == load.Note && p.Rule == e.Rule && isAbout(p, e) {
				p.Reason, used[j] = e.Reason, true
				break
			}
		}
	}
	for j, e := range l.policy.Accepted {
		if !used[j] {
			l.note(load.RuleNone, fmt.Sprintf("$.accepted[%d]", j),
				fmt.Sprintf("no note of rule %q is about %q", e.Rule, e.About), "Remove it, or correct rule and about")
		}
	}
}

func isAbout(p *load.Problem, e policy.AcceptedNote) bool {
	return strings.Contains(p.Message, e.About)
}
