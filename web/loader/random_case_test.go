package loader_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
)

type randomAnswer struct {
	ID    string        `json:"id"`
	Hash  policy.Hash   `json:"hash"`
	State consent.State `json:"state"`
	Day   int           `json:"day"`
	GPC   bool          `json:"gpc"`
}

type randomStored struct {
	Decision string         `json:"decision"`
	Subject  string         `json:"subject"`
	Answers  []randomAnswer `json:"answers"`
}

func written(s consent.Stored) randomStored {
	w := randomStored{Answers: []randomAnswer{}}
	if s.Decision != uuid.Nil {
		w.Decision = s.Decision.String()
	}
	if s.Subject != uuid.Nil {
		w.Subject = s.Subject.String()
	}
	for _, a := range s.Answers {
		w.Answers = append(w.Answers, randomAnswer(a))
	}
	return w
}

type randomCase struct {
	Form      consent.Form   `json:"form"`
	Stored    randomStored   `json:"stored"`
	GPC       bool           `json:"gpc"`
	Now       time.Time      `json:"now"`
	Decision  randomDecision `json:"decision"`
	Evaluated evaluated      `json:"evaluated"`
	Applied   randomStored   `json:"applied"`
	Cookie    string         `json:"cookie"`
	Read      randomStored   `json:"read"`
	Broken    string         `json:"broken"`
	BrokenAs  *randomStored  `json:"broken_read"`
	Decided   randomDecided  `json:"decided"`

	Actions map[consent.State]map[string]consent.State `json:"actions"` // what "accept all" and "reject all" answer
}

// randomDecided is an intent, the client that has it, and what Decide makes of both.
type randomDecided struct {
	Intent    map[string]any `json:"intent"`
	HasSecret bool           `json:"has_secret"`
	Earliest  *time.Time     `json:"earliest"` // nil without an earlier version
	Random    []int          `json:"random"`
	Decision  map[string]any `json:"decision"` // nil for none
	Stored    randomStored   `json:"stored"`
	Secret    string         `json:"secret"`
}

type randomDecision struct {
	ID       uuid.UUID                `json:"id"`
	Previous *uuid.UUID               `json:"previous"`
	Subject  uuid.UUID                `json:"subject"`
	Answers  map[string]consent.State `json:"answers"`
	Services map[string]consent.State `json:"services,omitempty"`
	GPC      bool                     `json:"gpc"`
}

type evaluated struct {
	Ask    []string                 `json:"ask"`
	States map[string]consent.State `json:"states"`
	Signal []string                 `json:"signal"`
}

// decided makes an intent of the decision, and decides. client has no earliest time where there is no earlier version,
// and then the intent acknowledges none.
func (c chance) decided(form consent.Form, client consent.Client, d randomDecision) randomDecided {
	hasEarlier := !client.Earliest.IsZero()
	intent := consent.Intent{
		Action: consent.Save, Answers: d.Answers, Services: d.Services, Presentation: consent.CustomPresentation,
	}
	out := randomDecided{
		Intent: map[string]any{
			"action": intent.Action, "answers": d.Answers, "services": d.Services, "presentation": intent.Presentation,
		},
		HasSecret: c.of(2),
	}
	if hasEarlier {
		out.Earliest = &client.Earliest
	}
	if d.Services == nil {
		out.Intent["services"] = map[string]consent.State{}
	}
	if out.HasSecret {
		client.Secret = "held"
	}
	if hasEarlier && c.of(4) {
		intent.Acknowledges = "1"
		out.Intent["policy"] = "1"
	}
	switch {
	case c.of(3):
		intent.Previous = &uuid.Nil
		out.Intent["previous"] = nil
	case d.Previous != nil && c.of(2):
		intent.Previous = d.Previous
		out.Intent["previous"] = d.Previous
	}
	for i := range client.Random {
		client.Random[i] = byte(c.IntN(256))
		out.Random = append(out.Random, int(client.Random[i]))
	}
	if made, ok := consent.Decide(form, intent, client); ok {
		out.Decision, out.Stored, out.Secret = sent(made.Decision), written(made.Stored), made.Secret
	}
	return out
}

// sent is a decision as the script sends it: with services, if none, and with milliseconds.
func sent(d consent.Decision) map[string]any {
	data, err := json.Marshal(d)
	if err != nil {
		panic(err)
	}
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		panic(err)
	}
	if out["services"] == nil {
		out["services"] = map[string]any{}
	}
	out["decided_at"] = d.DecidedAt.Format("2006-01-02T15:04:05.000Z")
	return out
}

func randomCases(t *testing.T, n int, hasEquivalents bool) []randomCase {
	t.Helper()
	c := chance{rand.New(rand.NewPCG(1728000000, 20241004))}
	var cases []randomCase
	asked, granted, unread, refused := 0, 0, 0, 0
	for range n {
		form := c.form(hasEquivalents)
		today := 19_000 + c.IntN(3000)
		now := time.Unix(int64(today)*86400+c.Int64N(86400), c.Int64N(1000)*1e6).UTC()
		s := c.stored(form, today)
		gpc := c.of(2)
		d := c.decision(form, s, today)

		client := consent.Client{Stored: s, GPC: gpc, Policy: "2", Language: "en", Platform: policy.Web, Now: now}
		if hasEquivalents {
			client.Earliest = now.Add(time.Duration(c.IntN(3)-1) * time.Hour)
		}

		q := consent.Evaluate(form, s, consent.Signals{GPC: gpc}, now)
		next := s.Apply(form, &consent.Decision{
			ID: d.ID, Previous: d.Previous, Subject: d.Subject, Answers: d.Answers, Services: d.Services, GPC: d.GPC,
		})
		value := consent.EncodeCookie(next)
		read, err := consent.DecodeCookie(value)
		if err != nil {
			t.Fatalf("what was written can't be read: %s: %v", value, err)
		}
		one := randomCase{
			Form: form, Stored: written(s), GPC: gpc, Now: now, Decision: d,
			Evaluated: evaluated{Ask: append([]string{}, q.Ask...), States: q.States, Signal: append([]string{}, q.Signal...)},
			Applied:   written(next), Cookie: value, Read: written(read), Broken: c.broken(value),
			Decided: c.decided(form, client, d),
			Actions: map[consent.State]map[string]consent.State{
				consent.Granted: consent.ActionAnswers(form, q, consent.Signals{GPC: gpc}, consent.Granted),
				consent.Denied:  consent.ActionAnswers(form, q, consent.Signals{GPC: gpc}, consent.Denied),
			},
		}
		if b, err := consent.DecodeCookie(one.Broken); err == nil {
			w := written(b)
			one.BrokenAs = &w
		} else {
			unread++
		}
		asked += len(q.Ask)
		for _, state := range q.States {
			if state == consent.Granted {
				granted++
			}
		}
		if slices.ContainsFunc(form.Purposes, q.IsRefusedButRequired) {
			refused++
		}
		cases = append(cases, one)
	}
	// Cases of which all come out the same would compare nothing.
	if asked < n/4 || granted < n/4 || unread < n/4 || unread > n*9/10 {
		t.Fatalf("the cases are too much alike: %d asked, %d granted, %d of %d broken cookies unreadable",
			asked, granted, unread, n)
	}
	if (refused > 0) != hasEquivalents {
		t.Fatalf("in %d of %d cases a required purpose is refused", refused, n)
	}
	return cases
}
