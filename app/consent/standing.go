package consent

import (
	"slices"

	"github.com/google/uuid"
	"github.com/nod-consent/nod/app/policy"
)

// Recorded is a decision with what it covered, as the server keeps it.
type Recorded struct {
	Decision
	Covered []Covered `json:"covered"`
}

// Covered is one purpose or service that a decision speaks of, by the content that was shown.
type Covered struct {
	ID      string      `json:"id"`
	Hash    policy.Hash `json:"hash"`
	Purpose string      `json:"purpose,omitempty"` // of a service: the purpose whose answer speaks for it
}

// CoveredBy lists what the decision speaks of: the purposes that it answers with all their services, and the services
// that it names. What is required is not a matter of consent and not listed, but for a yes to what could be refused under an earlier
// version.
func CoveredBy(form Form, d *Decision) []Covered {
	var covered []Covered
	for _, p := range form.Purposes {
		_, answered := d.Answers[p.ID]
		if p.Required && !d.agreesTo(p) {
			continue
		}
		if answered {
			covered = append(covered, Covered{ID: p.ID, Hash: p.Hash})
		}
		for _, s := range p.Services {
			if _, named := d.Services[s.ID]; named || answered {
				covered = append(covered, Covered{ID: s.ID, Hash: s.Hash, Purpose: p.ID})
			}
		}
	}
	return covered
}

// Resolve says what stands after all decisions of one subject, in whatever order they arrived: a denial holds until a
// decision that knew of it (names it, directly or through others, as previous) says otherwise. So where two decisions
// share a predecessor, denied wins; and neither the server's time of receipt nor the client's clock plays a part.
//
// A denial of one content is not lifted by an answer to another, but for a yes: so there may be several to one purpose, each to its own
// content.
//
// Stored.Decision is the decision that the next one should name as previous: the newest of those that nobody names yet,
// one with a denial before others.
func Resolve(decisions []Recorded) Stored {
	if len(decisions) == 0 {
		return Stored{}
	}
	g := graphOf(decisions)
	s := Stored{Subject: decisions[0].Subject, Decision: g.head()}

	ids := map[string]bool{}
	for _, d := range decisions {
		for _, c := range d.Covered {
			ids[c.ID] = true
		}
	}
	names := make([]string, 0, len(ids))
	for id := range ids {
		names = append(names, id)
	}
	slices.Sort(names)
	for _, id := range names {
		s.Answers = append(s.Answers, g.standing(id)...)
	}
	return s
}

// graph is the decisions by id, with the edges that Previous makes. An edge to a decision that has not arrived, or a
// ring of edges (only a forger makes one), ends the walk.
type graph struct {
	byID map[uuid.UUID]*Recorded
	ids  []uuid.UUID // ascending, which is by the clients' time
}

func graphOf(decisions []Recorded) graph {
	g := graph{byID: make(map[uuid.UUID]*Recorded, len(decisions))}
	for i := range decisions {
		g.byID[decisions[i].ID] = &decisions[i]
		g.ids = append(g.ids, decisions[i].ID)
	}
	slices.SortFunc(g.ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	return g
}

// mark marks the predecessors of the decision as known, up to the first that is marked already: what came before that
// one is marked too. So all walks together meet each decision once.
func (g graph) mark(id uuid.UUID, known map[uuid.UUID]bool) {
	for d := g.byID[id]; d != nil && d.Previous != nil && *d.Previous != id && !known[*d.Previous]; d = g.byID[*d.Previous] {
		known[*d.Previous] = true
	}
}

// standing gives the answers to one purpose or service that hold: of the decisions that speak of it, those no later one knew of; among
// these a denial, else the newest. Beside it, of each other content, the last denial that nobody who knew of it has said yes after.
func (g graph) standing(id string) (answers []Answer) {
	known, lifted := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for _, did := range g.ids {
		if a, ok := g.byID[did].answer(id); ok {
			g.mark(did, known)
			if a.State == Granted {
				g.mark(did, lifted)
			}
		}
	}
	for _, did := range g.ids {
		a, ok := g.byID[did].answer(id)
		if !ok || known[did] {
			continue
		}
		if len(answers) == 0 || a.State == Denied || answers[0].State == Granted {
			answers = []Answer{a}
		}
	}
	for _, did := range slices.Backward(g.ids) {
		a, ok := g.byID[did].answer(id)
		if ok && a.State == Denied && !lifted[did] && !slices.ContainsFunc(answers, func(b Answer) bool { return b.Hash == a.Hash }) {
			answers = append(answers, a)
		}
	}
	return answers
}

func (g graph) head() uuid.UUID {
	known := map[uuid.UUID]bool{}
	for _, id := range g.ids {
		if p := g.byID[id].Previous; p != nil {
			known[*p] = true
		}
	}
	var head uuid.UUID
	denies := false
	for _, id := range g.ids {
		if known[id] {
			continue
		}
		d := g.byID[id].denies()
		if head == uuid.Nil || d || !denies {
			head, denies = id, d
		}
	}
	if head == uuid.Nil { // a ring
		head = g.ids[len(g.ids)-1]
	}
	return head
}

// answer is what the decision says of a purpose or service.
func (r *Recorded) answer(id string) (Answer, bool) {
	for _, c := range r.Covered {
		if c.ID != id {
			continue
		}
		state, ok := r.Answers[id]
		if c.Purpose != "" {
			if state, ok = r.Services[id]; !ok {
				state, ok = r.Answers[c.Purpose]
			}
		}
		return Answer{ID: id, Hash: c.Hash, State: state, Day: decidedDay(r.ID), GPC: r.GPC}, ok
	}
	return Answer{}, false
}

// State is what the decision says of a purpose or service; Unasked where it does not speak of it.
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

// previous is the decision named as the one before, or uuid.Nil.
func (d *Decision) previous() uuid.UUID {
	if d.Previous == nil {
		return uuid.Nil
	}
	return *d.Previous
}
