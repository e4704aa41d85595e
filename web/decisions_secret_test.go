package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestGrantingForAKnownSubjectNeedsItsSecret(t *testing.T) {
	s := shared(t)
	grant := []any{"action", "save", "answers", map[string]string{"analytics": "granted"}}
	for _, test := range []struct {
		name    string
		change  []any
		headers func(first decision) []string
		status  int
	}{
		{"a grant without it", grant, nil, http.StatusForbidden},
		{"a grant with another", grant, func(decision) []string { return []string{"Authorization: Bearer " + newSecret()} },
			http.StatusForbidden},
		{"a grant with another in the body", append([]any{"secret", newSecret()}, grant...), nil, http.StatusForbidden},
		{"a grant with it as basic password", grant,
			func(d decision) []string { return []string{fmt.Sprintf("Authorization: Basic %s", d["secret"])} },
			http.StatusForbidden},
		{"a grant of one service without it",
			[]any{"action", "save", "answers", map[string]string{"analytics": "denied"}, "services",
				map[string]string{"heatmap": "granted"}}, nil, http.StatusForbidden},
		{"a grant with it", grant, func(d decision) []string { return []string{d.bearer()} }, http.StatusCreated},
		{"a grant with it, the scheme in lower case", grant,
			func(d decision) []string { return []string{fmt.Sprintf("Authorization: bearer %s", d["secret"])} },
			http.StatusCreated},
		{"a denial without it", nil, nil, http.StatusCreated},
		{"a denial with another", nil, func(decision) []string { return []string{"Authorization: Bearer " + newSecret()} },
			http.StatusCreated},
		{"a withdrawal without it", []any{"action", "withdraw"}, nil, http.StatusCreated},
		{"a required purpose named, without it",
			[]any{"action", "save", "answers", map[string]string{"necessary": "granted"}}, nil, http.StatusCreated},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			first := s.decision()
			s.decide(first).is(http.StatusCreated)
			var headers []string
			if test.headers != nil {
				headers = test.headers(first)
			}
			a := s.decide(s.after(first, test.change...), headers...).is(test.status)
			want := 2
			if test.status == http.StatusForbidden {
				want = 1
				if a.refused(http.StatusForbidden, "wrong-secret").Receipt != nil {
					want = 2 // its denials
				}
				s.status("analytics", first["subject"].(string), "denied")
				s.status("heatmap", first["subject"].(string), "denied")
			}
			if n := len(s.recordsOf(first)); n != want {
				t.Errorf("%d records; want %d", n, want)
			}
		})
	}
}

// The database of a server may be younger than what its visitors have in their browsers.
func TestARefusalWithoutASecretIsStoredAndNobodyCanTakeTheSubjectOver(t *testing.T) {
	s := shared(t)
	grant := []any{"action", "save", "answers", map[string]string{"analytics": "granted"}}
	s.decide(s.decision(append([]any{"secret", nil}, grant...)...)).problem(http.StatusBadRequest, "secret-missing")
	for _, action := range []string{"reject_all", "withdraw", "save"} {
		t.Run(action, func(t *testing.T) {
			s := s.in(t)
			first := s.decision("secret", nil, "action", action, "previous", "0190163d-8694-739b-aea5-966c26f8ad91")
			s.verified(s.decide(first).is(http.StatusCreated).body)
			taken := s.decision(append([]any{"subject", first["subject"]}, grant...)...)
			s.decide(taken).refused(http.StatusForbidden, "wrong-secret")
			s.decide(taken, taken.bearer()).refused(http.StatusForbidden, "wrong-secret")
			for _, end := range []string{"", "/records"} {
				s.get("/v1/acme/subjects/"+first["subject"].(string)+end, taken.bearer()).
					problem(http.StatusUnauthorized, "secret-needed")
			}
			s.status("analytics", first["subject"].(string), "denied")
			s.decide(s.after(first, "action", "withdraw")).is(http.StatusCreated)
			if n := len(s.recordsOf(first)); n != 2 {
				t.Errorf("%d records; want both refusals", n)
			}
		})
	}
}

func TestASecretThatComesTwiceIsOne(t *testing.T) {
	s := shared(t)
	d := s.decision()
	other := "Authorization: Bearer " + newSecret()
	a := s.decide(d, other).problem(http.StatusBadRequest, "malformed-decision")
	if !strings.Contains(string(a.body), "secret: is not the bearer token") {
		t.Errorf("the answer does not say what is wrong: %s", a.body)
	}
	if n := len(s.recordsOf(d)); n != 0 {
		t.Errorf("%d records", n)
	}
	s.decide(d, d.bearer()).is(http.StatusCreated)
	s.decide(d, other).problem(http.StatusBadRequest, "malformed-decision") // though it is already stored
}
