// Package calendar counts working days.
//
// A calendar is data: a list of years, each with the days that differ from an ordinary week. The program has one, CN,
// for the People's Republic of China (assets/calendar/CN.yaml). A site adds a year with a file of its own, or all the
// years of another country's calendar.
//
// Weekends alone are not a safe guess. In China a holiday moves working days to weekends, so that 15 working days can
// end later or earlier than 15 days from Monday to Friday. Therefore every result says whether all its days are known.
// A day beyond the known years is counted from Monday to Friday, and must not be promised to anyone.
//
// Terms are in dates, never in hours: the day of the event is not counted, and the last day ends at 24:00 (Civil Code
// of the People's Republic of China, articles 201 and 203).
package calendar

//go:generate go run ./build

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/assets"
)

// CN is the calendar of the People's Republic of China.
const CN = "CN"

// IDs lists the calendars that the program has.
var IDs = []string{CN}

// Calendar says which days are worked.
type Calendar struct {
	years map[int]bool
	off   map[Date]bool // days from Monday to Friday that are free
	work  map[Date]bool // Saturdays and Sundays that are worked
}

// Read returns a calendar with the years of a site. A year that the program has too is replaced: an authority can
// change the days of a running year. A calendar that the program does not have needs at least one year.
func Read(id string, more []policy.CalendarYear) (*Calendar, error) {
	switch isOwn := slices.Contains(IDs, id); {
	case !isOwn && len(more) == 0:
		return nil, fmt.Errorf("calendar %q: no year is known. The program has %s", id, strings.Join(IDs, ", "))
	case !isOwn:
		return New(more)
	case len(more) == 0:
		return makeOwn()
	}
	years, err := readOwn()
	if err != nil {
		return nil, err
	}
	return New(slices.Concat(years, more))
}

// makeOwn makes the calendar CN without more years, once: nothing changes a calendar.
var makeOwn = sync.OnceValues(func() (*Calendar, error) {
	years, err := readOwn()
	if err != nil {
		return nil, err
	}
	return New(years)
})

// readOwn reads the file of the calendar CN, once.
var readOwn = sync.OnceValues(func() (years []policy.CalendarYear, err error) {
	data, err := assets.Files.ReadFile("calendar/" + CN + ".yaml")
	if err == nil {
		err = yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&years)
	}
	if err != nil {
		return nil, fmt.Errorf("read the calendar %s: %w", CN, err)
	}
	return years, nil
})

// New makes a calendar of years. A later entry replaces an earlier one of the same year.
func New(years []policy.CalendarYear) (*Calendar, error) {
	byYear := map[int]policy.CalendarYear{}
	for _, y := range years {
		if err := CheckYear(y); err != nil {
			return nil, err
		}
		byYear[y.Year] = y
	}
	c := &Calendar{years: map[int]bool{}, off: map[Date]bool{}, work: map[Date]bool{}}
	for _, y := range byYear {
		c.years[y.Year] = true
		for _, day := range y.OffDays {
			c.off[Date(day)] = true
		}
		for _, day := range y.WorkDays {
			c.work[Date(day)] = true
		}
	}
	return c, nil
}

// CheckYear checks that each day is a day of the year, that off has weekdays, and that work has days of weekends.
func CheckYear(y policy.CalendarYear) error {
	if y.Year < 2000 || y.Year > 2200 {
		return fmt.Errorf("calendar: year %d is out of range. Use one such as 2028", y.Year)
	}
	seen := map[string]bool{}
	for _, list := range []struct {
		key       string
		days      []string
		isWeekend bool
	}{{"off", y.OffDays, false}, {"work", y.WorkDays, true}} {
		for _, day := range list.days {
			date, err := ParseDate(day)
			switch {
			case err != nil:
				return fmt.Errorf("calendar %d: %s: %w", y.Year, list.key, err)
			case date.Year() != y.Year:
				return fmt.Errorf("calendar %d: %s: %s is of a different year", y.Year, list.key, day)
			case date.isWeekend() != list.isWeekend:
				return fmt.Errorf("calendar %d: %s: %s is a %s. List under off the free days from Monday to Friday, and "+
					"under work the Saturdays and Sundays that are worked", y.Year, list.key, day, date.start().Weekday())
			case seen[day]:
				return fmt.Errorf("calendar %d: %s: %s is a duplicate", y.Year, list.key, day)
			}
			seen[day] = true
		}
	}
	return nil
}

// IsKnown says whether the calendar has the year.
func (c *Calendar) IsKnown(year int) bool { return c.years[year] }

// IsWorkingDay says whether a day is worked. Of a year that the calendar does not have, it is a guess from the weekday.
func (c *Calendar) IsWorkingDay(d Date) bool { return c.work[d] || !d.isWeekend() && !c.off[d] }

// Due is the last day of a term.
type Due struct {
	Date Date

	// IsKnown is false if a day of the term is beyond the known years. Then the date is a guess that nobody may promise.
	IsKnown bool
}

// AddWorkingDays returns the last day of a term of n working days after the day d, which is not counted.
func (c *Calendar) AddWorkingDays(d Date, n int) Due {
	due := Due{Date: d, IsKnown: true}
	for n > 0 {
		due.Date = due.Date.AddDays(1)
		due.IsKnown = due.IsKnown && c.IsKnown(due.Date.Year())
		if c.IsWorkingDay(due.Date) {
			n--
		}
	}
	return due
}
