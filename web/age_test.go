package web_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
)

// C-23, C-24: a site that asks for the age takes a grant of an app only with it. A denial needs nothing.
func TestAGrantInAnAppNeedsTheAgeWhereTheSiteAsksForIt(t *testing.T) {
	s := shared(t)
	granted := map[string]string{"camera": "granted", "analytics": "denied"}
	guardian := map[string]string{"method": "signed-file", "time": time.Now().Add(-time.Minute).UTC().Format(time.RFC3339),
		"reference": uuid.NewString()}
	for _, test := range []struct {
		name    string
		change  []any
		isTaken bool
	}{
		{"without an age", nil, false},
		{"of an adult", []any{"age", "adult"}, true},
		{"of a child alone", []any{"age", "child"}, false},
		{"of a teenager alone", []any{"age", "teen"}, false},
		{"of a teenager with a guardian", []any{"age", "teen", "guardian", guardian}, true},
		{"with a guardian, without an age", []any{"guardian", guardian}, false},
		{"on iOS without an age", []any{"platform", "ios"}, false},
		{"on HarmonyOS without an age", []any{"platform", "harmony"}, false},
		{"of everything, without an age", []any{"action", "accept_all", "answers",
			map[string]string{"functional": "granted"}}, false},
		{"of one service, without an age", []any{"services", map[string]string{"usage-stats": "granted"}, "answers",
			map[string]string{"beacons": "denied"}}, false},
		{"on the web", []any{"platform", "web", "answers", map[string]string{"kingdee": "granted"}}, true},
		{"a denial without an age", []any{"answers", map[string]string{"camera": "denied"}}, true},
		{"of what is required, without an age", []any{"action", "accept_all", "answers",
			map[string]string{"necessary": "granted"}}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			change := append([]any{"policy", "2023-11-23", "platform", "android", "action", "save", "answers", granted},
				test.change...)
			a := s.send("POST", "/v1/yunzhijia/decisions", s.decision(change...).String(), jsonType)
			if test.isTaken {
				a.is(http.StatusCreated)
				return
			}
			got := a.refused(http.StatusUnprocessableEntity, "refused-decision")
			if got.Receipt == nil {
				return // it denied nothing
			}
			r := s.verifiedOf("yunzhijia", got.Receipt).Record
			if len(r.Granted()) > 0 || r.Age != "" || r.Guardian != nil {
				t.Errorf("stored is %+v", r)
			}
			for _, state := range r.Answers {
				if state != consent.Denied {
					t.Errorf("stored is %v", r.Answers)
				}
			}
		})
	}
	s.send("POST", "/v1/yunzhijia/decisions", s.decision("policy", "2023-11-23", "age", "42").String(), jsonType).
		is(http.StatusBadRequest)
}

// C-14: there is no standing consent for what is asked about case by case. A denial is stored.
func TestWhatIsAskedCaseByCaseIsNeverGranted(t *testing.T) {
	s := shared(t)
	d := s.decision("policy", "2023-11-23", "action", "save", "answers",
		map[string]string{"publication": "granted", "third-parties": "denied", "analytics": "granted"})
	got := s.send("POST", "/v1/yunzhijia/decisions", d.String(), jsonType).
		refused(http.StatusUnprocessableEntity, "refused-decision")
	if r := s.verifiedOf("yunzhijia", got.Receipt).Record; r.Answers["third-parties"] != consent.Denied {
		t.Errorf("stored is %v", r.Answers)
	}
	subject := d["subject"].(string)
	for id, want := range map[string]string{
		"publication": "denied", "third-parties": "denied", "necessary": "granted",
		"bangcle": "granted", "mars": "denied", "tbs": "denied", // C-21
	} {
		got := s.get("/v1/yunzhijia/status/" + id + "?subject=" + subject).is(http.StatusOK).body
		if string(bytes.TrimSpace(got)) != `{"state":"`+want+`"}` {
			t.Errorf("%s: %s; want %s", id, got, want)
		}
	}
}
