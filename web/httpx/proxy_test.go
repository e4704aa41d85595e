package httpx

import (
	"crypto/tls"
	"net/http/httptest"
	"net/netip"
	"testing"
)

var testProxies = TrustedProxies{netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("2001:db8::/32")}

func TestTheClientIsTheLastAddressThatNoTrustedProxyHas(t *testing.T) {
	for _, test := range []struct{ name, peer, forwarded, want string }{
		{"no proxy", "192.0.2.1:1", "", "192.0.2.1"},
		{"a header without a proxy", "192.0.2.1:1", "203.0.113.9", "192.0.2.1"},
		{"a proxy", "198.51.100.1:1", "203.0.113.9", "203.0.113.9"},
		{"two proxies", "198.51.100.1:1", "203.0.113.9, 198.51.100.2", "203.0.113.9"},
		{"an address that the client wrote", "198.51.100.1:1", "10.0.0.1, 203.0.113.9", "203.0.113.9"},
		{"with a port", "198.51.100.1:1", "203.0.113.9:4711", "203.0.113.9"},
		{"IPv6 in brackets", "[2001:db8::1]:1", "[2001:470::9]", "2001:470::9"},
		{"IPv4 within IPv6", "[::ffff:198.51.100.1]:1", "203.0.113.9", "203.0.113.9"},
		{"garbage", "198.51.100.1:1", "unknown", "198.51.100.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = test.peer
			if test.forwarded != "" {
				r.Header.Set("X-Forwarded-For", test.forwarded)
			}
			got, ok := testProxies.ClientAddress(r)
			if !ok || got.String() != test.want {
				t.Errorf("%v, %v; want %s", got, ok, test.want)
			}
		})
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "@"
	if got, ok := testProxies.ClientAddress(r); ok {
		t.Errorf("a socket without an address is %v", got)
	}
}

func TestTheOwnOriginHasTheSchemeThatTheBrowserSees(t *testing.T) {
	for _, test := range []struct {
		name, peer, proto string
		isTLS             bool
		want              string
	}{
		{"plain", "192.0.2.1:1", "", false, "http://nod.example"},
		{"TLS", "192.0.2.1:1", "", true, "https://nod.example"},
		{"TLS before a trusted proxy", "198.51.100.1:1", "https", false, "https://nod.example"},
		{"a header without a proxy", "192.0.2.1:1", "https", false, "http://nod.example"},
		{"another scheme", "198.51.100.1:1", "javascript", false, "http://nod.example"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "http://nod.example/", nil)
			r.RemoteAddr = test.peer
			if test.isTLS {
				r.TLS = &tls.ConnectionState{}
			}
			if test.proto != "" {
				r.Header.Set("X-Forwarded-Proto", test.proto)
			}
			if got := testProxies.OwnOrigin(r); got != test.want {
				t.Errorf("%s; want %s", got, test.want)
			}
			if got := testProxies.IsSecure(r); got != (test.want[:5] == "https") {
				t.Errorf("secure: %v for %s", got, test.want)
			}
		})
	}
}
