//go:build !js

package consent

import (
	"slices"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/diff"
)

// FormOf returns the form of one version of a site's policy, with the purposes of all platforms and the terms of an
// unknown jurisdiction. The browser receives the finished form: hashing there would link Go's cryptography and its
// self-tests, a fifteenth of the program.
func FormOf(site *policy.Site, p *policy.Policy) Form {
	l := diff.LineageOf(site, p)
	form := Form{Equivalents: l.Equivalents}
	if i := slices.Index(site.Policies, p); i > 0 {
		form.Reduces = diff.Compare(site, site.Policies[i-1], p).Reduces()
	}
	hasPermission := map[string]bool{} // purposes that need a permission of the device's system
	for i := range p.Permissions {
		hasPermission[p.Permissions[i].Purpose] = true
	}
	for i := range p.Purposes {
		purpose := &p.Purposes[i]
		item := Item{
			ID: purpose.ID, Hash: l.Hashes[purpose.ID],
			Required: purpose.Required, Separate: purpose.Separate, PerCase: purpose.PerCase, GPC: purpose.GPC,
			WasRefusable: l.WasRefusable[purpose.ID], platforms: purpose.Platforms,
			isPermission: (purpose.Kind == policy.KindPermission || hasPermission[purpose.ID]) && purpose.Separate,
		}
		for j := range purpose.Services {
			service := &purpose.Services[j]
			item.Services = append(item.Services, Item{
				ID: service.ID, Hash: l.Hashes[service.ID], WasRefusable: l.WasRefusable[service.ID],
			})
		}
		form.Purposes = append(form.Purposes, item)
	}
	return form.WithTerms(site.TermsIn(policy.Jurisdiction{}))
}
