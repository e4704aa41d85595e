package ledger

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

func TestACheckRestsAfterEachPageButTheLast(t *testing.T) {
	s := openTest(t, sqliteEngine, Options{})
	const records = 2*exportRows + 1
	var appending sync.WaitGroup
	for range records {
		appending.Go(func() {
			if _, _, err := s.Append(t.Context(), newGrant()); err != nil {
				t.Error(err)
			}
		})
	}
	appending.Wait()
	var pages, rests int
	failed := errors.New("failed")
	options := CheckOptions{
		Progress: func(string, int64, int64) { pages++ },
		Rest: func(_ context.Context, worked time.Duration) error {
			if rests++; worked <= 0 {
				t.Errorf("a page took %v", worked)
			}
			return nil
		},
	}
	checked, err := s.CheckAll(t.Context(), options)
	if err != nil || len(checked.Faults) > 0 || checked.Trees[0].Records != records {
		t.Errorf("checked %+v, error %v", checked, err)
	}
	if pages != 3 || rests != 2 {
		t.Errorf("%d rests after %d pages, want 2 after 3", rests, pages)
	}
	options.Rest = func(context.Context, time.Duration) error { return failed }
	_, err = s.CheckAll(t.Context(), options)
	wantError(t, err, failed)
}
