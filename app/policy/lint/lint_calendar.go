//go:build !js

package lint

import (
	"fmt"
	"time"

	"github.com/nod-consent/nod/app/calendar"
	"github.com/nod-consent/nod/app/policy/load"
)

// When the days of the next year are expected. Notices of the State Council of China came between 25 October and
// 16 December of the year before.
var (
	yearExpected = [2]int{int(time.November), 15} // month and day
	yearOverdue  = [2]int{int(time.December), 20}
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
	now := l.now.In(l.site.Zone())
	if !days.IsKnown(now.Year()) {
		l.reportYear(l.fail, now.Year())
		return
	}
	missing := days.MissingYear(now)
	today := [2]int{int(now.Month()), now.Day()}
	switch {
	case missing == 0:
	case isFrom(today, yearOverdue):
		l.reportYear(l.fail, missing)
	case isFrom(today, yearExpected):
		l.reportYear(l.warn, missing)
	}
}

func isFrom(day, from [2]int) bool { return day[0] > from[0] || day[0] == from[0] && day[1] >= from[1] }

func (l *linter) reportYear(report func(load.Rule, string, string, string), year int) {
	id := l.site.Desk.Calendar
	report(load.RuleAnswerTime, "$.requests.calendar",
		fmt.Sprintf("the calendar %s has no working days of %d: answers that are due then get no date", id, year),
		fmt.Sprintf("Add calendar/%s-%d.yaml to the site's directory, or update the program", id, year))
}
