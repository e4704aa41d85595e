package request

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/nod-consent/nod/app/calendar"
	"github.com/nod-consent/nod/app/policy"
)

// ListOpen lists the open cases of a site, those that are due first at the top. Cases without a date come last.
func (d *Desk) ListOpen(ctx context.Context, site string) ([]Case, error) {
	cases, err := readCases(ctx, d.store.ReadDesk(), `WHERE site = $1 AND closed_at = '' ORDER BY received_at, id`, site)
	if err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	slices.SortStableFunc(cases, func(a, b Case) int { return cmp.Compare(a.sortKey(), b.sortKey()) })
	return cases, nil
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
