package lint

import (
	"slices"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/policy"
)

func TestHeaderHasOnlyTheHostsOfGrantedPurposes(t *testing.T) { // C-12
	p := &policy.Policy{Version: "1", Purposes: []policy.Purpose{
		{ID: "necessary", Required: true, Hosts: []string{"cdn.shop.example"}},
		{
			ID: "analytics", Hosts: []string{"stats.example"},
			Services: []policy.Service{{ID: "a", Hosts: []string{"*.a.example", "stats.example"}}},
		},
		{ID: "ads", Hosts: []string{"ads.example", "shared.example", "x.wide.example"}},
		{ID: "maps", Hosts: []string{"shared.example", "*.wide.example", "maps.example"}},
	}}
	s := &policy.Site{Current: "1", Policies: []*policy.Policy{p}}
	for _, test := range []struct {
		granted, want string
	}{
		{"", "'self' https://consent.example https://cdn.shop.example"},
		{
			"analytics a", "'self' https://consent.example https://*.a.example https://cdn.shop.example https://stats.example",
		},
		{"analytics", "'self' https://consent.example https://cdn.shop.example"}, // a host of a refused service
		{"maps", "'self' https://consent.example https://cdn.shop.example https://maps.example"},
		{
			"maps ads",
			"'self' https://consent.example https://*.wide.example https://ads.example https://cdn.shop.example " +
				"https://maps.example https://shared.example https://x.wide.example",
		},
	} {
		csp := CSP(s, "https://consent.example", func(id string) bool {
			return slices.Contains(strings.Fields(test.granted), id)
		})
		for _, directive := range []string{"script-src", "frame-src"} {
			if want := "; " + directive + " " + test.want + "; "; !strings.Contains(csp, want) {
				t.Errorf("%q granted: %s\nwant %s", test.granted, csp, want)
			}
		}
		if !strings.Contains(csp, "connect-src "+test.want+" wss://") {
			t.Errorf("%q granted: %s", test.granted, csp)
		}
	}
}
