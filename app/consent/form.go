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

	// Same leads from the hashes of earlier contents whose answers stand to those of now.
	Same map[policy.Hash]policy.Hash `json:"same,omitempty"`
}

// Item is a purpose of a Form, or a service of a purpose.
type Item struct {
	ID       string      `json:"id"`
	Hash     policy.Hash `json:"hash"`
	Required bool        `json:"required,omitempty"`
	Separate bool        `json:"separate,omitempty"`
	GPC      bool        `json:"gpc,omitempty"`
	Services []Item      `json:"services,omitempty"`

	// Asked says of what is required now that it could be refused under an earlier version: a refusal holds until an express yes.
	Asked bool `json:"asked,omitempty"`

	// Rest is how long a refusal of it rests, in days, where that is not the form's term.
	Rest int `json:"rest,omitempty"`

	platforms  []policy.Platform // where it is asked; all where none is named
	permission bool              // of the device, asked when it is needed
}

// Under gives the form with the terms that hold where the visitor is.
func (f Form) Under(terms policy.Ask) Form {
	f.GrantedDays, f.DeniedDays = terms.GrantedDays, terms.DeniedDays
	f.Purposes = slices.Clone(f.Purposes)
	for i := range f.Purposes {
		if p := &f.Purposes[i]; p.permission {
			p.Rest = restOf(terms.PermissionHours)
		}
	}
	return f
}

// restOf gives the days after which that many hours have passed for certain: answers are remembered by their day.
func restOf(hours int) int { return (hours+23)/24 + 1 }

// On gives the part of the form that is asked on one platform.
func (f Form) On(p policy.Platform) Form {
	f.Purposes = slices.DeleteFunc(slices.Clone(f.Purposes), func(i Item) bool { return !p.In(i.platforms) })
	return f
}

// refusal gives the refusal of a purpose, or of a service of one, that is required now, from when it could be refused: that holds until
// an express yes to the purpose.
func (p Item) refusal(s Stored, item Item) (a Answer, refused bool) {
	if !p.Required || !item.Asked {
		return Answer{}, false
	}
	a, _ = s.Answer(item.Hash)
	return a, a.State == Denied
}

// WasAsked says whether a purpose is required now and it, or a service of it, could be refused under an earlier version.
func (p Item) WasAsked() bool {
	return p.Required && (p.Asked || slices.ContainsFunc(p.Services, func(s Item) bool { return s.Asked }))
}

// Kept says whether that was refused, and so is off until an express yes.
func (f Form) Kept(s Stored, p Item) bool { return len(p.refusals(s.brought(f))) > 0 }

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
