//go:build !js

package lint

import (
	"fmt"

	"github.com/nod-consent/nod/app/policy/load"
)

// lintDates finds days that contradict each other, which a slip of the pen makes: a wrong year.
func (l *linter) lintDates() {
	p := l.policy
	if p.Updated > p.Effective {
		l.warn(load.RuleChange, "$.updated",
			fmt.Sprintf("is after %s, the first day on which the text is in force", p.Effective), "Correct one of the two days")
	}
	if announced := p.Revision.Announced; announced > p.Effective {
		l.warn(load.RuleChange, "$.revision.announced",
			fmt.Sprintf("is after %s, the day on which the version takes effect", p.Effective),
			"Use the day on which visitors can read of it")
	}
	for _, other := range l.site.Policies {
		if other.Version > p.Version && other.Effective < p.Effective && p == l.site.CurrentPolicy() {
			l.warn(load.RuleChange, "$.effective", fmt.Sprintf("is after that of the later version %s (%s), which is not used",
				other.Version, other.Effective), "Correct effective of "+other.Version)
		}
	}
	if p == l.site.Policies[0] && p.Effective > l.now.In(l.site.Zone()).Format("2006-01-02") {
		l.note(load.RuleChange, "$.effective", "is a day to come, and no earlier version exists: this one is used at once",
			"Use the day on which the first visitors see it")
	}
}
