package consent

import (
	"cmp"
	"slices"
	"time"
)

// Signals are what the browser sends for the visitor without a question.
type Signals struct {
	GPC bool `json:"gpc"` // Global Privacy Control: its header is exactly "1", or navigator.globalPrivacyControl is true
}

// Question is what is asked now, and the states until it is answered.
type Question struct {
	Ask    []string         // purposes to ask for, in the policy's order; without any, no banner opens
	States map[string]State // of every purpose and every service
	Signal []string         // purposes that the GPC signal refuses now
}

// IsGranted reports whether the purpose or service may run now.
func (q Question) IsGranted(id string) bool { return q.States[id] == Granted }

// IsUnanswered reports whether a purpose needs a separate consent and has no answer.
func (q Question) IsUnanswered(p Item) bool { return p.Separate && q.States[p.ID] == Unasked }

// IsRefusedButRequired reports whether a required purpose, or a service of it, is denied: the visitor refused it while
// that was possible. It stays denied until an express grant.
func (q Question) IsRefusedButRequired(p Item) bool {
	if !p.Required {
		return false
	}
	return slices.ContainsFunc(p.withServices(), func(i Item) bool { return q.States[i.ID] == Denied })
}

// Evaluate returns the question for a visitor with these stored answers: whether the banner opens, and what needs
// re-consent. In both tables, the first row that applies counts.
//
//	purpose                                                    state     asked
//	asked about case by case                                   denied    no
//	required, and refused while it was optional                denied    no
//	required                                                   granted   no
//	under a GPC signal, without a grant that knew of it        denied    no; named in Signal
//	answered for its present content, and in term              answer    no
//	otherwise, and separate                                    unasked   when it is needed
//	otherwise                                                  unasked   yes
//
//	service                                                    state
//	of a required purpose, refused while that was optional     denied
//	of a required purpose, or without an answer of its own     as its purpose
//	under a GPC signal, granted without knowledge of it        denied
//	granted, and in term                                       as its purpose, at most
//	denied, and in term                                        denied
//	otherwise: its answer has expired                          unasked, so that time alone grants nothing
func Evaluate(form Form, stored Stored, signals Signals, now time.Time) Question {
	e := evaluation{form, stored.mapToCurrentHashes(form), signals, Day(now)}
	q := Question{States: make(map[string]State)}
	for _, p := range form.Purposes {
		state := e.purposeState(p)
		q.States[p.ID] = state
		if e.isRefusedBySignal(p) {
			q.Signal = append(q.Signal, p.ID)
		}
		if state == Unasked && !p.Separate {
			q.Ask = append(q.Ask, p.ID)
		}
		for _, s := range p.Services {
			q.States[s.ID] = e.serviceState(p, s, state)
		}
	}
	return q
}

// evaluation is the input of Evaluate.
type evaluation struct {
	form    Form
	stored  Stored // mapped to current hashes
	signals Signals
	today   int
}

func (e evaluation) purposeState(p Item) State {
	if p.PerCase || e.form.HasEnded {
		return Denied
	}
	if p.Required {
		if _, refused := e.stored.earlierRefusal(p, p); refused {
			return Denied
		}
		return Granted
	}
	if e.isRefusedBySignal(p) {
		return Denied
	}
	return e.answerInTerm(p).State
}

func (e evaluation) serviceState(p, service Item, purpose State) State {
	if _, refused := e.stored.earlierRefusal(p, service); refused {
		return Denied
	}
	own, isAnswered := e.stored.Answer(service.Hash)
	if p.Required || p.PerCase || !isAnswered {
		return purpose
	}
	if e.isUnderSignal(p) && own.State == Granted && !own.GPC {
		return Denied
	}
	if state := e.answerInTerm(service).State; state != Granted {
		return state
	}
	return purpose
}

// isUnderSignal reports whether a GPC signal is on that concerns the purpose.
func (e evaluation) isUnderSignal(p Item) bool { return p.GPC && e.signals.GPC && !p.Required }

// isRefusedBySignal reports whether the signal refuses the purpose: only a grant that knew of the signal outweighs it.
func (e evaluation) isRefusedBySignal(p Item) bool {
	answer := e.answerInTerm(p)
	return e.isUnderSignal(p) && (e.form.HasEnded || answer.State != Granted || !answer.GPC)
}

// answerInTerm returns the answer to the item's present content; Unasked without an answer in its term.
//
// An answer from the future does not count: the clock was wrong, or the answer is forged. One day of grace covers time
// zones and small errors.
func (e evaluation) answerInTerm(item Item) Answer {
	a, _ := e.stored.Answer(item.Hash)
	days := cmp.Or(item.Rest, e.form.DeniedDays)
	if a.State == Granted {
		days = e.form.GrantedDays
	}
	if a.Day <= e.today+1 && e.today < a.Day+days {
		return a
	}
	return Answer{}
}
