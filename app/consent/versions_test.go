package consent

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/policy"
)

// simulation is one visitor of a site whose policy changes, in the browser and on the server.
type simulation struct {
	*rand.Rand
	site    *policy.Site
	forms   []Form // of the versions
	browser Stored
	server  []Recorded
	last    map[string]State       // the last answer to each purpose and service
	granted map[string]policy.Hash // the content of the last answer, if that is a grant
	log     []string
}

var texts = policy.Text{"en": "x"}

func newSimulation(r *rand.Rand) *simulation {
	p := &policy.Policy{Version: "v0", Effective: "2020-01-01", Controller: policy.Controller{Name: texts}}
	for _, id := range []string{"a", "b", "c"} {
		p.Purposes = append(p.Purposes, policy.Purpose{
			ID: id, Kind: policy.KindCookie, Name: texts, Summary: texts, Refusal: texts, Retention: texts,
			Data:     []policy.Text{texts, {"en": "y"}},
			Services: []policy.Service{{ID: id + "-s", Name: texts, Provider: texts, Summary: texts}},
		})
	}
	l := &simulation{Rand: r, site: &policy.Site{
		ID: "shop", Languages: []string{"en"}, Ask: policy.Ask{GrantedDays: 3650, DeniedDays: 3650, PermissionHours: 48},
	},
		browser: Stored{Subject: visitor}, last: map[string]State{}, granted: map[string]policy.Hash{}}
	l.publish(p)
	return l
}

func (l *simulation) publish(p *policy.Policy) {
	l.site.Policies = append(l.site.Policies, p)
	l.forms = append(l.forms, FormOf(l.site, p))
}

// change publishes a version with one change of one purpose.
func (l *simulation) change() {
	next := *l.site.Policies[len(l.site.Policies)-1]
	next.Version = fmt.Sprintf("v%d", len(l.site.Policies))
	next.Effective = fmt.Sprintf("20%d-01-01", 20+len(l.site.Policies))
	next.Purposes = slices.Clone(next.Purposes)
	p := &next.Purposes[l.IntN(len(next.Purposes))]
	what := ""
	switch l.IntN(7) {
	case 0:
		what, p.Summary = "is reworded", policy.Text{"en": next.Version}
	case 1:
		what, p.Summary = "has one more full stop", policy.Text{"en": p.Summary["en"] + "."}
	case 2:
		what, p.Required = "becomes required or optional", !p.Required
	case 3:
		what, p.Data = "has less data", p.Data[:1]
	case 4:
		what, p.Retention = "has a different retention", policy.Text{"en": next.Version}
	case 5:
		what, p.Services = "has a new service", append(
			slices.Clone(p.Services), policy.Service{ID: p.ID + next.Version, Name: texts, Provider: texts, Summary: texts},
		)
	case 6: // remove a purpose, or restore it, perhaps as required
		first := l.site.Policies[0].Purposes[l.IntN(3)]
		if i := slices.IndexFunc(next.Purposes, func(p policy.Purpose) bool { return p.ID == first.ID }); i < 0 {
			first.Required = l.IntN(2) == 0
			next.Purposes = append(next.Purposes, first)
			what = "stays, and " + first.ID + " is restored"
		} else if len(next.Purposes) > 1 {
			what = "stays, and " + first.ID + " is removed"
			next.Purposes = slices.Delete(next.Purposes, i, i+1)
			l.log = append(l.log, next.Version+": "+what)
			l.publish(&next)
			return
		}
	}
	l.log = append(l.log, next.Version+": "+p.ID+" "+what)
	l.publish(&next)
}

// decide answers some purposes on a page of the last version, or of an older one from a cache.
func (l *simulation) decide(n int) {
	form := l.forms[len(l.forms)-1-min(l.IntN(3), len(l.forms)-1)]
	q := Evaluate(form, l.browser, Signals{}, time.UnixMilli(int64(20_000+n)*86_400_000))
	d := Decision{ID: decisionID(n), Subject: visitor, Action: Save, Answers: states{}, Services: states{}}
	if l.browser.Decision != uuid.Nil {
		before := l.browser.Decision
		d.Previous = &before
	}
	for _, p := range form.Purposes {
		if l.IntN(3) == 0 {
			continue
		}
		if p.Required {
			if !q.IsRefusedButRequired(p) || l.IntN(3) > 0 {
				continue
			}
			d.Answers[p.ID] = Granted
		} else {
			d.Answers[p.ID] = State(1 + l.IntN(2))
		}
		// An older page can be without some of the services.
		maps.DeleteFunc(l.last, func(id string, _ State) bool { return id[:1] == p.ID })
		l.recordAnswer(p, d.Answers[p.ID])
		for _, s := range p.Services {
			l.recordAnswer(s, d.Answers[p.ID])
			if !p.Required && l.IntN(3) == 0 {
				d.Services[s.ID] = State(1 + l.IntN(2))
				l.recordAnswer(s, d.Services[s.ID])
			}
		}
	}
	l.log = append(l.log, fmt.Sprintf("%d: answers %v %v in the states %v", n, d.Answers, d.Services, q.States))
	l.browser = l.browser.Apply(form, &d)
	l.server = append(l.server, Recorded{Decision: d, Covered: ListCovered(form, &d)})
}

func (l *simulation) recordAnswer(item Item, state State) {
	l.last[item.ID] = state
	delete(l.granted, item.ID)
	if state == Granted {
		l.granted[item.ID] = item.Hash
	}
}

// hasGrant reports whether the last answer to the item is a grant of its present content.
func (l *simulation) hasGrant(form Form, item Item) bool {
	hash, isGranted := l.granted[item.ID]
	return isGranted && (hash == item.Hash || form.Equivalents[hash] == item.Hash)
}

// C-26, C-29: whatever versions are published and whatever page is answered, only a grant ends a denial, and a grant
// counts as long as its content is asked. The server and the browser agree.
func TestChangesNeitherGrantADenialNorLoseAnAnswer(t *testing.T) {
	for seed := range uint64(400) {
		l := newSimulation(rand.New(rand.NewPCG(seed, 5)))
		for n := 1; n < 12; n++ {
			if l.IntN(2) == 0 {
				l.change()
			} else {
				l.decide(n)
			}
			now := time.UnixMilli(int64(20_000+n) * 86_400_000)
			form := l.forms[len(l.forms)-1]
			seen := Evaluate(form, l.browser, Signals{}, now)
			for who, q := range map[string]Question{
				"the browser": seen, "the server": Evaluate(form, Resolve(l.server), Signals{}, now),
			} {
				for _, p := range form.Purposes {
					for _, item := range append([]Item{p}, p.Services...) {
						switch {
						case q.IsGranted(item.ID) && l.last[item.ID] == Denied:
							t.Errorf("%s grants %s, which was refused", who, item.ID)
						case l.hasGrant(form, p) && l.hasGrant(form, item) && !q.IsGranted(item.ID):
							t.Errorf("%s lost the grant of %s", who, item.ID)
						}
					}
				}
			}
			if t.Failed() {
				t.Fatalf("seed %d:\n%v\nlast answers %v", seed, l.log, maps.Collect(maps.All(l.last)))
			}
		}
	}
}
