//go:build !js

package policy

import "slices"

// Lineage is under which hashes the purposes and services of a version are answered.
type Lineage struct {
	Hashes map[string]Hash // by id: of what is asked now
	Same   map[Hash]Hash   // of earlier contents whose answers stand, to the hash of now
	Asked  map[string]bool // by id: what is required now and could be refused before
}

// Lineage follows each purpose of a version through the versions before it. Where Compare finds that answers stand, those to the earlier
// content count; where it finds that they don't, the hash is a new one, also where the content was the same or comes back. So the
// files of earlier versions belong to a site for as long as answers to them are to count.
//
// Of what is required, answers to every content that could be refused count, also where it was asked anew meanwhile: they hold as refusals
// until an express yes.
func (s *Site) Lineage(p *Policy) Lineage {
	at := slices.Index(s.Policies, p)
	if at < 0 { // not one of the site's: by itself
		return lineage(s, []*Policy{p})
	}
	return lineage(s, s.Policies[:at+1])
}

// line is what one purpose was answered under.
type line struct {
	content Hash // of the purpose as it is
	hash    Hash // that answers to it carry
	earlier []answeredAs
	asked   []answeredAs // all contents since the first that could be refused, whether answers to them stand or not
	gone    bool         // the version has no such purpose
}

// ever is what was asked up to a version that had the purpose.
func (l line) ever(p *Purpose) []answeredAs {
	if l.gone || len(l.asked) == 0 && p.Required {
		return l.asked
	}
	return append(slices.Clone(l.asked), answeredAs{l.hash, serviceIDs(p)})
}

// answeredAs is an earlier content of a purpose whose answers stand, with the services that it had.
type answeredAs struct {
	hash     Hash
	services []string
}

func lineage(s *Site, versions []*Policy) Lineage {
	used := map[Hash]bool{}
	lines := map[string]line{}
	var before *Policy
	for _, p := range versions {
		var asks []string
		if before != nil {
			asks = Compare(s, before, p).Asks()
		}
		next := map[string]line{}
		for i := range p.Purposes {
			id, content := p.Purposes[i].ID, p.Purposes[i].Hash(s.Asker(p))
			l, known := lines[id]
			stands := known && !l.gone && !slices.Contains(asks, id)
			if !stands || l.content != content {
				fresh := line{content: content, hash: content}
				if used[content] {
					fresh.hash = hashOf([]string{"anew", string(content), p.Version})
				}
				if known {
					fresh.asked = l.ever(before.Purpose(id))
				}
				if stands {
					fresh.earlier = append(slices.Clone(l.earlier), answeredAs{l.hash, serviceIDs(before.Purpose(id))})
				}
				l = fresh
			}
			used[l.hash] = true
			next[id] = l
		}
		for id, l := range lines {
			if _, stays := next[id]; !stays {
				next[id] = line{asked: l.ever(before.Purpose(id)), gone: true}
			}
		}
		lines, before = next, p
	}
	out := Lineage{Hashes: map[string]Hash{}, Same: map[Hash]Hash{}, Asked: map[string]bool{}}
	for i := range before.Purposes {
		purpose := &before.Purposes[i]
		l := lines[purpose.ID]
		out.Hashes[purpose.ID] = l.hash
		for _, id := range serviceIDs(purpose) {
			out.Hashes[id] = serviceHash(l.hash, id)
		}
		counting := l.earlier
		if purpose.Required {
			counting = append(slices.Clone(l.asked), l.earlier...)
			for _, e := range l.asked {
				out.Asked[purpose.ID] = true
				for _, id := range e.services {
					out.Asked[id] = slices.Contains(serviceIDs(purpose), id)
				}
			}
		}
		for _, e := range counting {
			out.Same[e.hash] = l.hash
			for _, id := range serviceIDs(purpose) {
				if slices.Contains(e.services, id) {
					out.Same[serviceHash(e.hash, id)] = serviceHash(l.hash, id)
				}
			}
		}
	}
	return out
}

func serviceIDs(p *Purpose) []string {
	ids := make([]string, len(p.Services))
	for i, s := range p.Services {
		ids[i] = s.ID
	}
	return ids
}
