package web_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/ledger"
)

func TestEachFailureOfTheStoreHasItsProblem(t *testing.T) {
	var l troubled
	s := start(t, trouble(&l))
	const id = "0190163d-8694-739b-aea5-966c26f8ad91"
	s.private(id)
	for _, test := range []struct {
		name string
		err  error
	}{
		{"the queue is full", ledger.ErrBusy},
		{"the database does not work",
			fmt.Errorf("append decision %s: commit: %w: %w", id, ledger.ErrUnavailable, errors.New("disk I/O error"))},
		{"the store is closed", fmt.Errorf("append: %w", ledger.ErrClosed)},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			l.err = test.err
			before := len(s.log.String())
			a := s.decide(s.decision()).problem(http.StatusServiceUnavailable, "store-unavailable").lacks("Set-Cookie")
			if a.Header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			if strings.Contains(string(a.body), "disk") {
				t.Errorf("the visitor is told what the operator should know: %s", a.body)
			}
			if log := s.log.String()[before:]; !strings.Contains(log, "level=ERROR") || !strings.Contains(log, "not stored") {
				t.Errorf("the log does not tell of it:\n%s", log)
			}
		})
	}
	t.Run("something that nobody thought of", func(t *testing.T) {
		s := s.in(t)
		l.err = fmt.Errorf("record %s is odd", id)
		a := s.decide(s.decision()).problem(http.StatusInternalServerError, "internal")
		if strings.Contains(string(a.body), "odd") {
			t.Errorf("the visitor is told what the operator should know: %s", a.body)
		}
		if log := s.log.String(); !strings.Contains(log, "is odd") {
			t.Errorf("the log does not tell of it:\n%s", log)
		}
	})
}

func TestAClosedStoreAnswersUnavailable(t *testing.T) {
	s := start(t)
	d := s.decision()
	s.decide(d).is(http.StatusCreated)
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	s.decide(s.decision()).problem(http.StatusServiceUnavailable, "store-unavailable").has("Retry-After", "2")
	subject := "/v1/acme/subjects/" + d["subject"].(string)
	for _, path := range []string{subject, subject + "/records", "/v1/acme/log/checkpoint",
		"/v1/acme/records/" + d["id"].(string) + "/proof"} {
		s.get(path, d.bearer()).problem(http.StatusServiceUnavailable, "store-unavailable").has("Retry-After", "2")
	}
	s.get("/readyz?check=store").is(http.StatusServiceUnavailable)
	s.get("/readyz?check=x").is(http.StatusBadRequest)
	s.get("/readyz").is(http.StatusOK)
	s.get("/healthz").is(http.StatusOK)
	// What is uncertain is denied; what needs no store still works.
	s.status("analytics", d["subject"].(string), "denied")
	s.get("/acme/consent.js").is(http.StatusOK)
	s.get("/acme/preferences").is(http.StatusOK)
}
