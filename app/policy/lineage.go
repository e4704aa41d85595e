//go:build !js

package policy

import "slices"

// Lineage is under which hashes the purposes and services of a version are answered.
type Lineage struct {
	Hashes map[string]Hash // by id: of what is asked now
	Same   map[Hash]Hash   // of earlier contents whose answers stand, to the hash of now
}

// Lineage follows each purpose of a version through the versions before it. Where Compare finds that answers stand, those to the earlier
// content count; where it finds that they don't, the hash is a new one, also where the content was the same or comes back. So the
// files of earlier versions belong to a site for as long as answers to them are to count.
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
			l, had := lines[id]
			stands := had && !slices.Contains(asks, id)
			if !stands || l.content != content {
				fresh := line{content: content, hash: content}
				if used[content] {
					fresh.hash = hashOf([]string{"anew", string(content), p.Version})
				}
				if stands {
					fresh.earlier = append(slices.Clone(l.earlier), answeredAs{l.hash, serviceIDs(before.Purpose(id))})
				}
				l = fresh
			}
			used[l.hash] = true
			next[id] = l
		}
		lines, before = next, p
	}
	out := Lineage{Hashes: map[string]Hash{}, Same: map[Hash]Hash{}}
	for i := range before.Purposes {
		purpose := &before.Purposes[i]
		l := lines[purpose.ID]
		out.Hashes[purpose.ID] = l.hash
		for _, id := range serviceIDs(purpose) {
			out.Hashes[id] = serviceHash(l.hash, id)
		}
		for _, e := range l.earlier {
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
