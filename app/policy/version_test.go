package policy

import (
	"testing"
	"time"
)

// C-30: in Santiago, clocks go from 23:59:59 on 5 September 2026 to 1:00 on the 6th.
func TestAVersionTakesEffectAfterAMissingMidnight(t *testing.T) {
	s := &Site{TimeZone: "America/Santiago"}
	at := s.TakesEffect(&Policy{Effective: "2026-09-06"})
	if want := time.Date(2026, 9, 6, 4, 0, 0, 0, time.UTC); !at.Equal(want) {
		t.Errorf("it takes effect at %s, want %s", at.UTC(), want)
	}
}

// C-30
func TestVersionTakesEffectAtTheBeginningOfItsDay(t *testing.T) {
	const first, second, third = "2026-01-01", "2026-02-01", "2026-03-01"
	site := func(published, zone string) *Site {
		s := &Site{Published: published, TimeZone: zone}
		for _, day := range []string{first, second, third} {
			s.Policies = append(s.Policies, &Policy{Version: day, Effective: day})
		}
		return s
	}
	for _, test := range []struct {
		name, published, zone, at string
		current                   string
		announced                 int
		next                      string
	}{
		{"before all days, the first version is current", "", "", "2025-06-01T00:00:00Z", first, 2, "2026-01-01T00:00:00Z"},
		{"the last second before a day", "", "", "2026-01-31T23:59:59Z", first, 2, "2026-02-01T00:00:00Z"},
		{"the first second of a day", "", "", "2026-02-01T00:00:00Z", second, 1, "2026-03-01T00:00:00Z"},
		{"after the last day", "", "", "2030-01-01T00:00:00Z", third, 0, ""},
		{"a day begins earlier in the east", "", "Asia/Shanghai", "2026-01-31T16:00:00Z", second, 1, "2026-02-28T16:00:00Z"},
		{
			"one second before a day in the east", "", "Asia/Shanghai", "2026-01-31T15:59:59Z",
			first, 2, "2026-01-31T16:00:00Z",
		},
		{
			"a day begins later in the west", "", "America/Los_Angeles", "2026-02-01T07:59:59Z",
			first, 2, "2026-02-01T08:00:00Z",
		},
		{"a draft is not announced", second, "", "2026-01-15T00:00:00Z", first, 1, "2026-02-01T00:00:00Z"},
		{"a draft never takes effect", second, "", "2030-01-01T00:00:00Z", second, 0, ""},
		{"only the first version is published", first, "", "2030-01-01T00:00:00Z", first, 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, test.at)
			if err != nil {
				t.Fatal(err)
			}
			s := site(test.published, test.zone).At(now)
			next := ""
			if at := s.NextEffect(now); !at.IsZero() {
				next = at.UTC().Format(time.RFC3339)
			}
			if s.Current != test.current || len(s.Announced()) != test.announced || next != test.next {
				t.Errorf("%s is in force, %d announced, the next at %q", s.Current, len(s.Announced()), next)
			}
		})
	}
}

// C-55
func TestAServiceEndsAfterItsLastDay(t *testing.T) {
	s := &Site{TimeZone: "Asia/Shanghai", Closure: Closure{LastDay: "2026-09-30"}, Policies: []*Policy{
		{Version: "1", Effective: "2026-01-01"}, {Version: "2", Effective: "2027-01-01"},
	}}
	for at, test := range map[string]struct {
		hasEnded bool
		next     string
	}{
		"2026-09-30T15:59:59Z": {false, "2026-09-30T16:00:00Z"},
		"2026-09-30T16:00:00Z": {true, "2026-12-31T16:00:00Z"},
		"2030-01-01T00:00:00Z": {true, ""},
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		next := ""
		if at := s.NextEffect(now); !at.IsZero() {
			next = at.UTC().Format(time.RFC3339)
		}
		if got := s.At(now).HasEnded; got != test.hasEnded || next != test.next {
			t.Errorf("at %s: ended %v, next %s; want %v and %s", at, got, next, test.hasEnded, test.next)
		}
	}
	open := &Site{Policies: s.Policies}
	if open.At(time.Now().AddDate(100, 0, 0)).HasEnded {
		t.Error("a service ends that announced no end")
	}
}
