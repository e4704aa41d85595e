//go:build !js

package lint

import (
	"fmt"

	"github.com/nod-consent/nod/app/calendar"
	"github.com/nod-consent/nod/app/policy/load"
)

// lintCalendar finds that the calendar of a site's desk ends soon. A term that reaches beyond it has no promised date.
func (l *linter) lintCalendar() {
	if !l.site.Desk.IsOn() {
		return
	}
	days, err := calendar.Read(l.site.Desk.Calendar, l.site.CalendarYears)
	if err != nil { // the site was loaded, so its calendar can be read
		return
	}
	switch gap := days.FindGap(l.now.In(l.site.Zone())); {
	case gap.IsLate:
		l.reportYear(l.fail, gap.Year)
	case gap.Year != 0:
		l.reportYear(l.warn, gap.Year)
	}
}

func (l *linter) reportYear(report func(load.Rule, string, string, string), year int) {
	id := l.site.Desk.Calendar
	report(load.RuleAnswerTime, "$.requests.calendar",
		fmt.Sprintf("the calendar %s has no working days of %d: answers that are due then get no date", id, year),
		fmt.Sprintf("Add calendar/%s-%d.yaml to the site's directory, or update the program", id, year))
}
