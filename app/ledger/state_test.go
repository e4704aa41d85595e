package ledger

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

func (s *Store) mustState(t testing.TB, subject uuid.UUID) consent.Stored {
	t.Helper()
	state, err := s.State(t.Context(), testSite, subject)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// wantGranted checks whether the subject's newest state grants analytics.
func (s *Store) wantGranted(t testing.TB, when string, subject uuid.UUID, want bool) {
	t.Helper()
	answer, _ := s.mustState(t, subject).Answer("AAAAAA")
	if got := answer.State == consent.Granted; got != want {
		t.Errorf("%s, analytics is granted: %v; want %v", when, got, want)
	}
}

// A state that is cached follows whatever another server, or "nod records erase", does.
func TestACachedStateFollowsTheDatabase(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		dsn, key := e.dsn(t), testKey(t)
		s, other := openTest(t, e, Options{DSN: dsn, Key: key}), openTest(t, e, Options{DSN: dsn, Key: key})
		grant := newGrant()
		subject := grant.Decision.Subject
		s.wantGranted(t, "before the first decision", subject, false)
		mustAppend(t, s, grant)
		s.wantGranted(t, "after the grant", subject, true)
		withdrawal := newLater(grant, consent.Denied)
		mustAppend(t, other, withdrawal)
		s.wantGranted(t, "after a withdrawal on another server", subject, false)
		mustAppend(t, other, newLater(withdrawal, consent.Granted))
		s.wantGranted(t, "after a new grant", subject, true)
		if _, err := other.Restrict(t.Context(), testSite, subject); err != nil {
			t.Fatal(err)
		}
		s.wantGranted(t, "after a restriction", subject, false)
		mustAppend(t, other, newLater(grant, consent.Denied)) // the subject is unknown: its first record again
		if got := s.mustState(t, subject); got.Decision == uuid.Nil {
			t.Error("a decision after the restriction does not count")
		}
		if _, err := other.Erase(t.Context(), testSite, subject); err != nil {
			t.Fatal(err)
		}
		if got := s.mustState(t, subject); got.Decision != uuid.Nil {
			t.Errorf("after the erasure the state is %+v", got)
		}
	})
}

func TestAStateIsResolvedOnce(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		refusal, other := newRefusal("analytics"), newRefusal("analytics")
		mustAppend(t, s, refusal)
		mustAppend(t, s, other)
		first := s.mustState(t, refusal.Decision.Subject)
		records, err := s.Records(t.Context(), testSite, refusal.Decision.Subject)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(resolveRecords(records), first); diff != "" {
			t.Errorf("the state is not what the records result in:\n%s", diff)
		}
		// Nothing reads these records again. So a change behind the store's back is not even seen.
		grantInDatabase(t, s, refusal.Decision.ID)
		grantInDatabase(t, s, other.Decision.ID)
		if diff := cmp.Diff(first, s.mustState(t, refusal.Decision.Subject)); diff != "" {
			t.Errorf("the state was resolved again:\n%s", diff)
		}
		_, err = s.State(t.Context(), testSite, other.Decision.Subject)
		wantError(t, err, ErrChanged)
	})
}

// Who sends more than MaxRecords decisions for one subject does not make each question for its state expensive.
func TestThatASubjectHasTooManyRecordsIsCached(t *testing.T) {
	s := openTest(t, sqliteEngine, Options{})
	last := newRefusal("analytics")
	mustAppend(t, s, last)
	for range MaxRecords {
		last = newLater(last, consent.Denied)
		mustAppend(t, s, last)
	}
	subject := last.Decision.Subject
	for range 2 {
		_, err := s.State(t.Context(), testSite, subject)
		wantError(t, err, ErrTooMany)
	}
	if state := s.states.young[stateKey{testSite, subject}]; !errors.Is(state.err, ErrTooMany) {
		t.Errorf("cached %+v", state)
	}
}

func TestTheCacheOfStatesIsBounded(t *testing.T) {
	var c stateCache
	frequent := stateKey{"portal", uuid.New()}
	c.put(frequent, resolvedState{newest: 7})
	for range 5 * maxStates {
		c.put(stateKey{"portal", uuid.New()}, resolvedState{})
		if _, ok := c.get(frequent, 7); !ok {
			t.Fatal("the state that is asked for all the time was dropped")
		}
	}
	if n := len(c.young) + len(c.old); n > 2*maxStates {
		t.Errorf("%d states are cached", n)
	}
	if _, ok := c.get(frequent, 8); ok {
		t.Error("a state of an older record counts")
	}
	c.drop(frequent)
	if _, ok := c.get(frequent, 7); ok {
		t.Error("a dropped state counts")
	}
}

// BenchmarkState measures how long the state of a subject with a thousand records takes, resolved each time and cached.
func BenchmarkState(b *testing.B) {
	for _, e := range testEngines {
		s := openTest(b, e, Options{})
		last := newGrant()
		mustAppend(b, s, last)
		for range MaxRecords - 1 {
			last = newLater(last, consent.Granted)
			last.Secret = ""
			last.Grants = false
			mustAppend(b, s, last)
		}
		subject := last.Decision.Subject
		b.Run(e.name+"/resolved", func(b *testing.B) {
			for b.Loop() {
				s.states.drop(stateKey{testSite, subject})
				s.mustState(b, subject)
			}
		})
		b.Run(e.name+"/cached", func(b *testing.B) {
			for b.Loop() {
				s.mustState(b, subject)
			}
		})
	}
}

// Anybody may ask for a state, and to resolve one can take a second.
func TestOnlySomeStatesAreResolvedAtTheSameTime(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s, entry := openTest(t, e, Options{}), newGrant()
		mustAppend(t, s, entry)
		for range maxResolving {
			s.resolvers <- struct{}{} // others are being resolved
		}
		impatient, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err := s.State(impatient, testSite, entry.Decision.Subject)
		wantError(t, err, context.DeadlineExceeded)
		for range maxResolving {
			<-s.resolvers
		}
		stored, err := s.State(t.Context(), testSite, entry.Decision.Subject)
		if err != nil || stored.Decision != entry.Decision.ID {
			t.Errorf("state %v, error %v", stored, err)
		}
	})
}
