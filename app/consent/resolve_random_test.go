package consent

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// generateHistory turns bytes into 1 to 12 decisions with answers and predecessors.
func generateHistory(data []byte) []Recorded {
	next := func() int {
		if len(data) == 0 {
			return 0
		}
		b := data[0]
		data = data[1:]
		return int(b)
	}
	var decisions []Recorded
	for n := 1; n == 1 || n <= 12 && len(data) > 0; n++ {
		previous := next() % 13
		if previous == n {
			previous = 0
		}
		answers, services := states{}, states{}
		bits := next() | next()<<8
		for _, id := range []string{"functional", "analytics", "location"} {
			if s := State(bits & 3); s == Granted || s == Denied {
				answers[id] = s
			}
			bits >>= 2
		}
		for _, id := range []string{"chat", "memory", "map"} {
			if s := State(bits & 3); s == Granted || s == Denied {
				services[id] = s
			}
			bits >>= 2
		}
		r := newRecorded(n, previous, answers, services)
		r.GPC = bits&1 == 1
		decisions = append(decisions, r)
	}
	return decisions
}

func FuzzResolve(f *testing.F) {
	f.Add([]byte{0, 1, 0, 1, 2, 0, 1, 1, 0})
	f.Add([]byte{2, 42, 0, 1, 42, 0})
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		data := make([]byte, 3+random.IntN(34))
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		decisions := generateHistory(data)
		got := Resolve(decisions)
		shuffled := append([]Recorded(nil), decisions...)
		rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if diff := cmp.Diff(got, Resolve(shuffled)); diff != "" {
			t.Fatalf("the order of arrival matters (-one +other):\n%s", diff)
		}
		named := map[string]map[State]bool{}
		for _, d := range decisions {
			for _, c := range d.Covered {
				if a, ok := d.answer(c.ID); ok {
					if named[c.ID] == nil {
						named[c.ID] = map[State]bool{}
					}
					named[c.ID][a.State] = true
				}
			}
		}
		before := statesOf(got)
		for id, state := range before {
			if !named[id][state] {
				t.Fatalf("%s is %v, but no decision says so", id, state)
			}
		}
		// A denial grants nothing, whatever decision it knew.
		for previous := range len(decisions) + 1 {
			denial := newRecorded(50, previous, states{"analytics": Denied, "functional": Denied}, states{"map": Denied})
			after := statesOf(Resolve(append(append([]Recorded(nil), decisions...), denial)))
			for id, state := range after {
				if state == Granted && before[id] != Granted {
					t.Fatalf("a denial that knew decision %d granted %s", previous, id)
				}
			}
			for _, id := range []string{"analytics", "functional", "chat", "memory", "map"} {
				if after[id] != Denied {
					t.Fatalf("%s is %v after it was denied", id, after[id])
				}
			}
		}
	})
}

// The browser and the server have the same answers as long as each decision knew the one before. After a fork, the
// browser grants nothing that the server does not grant.
func TestApplyAndResolveAgree(t *testing.T) {
	now := time.Unix(20_005*86_400, 0)
	data := make([]byte, 15)
	random := rand.New(rand.NewPCG(3, 4))
	granted := 0
	for range 3000 {
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		var chain, fork Stored
		decisions := generateHistory(data)
		forked := append([]Recorded(nil), decisions[:2]...)
		for i := range decisions {
			d := &decisions[i]
			d.Previous = nil
			if i > 0 {
				d.Previous = &decisions[i-1].ID
			}
			chain = chain.Apply(shop, &d.Decision)
		}
		for i := range forked {
			forked[i].Previous = nil
			fork = fork.Apply(shop, &forked[i].Decision)
		}
		for _, signals := range []Signals{{GPC: false}, {GPC: true}} {
			browser, server := Evaluate(shop, chain, signals, now), Evaluate(shop, Resolve(decisions), signals, now)
			if diff := cmp.Diff(server, browser); diff != "" {
				t.Fatalf("after %+v, gpc %v (-server +browser):\n%s", decisions, signals.GPC, diff)
			}
			browser, server = Evaluate(shop, fork, signals, now), Evaluate(shop, Resolve(forked), signals, now)
			for id, state := range browser.States {
				if state == Granted {
					granted++
					if server.States[id] != Granted {
						t.Fatalf("after the fork %+v the browser grants %s and the server does not", forked, id)
					}
				}
			}
		}
	}
	if granted < 10_000 {
		t.Errorf("only %d grants were compared", granted)
	}
}
