//go:build !js

package diff

import (
	"slices"

	"github.com/nod-consent/nod/app/policy"
)

// Lineage holds which stored answers count for the purposes and services of one version.
type Lineage struct {
	Hashes       map[string]policy.Hash      // by id: the hash that answers to it carry now
	Equivalents  map[policy.Hash]policy.Hash // of earlier contents whose answers still count, to the hash of now
	WasRefusable map[string]bool             // by id: required now, and optional in an earlier version
}

// LineageOf follows each purpose of a version through the versions before it, and so decides what needs re-consent.
//
// Where Compare finds that answers still count, those to the earlier content count too. Where it finds that they do
// not, the purpose gets a new hash, also if its content stays the same or comes back. So keep the files of earlier
// versions for as long as answers to them should count.
//
// For a required purpose, answers to every content that could be refused count, also if it was asked again in between:
// a refusal holds until an express grant.
func LineageOf(s *policy.Site, p *policy.Policy) Lineage {
	versions := []*policy.Policy{p}
	if at := slices.Index(s.Policies, p); at >= 0 { // otherwise it is not one of the site's versions, and has no past
		versions = s.Policies[:at+1]
	}
	histories := listHistories(s, versions)
	l := Lineage{
		Hashes:       map[string]policy.Hash{},
		Equivalents:  map[policy.Hash]policy.Hash{},
		WasRefusable: map[string]bool{},
	}
	for _, purpose := range p.Purposes {
		h := histories[purpose.ID]
		now := h[len(h)-1]
		l.Hashes[purpose.ID] = now.hash
		for _, id := range now.services {
			l.Hashes[id] = now.hash.OfService(id)
		}
		l.addEquivalents(now, h.listEquivalents())
		if purpose.Required {
			refusable := h.listRefusable()
			l.addEquivalents(now, refusable)
			l.markRefusable(purpose.ID, now, refusable)
		}
	}
	return l
}

// purposeVersion is a purpose as one version of the policy has it.
type purposeVersion struct {
	version  int // index of the version
	content  policy.Hash
	hash     policy.Hash // that answers to it carry
	required bool
	services []string

	// isCovered reports whether answers to the version before count for this one.
	isCovered bool
}

// history is all versions of one purpose, the oldest first. Versions without the purpose have none.
type history []purposeVersion

// listHistories lists the versions of all purposes, by id.
func listHistories(s *policy.Site, versions []*policy.Policy) map[string]history {
	histories := map[string]history{}
	used := map[policy.Hash]bool{}
	for i, p := range versions {
		asked := listAsked(s, versions[:i], p)
		for _, purpose := range p.Purposes {
			h := histories[purpose.ID]
			next := purposeVersion{
				version: i, content: purpose.Hash(s.Asker(p)), required: purpose.Required,
				services: listServiceIDs(&purpose),
			}
			next.isCovered = h.isIn(i-1) && !slices.Contains(asked, purpose.ID)
			next.hash = h.chooseHash(next, used, p.Version)
			used[next.hash] = true
			histories[purpose.ID] = append(h, next)
		}
	}
	return histories
}

// listAsked lists the purposes that need new consent in a version, because they changed since the version before it.
func listAsked(s *policy.Site, before []*policy.Policy, p *policy.Policy) []string {
	if len(before) == 0 {
		return nil
	}
	return Compare(s, before[len(before)-1], p).Asks()
}

// isIn reports whether the latest one is of that version.
func (h history) isIn(version int) bool {
	return len(h) > 0 && h[len(h)-1].version == version
}

// chooseHash returns the hash that answers to the next version carry. It is the content's own, or a new one if answers
// to that content must not count any more.
func (h history) chooseHash(next purposeVersion, used map[policy.Hash]bool, version string) policy.Hash {
	if next.isCovered && h[len(h)-1].content == next.content {
		return h[len(h)-1].hash
	}
	if used[next.content] {
		return next.content.Renew(version)
	}
	return next.content
}

// listEquivalents lists the earlier versions whose answers count for the latest one.
func (h history) listEquivalents() (list []purposeVersion) {
	for i := len(h) - 1; i > 0 && h[i].isCovered; i-- {
		list = append(list, h[i-1])
	}
	return list
}

// listRefusable lists the earlier versions from the first one that could be refused.
func (h history) listRefusable() []purposeVersion {
	now := h[len(h)-1].hash
	earlier := h[:slices.IndexFunc(h, func(e purposeVersion) bool { return e.hash == now })]
	first := slices.IndexFunc(earlier, func(e purposeVersion) bool { return !e.required })
	if first < 0 {
		return nil
	}
	return earlier[first:]
}

// addEquivalents lets answers to the earlier versions, and to their services, count for the version of now.
func (l Lineage) addEquivalents(now purposeVersion, earlier []purposeVersion) {
	for _, e := range earlier {
		if e.hash == now.hash {
			continue
		}
		l.Equivalents[e.hash] = now.hash
		for _, id := range now.services {
			if slices.Contains(e.services, id) {
				l.Equivalents[e.hash.OfService(id)] = now.hash.OfService(id)
			}
		}
	}
}

// markRefusable notes that a required purpose could be refused, and which of its services.
func (l Lineage) markRefusable(purpose string, now purposeVersion, refusable []purposeVersion) {
	for _, e := range refusable {
		l.WasRefusable[purpose] = true
		for _, id := range now.services {
			if slices.Contains(e.services, id) {
				l.WasRefusable[id] = true
			}
		}
	}
}

func listServiceIDs(p *policy.Purpose) []string {
	ids := make([]string, len(p.Services))
	for i, s := range p.Services {
		ids[i] = s.ID
	}
	return ids
}
