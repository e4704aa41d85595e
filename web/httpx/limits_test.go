package httpx

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestTheRateIsThatOfANetwork(t *testing.T) {
	now := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	limiter := NewRateLimiter(2, nil, func() time.Time { return now })
	check := func(peer string) error {
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr = peer
		return limiter.CheckRate(r)
	}
	for _, peer := range []string{"192.0.2.1:1", "192.0.2.2:1"} {
		if err := check(peer); err != nil {
			t.Fatalf("%s: %v", peer, err)
		}
	}
	var refusal *Refusal
	if err := check("192.0.2.3:1"); !errors.As(err, &refusal) {
		t.Fatalf("the third request of a network: %v", err)
	}
	if refusal.Status != http.StatusTooManyRequests || refusal.RetryAfter != 30*time.Second {
		t.Errorf("%+v; want 429, and half a minute", refusal)
	}
	if err := check("192.0.3.1:1"); err != nil {
		t.Errorf("another network: %v", err)
	}
	now = now.Add(refusal.RetryAfter)
	if err := check("192.0.2.3:1"); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestARateOfZeroIsNoLimit(t *testing.T) {
	limiter := NewRateLimiter(0, nil, time.Now)
	for range 1000 {
		if err := limiter.CheckRate(httptest.NewRequest("POST", "/", nil)); err != nil {
			t.Fatal(err)
		}
	}
}
