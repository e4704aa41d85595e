package ledger

// Tests whose goroutines share something start with TestConcurrent, here and beside their subjects. Only these need the
// race detector: go test -race -short -run "^TestConcurrent" ./app/ledger

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestConcurrentCopiesOfADecisionAreStoredOnce(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		entry := newGrant()
		var wg sync.WaitGroup
		receipts := make([][]byte, 20)
		var added sync.Map
		for i := range receipts {
			wg.Go(func() {
				receipt, repeated, err := s.Append(t.Context(), entry)
				if err != nil {
					t.Error(err)
					return
				}
				if !repeated {
					added.Store(i, true)
				}
				receipts[i], _ = receipt.Encode()
			})
		}
		wg.Wait()
		count := 0
		added.Range(func(any, any) bool { count++; return true })
		if count != 1 {
			t.Errorf("%d callers got the answer that theirs was the first: want 1", count)
		}
		for _, r := range receipts {
			if !bytes.Equal(r, receipts[0]) {
				t.Fatal("receipts differ")
			}
		}
		checkTree(t, s, testSite, 1)
	})
}

func TestConcurrentDecisionsShareCommitsAndAllReceiptsVerify(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		key := testKey(t)
		s := openTest(t, e, Options{Key: key})
		sites := []string{testSite, "shop"}
		const each = 100
		receipts := make([][]byte, each*len(sites))
		var wg sync.WaitGroup
		for i := range receipts {
			wg.Go(func() {
				entry := newGrant()
				entry.Site = sites[i%len(sites)]
				receipt, _, err := s.Append(t.Context(), entry)
				if err != nil {
					t.Error(err)
					return
				}
				receipts[i], _ = receipt.Encode()
			})
		}
		wg.Wait()
		for i, r := range receipts {
			if _, err := Verify(r, pin(t, key, sites[i%len(sites)])); err != nil {
				t.Fatal(err)
			}
			if _, err := Verify(r, pin(t, key, sites[(i+1)%len(sites)])); err == nil {
				t.Fatal("the receipt of one site verifies for a different one")
			}
		}
		stats := s.Stats()
		if stats.Appended != int64(len(receipts)) || stats.Commits >= stats.Appended {
			t.Errorf("%d appends in %d commits: want fewer commits", stats.Appended, stats.Commits)
		}
		for _, site := range sites {
			checkTree(t, s, site, each)
		}
	})
}

func TestConcurrentStoresAppendToOneTree(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		opts := Options{DSN: e.dsn(t), Key: testKey(t)}
		stores := []*Store{openTest(t, e, opts), openTest(t, e, opts)}
		both := newGrant() // reaches both
		var wg sync.WaitGroup
		var added atomic.Int64
		const each = 50
		for _, s := range stores {
			for i := range each {
				wg.Go(func() {
					entry := newGrant()
					if i == 0 {
						entry = both
					}
					receipt, repeated, err := s.Append(t.Context(), entry)
					if err != nil {
						t.Error(err)
						return
					}
					if !repeated {
						added.Add(1)
					}
					encoded, _ := receipt.Encode()
					if _, err := Verify(encoded, pin(t, opts.Key, testSite)); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		if added.Load() != each*2-1 {
			t.Errorf("%d decisions were new: want %d", added.Load(), each*2-1)
		}
		checkTree(t, stores[0], testSite, each*2-1)
	})
}

func TestConcurrentCallersOfAFullQueueGetBusy(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		opts := Options{DSN: e.dsn(t), Queue: 2, LockTimeout: 10 * time.Second}
		s := openTest(t, e, opts)
		unlock := e.lock(t, opts.DSN)
		var wg sync.WaitGroup
		results := make(chan error, 50)
		for range cap(results) {
			wg.Go(func() {
				_, _, err := s.Append(t.Context(), newGrant())
				results <- err
			})
		}
		err := <-results
		wantError(t, err, ErrBusy)
		unlock()
		wg.Wait()
		close(results)
		stored := 0
		for err := range results {
			if err == nil {
				stored++
			} else if !errors.Is(err, ErrBusy) {
				t.Error(err)
			}
		}
		checkTree(t, s, testSite, stored)
	})
}

func TestConcurrentCommitLetsACallerGiveUpAndSendAgain(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		opts := Options{DSN: e.dsn(t), LockTimeout: 10 * time.Second}
		s := openTest(t, e, opts)
		unlock := e.lock(t, opts.DSN)
		entry := newGrant()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		_, _, err := s.Append(ctx, entry)
		wantError(t, err, context.DeadlineExceeded)
		unlock()
		receipt, _, err := s.Append(t.Context(), entry)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(encode(t, receipt)); err != nil {
			t.Error(err)
		}
		checkTree(t, s, testSite, 1)
	})
}

func TestConcurrentCloseStoresWhatWaits(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		opts := Options{DSN: e.dsn(t), Key: testKey(t), Batch: 1, LockTimeout: 10 * time.Second}
		s := openTest(t, e, opts)
		unlock := e.lock(t, opts.DSN)
		const waiting = 20
		results := make(chan error, waiting)
		for range waiting {
			go func() {
				_, _, err := s.Append(t.Context(), newGrant())
				results <- err
			}()
		}
		for s.Stats().Queued < waiting-1 { // one is with the writer
			time.Sleep(time.Millisecond)
		}
		closed := make(chan error)
		go func() { closed <- s.Close() }()
		unlock()
		if err := <-closed; err != nil {
			t.Fatal(err)
		}
		for range waiting {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		_, _, err := s.Append(t.Context(), newGrant())
		wantError(t, err, ErrClosed)
		checkTree(t, openTest(t, e, opts), testSite, waiting)
	})
}
