package ledger

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

// C-36
func TestEvidenceIsStoredUntilItsTermAfterTheEndOfTheConsent(t *testing.T) {
	const day = 24 * time.Hour
	const year = 365 * day
	term := Term{Granted: year, Keep: 3 * year}
	scenario(t, func(t *testing.T, e testEngine) {
		now := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		start := now
		s := openTest(t, e, Options{Now: func() time.Time { return now }})
		ids := map[string]uuid.UUID{}
		store := func(name string, entry Entry) Entry {
			mustAppend(t, s, entry)
			ids[name] = entry.Decision.ID
			return entry
		}
		refusing := newGrant()
		refusing.Decision.Answers = map[string]consent.State{"analytics": consent.Denied, "ads": consent.Denied}
		refusing.Grants = false
		store("a refusal", refusing)
		store("a grant", newGrant())
		withdrawn := store("a grant that was withdrawn", newGrant())
		renewed := store("a grant that was renewed", newGrant())
		now = start.Add(100 * day)
		store("the withdrawal", newLater(withdrawn, consent.Denied))
		now = start.Add(360 * day)
		renewal := store("the renewal", newLater(renewed, consent.Granted))

		left := func() (names []string) {
			for _, name := range []string{
				"a refusal", "a grant", "a grant that was withdrawn", "the withdrawal", "a grant that was renewed", "the renewal",
			} {
				if _, err := s.Record(t.Context(), testSite, ids[name]); err == nil {
					names = append(names, name)
				}
			}
			return names
		}
		const renewals = "a grant that was renewed, the renewal"
		for _, step := range []struct {
			after  time.Duration
			erased int
			want   string
		}{
			{3*year - day, 0, "a refusal, a grant, a grant that was withdrawn, the withdrawal, " + renewals},
			{3*year + day, 1, "a grant, a grant that was withdrawn, the withdrawal, " + renewals},
			{3*year + 99*day, 0, "a grant, a grant that was withdrawn, the withdrawal, " + renewals},
			{3*year + 101*day, 2, "a grant, " + renewals},
			{3*year + 361*day, 1, "a grant, the renewal"},
			{4*year + day, 1, "the renewal"},
			{4*year + 359*day, 0, "the renewal"},
		} {
			now = start.Add(step.after)
			mustAppend(t, s, newGrant()) // the clock is right: decisions come
			erased, err := s.Expire(t.Context(), testSite, term)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(left(), ", "); got != step.want || erased != step.erased {
				t.Errorf("after %d days %d are erased, and left are: %s\nwant %d, and: %s",
					step.after/day, erased, got, step.erased, step.want)
			}
		}
		// The subject whose first record is gone is still the one with the secret.
		if ok, err := s.Authorized(t.Context(), testSite, renewed.Decision.Subject, renewed.Secret); err != nil || !ok {
			t.Errorf("the secret went with the first record: %v, error %v", ok, err)
		}
		mustAppend(t, s, newLater(renewal, consent.Granted))
		now = start.Add(6 * year)
		mustAppend(t, s, newGrant())
		if _, err := s.Expire(t.Context(), testSite, term); err != nil {
			t.Fatal(err)
		}
		checkTree(t, s, testSite, 15)
	})
}

func TestExpiryMakesProgressInEachTransaction(t *testing.T) {
	const year = 365 * 24 * time.Hour
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

// C-26: time alone must not remove the refusal of a purpose that can become required.
func TestARefusalStaysAsLongAsItsSubjectIsActive(t *testing.T) {
	const year = 365 * 24 * time.Hour
	scenario(t, func(t *testing.T, e testEngine) {
		now := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		s := openTest(t, e, Options{Now: func() time.Time { return now }})
		refusal := newGrant()
		refusal.Decision.Answers, refusal.Grants = map[string]consent.State{"analytics": consent.Denied}, false
		mustAppend(t, s, refusal)
		now = now.Add(4 * year)
		other := newLater(refusal, consent.Denied)
		other.Decision.Answers, other.Covered = map[string]consent.State{"ads": consent.Denied}, other.Covered[1:]
		mustAppend(t, s, other)
		mustAppend(t, s, newGrant())
		for range 2 {
			if n, err := s.Expire(t.Context(), testSite, Term{Granted: year, Keep: 3 * year}); err != nil || n != 0 {
				t.Errorf("%d records went, error %v", n, err)
			}
		}
		now = now.Add(4 * year) // no further decision
		mustAppend(t, s, newGrant())
		if n, err := s.Expire(t.Context(), testSite, Term{Granted: year, Keep: 3 * year}); err != nil || n != 3 {
			t.Errorf("%d records went, error %v: want all that are old", n, err)
		}
	})
}
