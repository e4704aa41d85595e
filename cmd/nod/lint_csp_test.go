//go:build !js

package main

import (
	"slices"
	"testing"

	"github.com/nod-consent/nod/app/policy"
)

func TestAGrantOfAPurposeIsOneOfItsServices(t *testing.T) {
	shop := &policy.Site{Current: "1", Policies: []*policy.Policy{{Version: "1", Purposes: []policy.Purpose{
		{ID: "statistics", Services: []policy.Service{{ID: "counter"}, {ID: "heatmap"}}}, {ID: "marketing"},
	}}}}
	for _, test := range []struct{ granted, want []string }{
		{[]string{"statistics", "marketing"}, []string{"statistics", "marketing", "counter", "heatmap"}},
		{[]string{"statistics", "counter"}, []string{"statistics", "counter"}}, // the heat map is refused
		{[]string{"marketing"}, []string{"marketing"}},
		{[]string{"counter"}, []string{"counter", "statistics"}}, // a service is granted within its purpose
	} {
		if got := withServices(shop, test.granted); !slices.Equal(got, test.want) {
			t.Errorf("%q allows %q; want %q", test.granted, got, test.want)
		}
	}
}
