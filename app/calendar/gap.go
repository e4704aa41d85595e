package calendar

import "time"

// When the working days of the next year are expected. Notices of the State Council of China came between 25 October
// and 16 December of the year before.
var (
	yearExpected = monthDay{time.November, 15}
	yearLate     = monthDay{time.December, 20}
)

type monthDay struct {
	month time.Month
	day   int
}

func (m monthDay) isReached(t time.Time) bool {
	return t.Month() > m.month || t.Month() == m.month && t.Day() >= m.day
}

// Gap is a year that a calendar should have and does not. Year is 0 if nothing is missing.
type Gap struct {
	Year   int
	IsLate bool // the year has begun, or its notice must have come long ago
}

// FindGap looks for the year of a time, and for the next one once that is expected.
func (c *Calendar) FindGap(now time.Time) Gap {
	year := now.Year()
	switch {
	case !c.IsKnown(year):
		return Gap{year, true}
	case c.IsKnown(year+1) || !yearExpected.isReached(now):
		return Gap{}
	}
	return Gap{year + 1, yearLate.isReached(now)}
}
