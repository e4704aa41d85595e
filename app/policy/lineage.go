//go:build !js

package policy

import "slices"

// Lineage says which stored answers count for the purposes and services of one version.
type Lineage struct {
	Hashes       map[string]Hash // by id: the hash that answers to it carry now
	Equivalents  map[Hash]Hash   // of earlier contents whose answers still count, to the hash of now
	WasRefusable map[string]bool // by id: it is required now, and a visitor could refuse it under an earlier version
}

// Lineage follows each purpose of a version through the versions before it.
//
// Where Compare finds that answers still count, those to the earlier content count too. Where it finds that they do
// not, the purpose gets a new hash, also if its content stays the same or comes back. So keep the files of earlier
// versions for as long as answers to them should count.
//
// For a required purpose, answers to every content that could be refused count, also if it was asked again in between:
// a refusal holds until an express grant.
func (s *Site) Lineage(p *Policy) Lineage {
	at := slices.Index(s.Policies, p)
	if at < 0 { // not one of the site's versions: it has no past
		return lineage(s, []*Policy{p})
	}
	return lineage(s, s.Policies[:at+1])
}

// edition is a purpose as one version has it.
type edition struct {
	version  int // index of the version
	content  Hash
	hash     Hash // that answers to it carry
	required bool
	services []string

	// countsOn says that answers to the edition before count for this one.
	countsOn bool
}

// history is all editions of one purpose, the oldest first. Versions without the purpose have no edition.
type history []edition

func lineage(s *Site, versions []*Policy) Lineage {
	histories := historiesOf(s, versions)
	l := Lineage{Hashes: map[string]Hash{}, Equivalents: map[Hash]Hash{}, WasRefusable: map[string]bool{}}
	for _, p := range versions[len(versions)-1].Purposes {
		h := histories[p.ID]
		now := h[len(h)-1]
		l.Hashes[p.ID] = now.hash
		for _, id := range now.services {
			l.Hashes[id] = serviceHash(now.hash, id)
		}
		l.addEquivalents(now, h.equivalents())
		if p.Required {
			refusable := h.wasRefusable()
			l.addEquivalents(now, refusable)
			l.markRefusable(p.ID, now, refusable)
		}
	}
	return l
}

// historiesOf gives the editions of all purposes, by id.
func historiesOf(s *Site, versions []*Policy) map[string]history {
	histories := map[string]history{}
	used := map[Hash]bool{}
	for i, p := range versions {
		asksAgain := changedSince(s, versions[:i], p)
		for _, purpose := range p.Purposes {
			h := histories[purpose.ID]
			next := edition{version: i, content: purpose.Hash(s.Asker(p)), required: purpose.Required, services: serviceIDs(&purpose)}
			next.countsOn = h.isIn(i-1) && !slices.Contains(asksAgain, purpose.ID)
			next.hash = h.hashFor(next, used, p.Version)
			used[next.hash] = true
			histories[purpose.ID] = append(h, next)
		}
	}
	return histories
}

// changedSince gives the purposes that a version asks again, because they changed since the version before it.
func changedSince(s *Site, before []*Policy, p *Policy) []string {
	if len(before) == 0 {
		return nil
	}
	return Compare(s, before[len(before)-1], p).Asks()
}

// isIn says whether the latest edition is of that version.
func (h history) isIn(version int) bool {
	return len(h) > 0 && h[len(h)-1].version == version
}

// hashFor gives the hash that answers to the next edition carry. It is the content's own, or a new one if answers to
// that content must not count any more.
func (h history) hashFor(next edition, used map[Hash]bool, version string) Hash {
	if next.countsOn && h[len(h)-1].content == next.content {
		return h[len(h)-1].hash
	}
	if used[next.content] {
		return hashOf([]string{"anew", string(next.content), version}) // another word would ask everybody again
	}
	return next.content
}

// equivalents gives the earlier editions whose answers count for the latest one.
func (h history) equivalents() (list []edition) {
	for i := len(h) - 1; i > 0 && h[i].countsOn; i-- {
		list = append(list, h[i-1])
	}
	return list
}

// wasRefusable gives the earlier editions from the first that could be refused, whether their answers count on or not.
func (h history) wasRefusable() []edition {
	now := h[len(h)-1].hash
	earlier := h[:slices.IndexFunc(h, func(e edition) bool { return e.hash == now })]
	first := slices.IndexFunc(earlier, func(e edition) bool { return !e.required })
	if first < 0 {
		return nil
	}
	return earlier[first:]
}

// addEquivalents has the answers to the earlier editions, and to their services, count for the one of now.
func (l Lineage) addEquivalents(now edition, earlier []edition) {
	for _, e := range earlier {
		if e.hash == now.hash {
			continue
		}
		l.Equivalents[e.hash] = now.hash
		for _, id := range now.services {
			if slices.Contains(e.services, id) {
				l.Equivalents[serviceHash(e.hash, id)] = serviceHash(now.hash, id)
			}
		}
	}
}

// markRefusable notes that a required purpose could be refused, and which of its services.
func (l Lineage) markRefusable(purpose string, now edition, refusable []edition) {
	for _, e := range refusable {
		l.WasRefusable[purpose] = true
		for _, id := range now.services {
			if slices.Contains(e.services, id) {
				l.WasRefusable[id] = true
			}
		}
	}
}

func serviceIDs(p *Purpose) []string {
	ids := make([]string, len(p.Services))
	for i, s := range p.Services {
		ids[i] = s.ID
	}
	return ids
}
