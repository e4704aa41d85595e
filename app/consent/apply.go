package consent

import (
	"slices"

	"github.com/nod-consent/nod/app/policy"
)

// Apply remembers a decision on top of what was stored, as a browser does.
//
// An answer to a purpose replaces the earlier one and those of the purpose's services; a service's answer is kept
// only where it differs from its purpose's. What the decision leaves out keeps its answer, also where the form does
// not know its content: that may be a newer one. Where the decision was made without knowledge of the last one (its previous is another),
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
	for _, a := range s.Answers {
		if !form.knows(a.Hash) && (!d.speaksOf(form, a.ID) || !aware && a.State == Denied) {
			next.Answers = append(next.Answers, a)
		}
	}
	return next
}

// speaksOf says whether the decision answers the purpose or service: a purpose's answer is that of its services.
func (d *Decision) speaksOf(form Form, id string) bool {
	_, own := d.Answers[id]
	_, named := d.Services[id]
	if _, p, ok := form.Service(id); ok {
		_, own = d.Answers[p.ID]
	}
	return own || named
}

// knows says whether a purpose or service of the form has this content.
func (f Form) knows(hash policy.Hash) bool {
	return slices.ContainsFunc(f.Purposes, func(p Item) bool {
		return p.Hash == hash || slices.ContainsFunc(p.Services, func(s Item) bool { return s.Hash == hash })
	})
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
