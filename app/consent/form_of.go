//go:build !js

package consent

import "github.com/nod-consent/nod/app/policy"

// FormOf gives the form of one version of a site's policy, with the purposes of all platforms. The browser gets it made:
// to hash there would bring what Go's cryptography tests itself with, a fifteenth of the program.
func FormOf(site *policy.Site, p *policy.Policy) Form {
	form := Form{GrantedDays: site.Ask.GrantedDays, DeniedDays: site.Ask.DeniedDays}
	by := site.Asker(p)
	for i := range p.Purposes {
		purpose := &p.Purposes[i]
		item := Item{
			ID: purpose.ID, Hash: purpose.Hash(by),
			Required: purpose.Required, Separate: purpose.Separate, GPC: purpose.GPC,
			platforms: purpose.Platforms,
		}
		for j := range purpose.Services {
			service := &purpose.Services[j]
			item.Services = append(item.Services, Item{ID: service.ID, Hash: service.Hash(purpose, by)})
		}
		form.Purposes = append(form.Purposes, item)
	}
	return form
}
