package httpx

import (
	"errors"
	"hash/maphash"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The HTTP limits: the size of a body, and the rate limit of a network. The time limits of connections are set where
// the server starts (cmd/nod/serve_listen.go).

// MaxBody is how many bytes of a request's body are read.
const MaxBody = 16 << 10

// RefuseBody returns the refusal of a body that could not be read: that it is too long, or else the detail.
func RefuseBody(err error, detail string) error {
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		return err
	}
	return &Refusal{Status: http.StatusBadRequest, Kind: "unreadable-body", Detail: detail}
}

// RateLimiter counts how much each network sends. It stores networks as keyed hashes, in memory only. The key is made
// at start and never leaves the program, so that nobody can read an address out of them.
type RateLimiter struct {
	perMinute int
	proxies   TrustedProxies
	now       func() time.Time
	seed      maphash.Seed

	mu       sync.Mutex
	networks map[uint64]*rate.Limiter
	swept    time.Time
}

// maxNetworks bounds the memory. While so many are counted, all others share one limit.
const maxNetworks = 50_000

const tooMany = "This network sends more than the server takes. Send the request again after the seconds in " +
	"Retry-After. A decision is stored once, however often it is sent."

// NewRateLimiter returns a limiter of so many requests a minute and network; 0 is no limit.
func NewRateLimiter(perMinute int, proxies TrustedProxies, now func() time.Time) *RateLimiter {
	return &RateLimiter{
		perMinute: perMinute, proxies: proxies, now: now, seed: maphash.MakeSeed(), networks: map[uint64]*rate.Limiter{},
	}
}

// CheckRate counts a request. It returns a Refusal if the client's network may not send one now.
func (l *RateLimiter) CheckRate(r *http.Request) error {
	client, _ := l.proxies.ClientAddress(r)
	if wait, ok := l.takeFromNetwork(client, l.now()); !ok {
		return &Refusal{http.StatusTooManyRequests, "too-many", tooMany, wait}
	}
	return nil
}

// takeFromNetwork says whether the network of the address may send one more request now. If not, wait is how long it
// has to wait. A network is a /24 of IPv4 or a /48 of IPv6. Whole offices share one, so a minute's worth may come at
// once.
func (l *RateLimiter) takeFromNetwork(a netip.Addr, now time.Time) (wait time.Duration, ok bool) {
	if l.perMinute <= 0 {
		return 0, true
	}
	key := l.hashNetwork(a)
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

func (l *RateLimiter) hashNetwork(a netip.Addr) uint64 {
	bits := 24
	if a.Is6() {
		bits = 48
	}
	prefix, err := a.Prefix(bits)
	if err != nil {
		prefix = netip.Prefix{} // not an address: all of these share one limit
	}
	text, _ := prefix.MarshalBinary()
	return maphash.Bytes(l.seed, text)
}

// sweep drops the networks that have their whole minute's worth again.
func (l *RateLimiter) sweep(now time.Time) {
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
