package consent

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"github.com/nod-consent/nod/app/policy"
)

// web/loader/test/vectors.test.ts reads the same vectors, so that both implementations agree.

type vectorAnswer struct {
	ID    string      `json:"id"`
	Hash  policy.Hash `json:"hash"`
	State State       `json:"state"`
	Day   int         `json:"day"`
	GPC   bool        `json:"gpc,omitempty"`
}

func answersOf(list []vectorAnswer) []Answer {
	var answers []Answer
	for _, a := range list {
		answers = append(answers, Answer(a))
	}
	return answers
}

type vectorStored struct {
	Decision uuid.UUID      `json:"decision"`
	Subject  uuid.UUID      `json:"subject"`
	Answers  []vectorAnswer `json:"answers"`
}

func (v vectorStored) stored() Stored {
	return Stored{Decision: v.Decision, Subject: v.Subject, Answers: answersOf(v.Answers)}
}

// vectorValue is a cookie's value. A long one names the text that it repeats.
type vectorValue struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Repeat []any  `json:"repeat"`
	Length int    `json:"length"`
}

func (v vectorValue) value(t *testing.T) string {
	t.Helper()
	value := v.Value
	if len(v.Repeat) == 2 {
		value += strings.Repeat(v.Repeat[0].(string), int(v.Repeat[1].(float64)))
	}
	if v.Length != 0 && len(value) != v.Length {
		t.Fatalf("the vector's value has %d bytes; its length is %d", len(value), v.Length)
	}
	return value
}

// readVectors reads a file of testdata. It refuses unknown keys: a misspelt one would make a case test nothing.
func readVectors(t *testing.T, name string, into any) {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// atLeast fails if a file of vectors has too few cases.
func atLeast(t *testing.T, what string, n, want int) {
	t.Helper()
	if n < want {
		t.Fatalf("%s has %d cases; want at least %d", what, n, want)
	}
}

// writtenCookie is a cookie as it is written, and what is read of it, if that is not what was stored.
type writtenCookie struct {
	vectorValue
	Stored vectorStored  `json:"stored"`
	Read   *vectorStored `json:"read"`
}

func (c writtenCookie) check(t *testing.T) {
	value := c.value(t)
	if got := EncodeCookie(c.Stored.stored()); got != value {
		t.Errorf("written as\n%s, want\n%s", got, value)
	}
	if len(c.Stored.Answers) <= 30 && len(value) > cookieNamed {
		t.Errorf("%d answers take %d bytes, want at most %d", len(c.Stored.Answers), len(value), cookieNamed)
	}
	want := c.Stored
	if c.Read != nil {
		want = *c.Read
	}
	got, err := DecodeCookie(value)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.stored(), got); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	if again := EncodeCookie(got); again != value {
		t.Errorf("what was read is written as\n%s, want\n%s", again, value)
	}
}

func TestCookieVectors(t *testing.T) {
	var v struct {
		About    string
		Written  []writtenCookie
		Readable []struct {
			vectorValue
			Stored vectorStored `json:"stored"`
		}
		Unreadable []vectorValue
	}
	readVectors(t, "cookie.json", &v)
	atLeast(t, "written", len(v.Written), 12)
	atLeast(t, "readable", len(v.Readable), 6)
	atLeast(t, "unreadable", len(v.Unreadable), 60)

	for _, c := range v.Written {
		t.Run("written: "+c.Name, c.check)
	}
	for _, c := range v.Readable {
		t.Run("readable: "+c.Name, func(t *testing.T) {
			got, err := DecodeCookie(c.value(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.Stored.stored(), got); diff != "" {
				t.Errorf("read (-want +got):\n%s", diff)
			}
		})
	}
	for _, c := range v.Unreadable { // C-40: an unreadable cookie grants nothing
		t.Run("unreadable: "+c.Name, func(t *testing.T) {
			value := c.value(t)
			got, err := DecodeCookie(value)
			if !errors.Is(err, ErrCookie) {
				t.Errorf("error %v, want ErrCookie", err)
			}
			if diff := cmp.Diff(Stored{}, got); diff != "" {
				t.Errorf("something was read (-want +got):\n%s", diff)
			}
			if err != nil && len(value) > 8 && strings.Contains(err.Error(), value[len(value)-8:]) {
				t.Errorf("error %q quotes the cookie", err)
			}
		})
	}
}

// C-06, C-29, C-38
func TestEvaluateVectors(t *testing.T) {
	var v struct {
		About string
		Forms map[string]Form
		Cases []struct {
			Name    string
			Form    string
			Now     time.Time
			GPC     bool
			Answers []vectorAnswer
			Ask     []string
			States  map[string]string
			Signal  []string
		}
	}
	readVectors(t, "evaluate.json", &v)
	atLeast(t, "evaluate.json", len(v.Cases), 37)
	for _, c := range v.Cases {
		t.Run(c.Name, func(t *testing.T) {
			form, ok := v.Forms[c.Form]
			if !ok {
				t.Fatalf("there is no form %q", c.Form)
			}
			q := Evaluate(form, Stored{Answers: answersOf(c.Answers)}, Signals{GPC: c.GPC}, c.Now)
			states := map[string]string{}
			for id, s := range q.States {
				states[id] = s.String()
				if q.IsGranted(id) != (c.States[id] == "granted") {
					t.Errorf("IsGranted(%q) = %v, and it is %s", id, q.IsGranted(id), c.States[id])
				}
			}
			if diff := cmp.Diff(c.States, states); diff != "" {
				t.Errorf("states (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.Ask, q.Ask, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.Signal, q.Signal, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("refused by the signal (-want +got):\n%s", diff)
			}
		})
	}
}

// applyVectors are decisions on what a browser remembers. They name ids of decisions.
type applyVectors struct {
	About     string
	Decisions map[string]uuid.UUID
	Forms     map[string]Form
	Cases     []struct {
		Name   string
		Form   string
		Stored struct {
			Decision string
			Answers  []vectorAnswer
		}
		Decision struct {
			ID, Previous string
			GPC          bool
			Answers      map[string]State
			Services     map[string]State
		}
		Expected []vectorAnswer `json:"want"`
	}
}

func (v *applyVectors) findDecision(t *testing.T, name string) uuid.UUID {
	t.Helper()
	if name == "" {
		return uuid.Nil
	}
	d, ok := v.Decisions[name]
	if !ok {
		t.Fatalf("there is no decision %q", name)
	}
	return d
}

func TestApplyVectors(t *testing.T) {
	var v applyVectors
	readVectors(t, "apply.json", &v)
	atLeast(t, "apply.json", len(v.Cases), 27)
	subject := uuid.MustParse("3f2504e0-4f89-41d3-9a0c-0305e82c3301")
	for _, c := range v.Cases {
		t.Run(c.Name, func(t *testing.T) {
			id := func(name string) uuid.UUID { return v.findDecision(t, name) }
			form, ok := v.Forms[c.Form]
			if !ok {
				t.Fatalf("there is no form %q", c.Form)
			}
			d := &Decision{
				ID: id(c.Decision.ID), Subject: subject, Answers: c.Decision.Answers, Services: c.Decision.Services,
				GPC: c.Decision.GPC,
			}
			if c.Decision.Previous != "" {
				previous := id(c.Decision.Previous)
				d.Previous = &previous
			}
			before := Stored{Decision: id(c.Stored.Decision), Answers: answersOf(c.Stored.Answers)}
			got := before.Apply(form, d)
			want := Stored{Decision: d.ID, Subject: subject, Answers: answersOf(c.Expected)}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("remembered (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(answersOf(c.Stored.Answers), before.Answers); diff != "" {
				t.Errorf("what was stored is changed (-want +got):\n%s", diff)
			}
		})
	}
}
