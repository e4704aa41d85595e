package ledger

import (
	"flag"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const benchClients = 64

// appendMany has many clients append. Each waits for its receipt before it sends the next decision. The result is the
// rate.
func appendMany(b testing.TB, s *Store, n int) (perSecond float64) {
	b.Helper()
	var left atomic.Int64
	left.Store(int64(n))
	var wg sync.WaitGroup
	started := time.Now()
	for range benchClients {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				if _, _, err := s.Append(b.Context(), newGrant()); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return float64(n) / time.Since(started).Seconds()
}

func BenchmarkAppend(b *testing.B) {
	for _, e := range testEngines {
		b.Run(e.name, func(b *testing.B) {
			s := openTest(b, e, Options{})
			b.ReportAllocs()
			b.ResetTimer()
			rate := appendMany(b, s, b.N)
			b.StopTimer()
			stats := s.Stats()
			b.ReportMetric(rate, "decisions/s")
			b.ReportMetric(float64(stats.Appended)/float64(stats.Commits), "decisions/commit")
		})
	}
}

// BenchmarkFullStore compares a store that has many records with one that has none, in turn. One iteration takes
// minutes, because it fills the first store: so it runs with -benchtime 1x only. "go run ./web/e2e/bench -only many"
// does the same with whole servers and a million records.
func BenchmarkFullStore(b *testing.B) {
	const many, some = 300_000, 10_000
	if iterations := flag.Lookup("test.benchtime").Value.String(); iterations != "1x" {
		b.Skipf("one iteration takes minutes. Run it with -benchtime 1x instead of %s", iterations)
	}
	for _, e := range testEngines {
		b.Run(e.name, func(b *testing.B) {
			for b.Loop() {
				full := openTest(b, e, Options{})
				appendMany(b, full, many)
				var ratios []float64
				for range 9 {
					empty := appendMany(b, openTest(b, e, Options{}), some)
					ratios = append(ratios, appendMany(b, full, some)/empty)
				}
				slices.Sort(ratios)
				b.ReportMetric(ratios[len(ratios)/2], "full/empty")
			}
		})
	}
}
