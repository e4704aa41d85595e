package consent

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

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

// resolveCases are decisions of one visitor, with the answers that hold after them.
var resolveCases = []struct {
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
}

// C-51
func TestResolve(t *testing.T) {
	for _, test := range resolveCases {
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
