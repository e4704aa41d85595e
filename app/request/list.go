package request

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/calendar"
	"github.com/nod-consent/nod/app/policy"
)

// ListOpen lists open cases of a site, those that are due first at the top, and says how many there are. It leaves out
// the first ones, and lists at most so many. Cases without a date come last.
func (d *Desk) ListOpen(ctx context.Context, site string, leaveOut, atMost int) (cases []Case, total int, err error) {
	order, err := d.listDueDates(ctx, site)
	if err != nil {
		return nil, 0, fmt.Errorf("list requests: %w", err)
	}
	from := min(leaveOut, len(order))
	for _, c := range order[from:min(from+atMost, len(order))] {
		full, err := readCases(ctx, d.store.ReadDesk(), `WHERE id = $1`, c.ID[:])
		if err != nil {
			return nil, 0, fmt.Errorf("list requests: %w", err)
		}
		cases = append(cases, full...)
	}
	return cases, len(order), nil
}

// listDueDates lists the open cases of a site in the order of their due dates, without what people wrote: a list of
// thousands stays small.
func (d *Desk) listDueDates(ctx context.Context, site string) (cases []Case, err error) {
	err = d.store.ReadDesk().Each(ctx, func(scan func(...any) error) error {
		var id []byte
		var state, answerDue, outerDue string
		var isKnown int
		if err := scan(&id, &state, &answerDue, &outerDue, &isKnown); err != nil {
			return err
		}
		if n := len(cases); n == 0 || !bytes.Equal(cases[n-1].ID[:], id) {
			parsed, err := uuid.FromBytes(id)
			if err != nil {
				return err
			}
			cases = append(cases, Case{ID: parsed})
		}
		last := &cases[len(cases)-1]
		last.Items = append(last.Items, Item{
			State: State(state), AnswerDue: calendar.Date(answerDue),
			OuterDue: calendar.Due{Date: calendar.Date(outerDue), IsKnown: isKnown == 1},
		})
		return nil
	}, `SELECT c.id, i.state, i.answer_due, i.outer_due, i.outer_known FROM cases c JOIN case_items i ON i.case_id = c.id
		WHERE c.site = $1 AND c.closed_at = '' ORDER BY c.received_at, c.id`, site)
	slices.SortStableFunc(cases, func(a, b Case) int { return cmp.Compare(a.sortKey(), b.sortKey()) })
	return cases, err
}

// sortKey is the due date, or a date after all others.
func (c Case) sortKey() calendar.Date { return cmp.Or(c.Due(), "9999-12-31") }

// ListClosed lists the cases of a site that were closed last.
func (d *Desk) ListClosed(ctx context.Context, site string, limit int) ([]Case, error) {
	cases, err := readCases(ctx, d.store.ReadDesk(),
		`WHERE site = $1 AND closed_at <> '' ORDER BY closed_at DESC, id LIMIT $2`, site, limit)
	if err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	return cases, nil
}

// IsOverdue says whether the promised day of an open item is over.
func (d *Desk) IsOverdue(s *policy.Site, i Item) bool {
	return terms{zone: s.Zone()}.isOverdue(i, d.clock())
}

// IsDueSoon says whether the promised day of an open item is near.
func (d *Desk) IsDueSoon(s *policy.Site, c Case, i Item) bool {
	t, err := readTerms(s, c.Policy)
	return err == nil && t.isDueSoon(i, d.clock())
}

// FindGap returns the year whose working days a site's calendar should have and does not. Answers that are due then get
// no date.
func (d *Desk) FindGap(s *policy.Site) calendar.Gap {
	if !s.Desk.IsOn() {
		return calendar.Gap{}
	}
	days, err := calendar.Read(s.Desk.Calendar, s.CalendarYears)
	if err != nil { // the site was loaded, so its calendar can be read
		return calendar.Gap{}
	}
	return days.FindGap(d.now().In(s.Zone()))
}

// Today returns the date in the site's zone.
func (d *Desk) Today(s *policy.Site) calendar.Date { return calendar.DateOf(d.clock(), s.Zone()) }

// LastProofDay returns the last day on which a case that waits for a proof does not lapse.
func (d *Desk) LastProofDay(s *policy.Site, c Case) calendar.Date {
	t, err := readTerms(s, c.Policy)
	if err != nil {
		return ""
	}
	return calendar.DateOf(c.ReceivedAt, t.zone).AddDays(t.answerDays)
}

// CountOverdue counts the open items whose promised day is over.
func (d *Desk) CountOverdue(ctx context.Context, s *policy.Site) (n int, err error) {
	today := string(calendar.DateOf(d.now(), s.Zone()))
	err = d.store.ReadDesk().One(ctx, []any{&n}, `SELECT count(*) FROM case_items i JOIN cases c ON c.id = i.case_id
		WHERE c.site = $1 AND i.state IN ('received', 'verified') AND (i.answer_due <> '' AND i.answer_due < $2
			OR i.outer_due <> '' AND i.outer_known = 1 AND i.outer_due < $2)`, s.ID, today)
	if err != nil {
		return 0, fmt.Errorf("count overdue requests: %w", err)
	}
	return n, nil
}

// FormatDay writes the day of a time in the site's zone.
func FormatDay(s *policy.Site, t time.Time) calendar.Date { return calendar.DateOf(t, s.Zone()) }
