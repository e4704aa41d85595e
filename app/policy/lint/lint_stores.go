//go:build !js

package lint

import (
	"fmt"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// lintStores finds what the stores would learn, and the rest of the policy contradicts.
func (l *linter) lintStores() {
	for i, e := range l.policy.Collected {
		if e.Stores.Shared == nil || *e.Stores.Shared {
			continue
		}
		if by := l.findThirdParty(e.Purpose); by != "" {
			l.note(load.RuleCollected, fmt.Sprintf("$.collected[%d].stores.shared", i),
				fmt.Sprintf("the stores learn that nobody else uses the data of %s, but purpose %s gives data to %s",
					e.ID, e.Purpose, by), "Write shared: true, unless it works on your instructions")
		}
	}
	for i := range l.policy.Purposes {
		p := &l.policy.Purposes[i]
		at := fmt.Sprintf("$.purposes[%d].tracking", i)
		switch {
		case !p.Tracking:
		case p.Required:
			l.warn(load.RuleBasis, at, fmt.Sprintf("purpose %s tracks, but nobody can refuse it", p.ID),
				"Ask for it, or remove tracking")
		case len(listHosts(p)) == 0:
			l.note(load.RuleDeclared, at, fmt.Sprintf("purpose %s tracks, but has no hosts: iOS can't block them", p.ID),
				"Add hosts")
		}
	}
}

// findThirdParty returns who takes data independently for a purpose: a recipient, or the SDK of another company.
func (l *linter) findThirdParty(purpose string) string {
	if purpose == "" {
		return ""
	}
	for _, r := range l.policy.Recipients {
		if r.Purpose == purpose && (r.Kind == policy.Independent || r.Kind == policy.Affiliate) {
			return "recipient " + r.ID
		}
	}
	for _, s := range l.policy.SDKs {
		if s.Purpose == purpose && l.original(s.Provider) != l.original(l.policy.Controller.Name) {
			return "SDK " + s.ID
		}
	}
	return ""
}

// listHosts lists the hosts of a purpose and its services.
func listHosts(p *policy.Purpose) []string {
	hosts := p.Hosts
	for i := range p.Services {
		hosts = append(hosts[:len(hosts):len(hosts)], p.Services[i].Hosts...)
	}
	return hosts
}
