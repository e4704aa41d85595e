package calendar

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/policy"
)

func readCN(t *testing.T) *Calendar {
	t.Helper()
	c, err := Read(CN, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// nextWorkingDay returns the day, or the first working day after it.
func (c *Calendar) nextWorkingDay(d Date) Date {
	for !c.IsWorkingDay(d) {
		d = d.AddDays(1)
	}
	return d
}

func addWeekdays(d Date, n int) Date {
	for n > 0 {
		if d = d.AddDays(1); !d.isWeekend() {
			n--
		}
	}
	return d
}

func TestTermsEndOnTheDaysOfTheVectors(t *testing.T) {
	// C-32
	c := readCN(t)
	for _, v := range []struct{ event, calendar, rolled, working, weekdays Date }{
		{"2026-02-09", "2026-02-24", "2026-02-24", "2026-03-06", "2026-03-02"},
		{"2026-02-14", "2026-03-01", "2026-03-02", "2026-03-13", "2026-03-06"},
		{"2026-04-24", "2026-05-09", "2026-05-09", "2026-05-19", "2026-05-15"},
		{"2026-05-08", "2026-05-23", "2026-05-25", "2026-05-28", "2026-05-29"},
		{"2026-09-18", "2026-10-03", "2026-10-08", "2026-10-15", "2026-10-09"},
		{"2026-09-20", "2026-10-05", "2026-10-08", "2026-10-16", "2026-10-09"},
		{"2026-10-09", "2026-10-24", "2026-10-26", "2026-10-29", "2026-10-30"},
		{"2026-12-11", "2026-12-26", "2026-12-28", "2027-01-04", "2027-01-01"},
		{"2026-12-18", "2027-01-02", "2027-01-04", "2027-01-11", "2027-01-08"},
		{"2027-01-22", "2027-02-06", "2027-02-14", "2027-02-18", "2027-02-12"},
		{"2027-04-23", "2027-05-08", "2027-05-08", "2027-05-18", "2027-05-14"},
	} {
		t.Run(string(v.event), func(t *testing.T) {
			if got := v.event.AddDays(15); got != v.calendar {
				t.Errorf("15 calendar days: %s, want %s", got, v.calendar)
			}
			if got := c.nextWorkingDay(v.calendar); got != v.rolled {
				t.Errorf("next working day: %s, want %s", got, v.rolled)
			}
			if got := c.AddWorkingDays(v.event, 15); got != (Due{v.working, true}) {
				t.Errorf("15 working days: %v, want %s", got, v.working)
			}
			if got := addWeekdays(v.event, 15); got != v.weekdays {
				t.Errorf("15 days from Monday to Friday: %s, want %s", got, v.weekdays)
			}
		})
	}
}

func TestNothingBeyondTheKnownYearsIsKnown(t *testing.T) {
	// C-32
	c := readCN(t)
	if got := c.AddWorkingDays("2027-12-20", 15); got.IsKnown {
		t.Errorf("%v: is of 2028, which no source has", got)
	}
	if got := c.AddWorkingDays("2027-12-10", 15); !got.IsKnown || got.Date != "2027-12-31" {
		t.Errorf("%v: is of 2027, which is known", got)
	}
	for event, want := range map[Date]Date{"2026-11-28": "2027-01-27"} { // a closure is announced 60 days before
		if got := event.AddDays(60); got != want {
			t.Errorf("60 days after %s: %s, want %s", event, got, want)
		}
	}
	if got := c.AddWorkingDays("2018-12-28", 1); got.IsKnown {
		t.Errorf("%v: began in 2018, which no source has", got)
	}
}

func TestAnEventIsOnTheDayOfTheSitesZone(t *testing.T) {
	// C-32
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	last := time.Date(2026, 9, 18, 15, 59, 59, 0, time.UTC)
	if got := DateOf(last, zone).AddDays(15); got != "2026-10-03" {
		t.Errorf("verified at 23:59:59 in Beijing: due on %s", got)
	}
	if got := DateOf(last.Add(time.Second), zone).AddDays(15); got != "2026-10-04" {
		t.Errorf("verified at midnight in Beijing: due on %s", got)
	}
	if got := Date("2026-10-03").End(zone); !got.Equal(time.Date(2026, 10, 3, 16, 0, 0, 0, time.UTC)) {
		t.Errorf("the day ends at %s", got.UTC())
	}
}

// In Santiago, clocks go from 23:59:59 on 5 September 2026 to 1:00 on the 6th.
func TestADayBeforeAMissingMidnightEndsWhereTheNextOneBegins(t *testing.T) {
	zone, err := time.LoadLocation("America/Santiago")
	if err != nil {
		t.Fatal(err)
	}
	end := Date("2026-09-05").End(zone)
	if want := time.Date(2026, 9, 6, 4, 0, 0, 0, time.UTC); !end.Equal(want) {
		t.Errorf("the day ends at %s, want %s", end.UTC(), want)
	}
	if before, after := DateOf(end.Add(-1), zone), DateOf(end, zone); before != "2026-09-05" || after != "2026-09-06" {
		t.Errorf("the end is between %s and %s", before, after)
	}
}

func TestAYearHasAsManyWorkingDaysAsItsSourcesCount(t *testing.T) {
	c := readCN(t)
	for year, want := range map[int]int{2026: 248, 2027: 248} {
		count := 0
		for d := Date(strconv.Itoa(year) + "-01-01"); d.Year() == year; d = d.AddDays(1) {
			if c.IsWorkingDay(d) {
				count++
			}
		}
		if count != want {
			t.Errorf("%d has %d working days, want %d", year, count, want)
		}
	}
}

func TestWeekdaysAloneWouldPromiseTheWrongDay(t *testing.T) {
	c := readCN(t)
	counts := map[int]int{}
	for d := Date("2026-01-01"); d <= "2027-11-30"; d = d.AddDays(1) {
		right, guess := c.AddWorkingDays(d, 15).Date, addWeekdays(d, 15)
		switch {
		case right < guess:
			counts[-1]++
		case right > guess:
			counts[1]++
		default:
			counts[0]++
		}
	}
	if counts[0] != 400 || counts[1] != 263 || counts[-1] != 36 {
		t.Errorf("%d equal, %d later, %d earlier; want 400, 263, 36", counts[0], counts[1], counts[-1])
	}
}

// oneSource are the years that only the library has from which the file is made. When the second source has them too,
// add them to testdata/chinese-days.json and remove them here.
var oneSource = []int{2027}

func TestASecondSourceHasTheSameDays(t *testing.T) {
	// C-32
	data, err := os.ReadFile("testdata/chinese-days.json")
	if err != nil {
		t.Fatal(err)
	}
	var second struct {
		Years map[string]struct{ Off, Work []string }
	}
	if err := json.Unmarshal(data, &second); err != nil {
		t.Fatal(err)
	}
	c := readCN(t)
	days := 0
	for d := Date("2019-01-01"); c.IsKnown(d.Year()); d = d.AddDays(1) {
		if slices.Contains(oneSource, d.Year()) {
			continue
		}
		year := second.Years[string(d[:4])]
		want := slices.Contains(year.Work, string(d)) || !d.isWeekend() && !slices.Contains(year.Off, string(d))
		if got := c.IsWorkingDay(d); got != want {
			t.Errorf("%s: worked is %v here and %v in the second source", d, got, want)
		}
		days++
	}
	if days != 2922 {
		t.Errorf("%d days were compared, want those of 2019 to 2026", days)
	}
	for _, year := range oneSource {
		if _, isThere := second.Years[strconv.Itoa(year)]; isThere || !c.IsKnown(year) {
			t.Errorf("%d: is it still of one source?", year)
		}
	}
}

func TestTheFileIsWhatTheLibraryGives(t *testing.T) {
	made := filepath.Join(t.TempDir(), "CN.yaml")
	if out, err := exec.Command("go", "run", "./build", made).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got, err := os.ReadFile(made)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("../../assets/calendar/CN.yaml")
	if err != nil || string(got) != string(want) {
		t.Errorf("assets/calendar/CN.yaml is out of date (error %v). Run go generate ./app/calendar", err)
	}
}

func TestASiteAddsAndReplacesAYear(t *testing.T) {
	c, err := Read(CN, []policy.CalendarYear{
		{Year: 2028, Source: "notice", OffDays: []string{"2028-01-03"}},
		{Year: 2027, Source: "notice"}, // the authority changes the running year
	})
	if err != nil {
		t.Fatal(err)
	}
	if !c.IsKnown(2028) || c.IsWorkingDay("2028-01-03") || !c.IsWorkingDay("2028-01-04") {
		t.Error("the site's year does not count")
	}
	if c.IsWorkingDay("2027-01-31") || !c.IsWorkingDay("2027-01-01") {
		t.Error("the site's 2027 does not replace the program's")
	}
}

func TestTheCalendarOfAnotherCountryIsItsSitesYears(t *testing.T) {
	c, err := Read("GB", []policy.CalendarYear{{Year: 2027, Source: "gov.uk", OffDays: []string{"2027-12-27"}}})
	if err != nil {
		t.Fatal(err)
	}
	if !c.IsKnown(2027) || c.IsWorkingDay("2027-12-27") || !c.IsWorkingDay("2027-10-01") {
		t.Error("the site's year does not count")
	}
	if c.IsKnown(2026) {
		t.Error("a year of China counts in another country")
	}
}

func TestAWrongYearIsRefusedByName(t *testing.T) {
	for name, test := range map[string]struct {
		year policy.CalendarYear
		want string
	}{
		"no year":            {policy.CalendarYear{}, "year 0"},
		"a day that is not":  {policy.CalendarYear{Year: 2028, OffDays: []string{"2028-02-30"}}, `is not a date`},
		"another year":       {policy.CalendarYear{Year: 2028, OffDays: []string{"2027-01-01"}}, "different year"},
		"a free Saturday":    {policy.CalendarYear{Year: 2028, OffDays: []string{"2028-01-01"}}, "is a Saturday"},
		"a worked Monday":    {policy.CalendarYear{Year: 2028, WorkDays: []string{"2028-01-03"}}, "is a Monday"},
		"a day listed twice": {policy.CalendarYear{Year: 2028, OffDays: []string{"2028-01-03", "2028-01-03"}}, "duplicate"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New([]policy.CalendarYear{test.year})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v: want %q", err, test.want)
			}
		})
	}
	if _, err := Read("XX", nil); err == nil {
		t.Error("a calendar without years was read")
	}
}

func TestAYearIsMissingFromTheDayOnWhichItIsExpected(t *testing.T) {
	// C-32
	c := readCN(t)
	for at, want := range map[string]Gap{
		"2026-12-31": {}, "2027-01-01": {}, "2027-11-14": {}, "2027-11-15": {2028, false}, "2027-12-19": {2028, false},
		"2027-12-20": {2028, true}, "2028-01-01": {2028, true}, "2029-06-01": {2029, true},
	} {
		now, err := time.Parse(time.DateOnly, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.FindGap(now); got != want {
			t.Errorf("on %s: %+v, want %+v", at, got, want)
		}
	}
}

func TestAMomentIsATimeOrTheBeginningOfADayInUTC(t *testing.T) {
	moments := map[string]string{
		"":                          "0001-01-01T00:00:00Z",
		"2026-01-31":                "2026-01-31T00:00:00Z",
		"2026-01-31T08:00:00+08:00": "2026-01-31T00:00:00Z",
	}
	for text, want := range moments {
		if at, err := ParseMoment(text); err != nil || at.UTC().Format(time.RFC3339) != want {
			t.Errorf("%q is %v, error %v; want %s", text, at, err, want)
		}
	}
	for _, text := range []string{"yesterday", "2026-02-30", "2026-01-31T08:00:00", "31.01.2026", " 2026-01-31"} {
		if at, err := ParseMoment(text); err == nil || !strings.Contains(err.Error(), "is not a day or a time") {
			t.Errorf("%q is %v, error %v", text, at, err)
		}
	}
}
