package ledger

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

// countAllRecords counts records without any stored count.
func countAllRecords(t *testing.T, s *Store, which Selection) Statistics {
	t.Helper()
	head, err := s.Head(t.Context(), which.Site)
	if err != nil {
		t.Fatal(err)
	}
	counted := newStatistics()
	err = s.Export(t.Context(), which, head, false, func(e Evidence) error {
		record, err := e.Parse()
		counted.add(record)
		return err
	}, func(int64) {})
	if err != nil {
		t.Fatal(err)
	}
	return counted
}

func checkStatistics(t *testing.T, s *Store, which Selection) {
	t.Helper()
	got, err := s.Statistics(t.Context(), which)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(countAllRecords(t, s, which), got); diff != "" {
		t.Fatalf("statistics of %+v (-records +statistics):\n%s", which, diff)
	}
}

// history is a store with a random past.
type history struct {
	*Store
	t        *testing.T
	random   *rand.Rand
	open     func() *Store
	now      time.Time
	subjects []Entry // the first of each
}

var (
	historyActions   = []consent.Action{consent.Save, consent.AcceptAll, consent.RejectAll, consent.Withdraw}
	historyPlatforms = []policy.Platform{policy.Web, policy.Android, policy.IOS}
)

// step does one of the things that change records, or restarts the server.
func (h *history) step() {
	h.now = h.now.Add(time.Duration(h.random.IntN(50)-5) * time.Hour) // a clock can go back
	var err error
	switch n := h.random.IntN(40); {
	case n < 24 || len(h.subjects) == 0:
		entry := newGrant()
		entry.Decision.Action = historyActions[h.random.IntN(len(historyActions))]
		entry.Decision.Platform = historyPlatforms[h.random.IntN(len(historyPlatforms))]
		entry.Decision.GPC = n%2 == 0
		mustAppend(h.t, h.Store, entry)
		h.subjects = append(h.subjects, entry)
	case n < 34:
		mustAppend(h.t, h.Store, newLater(h.anySubject(), consent.Denied))
	case n < 36:
		entry := h.anySubject()
		_, err = h.Erase(h.t.Context(), entry.Site, entry.Decision.Subject)
	case n < 38:
		entry := h.anySubject()
		_, err = h.Restrict(h.t.Context(), entry.Site, entry.Decision.Subject)
	case n < 39:
		_, err = h.Expire(h.t.Context(), testSite, Term{Granted: 20 * day, Keep: 10 * day})
	default:
		h.Store = h.open()
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *history) anySubject() Entry { return h.subjects[h.random.IntN(len(h.subjects))] }

// anyPeriod returns a period without limits, or within the history.
func (h *history) anyPeriod() Selection {
	which := Selection{Site: testSite}
	if h.random.IntN(3) > 0 {
		which.From = h.now.Add(-time.Duration(h.random.IntN(60*24)) * time.Hour)
	}
	if h.random.IntN(3) > 0 {
		which.To = h.now.Add(-time.Duration(h.random.IntN(30*24)) * time.Hour)
	}
	return which
}

func TestStatisticsAreThoseOfAllRecordsAfterAnyHistory(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		for seed := range uint64(4) {
			h := &history{t: t, random: rand.New(rand.NewPCG(seed, 0)), now: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}
			opts := Options{DSN: e.dsn(t), Key: testKey(t), Now: func() time.Time { return h.now }}
			h.open = func() *Store {
				if h.Store != nil {
					if err := h.Close(); err != nil {
						t.Fatal(err)
					}
				}
				s := openTest(t, e, opts)
				s.segmentLength = 4
				return s
			}
			h.Store = h.open()
			for range 120 {
				h.step()
				checkStatistics(t, h.Store, h.anyPeriod())
			}
			checkStatistics(t, h.Store, Selection{Site: testSite, Subject: h.anySubject().Decision.Subject})
		}
	})
}

func countSegments(t *testing.T, s *Store) (n int) {
	t.Helper()
	if err := s.read.db.QueryRow(`SELECT count(*) FROM segments`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// What is stored is read instead of the records, and an erasure leaves nothing of it.
func TestStatisticsOfCompleteSegmentsAreStoredUntilAnErasure(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		s.segmentLength = 4
		for range 10 {
			mustAppend(t, s, newGrant())
		}
		erased := newGrant()
		mustAppend(t, s, erased)
		mustAppend(t, s, newGrant())
		checkStatistics(t, s, Selection{Site: testSite})
		if n := countSegments(t, s); n != 3 {
			t.Fatalf("%d segments are stored: want 3", n)
		}
		changeDatabase(t, s, `UPDATE segments SET statistics = replace(statistics, '"records":4', '"records":400')
			WHERE segment = 0`)
		if got, err := s.Statistics(t.Context(), Selection{Site: testSite}); err != nil || got.Records != 408 {
			t.Errorf("%d records, error %v: want 408, with what is stored of the first segment", got.Records, err)
		}
		if _, err := s.Erase(t.Context(), testSite, erased.Decision.Subject); err != nil {
			t.Fatal(err)
		}
		if n := countSegments(t, s); n != 2 {
			t.Errorf("%d segments are stored after an erasure: want 2", n)
		}
	})
}

func TestStatisticsOfAChangedRecordAreRefused(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		for _, length := range []int64{1, segmentLength} { // in a complete segment, and in the newest
			s := openTest(t, e, Options{})
			s.segmentLength = length
			entry := newGrant()
			mustAppend(t, s, entry)
			grantInDatabase(t, s, entry.Decision.ID)
			_, err := s.Statistics(t.Context(), Selection{Site: testSite})
			wantError(t, err, ErrChanged)
		}
	})
}

// Erasures while segments are counted leave no count of what was erased.
func TestConcurrentErasuresLeaveNoStaleStatistics(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		s.segmentLength = 2
		var entries []Entry
		for range 60 {
			entries = append(entries, newGrant())
			mustAppend(t, s, entries[len(entries)-1])
		}
		erased := make(chan error, 1)
		go func() {
			var err error
			for _, entry := range entries[:40] {
				if _, failed := s.Erase(context.WithoutCancel(t.Context()), testSite, entry.Decision.Subject); failed != nil {
					err = failed
				}
			}
			erased <- err
		}()
		for range 20 {
			if _, err := s.Statistics(t.Context(), Selection{Site: testSite}); err != nil {
				t.Fatal(err)
			}
		}
		if err := <-erased; err != nil {
			t.Fatal(err)
		}
		checkStatistics(t, s, Selection{Site: testSite})
	})
}

// BenchmarkStatistics counts a store with many records, with and without what is stored of them.
func BenchmarkStatistics(b *testing.B) {
	for _, e := range testEngines {
		s := openTest(b, e, Options{})
		appendMany(b, s, 20*segmentLength)
		for _, isStored := range []bool{false, true} {
			name := e.name + "/first"
			if isStored {
				name = e.name + "/later"
			}
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					if !isStored {
						if _, err := s.write.db.Exec(`DELETE FROM segments`); err != nil {
							b.Fatal(err)
						}
					}
					if _, err := s.Statistics(b.Context(), Selection{Site: testSite}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
