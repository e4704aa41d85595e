package consent

import (
	"cmp"
	"time"
)

// Signals is what the browser says for the visitor without being asked.
type Signals struct {
	GPC bool `json:"gpc"` // Global Privacy Control: Sec-GPC is exactly "1", or navigator.globalPrivacyControl is true
}

// Question is what is asked now, and how things stand until it is answered.
type Question struct {
	Ask    []string         // purposes to ask, in the policy's order; none: no banner
	States map[string]State // of every purpose and every service
	Signal []string         // purposes that the GPC signal refuses, against the stored answer or without one
}

// Granted says whether the purpose or service may be carried out now.
func (q Question) Granted(id string) bool { return q.States[id] == Granted }

// Evaluate gives the question for a visitor with these stored answers.
//
// A required purpose is granted and never asked; but where it could be refused under an earlier version, and was, it stays refused until
// an express grant. Any other purpose has the state of the answer that was given to its
// present content, as long as that answer holds; else it is unasked, and asked, unless it wants a separate consent,
// which is asked where it is needed. A GPC signal refuses the purposes that the policy puts under it; only a grant
// given in knowledge of the signal stands against it. A service has its purpose's state unless it was refused by itself: it
// never goes further than its purpose, and an answer of its own that has run out leaves it unasked, lest a service that
// was refused be granted by the passing of time.
func Evaluate(form Form, stored Stored, signals Signals, now time.Time) Question {
	stored = stored.brought(form)
	q := Question{States: make(map[string]State)}
	today := Day(now)
	held := func(item Item) Answer {
		if a, ok := stored.Answer(item.Hash); ok && holds(form, item, a, today) {
			return a
		}
		return Answer{}
	}
	for _, p := range form.Purposes {
		answer := held(p)
		state := answer.State
		signalled := p.GPC && signals.GPC && !p.Required
		switch {
		case p.Required:
			state = Granted
			if _, refused := p.refusal(stored, p); refused {
				state = Denied
			}
		case signalled && !(state == Granted && answer.GPC):
			state = Denied
			q.Signal = append(q.Signal, p.ID)
		case state == Unasked && !p.Separate:
			q.Ask = append(q.Ask, p.ID)
		}
		q.States[p.ID] = state
		for _, s := range p.Services {
			own, answered := stored.Answer(s.Hash)
			_, refused := p.refusal(stored, s)
			switch {
			case refused:
				q.States[s.ID] = Denied
			case p.Required || !answered:
				q.States[s.ID] = state
			case signalled && own.State == Granted && !own.GPC:
				q.States[s.ID] = Denied
			case held(s).State == Granted:
				q.States[s.ID] = state
			default:
				q.States[s.ID] = held(s).State
			}
		}
	}
	return q
}

// holds says whether the answer is still in its term. An answer from the future comes from a clock that was wrong, or
// from somebody's hand: it does not hold. One day of grace covers time zones and small errors.
func holds(form Form, item Item, a Answer, today int) bool {
	days := cmp.Or(item.Rest, form.DeniedDays)
	if a.State == Granted {
		days = form.GrantedDays
	}
	return a.Day <= today+1 && today < a.Day+days
}
