package consent

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/policy"
)

// decisionID returns the id of decision n, which is made on day 20000+n.
func decisionID(n int) uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:], uint64(20_000+n)*86_400_000<<16)
	id[6], id[8], id[15] = 0x70, 0x80, byte(n)
	return id
}

// newRecorded returns decision n, whose client knew decision previous (0 for none).
func newRecorded(n, previous int, answers, services states) Recorded {
	d := Decision{ID: decisionID(n), Subject: visitor, Answers: answers, Services: services}
	if previous != 0 {
		p := decisionID(previous)
		d.Previous = &p
	}
	return Recorded{Decision: d, Covered: ListCovered(shop, &d)}
}

func TestResolve(t *testing.T) {
	for _, test := range []struct {
		name      string
		decisions []Recorded
		want      states // all others have no answer
		next      int    // the decision to name as previous next
	}{
		{"no decision: no answers", nil, states{}, 0},
		{"one decision counts", []Recorded{
			newRecorded(1, 0, states{"analytics": Granted, "location": Denied}, nil),
		}, states{"analytics": Granted, "location": Denied, "map": Denied}, 1},
		{"a purpose's answer is also its services'", []Recorded{
			newRecorded(1, 0, states{"functional": Granted}, nil),
		}, states{"functional": Granted, "chat": Granted, "memory": Granted}, 1},
		{"a service has an answer of its own", []Recorded{
			newRecorded(1, 0, states{"functional": Granted}, states{"chat": Denied}),
		}, states{"functional": Granted, "chat": Denied, "memory": Granted}, 1},
		{"a purpose's later answer replaces its services'", []Recorded{
			newRecorded(1, 0, states{"functional": Granted}, states{"chat": Denied}),
			newRecorded(2, 1, states{"functional": Granted}, nil),
		}, states{"functional": Granted, "chat": Granted, "memory": Granted}, 2},
		{"a purpose that a decision leaves out keeps its answer", []Recorded{
			newRecorded(1, 0, states{"analytics": Granted}, nil),
			newRecorded(2, 1, states{"location": Denied}, nil),
			newRecorded(3, 2, states{}, nil),
		}, states{"analytics": Granted, "location": Denied, "map": Denied}, 3},
		{"a required purpose has no answer", []Recorded{
			newRecorded(1, 0, states{"necessary": Granted, "analytics": Granted}, states{"login": Granted}),
		}, states{"analytics": Granted}, 1},
		{"a grant that knew of the denial counts", []Recorded{
			newRecorded(1, 0, states{"analytics": Denied}, nil),
			newRecorded(2, 1, states{"analytics": Granted}, nil),
		}, states{"analytics": Granted}, 2},
		{"a grant that knew of the denial through a third decision counts", []Recorded{
			newRecorded(1, 0, states{"analytics": Denied}, nil),
			newRecorded(2, 1, states{"location": Denied}, nil),
			newRecorded(3, 2, states{"analytics": Granted}, nil),
		}, states{"analytics": Granted, "location": Denied, "map": Denied}, 3},
		{"of two with the same predecessor, the denial wins, even if it is older", []Recorded{
			newRecorded(1, 0, states{"analytics": Granted}, nil),
			newRecorded(2, 1, states{"analytics": Denied}, nil),
			newRecorded(3, 1, states{"analytics": Granted}, nil),
		}, states{"analytics": Denied}, 2},
		{"of two with the same predecessor, denied wins for each purpose", []Recorded{
			newRecorded(1, 0, states{"analytics": Granted, "functional": Granted}, nil),
			newRecorded(2, 1, states{"analytics": Denied, "functional": Granted}, nil),
			newRecorded(3, 1, states{"analytics": Granted, "functional": Denied}, nil),
		}, states{"analytics": Denied, "functional": Denied, "chat": Denied, "memory": Denied}, 3},
		{"of two first decisions, the denial wins", []Recorded{
			newRecorded(1, 0, states{"analytics": Denied}, nil),
			newRecorded(2, 0, states{"analytics": Granted}, nil),
		}, states{"analytics": Denied}, 1},
		{"a grant knows only of the denial in its own branch", []Recorded{
			newRecorded(1, 0, states{"analytics": Granted}, nil),
			newRecorded(2, 1, states{"analytics": Denied}, nil),
			newRecorded(3, 1, states{"analytics": Denied}, nil),
			newRecorded(4, 3, states{"analytics": Granted}, nil),
		}, states{"analytics": Denied}, 2},
		{"a purpose's denial beats a grant of its service that did not know of it", []Recorded{
			newRecorded(1, 0, states{"functional": Denied}, nil),
			newRecorded(2, 0, states{}, states{"chat": Granted}),
		}, states{"functional": Denied, "chat": Denied, "memory": Denied}, 1},
		{"a missing predecessor ends the chain", []Recorded{
			newRecorded(1, 0, states{"analytics": Denied}, nil),
			newRecorded(3, 2, states{"analytics": Granted}, nil),
		}, states{"analytics": Denied}, 1},
		{"a predecessor that arrives late closes the chain", []Recorded{
			newRecorded(1, 0, states{"analytics": Denied}, nil),
			newRecorded(3, 2, states{"analytics": Granted}, nil),
			newRecorded(2, 1, states{}, nil),
		}, states{"analytics": Granted}, 3},
		{"a wrong clock changes nothing: the later decision has the older id", []Recorded{
			newRecorded(9, 0, states{"analytics": Granted}, nil),
			newRecorded(2, 9, states{"analytics": Denied}, nil),
		}, states{"analytics": Denied}, 2},
		{"of several ends, the newest with a denial is named next", []Recorded{
			newRecorded(1, 0, states{"analytics": Granted}, nil),
			newRecorded(2, 1, states{"analytics": Denied}, nil),
			newRecorded(3, 1, states{"location": Denied}, nil),
			newRecorded(4, 1, states{"analytics": Granted}, nil),
		}, states{"analytics": Denied, "location": Denied, "map": Denied}, 3},
		{"a denied service is a denial, too", []Recorded{
			newRecorded(1, 0, states{}, states{"chat": Denied}),
			newRecorded(2, 0, states{"analytics": Granted}, nil),
		}, states{"chat": Denied, "analytics": Granted}, 1},
		{"of several ends without a denial, the newest is named next", []Recorded{
			newRecorded(1, 0, states{"analytics": Granted}, nil),
			newRecorded(2, 1, states{"analytics": Granted}, nil),
			newRecorded(3, 1, states{"location": Granted}, nil),
		}, states{"analytics": Granted, "location": Granted, "map": Granted}, 3},
		{"in a ring nothing is granted, and the newest is named next", []Recorded{
			newRecorded(1, 2, states{"analytics": Granted}, nil),
			newRecorded(2, 1, states{"analytics": Granted}, nil),
		}, states{}, 2},
		{"a decision after a ring counts", []Recorded{
			newRecorded(1, 2, states{"analytics": Granted}, nil),
			newRecorded(2, 1, states{"analytics": Granted}, nil),
			newRecorded(3, 2, states{"analytics": Denied}, nil),
		}, states{"analytics": Denied}, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			shuffled := append([]Recorded(nil), test.decisions...)
			for range 24 {
				got := Resolve(shuffled)
				if diff := cmp.Diff(test.want, statesOf(got)); diff != "" {
					t.Fatalf("states (-want +got):\n%s", diff)
				}
				want := uuid.Nil
				if test.next != 0 {
					want = decisionID(test.next)
				}
				if got.Decision != want {
					t.Fatalf("the next names %s; want %s", got.Decision, want)
				}
				if len(shuffled) > 0 && got.Subject != visitor {
					t.Fatalf("subject %s", got.Subject)
				}
				rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			}
		})
	}
}

func statesOf(s Stored) states {
	got := states{}
	for _, a := range s.Answers {
		got[a.ID] = a.State
	}
	return got
}

func TestResolveReturnsTheContentOfEachAnswer(t *testing.T) {
	one := newRecorded(1, 0, states{"analytics": Granted, "functional": Denied}, states{"chat": Granted})
	one.GPC = true
	two := newRecorded(2, 1, states{"analytics": Granted}, nil)
	two.Covered = []Covered{{ID: "analytics", Hash: "ANALY2"}}
	want := []Answer{
		{ID: "analytics", Hash: "ANALY2", State: Granted, Day: 20_002},
		{ID: "chat", Hash: "CHAT_1", State: Granted, Day: 20_001, GPC: true},
		{ID: "functional", Hash: "FUNCT1", State: Denied, Day: 20_001, GPC: true},
		{ID: "memory", Hash: "MEMORY", State: Denied, Day: 20_001, GPC: true},
	}
	if diff := cmp.Diff(want, Resolve([]Recorded{two, one}).Answers); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

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

func FuzzDecodeCookie(f *testing.F) {
	for _, value := range []string{
		"", "undefined", "1..",
		"1.AZJU04AAeqqKqqqqqqqqoQ.PyUE4E-JQdOaDAMF6CwzAQ",
		"1.AZJU04AAeqqKqqqqqqqqoQ.PyUE4E-JQdOaDAMF6CwzAQ.ads:gADSADS.GANALY1ffk.b:dBBBBBBzzz",
		"1.AZJU04AAeqqKqqqqqqqqoQ.PyUE4E-JQdOaDAMF6CwzAQ.ads:dADSADSffj.ads:gADSADS",
		"1.BLb-eoAAeqqKqqqqqqqqoQ.PyUE4E-JQdOaDAMF6CwzAQ.ads:gADSADS",
	} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		s, err := DecodeCookie(value)
		if err != nil {
			if diff := cmp.Diff(Stored{}, s); diff != "" { // C-40
				t.Fatalf("read from an unreadable cookie (-want +got):\n%s", diff)
			}
			return
		}
		again, err := DecodeCookie(EncodeCookie(s))
		if err != nil {
			t.Fatalf("the stored answers cannot be encoded: %v", err)
		}
		if !slices.ContainsFunc(again.Answers, func(a Answer) bool { return a.ID != "" }) { // there was no room for ids
			for i := range s.Answers {
				s.Answers[i].ID = ""
			}
		}
		if diff := cmp.Diff(s, again); diff != "" {
			t.Fatalf("written and read (-before +after):\n%s", diff)
		}
		seen := map[string]bool{}
		for _, a := range s.Answers {
			if a.State != Granted && a.State != Denied || seen[string(a.Hash)] || a.Day < 0 {
				t.Fatalf("answer %+v", a)
			}
			seen[string(a.Hash)] = true
		}
	})
}

func TestNewestOfSeveralDenialsCounts(t *testing.T) {
	decisions := []Recorded{
		newRecorded(1, 0, states{"analytics": Denied}, nil), newRecorded(2, 0, states{"analytics": Granted}, nil),
		newRecorded(3, 0, states{"analytics": Denied}, nil), newRecorded(4, 0, states{"analytics": Granted}, nil),
	}
	want := []Answer{{ID: "analytics", Hash: "ANALY1", State: Denied, Day: 20_003}}
	if diff := cmp.Diff(want, Resolve(decisions).Answers); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

// C-26: a grant of any content lifts a denial. A denial of a different content does not.
func TestDenialsOfDifferentContentsCountTogether(t *testing.T) {
	decide := func(n, previous int, hash string, state State) Recorded {
		r := newRecorded(n, previous, states{"analytics": state}, nil)
		r.Covered = []Covered{{ID: "analytics", Hash: policy.Hash(hash)}}
		return r
	}
	for _, test := range []struct {
		name      string
		decisions []Recorded
		want      map[policy.Hash]State
	}{
		{
			"two contents denied", []Recorded{decide(1, 0, "OLD", Denied), decide(2, 1, "NEW", Denied)},
			map[policy.Hash]State{"OLD": Denied, "NEW": Denied},
		},
		{
			"denied, and later an older content denied", []Recorded{decide(1, 0, "NEW", Denied), decide(2, 1, "OLD", Denied)},
			map[policy.Hash]State{"OLD": Denied, "NEW": Denied},
		},
		{
			"denied, then a different content granted", []Recorded{decide(1, 0, "OLD", Denied), decide(2, 1, "NEW", Granted)},
			map[policy.Hash]State{"NEW": Granted},
		},
		{
			"denied, granted, then a different content denied",
			[]Recorded{decide(1, 0, "OLD", Denied), decide(2, 1, "OLD", Granted), decide(3, 2, "NEW", Denied)},
			map[policy.Hash]State{"NEW": Denied},
		},
		{
			"granted, then a different content denied", []Recorded{decide(1, 0, "OLD", Granted), decide(2, 1, "NEW", Denied)},
			map[policy.Hash]State{"NEW": Denied},
		},
		{
			"a different content granted without knowledge of the denial",
			[]Recorded{decide(1, 0, "OLD", Denied), decide(2, 0, "NEW", Granted)}, map[policy.Hash]State{"OLD": Denied},
		},
		{
			"the same content denied twice", []Recorded{decide(1, 0, "OLD", Denied), decide(2, 1, "OLD", Denied)},
			map[policy.Hash]State{"OLD": Denied},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := map[policy.Hash]State{}
			for _, a := range Resolve(test.decisions).Answers {
				got[a.Hash] = a.State
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
