package consent

// Apply remembers a decision on top of what was stored, as a browser does.
//
// An answer to a purpose replaces the earlier one and those of the purpose's services; a service's answer is kept
// only where it differs from its purpose's. What the decision leaves out keeps its answer, and what the form does not
// have any more is forgotten. Where the decision was made without knowledge of the last one (its previous is another),
// a refusal of either side stands.
func (s Stored) Apply(form Form, d *Decision) Stored {
	s = s.brought(form)
	next := Stored{Decision: d.ID, Subject: d.Subject}
	aware := s.Decision == d.previous()
	day := decidedDay(d.ID)
	for _, p := range form.Purposes {
		old, had := s.Answer(p.Hash)
		if p.Required {
			if !aware || d.Answers[p.ID] != Granted {
				next.Answers = append(next.Answers, form.refusals(s, p)...)
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
	return next
}

// refusals are the answers to a required purpose and its services that stand from when they could be refused.
func (f Form) refusals(s Stored, p Item) (list []Answer) {
	for _, item := range append([]Item{p}, p.Services...) {
		if a, ok := f.refusal(s, p, item); ok {
			a.ID = item.ID
			list = append(list, a)
		}
	}
	return list
}
