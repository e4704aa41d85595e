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

// life is one visitor's under a site whose policy changes, in their browser and on the server.
type life struct {
	*rand.Rand
	site    *policy.Site
	forms   []Form // of the versions
	browser Stored
	server  []Recorded
	said    map[string]State       // the last word on each purpose and service
	granted map[string]policy.Hash // the content that it was a yes to
	story   []string
}

var texts = policy.Text{"en": "x"}

func aLife(r *rand.Rand) *life {
	p := &policy.Policy{Version: "v0", Effective: "2020-01-01", Controller: policy.Controller{Name: texts}}
	for _, id := range []string{"a", "b", "c"} {
		p.Purposes = append(p.Purposes, policy.Purpose{
			ID: id, Kind: policy.KindCookie, Name: texts, Summary: texts, Refusal: texts, Retention: texts, Data: []policy.Text{texts, {"en": "y"}},
			Services: []policy.Service{{ID: id + "-s", Name: texts, Provider: texts, Summary: texts}},
		})
	}
	l := &life{Rand: r, site: &policy.Site{ID: "shop", Languages: []string{"en"}, Ask: policy.Ask{GrantedDays: 3650, DeniedDays: 3650, PermissionHours: 48}},
		browser: Stored{Subject: visitor}, said: map[string]State{}, granted: map[string]policy.Hash{}}
	l.publish(p)
	return l
}

func (l *life) publish(p *policy.Policy) {
	l.site.Policies = append(l.site.Policies, p)
	l.forms = append(l.forms, FormOf(l.site, p))
}

// change publishes a version in which something of one purpose is otherwise.
func (l *life) change() {
	next := *l.site.Policies[len(l.site.Policies)-1]
	next.Version = fmt.Sprintf("v%d", len(l.site.Policies))
	next.Effective = fmt.Sprintf("20%d-01-01", 20+len(l.site.Policies))
	next.Purposes = slices.Clone(next.Purposes)
	p := &next.Purposes[l.IntN(len(next.Purposes))]
	what := ""
	switch l.IntN(7) {
	case 0:
		what, p.Summary = "is worded anew", policy.Text{"en": next.Version}
	case 1:
		what, p.Summary = "has a full stop more", policy.Text{"en": p.Summary["en"] + "."}
	case 2:
		what, p.Required = "is required, or not", !p.Required
	case 3:
		what, p.Data = "has less data", p.Data[:1]
	case 4:
		what, p.Retention = "is kept otherwise", policy.Text{"en": next.Version}
	case 5:
		what, p.Services = "has a new service or none", append(slices.Clone(p.Services), policy.Service{ID: p.ID + next.Version, Name: texts, Provider: texts, Summary: texts})
	case 6: // or comes back, and may be required then
		first := l.site.Policies[0].Purposes[l.IntN(3)]
		if i := slices.IndexFunc(next.Purposes, func(p policy.Purpose) bool { return p.ID == first.ID }); i < 0 {
			first.Required = l.IntN(2) == 0
			next.Purposes = append(next.Purposes, first)
			what = "stays, and " + first.ID + " comes back"
		} else if len(next.Purposes) > 1 {
			what = "or the like: " + first.ID + " is gone"
			next.Purposes = slices.Delete(next.Purposes, i, i+1)
			l.story = append(l.story, next.Version+": "+what)
			l.publish(&next)
			return
		}
	}
	l.story = append(l.story, next.Version+": "+p.ID+" "+what)
	l.publish(&next)
}

// decide has the visitor answer some purposes on a page of the version, or of an older one out of a cache.
func (l *life) decide(n int) {
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
		maps.DeleteFunc(l.said, func(id string, _ State) bool { return id[:1] == p.ID }) // an older page may not have all services
		l.say(p, d.Answers[p.ID])
		for _, s := range p.Services {
			l.say(s, d.Answers[p.ID])
			if !p.Required && l.IntN(3) == 0 {
				d.Services[s.ID] = State(1 + l.IntN(2))
				l.say(s, d.Services[s.ID])
			}
		}
	}
	l.story = append(l.story, fmt.Sprintf("%d: answers %v %v, where it was %v", n, d.Answers, d.Services, q.States))
	l.browser = l.browser.Apply(form, &d)
	l.server = append(l.server, Recorded{Decision: d, Covered: ListCovered(form, &d)})
}

func (l *life) say(item Item, state State) {
	l.said[item.ID] = state
	delete(l.granted, item.ID)
	if state == Granted {
		l.granted[item.ID] = item.Hash
	}
}

// stands says whether the last word on it is a yes to what it is now.
func (l *life) stands(form Form, item Item) bool {
	hash, yes := l.granted[item.ID]
	return yes && (hash == item.Hash || form.Equivalents[hash] == item.Hash)
}

// C-26, C-29: whatever versions come, and whichever page is answered, a refusal ends with a yes alone, and a yes stands for as long as
// its content does; the server says the same as the browser.
func TestNoChangeMakesAGrantOfARefusalOrLosesAnAnswer(t *testing.T) {
	for seed := range uint64(400) {
		l := aLife(rand.New(rand.NewPCG(seed, 5)))
		for n := 1; n < 12; n++ {
			if l.IntN(2) == 0 {
				l.change()
			} else {
				l.decide(n)
			}
			now := time.UnixMilli(int64(20_000+n) * 86_400_000)
			form := l.forms[len(l.forms)-1]
			seen := Evaluate(form, l.browser, Signals{}, now)
			for who, q := range map[string]Question{"the browser": seen, "the server": Evaluate(form, Resolve(l.server), Signals{}, now)} {
				for _, p := range form.Purposes {
					for _, item := range append([]Item{p}, p.Services...) {
						switch {
						case q.IsGranted(item.ID) && l.said[item.ID] == Denied:
							t.Errorf("%s grants %s, which was refused", who, item.ID)
						case l.stands(form, p) && l.stands(form, item) && !q.IsGranted(item.ID):
							t.Errorf("%s has lost the yes to %s", who, item.ID)
						}
					}
				}
			}
			if t.Failed() {
				t.Fatalf("seed %d:\n%v\nwords %v", seed, l.story, maps.Collect(maps.All(l.said)))
			}
		}
	}
}
