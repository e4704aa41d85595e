package site

import (
	"slices"
	"testing"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/widget"
)

// C-33
func TestLeavingAnEnterpriseIsOfferedWhereThereAreEnterprises(t *testing.T) {
	for name, test := range map[string]struct {
		tenants []string
		rights  []policy.Right
		want    bool
	}{
		"a shop":                {nil, []policy.Right{{ID: "access"}}, false},
		"an app of enterprises": {[]string{"acme"}, nil, true},
		"a policy that has it":  {nil, []policy.Right{{ID: "leave"}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := &Site{Site: &policy.Site{
				Languages: []string{"en"}, Current: "1", FirstLaunch: policy.FirstLaunch{Tenants: test.tenants},
				Policies: []*policy.Policy{{Version: "1", Rights: test.rights}},
			}}
			isLeave := func(r widget.RequestRight) bool { return r.Kind == "leave" }
			if got := slices.ContainsFunc(s.RequestForm(&Localized{}).Rights, isLeave); got != test.want {
				t.Errorf("offered: %v; want %v", got, test.want)
			}
		})
	}
}
