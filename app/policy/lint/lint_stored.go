//go:build !js

package lint

import (
	"fmt"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// lintStoredTwice finds a cookie or an entry of storage that the policy lists twice. Where the lists belong to two
// purposes or services, what is granted for one keeps it although the other is refused.
func (l *linter) lintStoredTwice() {
	owners := map[string]string{} // ids of purposes or services, by kind and name
	add := func(at, kind, owner string, items []policy.StoredItem) {
		for i, item := range items {
			key := kind + " " + item.Name
			before, isListed := owners[key]
			place := fmt.Sprintf("%s[%d].name", at, i)
			switch {
			case !isListed:
				owners[key] = owner
			case before == owner:
				l.warn(load.RuleDeclared, place, fmt.Sprintf("%s is twice in %s", item.Name, owner), "Remove one of them")
			default:
				l.note(load.RuleDeclared, place, fmt.Sprintf("%s is in %s too: it stays while either of the two is granted",
					item.Name, before), "Leave it where it belongs")
			}
		}
	}
	for i := range l.policy.Purposes {
		p := &l.policy.Purposes[i]
		at := fmt.Sprintf("$.purposes[%d]", i)
		add(at+".cookies", "cookie", p.ID, p.Cookies)
		add(at+".storage", "storage", p.ID, p.Storage)
		for j := range p.Services {
			s := &p.Services[j]
			within := fmt.Sprintf("%s.services[%d]", at, j)
			add(within+".cookies", "cookie", s.ID, s.Cookies)
			add(within+".storage", "storage", s.ID, s.Storage)
		}
	}
}
