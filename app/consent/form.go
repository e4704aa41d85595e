package consent

import (
	"slices"

	"github.com/nod-consent/nod/app/policy"
)

// Form is what a site asks for, without the texts: what Evaluate needs. The page's script has it as JSON.
type Form struct {
	Purposes    []Item `json:"purposes"`
	GrantedDays int    `json:"granted_days"` // how long a grant lasts
	DeniedDays  int    `json:"denied_days"`  // how long a denial lasts

	// HasEnded means that the service has ended: everything is denied, whatever was answered.
	HasEnded bool `json:"ended,omitempty"`

	// Reduces means that the version reduces the rights of visitors who decided under the version before.
	Reduces bool `json:"-"`

	// Equivalents maps the hashes of earlier contents whose answers still count to the present hashes.
	Equivalents map[policy.Hash]policy.Hash `json:"equivalents,omitempty"`
}

// Item is a purpose of a Form, or a service of a purpose.
type Item struct {
	ID       string      `json:"id"`
	Hash     policy.Hash `json:"hash"`
	Required bool        `json:"required,omitempty"`
	Separate bool        `json:"separate,omitempty"`
	PerCase  bool        `json:"-"` // asked about case by case: it is never granted as a whole, and scripts do not have it
	GPC      bool        `json:"gpc,omitempty"`
	Services []Item      `json:"services,omitempty"`

	// WasRefusable means that it is required now, and was optional in an earlier version. A refusal from then holds
	// until an express grant.
	WasRefusable bool `json:"was_refusable,omitempty"`

	// Rest is how long it is not asked again after a denial, in days, if that is not the form's DeniedDays.
	Rest int `json:"rest,omitempty"`

	platforms    []policy.Platform // where it is asked; all if none is named
	isPermission bool              // of the device, asked when it is needed
}

// WithTerms returns the form with the terms of the visitor's jurisdiction.
func (f Form) WithTerms(terms policy.Ask) Form {
	f.GrantedDays, f.DeniedDays = terms.GrantedDays, terms.DeniedDays
	f.Purposes = slices.Clone(f.Purposes)
	for i := range f.Purposes {
		if p := &f.Purposes[i]; p.isPermission {
			p.Rest = restDays(terms.PermissionHours) // 48 hours by default
		}
	}
	return f
}

// End returns the form of a service that has ended. Nothing is required any more.
func (f Form) End() Form {
	f.HasEnded = true
	f.Purposes = slices.Clone(f.Purposes)
	for i := range f.Purposes {
		f.Purposes[i].Required = false
	}
	return f
}

// restDays returns after how many days that many hours have certainly passed: answers are stored with their day only.
func restDays(hours int) int { return (hours+23)/24 + 1 }

// OnPlatform returns the part of the form that is asked on one platform.
func (f Form) OnPlatform(p policy.Platform) Form {
	f.Purposes = slices.DeleteFunc(slices.Clone(f.Purposes), func(i Item) bool { return !p.In(i.platforms) })
	return f
}

// CouldBeRefused reports whether a purpose is required now and it, or a service of it, was optional in an earlier
// version.
func (p Item) CouldBeRefused() bool {
	return p.Required && slices.ContainsFunc(p.withServices(), func(i Item) bool { return i.WasRefusable })
}

// withServices returns a purpose and its services.
func (p Item) withServices() []Item { return append([]Item{p}, p.Services...) }

// earlierRefusal returns the refusal of a purpose that is required now, or of a service of it, from the time when it
// was optional. It holds until an express grant of the purpose.
func (s Stored) earlierRefusal(p, item Item) (a Answer, isRefused bool) {
	if !p.Required || !item.WasRefusable {
		return Answer{}, false
	}
	a, _ = s.Answer(item.Hash)
	return a, a.State == Denied
}

// earlierRefusals returns the earlier refusals of a purpose and its services.
func (s Stored) earlierRefusals(p Item) (list []Answer) {
	for _, item := range p.withServices() {
		if a, isRefused := s.earlierRefusal(p, item); isRefused {
			a.ID = item.ID
			list = append(list, a)
		}
	}
	return list
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
