package ledger

import (
	"testing"
	"time"

	"github.com/nod-consent/nod/app/policy"
)

// C-30: a visitor who has seen the notice does not see it again because a server starts, or a second one runs.
func TestTheTimeOfAnAnnouncementStays(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		dsn, key := e.dsn(t), testKey(t)
		now := time.Date(2026, 3, 1, 12, 0, 0, 1000, time.UTC)
		clock := func() time.Time { return now }
		announce := func(s *Store, site, version string, want time.Time) {
			t.Helper()
			at, err := s.Announce(t.Context(), site, &policy.Policy{Version: version})
			if err != nil || !at.Equal(want) {
				t.Errorf("%s of %s was announced at %v, error %v; want %v", version, site, at, err, want)
			}
		}
		s, first := openTest(t, e, Options{DSN: dsn, Key: key, Now: clock}), now
		announce(s, testSite, "2027", first)
		now = now.Add(time.Hour)
		announce(s, testSite, "2027", first)
		announce(s, testSite, "2028", now)
		announce(s, "other", "2027", now)
		now = now.Add(time.Hour)
		announce(openTest(t, e, Options{DSN: dsn, Key: key, Now: clock}), testSite, "2027", first)
		copied := e.dsn(t)
		if err := s.Backup(t.Context(), copied, func(int) {}); err != nil {
			t.Fatal(err)
		}
		announce(openTest(t, e, Options{DSN: copied, Key: key, Now: clock}), testSite, "2027", first)
	})
}
