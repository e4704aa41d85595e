package ledger

import (
	"slices"
	"testing"
	"time"
)

// exported is what an export of the test site wrote.
type exported struct {
	leaves   []int64
	progress []int64
}

// exportRecords exports the selected records, and verifies each against the head.
func exportRecords(t *testing.T, s *Store, which Selection) (out exported) {
	t.Helper()
	head, err := s.Head(t.Context(), testSite)
	if err != nil {
		t.Fatal(err)
	}
	trusted, err := head.Open(testSite)
	if err != nil {
		t.Fatal(err)
	}
	each := func(e Evidence) error {
		out.leaves = append(out.leaves, e.LeafIndex)
		_, err := trusted.Verify(e)
		return err
	}
	if err := s.Export(t.Context(), which, head, true, each, func(leaves int64) {
		out.progress = append(out.progress, leaves)
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// A page of an export ends at the 500th record, not at the 500th leaf: an erased one is no row.
func TestAnExportOfSeveralPagesHasEachSelectedRecordOnce(t *testing.T) {
	// C-36
	scenario(t, func(t *testing.T, e testEngine) {
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		s := openTest(t, e, Options{DSN: e.dsn(t), Key: testKey(t), Now: func() time.Time { return now }})
		erased, early, subject := newGrant(), now, newGrant()
		mustAppend(t, s, erased)
		appendMany(t, s, exportRows-1)
		now = now.Add(time.Hour)
		mustAppend(t, s, subject)
		appendMany(t, s, 9)
		if _, err := s.Erase(t.Context(), testSite, erased.Decision.Subject); err != nil {
			t.Fatal(err)
		}
		const all = exportRows + 10
		for _, c := range []struct {
			name        string
			which       Selection
			first, last int64
			progress    []int64
		}{
			{"all", Selection{}, 1, all - 1, []int64{exportRows + 1, all}},
			{"none of the second page", Selection{To: early.Add(time.Minute)}, 1, exportRows - 1, []int64{exportRows + 1, all}},
			{"the last of the first page on", Selection{From: now}, exportRows, all - 1, []int64{exportRows + 1, all}},
			{"none", Selection{From: now.Add(time.Minute)}, all, all - 1, []int64{exportRows + 1, all}},
			{"one subject", Selection{Subject: subject.Decision.Subject}, exportRows, exportRows, []int64{all}},
		} {
			c.which.Site = testSite
			got := exportRecords(t, s, c.which)
			var want []int64
			for leaf := c.first; leaf <= c.last; leaf++ {
				want = append(want, leaf)
			}
			if !slices.Equal(got.leaves, want) || !slices.Equal(got.progress, c.progress) {
				t.Errorf("%s: exported %v with progress %v\nwant %v with %v", c.name, got.leaves, got.progress, want, c.progress)
			}
			checkStatistics(t, s, c.which)
		}
	})
}
