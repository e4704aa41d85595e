package consent

import (
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/nod-consent/nod/app/policy"
)

// Recorded is a decision with what it covers, as the server stores it.
type Recorded struct {
	Decision
	Covered []Covered `json:"covered"`
}

// Covered is one purpose or service that a decision answers, by the content that was shown.
type Covered struct {
	ID      string      `json:"id"`
	Hash    policy.Hash `json:"hash"`
	Purpose string      `json:"purpose,omitempty"` // of a service: the purpose whose answer is also the service's
}

// ListCovered lists what the decision answers: the purposes in it with all their services, and the services that it
// names. A required purpose needs no consent and is not listed, except for a grant of one that was optional in an
// earlier version.
func ListCovered(form Form, d *Decision) []Covered {
	var covered []Covered
	for _, p := range form.Purposes {
		if p.Required && !d.agreesTo(p) {
			continue
		}
		_, isAnswered := d.Answers[p.ID]
		if isAnswered {
			covered = append(covered, Covered{ID: p.ID, Hash: p.Hash})
		}
		for _, s := range p.Services {
			if _, isNamed := d.Services[s.ID]; isNamed || isAnswered {
				covered = append(covered, Covered{ID: s.ID, Hash: s.Hash, Purpose: p.ID})
			}
		}
	}
	return covered
}

// Resolve returns the answers that count after all decisions of one subject, whatever the order in which they arrived.
// A denial holds until a grant by a decision that knew of it: one that names it as previous, directly or through
// others. So if two decisions share a predecessor, denied wins. Neither the server's time of receipt nor the client's
// clock matters.
//
// A grant of a different content does not lift a denial, unless its decision knew of it. So one purpose can have
// several denials, each of its own content.
//
// Stored.Decision is the decision that the next one should name as previous (latestDecision).
func Resolve(decisions []Recorded) Stored {
	if len(decisions) == 0 {
		return Stored{}
	}
	g := newGraph(decisions)
	s := Stored{Subject: decisions[0].Subject, Decision: g.latestDecision()}
	for _, id := range slices.Sorted(maps.Keys(g.answers)) {
		s.Answers = append(s.Answers, g.effectiveAnswers(id)...)
	}
	return s
}

// graph is the decisions by id. Previous makes the edges. A walk ends at an edge to a decision that has not arrived,
// and at a ring of edges, which only a forger makes.
type graph struct {
	byID    map[uuid.UUID]*Recorded
	ids     []uuid.UUID // ascending, which is by the clients' time
	answers map[string][]decidedAnswer
}

// decidedAnswer is a decision's answer to a purpose or service.
type decidedAnswer struct {
	decision uuid.UUID
	Answer
}

func newGraph(decisions []Recorded) graph {
	g := graph{byID: make(map[uuid.UUID]*Recorded, len(decisions)), answers: map[string][]decidedAnswer{}}
	for i := range decisions {
		g.byID[decisions[i].ID] = &decisions[i]
		g.ids = append(g.ids, decisions[i].ID)
	}
	slices.SortFunc(g.ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	for _, id := range g.ids {
		g.addAnswers(g.byID[id])
	}
	return g
}

// addAnswers adds the answers of a decision, which is newer than those before. Of two to the same purpose, which only a
// forger makes, the first counts.
func (g graph) addAnswers(r *Recorded) {
	for _, c := range r.Covered {
		list := g.answers[c.ID]
		if len(list) > 0 && list[len(list)-1].decision == r.ID {
			continue
		}
		if a, ok := r.answerTo(c); ok {
			g.answers[c.ID] = append(list, decidedAnswer{r.ID, a})
		}
	}
}

// markKnown marks the predecessors of the decision as known, up to the first that is marked already: what came before
// that one is marked too. So all walks together meet each decision once.
func (g graph) markKnown(id uuid.UUID, known map[uuid.UUID]bool) {
	for d := g.byID[id]; d != nil && d.Previous != nil && *d.Previous != id && !known[*d.Previous]; {
		known[*d.Previous] = true
		d = g.byID[*d.Previous]
	}
}

// effectiveAnswers returns the answers to one purpose or service that count: the latest one, and for each other content
// the last denial that no later grant knew of.
func (g graph) effectiveAnswers(id string) []Answer {
	known, lifted := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for _, a := range g.answers[id] {
		g.markKnown(a.decision, known)
		if a.State == Granted {
			g.markKnown(a.decision, lifted)
		}
	}
	answers := g.latestAnswer(id, known)
	for _, a := range slices.Backward(g.answers[id]) {
		isListed := slices.ContainsFunc(answers, func(b Answer) bool { return b.Hash == a.Hash })
		if a.State == Denied && !lifted[a.decision] && !isListed {
			answers = append(answers, a.Answer)
		}
	}
	return answers
}

// latestAnswer returns, of the answers that no later decision knew of, a denial, or else the newest. It returns no
// answer if there is nothing to choose from.
func (g graph) latestAnswer(id string, known map[uuid.UUID]bool) (latest []Answer) {
	for _, a := range g.answers[id] {
		if known[a.decision] {
			continue
		}
		if len(latest) == 0 || a.State == Denied || latest[0].State == Granted {
			latest = []Answer{a.Answer}
		}
	}
	return latest
}

// latestDecision returns the newest of the decisions that no other one names as previous. One with a denial comes
// first.
func (g graph) latestDecision() uuid.UUID {
	known := map[uuid.UUID]bool{}
	for _, id := range g.ids {
		if p := g.byID[id].Previous; p != nil {
			known[*p] = true
		}
	}
	var latest uuid.UUID
	latestDenies := false
	for _, id := range g.ids {
		if known[id] {
			continue
		}
		denies := g.byID[id].denies()
		if latest == uuid.Nil || denies || !latestDenies {
			latest, latestDenies = id, denies
		}
	}
	if latest == uuid.Nil { // a ring
		return g.ids[len(g.ids)-1]
	}
	return latest
}

// answer returns the decision's answer to a purpose or service.
func (r *Recorded) answer(id string) (Answer, bool) {
	at := slices.IndexFunc(r.Covered, func(c Covered) bool { return c.ID == id })
	if at < 0 {
		return Answer{}, false
	}
	return r.answerTo(r.Covered[at])
}

func (r *Recorded) answerTo(c Covered) (Answer, bool) {
	state, ok := r.Answers[c.ID]
	if c.Purpose != "" {
		if state, ok = r.Services[c.ID]; !ok {
			state, ok = r.Answers[c.Purpose]
		}
	}
	return Answer{ID: c.ID, Hash: c.Hash, State: state, Day: decidedDay(r.ID), GPC: r.GPC}, ok
}

// State returns the decision's answer to a purpose or service; Unasked if the decision does not cover it.
func (r *Recorded) State(id string) State {
	a, _ := r.answer(id)
	return a.State
}

func (r *Recorded) denies() bool {
	for _, s := range r.Answers {
		if s == Denied {
			return true
		}
	}
	for _, s := range r.Services {
		if s == Denied {
			return true
		}
	}
	return false
}

// previous returns the id of the decision before, or uuid.Nil.
func (d *Decision) previous() uuid.UUID {
	if d.Previous == nil {
		return uuid.Nil
	}
	return *d.Previous
}
