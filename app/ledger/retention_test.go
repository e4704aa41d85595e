package ledger

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

const (
	day  = 24 * time.Hour
	year = 365 * day
)

// expiringStore is a store whose records a test names, and whose clock it sets.
type expiringStore struct {
	*Store
	now   time.Time
	ids   map[string]uuid.UUID
	names []string // in the order of the log
}

func openExpiring(t *testing.T, e testEngine) *expiringStore {
	t.Helper()
	x := &expiringStore{now: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), ids: map[string]uuid.UUID{}}
	x.Store = openTest(t, e, Options{Now: func() time.Time { return x.now }})
	return x
}

func (x *expiringStore) append(t *testing.T, name string, entry Entry) Entry {
	t.Helper()
	mustAppend(t, x.Store, entry)
	x.ids[name] = entry.Decision.ID
	x.names = append(x.names, name)
	return entry
}

// listStored lists the records that are not erased.
func (x *expiringStore) listStored(t *testing.T) string {
	t.Helper()
	var stored []string
	for _, name := range x.names {
		if _, err := x.Record(t.Context(), testSite, x.ids[name]); err == nil {
			stored = append(stored, name)
		}
	}
	return strings.Join(stored, ", ")
}

// appendEvidence appends a record of each kind: a withdrawal after 100 days, and a renewal after 360.
func (x *expiringStore) appendEvidence(t *testing.T) (renewed, renewal Entry) {
	t.Helper()
	start := x.now
	x.append(t, "refusal", newRefusal("analytics", "ads"))
	x.append(t, "grant", newGrant())
	withdrawn := x.append(t, "withdrawn", newGrant())
	renewed = x.append(t, "renewed", newGrant())
	x.now = start.Add(100 * day)
	x.append(t, "withdrawal", newLater(withdrawn, consent.Denied))
	x.now = start.Add(360 * day)
	return renewed, x.append(t, "renewal", newLater(renewed, consent.Granted))
}

// newRefusal returns the entry of a new subject who denies some purposes.
func newRefusal(purposes ...string) Entry {
	e := newGrant()
	e.Decision.Answers, e.Grants = map[string]consent.State{}, false
	for _, id := range purposes {
		e.Decision.Answers[id] = consent.Denied
	}
	return e
}

// C-36
func TestEvidenceIsStoredUntilItsTermAfterTheEndOfTheConsent(t *testing.T) {
	term := Term{Granted: year, Keep: 3 * year}
	scenario(t, func(t *testing.T, e testEngine) {
		s := openExpiring(t, e)
		start := s.now
		renewed, renewal := s.appendEvidence(t)
		for _, step := range []struct {
			after  time.Duration
			erased int
			want   string
		}{
			{3*year - day, 0, "refusal, grant, withdrawn, renewed, withdrawal, renewal"},
			{3*year + day, 1, "grant, withdrawn, renewed, withdrawal, renewal"},
			{3*year + 99*day, 0, "grant, withdrawn, renewed, withdrawal, renewal"},
			{3*year + 101*day, 2, "grant, renewed, renewal"},
			{3*year + 361*day, 1, "grant, renewal"},
			{4*year + day, 1, "renewal"},
			{4*year + 359*day, 0, "renewal"},
		} {
			s.now = start.Add(step.after)
			mustAppend(t, s.Store, newGrant()) // the clock is right: decisions come
			erased, err := s.Expire(t.Context(), testSite, term)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.listStored(t); got != step.want || erased != step.erased {
				t.Errorf("after %d days %d records are erased, and %s are stored: want %d, and %s",
					step.after/day, erased, got, step.erased, step.want)
			}
		}
		// The subject's first record is erased, and the secret is still stored.
		if ok, err := s.Authorized(t.Context(), testSite, renewed.Decision.Subject, renewed.Secret); err != nil || !ok {
			t.Errorf("the secret was erased with the first record: %v, error %v", ok, err)
		}
		mustAppend(t, s.Store, newLater(renewal, consent.Granted))
		s.now = start.Add(6 * year)
		mustAppend(t, s.Store, newGrant())
		if _, err := s.Expire(t.Context(), testSite, term); err != nil {
			t.Fatal(err)
		}
		checkTree(t, s.Store, testSite, 15)
	})
}

func TestExpiryMakesProgressInEachTransaction(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		now := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		s := openTest(t, e, Options{Now: func() time.Time { return now }})
		for range 3 {
			mustAppend(t, s, newGrant())
		}
		now = now.Add(5 * year)
		mustAppend(t, s, newGrant())
		if n, err := s.expire(t.Context(), testSite, Term{Granted: year, Keep: 3 * year}, 0); err != nil || n != 3 {
			t.Errorf("%d records erased, error %v; want 3", n, err)
		}
	})
}

// C-36
func TestWhatExpiredIsScrubbedEvenIfALaterTransactionFails(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		now, calls, broken := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), 0, errors.New("the hook is broken")
		hooks := Hooks{Expired: func(context.Context, Queries, string, uuid.UUID) error {
			if calls++; calls > 1 {
				return broken
			}
			return nil
		}}
		s := openTest(t, e, Options{Now: func() time.Time { return now }, Hooks: hooks})
		for range 2 {
			mustAppend(t, s, newGrant())
		}
		now = now.Add(5 * year)
		mustAppend(t, s, newGrant())
		_, err := s.expire(t.Context(), testSite, Term{Granted: year, Keep: 3 * year}, 0)
		wantError(t, err, broken)
		if !s.unscrubbed.Load() {
			t.Error("Scrub would leave what is erased in the database's files")
		}
	})
}

// C-26: time alone must not remove the refusal of a purpose that can become required.
func TestARefusalStaysAsLongAsItsSubjectIsActive(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		now := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		s := openTest(t, e, Options{Now: func() time.Time { return now }})
		refusal := newRefusal("analytics")
		mustAppend(t, s, refusal)
		now = now.Add(4 * year)
		other := newLater(refusal, consent.Denied)
		other.Decision.Answers, other.Covered = map[string]consent.State{"ads": consent.Denied}, other.Covered[1:]
		mustAppend(t, s, other)
		mustAppend(t, s, newGrant())
		for range 2 {
			if n, err := s.Expire(t.Context(), testSite, Term{Granted: year, Keep: 3 * year}); err != nil || n != 0 {
				t.Errorf("%d records erased, error %v", n, err)
			}
		}
		now = now.Add(4 * year) // no further decision
		mustAppend(t, s, newGrant())
		if n, err := s.Expire(t.Context(), testSite, Term{Granted: year, Keep: 3 * year}); err != nil || n != 3 {
			t.Errorf("%d records erased, error %v: want the 3 old ones", n, err)
		}
	})
}
