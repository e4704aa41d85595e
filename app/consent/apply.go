package consent

import (
	"slices"

	"github.com/nod-consent/nod/app/policy"
)

// Apply adds a decision to what was stored, as a browser does.
//
// An answer to a purpose replaces the earlier one and those of the purpose's services. A service keeps an answer of its
// own only if it differs from its purpose's. A purpose that the decision leaves out keeps its answer, even if the form
// does not know the content: it can be a newer one. If the decision was made without knowledge of the last one (its
// previous is a different decision), a denial on either side wins.
func (s Stored) Apply(form Form, d *Decision) Stored {
	u := update{form, s.mapToCurrentHashes(form), d, s.Decision == d.previous()}
	next := Stored{Decision: d.ID, Subject: d.Subject}
	for _, p := range form.Purposes {
		if p.Required {
			next.Answers = append(next.Answers, u.remainingRefusals(p)...)
		} else {
			next.Answers = append(next.Answers, u.answers(p)...)
		}
	}
	next.Answers = append(next.Answers, u.unknownAnswers()...)
	return next
}

// update applies one decision to the stored answers.
type update struct {
	form    Form
	stored  Stored // mapped to current hashes
	d       *Decision
	isAware bool // the decision names the last one as its previous
}

// remainingRefusals returns the refusals of a required purpose and its services that the decision leaves in place.
func (u update) remainingRefusals(p Item) []Answer {
	if u.isAware && u.d.agreesTo(p) {
		return nil
	}
	return u.stored.earlierRefusals(p)
}

// answers returns the answers to an optional purpose and to those of its services that differ from it.
func (u update) answers(p Item) (list []Answer) {
	old, wasAnswered := u.stored.Answer(p.Hash)
	purpose, isAnswered := old, wasAnswered
	if state, ok := u.d.Answers[p.ID]; ok {
		purpose, isAnswered = u.answer(p, state, old), true
	}
	if isAnswered {
		purpose.ID = p.ID
		list = append(list, purpose)
	}
	for _, s := range p.Services {
		own, ok := u.serviceAnswer(p, s, old)
		if ok && (!isAnswered || own.State != purpose.State || own.GPC != purpose.GPC) {
			own.ID = s.ID
			list = append(list, own)
		}
	}
	return list
}

// serviceAnswer returns the service's own answer after the decision, if it has one. purpose is the earlier answer to
// its purpose.
func (u update) serviceAnswer(p, service Item, purpose Answer) (Answer, bool) {
	own, ok := u.stored.Answer(service.Hash)
	if state, isNamed := u.d.Services[service.ID]; isNamed {
		if !ok {
			own = purpose
		}
		return u.answer(service, state, own), true
	}
	_, isPurposeAnswered := u.d.Answers[p.ID]
	if isPurposeAnswered && (u.isAware || own.State != Denied) {
		return Answer{}, false // the purpose's new answer is the service's
	}
	return own, ok
}

// answer returns the decision's answer to an item. Without knowledge of the last decision, it does not lift that one's
// denial.
func (u update) answer(item Item, state State, old Answer) Answer {
	if !u.isAware && old.State == Denied {
		state = Denied
	}
	return Answer{ID: item.ID, Hash: item.Hash, State: state, Day: decidedDay(u.d.ID), GPC: u.d.GPC}
}

// unknownAnswers returns the answers to contents that the form does not know, without those that the decision replaces.
func (u update) unknownAnswers() (list []Answer) {
	for _, a := range u.stored.Answers {
		if u.form.hasContent(a.Hash) {
			continue
		}
		isDenialUnseen := !u.isAware && a.State == Denied
		if isDenialUnseen || !u.d.mentions(u.form, a.ID) {
			list = append(list, a)
		}
	}
	return list
}

// mentions reports whether the decision answers the purpose or service: a purpose's answer is that of its services.
func (d *Decision) mentions(form Form, id string) bool {
	if _, isNamed := d.Services[id]; isNamed {
		return true
	}
	if _, p, ok := form.Service(id); ok {
		id = p.ID
	}
	_, isAnswered := d.Answers[id]
	return isAnswered
}

// hasContent reports whether a purpose or service of the form has this content.
func (f Form) hasContent(hash policy.Hash) bool {
	return slices.ContainsFunc(f.Purposes, func(p Item) bool {
		return slices.ContainsFunc(p.withServices(), func(i Item) bool { return i.Hash == hash })
	})
}
