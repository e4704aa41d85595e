package request

import (
	"fmt"
	"time"

	"github.com/nod-consent/nod/app/calendar"
	"github.com/nod-consent/nod/app/policy"
)

// terms are the terms of a version of a site's policy.
type terms struct {
	answerDays  int // calendar days from the identity check
	contactDays int // working days from the receipt
	days        *calendar.Calendar
	zone        *time.Location
}

// readTerms returns the terms of a version. If the site does not have it any more, they are those of the current one.
func readTerms(s *policy.Site, version string) (terms, error) {
	if !s.Desk.IsOn() {
		return terms{}, ErrClosed
	}
	p, ok := s.Policy(version)
	if !ok || p.Requests.AnswerDays <= 0 || p.Requests.ContactDays <= 0 {
		p = s.CurrentPolicy()
	}
	days, err := calendar.Read(s.Desk.Calendar, s.CalendarYears)
	if err != nil {
		return terms{}, fmt.Errorf("site %s: %w", s.ID, err)
	}
	return terms{p.Requests.AnswerDays, p.Requests.ContactDays, days, s.Zone()}, nil
}

// startOuter starts the term that runs from the receipt of an item.
func (t terms) startOuter(i *Item, at time.Time) {
	rule, _ := i.Kind.rule()
	i.OuterFrom, i.OuterDue = at, calendar.Due{IsKnown: true}
	if rule.hasOuterTerm {
		i.OuterDue = t.days.AddWorkingDays(calendar.DateOf(at, t.zone), t.contactDays)
	}
}

// startAnswer starts the term that runs from the identity check. What needs none, such as a complaint, has no other
// term than that of working days.
func (t terms) startAnswer(i *Item, at time.Time) {
	i.VerifiedAt = at
	if i.Kind.NeedsIdentity() {
		i.AnswerDue = calendar.DateOf(at, t.zone).AddDays(t.answerDays)
	}
}

// recount counts the outer term again, because the calendar changed. A promised date moves only to an earlier one.
func (t terms) recount(i *Item) (isChanged bool) {
	rule, _ := i.Kind.rule()
	if !rule.hasOuterTerm || !i.IsOpen() {
		return false
	}
	now := t.days.AddWorkingDays(calendar.DateOf(i.OuterFrom, t.zone), t.contactDays)
	isBetter := now.IsKnown && (!i.OuterDue.IsKnown || now.Date < i.OuterDue.Date)
	if isBetter {
		i.OuterDue = now
	}
	return isBetter
}

// lapses says whether the time for showing the identity is over.
func (t terms) lapses(i Item, receivedAt, now time.Time) bool {
	last := calendar.DateOf(receivedAt, t.zone).AddDays(t.answerDays)
	return i.State == Received && !now.Before(last.End(t.zone))
}

// soonDays is how many working days before its last day an item is due soon.
const soonDays = 3

// isDueSoon says whether the promised day is near, and not over.
func (t terms) isDueSoon(i Item, now time.Time) bool {
	due := i.Due()
	soon := t.days.AddWorkingDays(calendar.DateOf(now, t.zone), soonDays)
	return i.IsOpen() && due != "" && due <= soon.Date && !t.isOverdue(i, now)
}

// isOverdue says whether the promised day is over.
func (t terms) isOverdue(i Item, now time.Time) bool {
	due := i.Due()
	return i.IsOpen() && due != "" && !now.Before(due.End(t.zone))
}
