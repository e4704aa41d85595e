package consent_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/consent/consenttest"
	"github.com/nod-consent/nod/app/policy"
)

// visit is one visitor's browser in a story, and the server. web/loader/test/stories.ts is the same in TypeScript.
type visit struct {
	stored  consent.Stored
	secret  string
	opened  map[string]uuid.UUID // by tab, the decision that it knows of
	last    consent.Outcome      // empty if the last act was no decision
	records []consent.Recorded
}

func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.rules")
	if err != nil || len(files) < 2 {
		t.Fatalf("testdata has %d .rules files: %v", len(files), err)
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		stories, err := consenttest.Parse(f)
		f.Close()
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, story := range stories {
			t.Run(story.Name, func(t *testing.T) {
				v := visit{opened: map[string]uuid.UUID{}}
				for i, step := range story.Steps {
					if err := v.run(i, step); err != nil {
						t.Fatalf("%s: %s: %v", file, step.Line, err)
					}
				}
			})
		}
	}
}

func (v *visit) run(n int, step consenttest.Step) error {
	switch words := step.Words; words[0] {
	case "expect":
		return v.expect(step, words[1], words[2:])
	case "open":
		v.opened[words[1]] = v.stored.Decision
	case "lose":
		v.secret = ""
	default:
		return v.act(n, step)
	}
	return nil
}

func (v *visit) question(step consenttest.Step) consent.Question {
	return consent.Evaluate(step.Form, v.stored, consent.Signals{GPC: step.GPC}, step.Now)
}

func (v *visit) act(n int, step consenttest.Step) error {
	words := step.Words
	intent := consent.Intent{Presentation: consent.CustomPresentation, Services: map[string]consent.State{}}
	if i := slices.Index(words, "in"); i > 0 {
		previous := v.opened[words[i+1]]
		intent.Previous, words = &previous, words[:i]
	}
	q, signals := v.question(step), consent.Signals{GPC: step.GPC}
	switch words[0] {
	case "accept":
		intent.Action, intent.Answers = consent.AcceptAll, consent.ActionAnswers(step.Form, q, signals, consent.Granted)
	case "reject":
		intent.Action, intent.Answers = consent.RejectAll, consent.ActionAnswers(step.Form, q, signals, consent.Denied)
	case "withdraw":
		intent.Action, intent.Answers = consent.Withdraw, consent.ActionAnswers(step.Form, q, signals, consent.Denied)
		maps.DeleteFunc(intent.Answers, func(id string, _ consent.State) bool {
			return len(words) > 1 && !slices.Contains(words[1:], id)
		})
	case "save":
		intent.Action, intent.Answers = consent.Save, map[string]consent.State{}
		for _, word := range words[1:] {
			id, state := answerIn(word)
			if _, _, isService := step.Form.Service(id); isService {
				intent.Services[id] = state
			} else {
				intent.Answers[id] = state
			}
		}
	default:
		return fmt.Errorf("command %q: unknown", words[0])
	}
	return v.decide(n, step, intent)
}

func (v *visit) decide(n int, step consenttest.Step, intent consent.Intent) error {
	client := consent.Client{
		Stored: v.stored, Secret: v.secret, GPC: step.GPC, Policy: step.Policy,
		Language: "en", Platform: policy.Web, Now: step.Now,
	}
	for i := range client.Random {
		client.Random[i] = byte(n)
	}
	made, ok := consent.Decide(step.Form, intent, client)
	v.last = made
	if !ok {
		return nil
	}
	v.stored, v.secret = made.Stored, made.Secret
	if made.IsNewSubject {
		v.records = nil
	}
	d := made.Decision
	v.records = append(v.records, consent.Recorded{Decision: d, Covered: consent.ListCovered(step.Form, &d)})
	return d.CheckAnswers(step.Form)
}

func answerIn(word string) (id string, state consent.State) {
	id, name, _ := strings.Cut(word, "=")
	if name == "granted" {
		return id, consent.Granted
	}
	return id, consent.Denied
}

func (v *visit) expect(step consenttest.Step, what string, want []string) error {
	if want[0] == "nothing" {
		want = nil
	}
	q := v.question(step)
	var got []string
	switch what {
	case "asked":
		got = q.Ask
	case "signal":
		got = q.Signal
	case "sent":
		for id, state := range v.last.Decision.Answers {
			got = append(got, id+"="+state.String())
		}
		slices.Sort(got)
		slices.Sort(want)
	case "subject":
		got = []string{"same"}
		if v.last.IsNewSubject {
			got = []string{"new"}
		}
	case "server":
		q := consent.Evaluate(step.Form, consent.Resolve(v.records), consent.Signals{GPC: step.GPC}, step.Now)
		return expectStates(q, want[0], want[1:])
	default:
		return expectStates(q, what, want)
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("got %v", got)
	}
	return nil
}

func expectStates(q consent.Question, state string, ids []string) error {
	for _, id := range ids {
		got, ok := q.States[id]
		if !ok || got.String() != state {
			return fmt.Errorf("%s is %s", id, got)
		}
	}
	return nil
}
