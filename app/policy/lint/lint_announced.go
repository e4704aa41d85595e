//go:build !js

package lint

import (
	"fmt"
	"time"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// lintIncidents counts the days of incidents that are not published yet, and finds those that were published late. The
// policy promises the term; without one the notice is due at once (PIPL 57).
func (l *linter) lintIncidents() {
	term := l.site.CurrentPolicy().Keeping.IncidentDays
	today := l.now.In(l.site.Zone()).Format(time.DateOnly)
	for i, incident := range l.site.Incidents {
		discovered, err := time.Parse(time.DateOnly, incident.Discovered)
		if err != nil {
			continue
		}
		at := fmt.Sprintf("$.incidents[%d]", i)
		last := discovered.AddDate(0, 0, term).Format(time.DateOnly)
		switch published := incident.Published; {
		case published > today:
			l.warn(load.RuleIncident, at+".published", "is a day to come, and the notice is on the pages already",
				"Leave it out until the day")
		case published > last:
			l.note(load.RuleIncident, at+".published", fmt.Sprintf("the notice was due by %s", last),
				"Say in facts why it came later, and notify people in another way too")
		case published == "":
			l.warn(load.RuleIncident, at, fmt.Sprintf("incident %s is not published: %s", incident.ID,
				describeTerm(incident, last, today)), "Fill in every text, and add published with the day of today")
		}
	}
}

// describeTerm says by when a notice is due. Days of one form sort like their dates.
func describeTerm(i policy.Incident, last, today string) string {
	if today > last {
		return fmt.Sprintf("people were to be notified by %s", last)
	}
	return fmt.Sprintf("it was discovered on %s, and people are to be notified at once, by %s at the latest",
		i.Discovered, last)
}

// lintClosure finds an end that comes sooner after its announcement than the policy promises.
func (l *linter) lintClosure() {
	c, term := l.site.Closure, l.site.CurrentPolicy().Keeping.ClosureDays
	announced, err := time.Parse(time.DateOnly, c.Announced)
	if err != nil || !c.IsAnnounced() {
		return
	}
	if c.Announced > l.now.In(l.site.Zone()).Format(time.DateOnly) {
		l.warn(load.RuleClosure, "$.closure.announced", "is a day to come, and the announcement is on the pages already",
			"Take closure out until the day")
	}
	if first := announced.AddDate(0, 0, term).Format(time.DateOnly); c.LastDay < first {
		l.warn(load.RuleClosure, "$.closure.last_day", fmt.Sprintf("is before %s: the policy promises an announcement "+
			"%d days ahead", first, term), "Choose that day or a later one")
	}
}
