package consent

import (
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/policy"
)

// decideVectors is testdata/decide.json.
type decideVectors struct {
	About     string
	Decisions map[string]uuid.UUID
	Forms     map[string]Form
	Cases     []decideCase
	Actions   []struct {
		Name      string
		Form      string
		Now       time.Time
		GPC       bool
		Answers   []vectorAnswer
		AcceptAll map[string]State `json:"accept_all"`
		RejectAll map[string]State `json:"reject_all"`
	}
}

type decideCase struct {
	Name, Form    string
	Now, Earliest time.Time
	GPC           bool
	HasSecret     bool `json:"has_secret"`
	Stored        struct {
		Decision string
		Answers  []vectorAnswer
	}
	Intent struct {
		Action                               Action
		Answers, Services                    map[string]State
		Previous, Policy, Permission, Tenant string
		Guardian                             *Guardian
	}
	Expected *wantedDecision `json:"want"`
}

type wantedDecision struct {
	At                                time.Time
	Subject, Secret, Previous, Policy string
	Permission, Tenant, Guardian      string
	Answers                           []vectorAnswer
}

const storedSecret = "aGVsZCBieSB0aGUgY2xpZW50LCAzMiBieXRlcyBvZiBpdCE"

// decideRandom returns the bytes 0, 1, 2, …, as the TypeScript test has them.
func decideRandom() (b [64]byte) {
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

func (c decideCase) client(ids map[string]uuid.UUID) Client {
	client := Client{
		GPC: c.GPC, Policy: "2025-01-01", Language: "en", Platform: policy.Web,
		Now: c.Now, Earliest: c.Earliest, Random: decideRandom(),
	}
	if c.Stored.Decision != "" {
		client.Stored = Stored{Decision: ids[c.Stored.Decision], Subject: visitor, Answers: answersOf(c.Stored.Answers)}
	}
	if c.HasSecret {
		client.Secret = storedSecret
	}
	return client
}

func (c decideCase) intent(ids map[string]uuid.UUID) Intent {
	in := c.Intent
	intent := Intent{
		Action: in.Action, Answers: in.Answers, Services: in.Services, Presentation: CustomPresentation,
		Acknowledges: in.Policy, Permission: in.Permission, Tenant: in.Tenant, Guardian: in.Guardian,
	}
	if previous, ok := ids[in.Previous]; ok {
		intent.Previous = &previous
	}
	return intent
}

// describeOutcome describes an outcome as the vectors do.
func describeOutcome(decided Outcome, client Client, ids map[string]uuid.UUID) wantedDecision {
	d := decided.Decision
	w := wantedDecision{
		At: DecidedAt(d.ID).UTC(), Subject: "stored", Secret: "none", Policy: d.Policy, Permission: d.Permission,
		Tenant: d.Tenant,
	}
	if decided.IsNewSubject {
		w.Subject = "new"
	}
	switch {
	case d.Secret != "" && d.Secret == decided.Secret:
		w.Secret = "new"
	case d.Secret == "" && decided.Secret != "" && decided.Secret == client.Secret:
		w.Secret = "held"
	}
	for name, id := range ids {
		if id == d.previous() {
			w.Previous = name
		}
	}
	if d.Guardian != nil {
		w.Guardian = d.Guardian.Reference
	}
	for _, a := range decided.Stored.Answers {
		w.Answers = append(w.Answers, vectorAnswer(a))
	}
	return w
}

func TestDecideVectors(t *testing.T) {
	var v decideVectors
	readVectors(t, "decide.json", &v)
	atLeast(t, "decide.json", len(v.Cases), 20)
	for _, c := range v.Cases {
		t.Run(c.Name, func(t *testing.T) {
			client := c.client(v.Decisions)
			got, ok := Decide(v.Forms[c.Form], c.intent(v.Decisions), client)
			if !ok || c.Expected == nil {
				if ok || c.Expected != nil {
					t.Fatalf("decided: %v", ok)
				}
				return
			}
			want := *c.Expected
			if want.Policy == "" {
				want.Policy = client.Policy
			}
			if diff := cmp.Diff(want, describeOutcome(got, client, v.Decisions), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("decided (-want +got):\n%s", diff)
			}
			if got.Stored.Decision != got.Decision.ID || got.Stored.Subject != got.Decision.Subject {
				t.Errorf(
					"stored is decision %s of %s; want %s of %s", got.Stored.Decision, got.Stored.Subject, got.Decision.ID,
					got.Decision.Subject,
				)
			}
			checkSent(t, got, client)
		})
	}
}

// checkSent checks that the API accepts the decision.
func checkSent(t *testing.T, got Outcome, client Client) {
	t.Helper()
	d := got.Decision
	if d.Answers == nil {
		d.Answers = map[string]State{}
	}
	if err := d.CheckFields(); err != nil {
		t.Error(err)
	}
	if !d.DecidedAt.Equal(client.Now) || d.GPC != client.GPC {
		t.Errorf("decided at %s with gpc %v; want %s, %v", d.DecidedAt, d.GPC, client.Now, client.GPC)
	}
	if got.IsNewSubject {
		random := decideRandom()
		if want := base64.RawURLEncoding.EncodeToString(random[32:]); d.Secret != want {
			t.Errorf("the secret is %s; want %s", d.Secret, want)
		}
		if want := "e0111213-1415-4617-9819-1a1b1c1d1e1f"; d.Subject.String() != want {
			t.Errorf("the subject is %s; want %s", d.Subject, want)
		}
	}
	if tail := d.ID.String()[14:]; tail != "7607-8809-0a0b0c0d0e0f" {
		t.Errorf("the id ends in %s", tail)
	}
	if _, err := json.Marshal(d); err != nil {
		t.Error(err)
	}
}

func TestActionVectors(t *testing.T) {
	var v decideVectors
	readVectors(t, "decide.json", &v)
	atLeast(t, "decide.json", len(v.Actions), 7)
	for _, c := range v.Actions {
		t.Run(c.Name, func(t *testing.T) {
			form, signals := v.Forms[c.Form], Signals{GPC: c.GPC}
			q := Evaluate(form, Stored{Answers: answersOf(c.Answers)}, signals, c.Now)
			if diff := cmp.Diff(c.AcceptAll, ActionAnswers(form, q, signals, Granted)); diff != "" {
				t.Errorf("accept all (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.RejectAll, ActionAnswers(form, q, signals, Denied)); diff != "" {
				t.Errorf("reject all (-want +got):\n%s", diff)
			}
			checkAccepted(t, form, c.AcceptAll, c.GPC)
		})
	}
}

// checkAccepted checks that the server accepts the answers of "accept all".
func checkAccepted(t *testing.T, form Form, answers map[string]State, gpc bool) {
	t.Helper()
	d := Decision{Action: AcceptAll, Answers: answers, GPC: gpc}
	if err := d.CheckAnswers(form); err != nil {
		t.Errorf("the server refuses it: %v", err)
	}
}
