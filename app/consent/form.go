package consent

import (
	"slices"

	"github.com/nod-consent/nod/app/policy"
)

// Form is what a site asks for, without the words: as much as Evaluate needs. The page's script carries it as JSON.
type Form struct {
	Purposes    []Item `json:"purposes"`
	GrantedDays int    `json:"granted_days"` // a grant holds this long
	DeniedDays  int    `json:"denied_days"`  // a refusal rests this long
}

// Item is a purpose of a Form, or a service of a purpose.
type Item struct {
	ID       string      `json:"id"`
	Hash     policy.Hash `json:"hash"`
	Required bool        `json:"required,omitempty"`
	Separate bool        `json:"separate,omitempty"`
	GPC      bool        `json:"gpc,omitempty"`
	Services []Item      `json:"services,omitempty"`

	platforms []policy.Platform // where it is asked; all where none is named
}

// FormOf gives the form of one version of a site's policy, with the purposes of all platforms.
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

// On gives the part of the form that is asked on one platform.
func (f Form) On(p policy.Platform) Form {
	f.Purposes = slices.DeleteFunc(slices.Clone(f.Purposes), func(i Item) bool { return !p.In(i.platforms) })
	return f
}

// Purpose finds a purpose by id.
func (f Form) Purpose(id string) (Item, bool) {
	for _, p := range f.Purposes {
		if p.ID == id {
			return p, true
		}
	}
	return Item{}, false
}

// Service finds a service by id, and its purpose.
func (f Form) Service(id string) (service, purpose Item, ok bool) {
	for _, p := range f.Purposes {
		for _, s := range p.Services {
			if s.ID == id {
				return s, p, true
			}
		}
	}
	return Item{}, Item{}, false
}
