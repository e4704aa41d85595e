package consent

import "slices"

// Apply remembers a decision on top of what was stored, as a browser does.
//
// An answer to a purpose replaces the earlier one and those of the purpose's services; a service's answer is kept
// only where it differs from its purpose's. What the decision leaves out keeps its answer; of what the form does
// not have, grants are forgotten. Where the decision was made without knowledge of the last one (its previous is another),
// a refusal of either side stands.
func (s Stored) Apply(form Form, d *Decision) Stored {
	s = s.brought(form)
	next := Stored{Decision: d.ID, Subject: d.Subject}
	aware := s.Decision == d.previous()
	day := decidedDay(d.ID)
	for _, p := range form.Purposes {
		old, had := s.Answer(p.Hash)
		if p.Required {
			if !aware || !d.agreesTo(p) {
				next.Answers = append(next.Answers, p.refusals(s)...)
			}
			continue
		}
		state, answered := d.Answers[p.ID]
		answer := old
		if answered {
			answer = Answer{ID: p.ID, Hash: p.Hash, State: state, Day: day, GPC: d.GPC}
			if !aware && had && old.State == Denied {
				answer.State = Denied
			}
			had = true
		}
		if had {
			answer.ID = p.ID
			next.Answers = append(next.Answers, answer)
		}
		for _, service := range p.Services {
			own, ok := s.Answer(service.Hash)
			state, named := d.Services[service.ID]
			switch {
			case named:
				refused := !aware && (ok && own.State == Denied || !ok && old.State == Denied)
				own = Answer{Hash: service.Hash, State: state, Day: day, GPC: d.GPC}
				if refused {
					own.State = Denied
				}
			case answered && !(!aware && ok && own.State == Denied):
				continue // the purpose's new answer is the service's
			case !ok:
				continue
			}
			if had && own.State == answer.State && own.GPC == answer.GPC {
				continue
			}
			own.ID = service.ID
			next.Answers = append(next.Answers, own)
		}
	}
	next.Answers = append(next.Answers, s.unknown(form, next)...)
	return next
}

// unknown are the denials of contents that the form does not know, for it may be an older one out of a cache: they stand where there is
// no answer by the same name.
func (s Stored) unknown(form Form, next Stored) (list []Answer) {
	for _, a := range s.Answers {
		known := slices.ContainsFunc(form.Purposes, func(p Item) bool {
			return p.Hash == a.Hash || slices.ContainsFunc(p.Services, func(s Item) bool { return s.Hash == a.Hash })
		})
		if a.State == Denied && !known && !slices.ContainsFunc(next.Answers, func(n Answer) bool { return n.ID == a.ID }) {
			list = append(list, a)
		}
	}
	return list
}

// refusals are the answers to a required purpose and its services that stand from when they could be refused.
func (p Item) refusals(s Stored) (list []Answer) {
	for _, item := range append([]Item{p}, p.Services...) {
		if a, ok := p.refusal(s, item); ok {
			a.ID = item.ID
			list = append(list, a)
		}
	}
	return list
}
