package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// C-36, C-48
func TestWhoHasTheSecretCanHaveEverythingErased(t *testing.T) {
	s := start(t)
	d := s.decision()
	s.decide(d).is(http.StatusCreated)
	s.decide(s.after(d, "action", "withdraw")).is(http.StatusCreated)
	other := s.decision("answers", map[string]string{"analytics": "granted"}, "action", "save")
	s.decide(other).is(http.StatusCreated)
	checkpoint := string(s.get("/v1/acme/log/checkpoint").body)
	at := "/v1/acme/subjects/" + d["subject"].(string)

	refused := s.send("DELETE", at, "").problem(http.StatusUnauthorized, "secret-needed")
	if a := s.send("DELETE", at, "", other.bearer()).is(http.StatusUnauthorized); string(a.body) != string(refused.body) {
		t.Errorf("another's secret is refused with %s", a.body)
	}
	s.send("DELETE", at, "", d.bearer(), "Origin: https://elsewhere.example").
		problem(http.StatusForbidden, "foreign-origin")
	s.get(at+"/records", d.bearer()).is(http.StatusOK)

	var got, announced erasure
	s.get("/v1/acme/policy").is(http.StatusOK).erasure(&announced)
	s.send("DELETE", at, "", d.bearer()).is(http.StatusOK).json(&got)
	if want := (erasure{State: "erased"}); got != want || announced != want {
		t.Errorf("announced %+v, then %+v", announced, got)
	}
	s.get(at, d.bearer()).problem(http.StatusUnauthorized, "secret-needed")
	s.send("DELETE", at, "", d.bearer()).problem(http.StatusUnauthorized, "secret-needed")
	s.decide(d).problem(http.StatusGone, "erased")
	s.get("/v1/acme/records/" + d["id"].(string) + "/proof").is(http.StatusOK)
	s.status("analytics", d["subject"].(string), "denied")
	s.status("analytics", other["subject"].(string), "granted")
	if now := string(s.get("/v1/acme/log/checkpoint").body); now != checkpoint {
		t.Errorf("the checkpoint became %s", now)
	}
}

// erasure says what becomes of a person's records.
type erasure struct {
	State, Ground string
	Until         time.Time
}

// erasure reads what the policy as data says about it.
func (a answer) erasure(into *erasure) {
	a.Helper()
	var got struct{ Erasure erasure }
	if err := json.Unmarshal(a.body, &got); err != nil {
		a.Fatal(err)
	}
	*into = got.Erasure
}

// C-36
func TestASiteMayRestrictInsteadOfErasing(t *testing.T) {
	s := start(t, restricting)
	d := s.decision()
	s.decide(d).is(http.StatusCreated)
	at := "/v1/acme/subjects/" + d["subject"].(string)
	var announced, got erasure
	s.get("/v1/acme/policy").is(http.StatusOK).erasure(&announced)
	for range 2 { // who is restricted can ask again
		s.send("DELETE", at, "", d.bearer()).is(http.StatusOK).json(&got)
		if got != announced || got.State != "restricted" || got.Ground == "" ||
			got.Until.Before(time.Now().AddDate(4, 0, 0)) || got.Until.After(time.Now().AddDate(4, 0, 3)) {
			t.Errorf("announced %+v, then %+v", announced, got)
		}
	}
	for id, state := range s.states(d["subject"].(string), d["secret"].(string)) {
		if state == "denied" || state == "granted" && id != "necessary" && id != "login" {
			t.Errorf("%s still counts as %s", id, state)
		}
	}
	var read struct {
		Records []json.RawMessage
	}
	a := s.get(at+"/records", d.bearer()).is(http.StatusOK)
	if err := json.Unmarshal(a.body, &read); err != nil || len(read.Records) != 1 {
		t.Errorf("the person reads %d records, error %v", len(read.Records), err)
	}
	other := s.decision("subject", d["subject"])
	s.decide(other).is(http.StatusCreated) // anybody can deny
	s.get(at+"/records", other.bearer()).problem(http.StatusUnauthorized, "secret-needed")
	s.status("analytics", d["subject"].(string), "denied")
	s.decide(d).is(http.StatusOK) // it is there still
}

func TestABrowserMayAskForErasure(t *testing.T) {
	s := shared(t)
	a := s.send("OPTIONS", "/v1/acme/subjects/x", "", "Origin: "+ownOrigin, "Access-Control-Request-Method: DELETE")
	if !strings.Contains(a.Header.Get("Access-Control-Allow-Methods"), "DELETE") {
		t.Errorf("allowed are %q", a.Header.Get("Access-Control-Allow-Methods"))
	}
}
