package policy

import (
	"strings"
	"testing"
)

func TestTheHeaderHoldsTheHostsOfGrantedPurposesOnly(t *testing.T) {
	p := &Policy{Version: "1", Purposes: []Purpose{
		{ID: "necessary", Required: true, Hosts: []string{"cdn.shop.example"}},
		{ID: "analytics", Hosts: []string{"stats.example"}, Services: []Service{{ID: "a", Hosts: []string{"*.a.example", "stats.example"}}}},
		{ID: "ads", Hosts: []string{"ads.example"}},
	}}
	s := &Site{Current: "1", Policies: []*Policy{p}}
	for _, test := range []struct {
		granted, want string
	}{
		{"", "'self' https://consent.example https://cdn.shop.example"},
		{"analytics", "'self' https://consent.example https://*.a.example https://cdn.shop.example https://stats.example"},
	} {
		csp := s.CSP("https://consent.example", func(id string) bool { return id == test.granted })
		for _, directive := range []string{"script-src", "frame-src"} {
			if want := "; " + directive + " " + test.want + "; "; !strings.Contains(csp, want) {
				t.Errorf("%q granted: %s\nwithout %s", test.granted, csp, want)
			}
		}
		if !strings.Contains(csp, "connect-src "+test.want+" wss://") {
			t.Errorf("%q granted: %s", test.granted, csp)
		}
		if strings.Contains(csp, "ads.example") || strings.Contains(csp, "unsafe") {
			t.Errorf("%q granted: %s", test.granted, csp)
		}
	}
}
