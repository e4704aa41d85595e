package web

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limits holds how much each network has sent. Networks stand there as keyed hashes, in memory only: the key is made
// at start and never leaves, so that nobody can read an address out of them.
type limits struct {
	perMinute int
	seed      maphash.Seed

	mu       sync.Mutex
	networks map[uint64]*rate.Limiter
	swept    time.Time
}

// maxNetworks bounds the memory. While so many are counted, all others share one limit.
const maxNetworks = 50_000

func newLimits(perMinute int) *limits {
	return &limits{perMinute: perMinute, seed: maphash.MakeSeed(), networks: map[uint64]*rate.Limiter{}}
}

// take says whether the network of the address may send one more now; if not, when. A network is a /24 of IPv4 or a
// /48 of IPv6. Whole offices share one, so a minute's worth may come at once.
func (l *limits) take(a netip.Addr, now time.Time) (wait time.Duration, ok bool) {
	if l.perMinute <= 0 {
		return 0, true
	}
	bits := 24
	if a.Is6() {
		bits = 48
	}
	prefix, err := a.Prefix(bits)
	if err != nil {
		prefix = netip.Prefix{} // no address: all such share one
	}
	text, _ := prefix.MarshalBinary()
	key := maphash.Bytes(l.seed, text)

	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep(now)
	limiter := l.networks[key]
	if limiter == nil && len(l.networks) >= maxNetworks {
		key = 0
		limiter = l.networks[key]
	}
	if limiter == nil {
		limiter = rate.NewLimiter(rate.Limit(float64(l.perMinute)/60), l.perMinute)
		l.networks[key] = limiter
	}
	r := limiter.ReserveN(now, 1)
	if wait = r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return wait, false
	}
	return 0, true
}

// sweep forgets the networks that have their whole minute's worth again.
func (l *limits) sweep(now time.Time) {
	if now.Sub(l.swept) < time.Minute {
		return
	}
	l.swept = now
	for key, limiter := range l.networks {
		if limiter.TokensAt(now) >= float64(l.perMinute) {
			delete(l.networks, key)
		}
	}
}
