//go:build !js

package lint

import (
	"fmt"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// explain adds the author's reasons to the notes that they are about. Errors and warnings cannot be explained away. A
// reason that no note needs any more is reported, so that the list stays true.
func (l *linter) explain() {
	used := make([]bool, len(l.policy.Explained))
	for i := range l.problems {
		p := &l.problems[i]
		for j, e := range l.policy.Explained {
			if p.Level == load.Note && p.Rule == e.Rule && isAbout(p, e) {
				p.Reason, used[j] = e.Reason, true
				break
			}
		}
	}
	for j, e := range l.policy.Explained {
		if !used[j] {
			l.note(load.RuleNone, fmt.Sprintf("$.explained[%d]", j),
				fmt.Sprintf("no note of rule %q is about %q", e.Rule, e.About), "Remove it, or correct rule and about")
		}
	}
}

func isAbout(p *load.Problem, e policy.Explanation) bool { return strings.Contains(p.Message, e.About) }
