package calendar

import (
	"fmt"
	"time"

	"github.com/nod-consent/nod/app/policy"
)

// Date is a day, as YYYY-MM-DD: its text is in the order of time.
type Date string

// DateOf returns the day on which a moment is, in a zone.
func DateOf(t time.Time, zone *time.Location) Date { return Date(t.In(zone).Format(time.DateOnly)) }

// ParseDate reads a date.
func ParseDate(text string) (Date, error) {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return "", fmt.Errorf("%q is not a date. Write one such as 2028-01-31", text)
	}
	return Date(text), nil
}

// ParseMoment reads a time (RFC 3339), or a day for its beginning in UTC. An empty text is the zero time.
func ParseMoment(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q: is not a day or a time. Give a day such as 2026-01-31, "+
			"or a time such as 2026-01-31T08:00:00+08:00", text)
	}
	return at, nil
}

// start returns the beginning of the day in UTC, to count with. It is the zero time for a text that is not a date.
func (d Date) start() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}

// Year returns the year of the date.
func (d Date) Year() int { return d.start().Year() }

// AddDays returns the date n calendar days later.
func (d Date) AddDays(n int) Date { return Date(d.start().AddDate(0, 0, n).Format(time.DateOnly)) }

// DaysUntil returns the number of days until a later date; it is negative for an earlier one.
func (d Date) DaysUntil(later Date) int { return int(later.start().Sub(d.start()) / (24 * time.Hour)) }

// End returns the moment at which the day ends in the zone, and the next one begins.
func (d Date) End(zone *time.Location) time.Time { return policy.BeginDay(d.AddDays(1).start(), zone) }

func (d Date) isWeekend() bool {
	weekday := d.start().Weekday()
	return weekday == time.Saturday || weekday == time.Sunday
}

// Earlier returns the earlier of two dates. An empty one does not count.
func Earlier(a, b Date) Date {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}
