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

	// Reduces says that the version takes a right away from whoever decided under the one before.
	Reduces bool `json:"-"`

	// Equivalents leads from the hashes of earlier contents whose answers still count to those of now.
	Equivalents map[policy.Hash]policy.Hash `json:"equivalents,omitempty"`
}

// Item is a purpose of a Form, or a service of a purpose.
type Item struct {
	ID       string      `json:"id"`
	Hash     policy.Hash `json:"hash"`
	Required bool        `json:"required,omitempty"`
	Separate bool        `json:"separate,omitempty"`
	GPC      bool        `json:"gpc,omitempty"`
	Services []Item      `json:"services,omitempty"`

	// WasRefusable says that it is required now and could be refused under an earlier version: a refusal holds until an
	// express grant.
	WasRefusable bool `json:"was_refusable,omitempty"`

	// Rest is how long a refusal of it rests, in days, where that is not the form's term.
	Rest int `json:"rest,omitempty"`

	platforms  []policy.Platform // where it is asked; all where none is named
	permission bool              // of the device, asked when it is needed
}

// Under gives the form with the terms that hold where the visitor is.
func (f Form) WithTerms(terms policy.Ask) Form {
	f.GrantedDays, f.DeniedDays = terms.GrantedDays, terms.DeniedDays
	f.Purposes = slices.Clone(f.Purposes)
	for i := range f.Purposes {
		if p := &f.Purposes[i]; p.permission {
			p.Rest = restDays(terms.PermissionHours)
		}
	}
	return f
}

// restOf gives the days after which that many hours have passed for certain: answers are remembered by their day.
func restDays(hours int) int { return (hours+23)/24 + 1 }

// On gives the part of the form that is asked on one platform.
func (f Form) OnPlatform(p policy.Platform) Form {
	f.Purposes = slices.DeleteFunc(slices.Clone(f.Purposes), func(i Item) bool { return !p.In(i.platforms) })
	return f
}

// CouldBeRefused says whether a purpose is required now and it, or a service of it, could be refused under an earlier
// version.
func (p Item) CouldBeRefused() bool {
	return p.Required && slices.ContainsFunc(p.withServices(), func(i Item) bool { return i.WasRefusable })
}

// withServices gives a purpose and its services.
func (p Item) withServices() []Item { return append([]Item{p}, p.Services...) }

// earlierRefusal gives the refusal of a purpose that is required now, or of a service of it, from when it could be
// refused. It holds until an express grant of the purpose.
func (s Stored) earlierRefusal(p, item Item) (a Answer, refused bool) {
	if !p.Required || !item.WasRefusable {
		return Answer{}, false
	}
	a, _ = s.Answer(item.Hash)
	return a, a.State == Denied
}

// earlierRefusals gives those of a purpose and its services.
func (s Stored) earlierRefusals(p Item) (list []Answer) {
	for _, item := range p.withServices() {
		if a, refused := s.earlierRefusal(p, item); refused {
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
