//go:build !js

package policy

import (
	"slices"
	"time"
	_ "time/tzdata" // a container can be without time zones
)

// published lists the versions up to the last one that site.yaml names. Those after it are drafts. If it names none,
// all are published.
func (s *Site) published() []*Policy {
	for i, p := range s.Policies {
		if p.Version == s.Published {
			return s.Policies[:i+1]
		}
	}
	return s.Policies
}

// Zone returns the site's time zone. That of a loaded site is valid.
func (s *Site) Zone() *time.Location {
	if zone, err := time.LoadLocation(s.TimeZone); err == nil {
		return zone
	}
	return time.UTC
}

// TakesEffect returns the beginning of a version's first day, in the site's time zone.
func (s *Site) TakesEffect(p *Policy) time.Time {
	day, err := time.Parse(time.DateOnly, p.Effective)
	if err != nil { // of a policy that was not loaded from a file
		return time.Time{}
	}
	return BeginDay(day, s.Zone())
}

// BeginDay returns the moment at which a day, given in UTC, begins in a zone: 0:00, or later where the clocks skip that
// time.
func BeginDay(day time.Time, zone *time.Location) time.Time {
	at := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
	// For a time that is skipped, package time may return the one before.
	if at.Format(time.DateOnly) < day.Format(time.DateOnly) {
		_, at = at.ZoneBounds()
	}
	return at
}

// At returns the site as it is at a moment: Current is the last published version that has taken effect. If no version
// has, it is the first: a site always has a policy. HasEnded says whether the service has ended.
func (s *Site) At(now time.Time) *Site {
	at := *s
	for i, p := range s.published() {
		if i == 0 || !s.TakesEffect(p).After(now) {
			at.Current = p.Version
		}
	}
	at.HasEnded = s.hasEndedAt(now)
	return &at
}

// EndsAt returns when the service has ended: at the end of its last day, in the site's time zone; zero if no end is
// announced.
func (s *Site) EndsAt() time.Time {
	day, err := time.Parse(time.DateOnly, s.Closure.LastDay)
	if err != nil {
		return time.Time{}
	}
	return BeginDay(day.AddDate(0, 0, 1), s.Zone())
}

// hasEndedAt reports whether the service has ended at a moment.
func (s *Site) hasEndedAt(now time.Time) bool {
	end := s.EndsAt()
	return !end.IsZero() && !end.After(now)
}

// Served returns the site without its drafts.
func (s *Site) Served() *Site {
	served := *s
	served.Policies = s.published()
	return &served
}

// Announced lists the published versions that take effect after the current one.
func (s *Site) Announced() []*Policy {
	all := s.published()
	i := slices.IndexFunc(all, func(p *Policy) bool { return p.Version == s.Current })
	return all[i+1:]
}

// AnnouncedAt returns when a version that has not taken effect was announced: the day that it names, or else the day of
// its text, if that is after the version in force took effect. It is zero if neither is known.
func (s *Site) AnnouncedAt(p *Policy, now time.Time) time.Time {
	for _, day := range []string{p.Revision.Announced, p.Updated} {
		at, err := time.ParseInLocation(time.DateOnly, day, s.Zone())
		if err == nil && !at.After(now) && at.After(s.TakesEffect(s.CurrentPolicy())) {
			return at
		}
	}
	return time.Time{}
}

// NextEffect returns when the next version takes effect, or the service ends; zero if neither is announced.
func (s *Site) NextEffect(now time.Time) (next time.Time) {
	if end := s.EndsAt(); end.After(now) {
		next = end
	}
	for _, p := range s.published() {
		if at := s.TakesEffect(p); at.After(now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

// Past lists the versions before the current one.
func (s *Site) Past() []*Policy {
	i := slices.IndexFunc(s.Policies, func(p *Policy) bool { return p.Version == s.Current })
	return s.Policies[:max(i, 0)]
}
