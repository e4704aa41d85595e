package declarations

import (
	"fmt"
	"slices"

	"github.com/nod-consent/nod/app/policy"
)

// item is a type of data that an app takes on a platform, joined from all occasions.
type item struct {
	Type       policy.DataType
	Uses       []policy.DataUse // in the order of policy.DataUses
	SharedUses []policy.DataUse // for which third parties receive it
	IsLinked   bool
	IsTracking bool
	IsRequired bool     // on some occasion nobody can refuse it
	Texts      []string // what for, in the policy's words
}

// listItems lists what the policy says that an app takes on a platform, in the order of policy.DataTypes. file is the
// declaration that lacks the rest.
func (s Source) listItems(platform policy.Platform, file string) (items []item, gaps []Gap) {
	p := s.Site.CurrentPolicy()
	byType := map[policy.DataType]*item{}
	for _, e := range p.Collected {
		purpose := p.Purpose(e.Purpose)
		if purpose != nil && !platform.In(purpose.Platforms) {
			continue // it is not taken there
		}
		if !e.Stores.IsGiven() {
			gaps = append(gaps, Gap{
				File: file, About: "collected " + e.ID, Problem: "the policy does not say which types of data it is",
				Remedy: fmt.Sprintf("Add stores to it in %s.yaml", p.Version),
			})
			continue
		}
		for _, t := range e.Stores.Types {
			if byType[t] == nil {
				byType[t] = &item{Type: t}
			}
			byType[t].add(e, purpose, e.Use.In(s.Language, s.Site.Language()))
		}
	}
	if len(p.Collected) == 0 {
		gaps = append(gaps, Gap{
			File: file, About: "collected", Problem: "the policy lists nothing that is collected",
			Remedy: fmt.Sprintf("Add collected to %s.yaml", p.Version),
		})
	}
	for _, t := range policy.DataTypes {
		if i := byType[t]; i != nil {
			items = append(items, *i)
		}
	}
	return items, gaps
}

// add joins an occasion to the item. What holds on one occasion, holds of the type.
func (i *item) add(e policy.Collected, purpose *policy.Purpose, text string) {
	i.IsLinked = i.IsLinked || e.Stores.Linked != nil && *e.Stores.Linked
	i.IsTracking = i.IsTracking || purpose != nil && purpose.Tracking
	i.IsRequired = i.IsRequired || purpose == nil || purpose.Required
	i.Uses = joinUses(i.Uses, e.Stores.Uses)
	if e.Stores.Shared != nil && *e.Stores.Shared {
		i.SharedUses = joinUses(i.SharedUses, e.Stores.Uses)
	}
	if text != "" && !slices.Contains(i.Texts, text) {
		i.Texts = append(i.Texts, text)
	}
}

// joinUses joins two lists, in the order of policy.DataUses.
func joinUses(a, b []policy.DataUse) (joined []policy.DataUse) {
	for _, use := range policy.DataUses {
		if slices.Contains(a, use) || slices.Contains(b, use) {
			joined = append(joined, use)
		}
	}
	return joined
}
