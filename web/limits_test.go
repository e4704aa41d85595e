package web_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nod-consent/nod/web"
	"github.com/nod-consent/nod/web/admin"
)

// clock is a time that the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func limited(rate int, c *clock) func(*web.Options) {
	c.now = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	return func(o *web.Options) { o.Rate, o.Now = rate, c.Now }
}

func TestANetworkMaySendSoManyDecisionsAMinute(t *testing.T) {
	var c clock
	s := start(t, limited(3, &c))
	send := func(from string) answer {
		t.Helper()
		return s.decide(s.decision(), "From: "+from, "Origin: "+acmeOrigins[0])
	}
	for i := range 3 {
		send(fmt.Sprintf("203.0.113.%d", i)).is(http.StatusCreated)
	}
	a := send("203.0.113.200").problem(http.StatusTooManyRequests, "too-many").
		has("Access-Control-Allow-Origin", acmeOrigins[0])
	wait, err := strconv.Atoi(a.Header.Get("Retry-After"))
	if err != nil || wait < 1 || wait > 20 {
		t.Fatalf("Retry-After %q; want the 20 seconds or less until the next", a.Header.Get("Retry-After"))
	}
	send("203.0.114.1").is(http.StatusCreated) // another network
	c.pass(time.Duration(wait) * time.Second)
	send("203.0.113.200").is(http.StatusCreated)
	send("203.0.113.200").is(http.StatusTooManyRequests)
	c.pass(10 * time.Minute)
	for range 3 {
		send("203.0.113.9").is(http.StatusCreated)
	}
	send("203.0.113.9").is(http.StatusTooManyRequests)
	// Reading still works.
	s.get("/acme/consent.js", "From: 203.0.113.9").is(http.StatusOK)
	s.get("/v1/acme/status/analytics", "From: 203.0.113.9").is(http.StatusOK)
}

// What back ends ask has a limit of its own, so that it slows down nobody who decides.
func TestQuestionsForAStateHaveTheirOwnLimit(t *testing.T) {
	var c clock
	s := start(t, limited(1, &c),
		func(o *web.Options) { o.AdminToken, o.Admin = testToken, o.Ledger.(admin.Ledger) })
	const path, from = "/v1/acme/status/analytics", "From: 203.0.113.1"
	for range 10 {
		s.get(path, from).is(http.StatusOK)
	}
	a := s.get(path, from).problem(http.StatusTooManyRequests, "too-many")
	wait, err := strconv.Atoi(a.Header.Get("Retry-After"))
	if err != nil || wait < 1 || wait > 6 {
		t.Errorf("Retry-After %q; want the 6 seconds or less until the next", a.Header.Get("Retry-After"))
	}
	if strings.Contains(string(a.body), "granted") {
		t.Errorf("the answer can be taken for a grant: %s", a.body)
	}
	s.get(path, from, asAdmin).is(http.StatusOK)
	s.get(path, "From: 203.0.114.1").is(http.StatusOK)
	s.decide(s.decision(), from).is(http.StatusCreated)
	c.pass(time.Duration(wait) * time.Second)
	s.get(path, from).is(http.StatusOK)
}

// Guesses of secrets count, also where there is no admin token to guess.
func TestWrongSecretsCount(t *testing.T) {
	var c clock
	s := start(t, limited(3, &c))
	d := s.decision()
	s.decide(d).is(http.StatusCreated)
	subject := "/v1/acme/subjects/" + d["subject"].(string)
	for range 2 {
		s.get(subject, "Authorization: Bearer "+newSecret()).is(http.StatusUnauthorized)
	}
	s.get(subject, "Authorization: Bearer "+newSecret()).problem(http.StatusTooManyRequests, "too-many")
	s.get(subject, d.bearer()).is(http.StatusOK)
}

func TestTheFormCountsWithTheDecisions(t *testing.T) {
	var c clock
	s := start(t, limited(1, &c))
	s.post("/acme/preferences", "action=reject_all").is(http.StatusSeeOther)
	s.post("/acme/preferences", "action=reject_all").is(http.StatusTooManyRequests).lacks("Set-Cookie")
	s.decide(s.decision()).is(http.StatusTooManyRequests)
}

func TestNetworksAreCountedByTheirPrefix(t *testing.T) {
	var c clock
	s := start(t, limited(1, &c))
	for _, test := range []struct {
		name, first, second string
		shared              bool
	}{
		{"neighbours in a /24", "203.0.113.1", "203.0.113.254", true},
		{"neighbouring /24", "203.0.113.1", "203.0.112.1", false},
		{"neighbours in a /48", "[2001:db8:1:2::1]", "[2001:db8:1:ffff::1]", true},
		{"neighbouring /48", "[2001:db8:1::1]", "[2001:db8:2::1]", false},
		{"IPv4 written as IPv6", "203.0.113.1", "[::ffff:203.0.113.2]", true},
		{"an address with a zone", "[fe80::1%eth0]", "[fe80::2%eth1]", true},
		{"no address", "pipe", "socket", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			c.pass(time.Hour) // all have their minute's worth again
			s.decide(s.decision(), "From: "+test.first).is(http.StatusCreated)
			want := http.StatusCreated
			if test.shared {
				want = http.StatusTooManyRequests
			}
			s.decide(s.decision(), "From: "+test.second).is(want)
		})
	}
}

// forwardedPairs are the headers of two decisions, and whether they count as those of one network.
var forwardedPairs = []struct {
	name          string
	first, second []string
	shared        bool
}{
	{"two networks behind the proxy", []string{atProxy, "X-Forwarded-For: 203.0.113.1"},
		[]string{atProxy, "X-Forwarded-For: 203.0.114.1"}, false},
	{"one network behind two proxies", []string{atProxy, "X-Forwarded-For: 203.0.113.1"},
		[]string{"From: 198.51.100.8", "X-Forwarded-For: 203.0.113.2"}, true},
	{"a client that claims to be others", []string{"X-Forwarded-For: 203.0.113.1"},
		[]string{"X-Forwarded-For: 203.0.114.1"}, true},
	{"a client behind the proxy that claims to be others", []string{atProxy, "X-Forwarded-For: 10.0.0.1, 203.0.113.1"},
		[]string{atProxy, "X-Forwarded-For: 10.9.0.1, 203.0.113.1"}, true},
	{"the same in two headers", []string{atProxy, "X-Forwarded-For: 10.0.0.1", "X-Forwarded-For: 203.0.113.1"},
		[]string{atProxy, "X-Forwarded-For: 10.9.0.1", "X-Forwarded-For: 203.0.113.1"}, true},
	{"a chain of proxies", []string{atProxy, "X-Forwarded-For: 203.0.113.1, 198.51.100.9"},
		[]string{atProxy, "X-Forwarded-For: 203.0.114.1, 198.51.100.9"}, false},
	{"a proxy that writes the port, too", []string{atProxy, "X-Forwarded-For: 203.0.113.1:40001"},
		[]string{atProxy, "X-Forwarded-For: 203.0.113.2:50002"}, true},
	{"the same with another network", []string{atProxy, "X-Forwarded-For: 203.0.113.1:40001"},
		[]string{atProxy, "X-Forwarded-For: 203.0.114.1:40001"}, false},
	{"the same with IPv6", []string{atProxy, "X-Forwarded-For: [2001:db8:1::1]:40001"},
		[]string{atProxy, "X-Forwarded-For: [2001:db8:2::1]:40001"}, false},
	{"IPv6 with a port and without", []string{atProxy, "X-Forwarded-For: [2001:db8:1::1]:99"},
		[]string{atProxy, "X-Forwarded-For: 2001:db8:1::2"}, true},
	{"IPv6 in brackets", []string{atProxy, "X-Forwarded-For: [2001:db8:1::1]"},
		[]string{atProxy, "X-Forwarded-For: [2001:db8:2::1]"}, false},
	{"IPv4 written as IPv6, with a port", []string{atProxy, "X-Forwarded-For: [::ffff:203.0.113.1]:99"},
		[]string{atProxy, "X-Forwarded-For: 203.0.113.2:5678"}, true},
	{"a chain of proxies that write their ports",
		[]string{atProxy, "X-Forwarded-For: 203.0.113.1:5678, 198.51.100.9:99"},
		[]string{atProxy, "X-Forwarded-For: 203.0.114.1:5678, 198.51.100.9:99"}, false},
	{"an invalid port counts as the proxy's", []string{atProxy, "X-Forwarded-For: 203.0.113.1:99999"},
		[]string{atProxy}, true},
	{"garbage from the proxy counts as the proxy's", []string{atProxy, "X-Forwarded-For: unknown"},
		[]string{atProxy, "X-Forwarded-For: 203.0.113.1, unknown"}, true},
	{"nothing from the proxy counts as the proxy's", []string{atProxy}, []string{"From: 198.51.100.8"}, true},
}

func TestForwardedAddressesCountFromTrustedProxiesOnly(t *testing.T) {
	var c clock
	s := start(t, limited(1, &c), proxy)
	for _, test := range forwardedPairs {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			c.pass(time.Hour) // all have their minute's worth again
			s.decide(s.decision(), test.first...).is(http.StatusCreated)
			want := http.StatusCreated
			if test.shared {
				want = http.StatusTooManyRequests
			}
			s.decide(s.decision(), test.second...).is(want)
		})
	}
}
