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

// appendMany has many clients append. Each waits for its receipt before it sends the next decision. The results are the
// rate, and the 99th percentile of the waits.
func appendMany(b testing.TB, s *Store, n int) (perSecond float64, slow time.Duration) {
	b.Helper()
	waits := make([]time.Duration, n)
	var next atomic.Int64
	var wg sync.WaitGroup
	started := time.Now()
	for range benchClients {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				entry, sent := newGrant(), time.Now()
				if _, _, err := s.Append(b.Context(), entry); err != nil {
					b.Error(err)
					return
				}
				waits[i] = time.Since(sent)
			}
		})
	}
	wg.Wait()
	perSecond = float64(n) / time.Since(started).Seconds()
	slices.Sort(waits)
	return perSecond, waits[n*99/100]
}

func BenchmarkAppend(b *testing.B) {
	for _, e := range testEngines {
		b.Run(e.name, func(b *testing.B) {
			s := openTest(b, e, Options{})
			b.ReportAllocs()
			b.ResetTimer()
			rate, slow := appendMany(b, s, b.N)
			b.StopTimer()
			stats := s.Stats()
			b.ReportMetric(rate, "decisions/s")
			b.ReportMetric(float64(slow.Microseconds())/1000, "p99-ms")
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
					toEmpty, _ := appendMany(b, openTest(b, e, Options{}), some)
					toFull, _ := appendMany(b, full, some)
					ratios = append(ratios, toFull/toEmpty)
				}
				slices.Sort(ratios)
				b.ReportMetric(ratios[len(ratios)/2], "full/empty")
			}
		})
	}
}
