//go:build !js

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/request"
	"github.com/nod-consent/nod/web"
)

// withDesk lets a server take the requests of persons.
func withDesk(o *web.Options) { o.Desk = request.New(o.Ledger.(*ledger.Store), time.Now) }

// appendEvents appends steps of requests to the site's second tree.
func (s *logServer) appendEvents(t *testing.T, n int) {
	t.Helper()
	err := s.store.WriteDesk(t.Context(), "yunzhijia", func(_ context.Context, tx *ledger.DeskTx) error {
		for range n {
			id := uuid.Must(uuid.NewV7())
			event := ledger.DeskEvent{
				ID: id, Case: id, Type: "request.received", Policy: "2023-11-23", At: time.Now(),
				Items: []ledger.DeskItem{{Item: 1, Kind: "access", State: "received"}},
			}
			if err := tx.AddEvent(event); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// auditBoth audits both logs of the server, and returns the result of that of requests.
func (s *logServer) auditBoth(t *testing.T, dir string) (*auditResult, error) {
	t.Helper()
	a, err := newAudit(s.URL+"/yunzhijia", dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := a.run(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return a.runRequests(t.Context(), r.Keys)
}

// C-36, C-58
func TestTheLogOfRequestsIsAuditedBesideThatOfDecisions(t *testing.T) {
	key, dir := newKey(t), t.TempDir()
	s := startLog(t, newDSN(t), key, withDesk)
	s.appendRecords(t, 3)
	r, err := s.auditBoth(t, dir)
	if err != nil || r == nil || r.Leaves != 0 || !r.Valid {
		t.Fatalf("before the first request: %+v, error %v", r, err)
	}
	s.appendEvents(t, 300)
	if r, err = s.auditBoth(t, dir); err != nil || r.Leaves != 300 || r.Origin != "consent.example/yunzhijia/desk" ||
		r.SignedBy != key.Verifier() || r.IsFirst {
		t.Fatalf("%+v, error %v", r, err)
	}
	s.appendEvents(t, 5)
	if r, err = s.auditBoth(t, dir); err != nil || r.Leaves != 305 || r.Grown != 5 {
		t.Fatalf("after five more: %+v, error %v", r, err)
	}

	s.change = func(path string, body []byte) []byte {
		if strings.HasSuffix(path, "/desk/log/tile/entries/000") {
			body[34*17+2] ^= 1
		}
		return body
	}
	var failed *proof.AuditError
	_, err = s.auditBoth(t, dir)
	if !errors.As(err, &failed) || failed.Leaf != 17 {
		t.Errorf("a rewritten leaf: error %v", err)
	}
	wantMessage(t, "a rewritten leaf", err, "the log of requests: ")

	hide := func(path string, body []byte) []byte {
		if strings.Contains(path, "/desk/log/") {
			return nil
		}
		return body
	}
	s.change = hide
	_, err = s.auditBoth(t, dir)
	wantMessage(t, "a log that is gone", err, "does not show it any more. At the last audit it had 305 leaves")
	if r, err = s.auditBoth(t, t.TempDir()); err != nil || r != nil {
		t.Errorf("a server without a desk, for the first time: %+v, error %v", r, err)
	}

	older := startLog(t, newDSN(t), key, withDesk)
	older.appendRecords(t, 4)
	older.appendEvents(t, 7)
	a, err := newAudit(older.URL+"/yunzhijia", dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.runRequests(t.Context(), []string{key.Verifier()})
	if !errors.As(err, &failed) || failed.Step != proof.AuditHistory {
		t.Errorf("a shorter log at another address: error %v", err)
	}
	older.change = hide
	_, err = a.runRequests(t.Context(), []string{key.Verifier()})
	wantMessage(t, "a log that is gone at another address", err, "does not show it any more")
}

func TestVerifyReportsBothLogs(t *testing.T) {
	s := startLog(t, newDSN(t), newKey(t), withDesk)
	s.appendRecords(t, 2)
	s.appendEvents(t, 3)
	run := func(args ...string) string {
		t.Helper()
		c := newVerifyCommand()
		var out bytes.Buffer
		c.SetOut(&out)
		c.SetArgs(append(args, s.URL+"/yunzhijia"))
		if err := c.ExecuteContext(t.Context()); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	text := run("--state", t.TempDir())
	for _, want := range []string{
		"The log is valid.\n\norigin    consent.example/yunzhijia\nleaves    2\n",
		"The log of persons' requests is valid.\n\norigin    consent.example/yunzhijia/desk\nleaves    3\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	var out struct {
		Leaves   int
		Requests struct {
			Leaves int
			Valid  bool
		}
	}
	if err := json.Unmarshal([]byte(run("--json", "--state", t.TempDir())), &out); err != nil {
		t.Fatal(err)
	}
	if out.Leaves != 2 || out.Requests.Leaves != 3 || !out.Requests.Valid {
		t.Errorf("%+v", out)
	}
}

// The name of the tree of a site's requests ends like that of a site named desk.
func TestTheLogOfASiteNamedDeskIsNotThatOfRequests(t *testing.T) {
	key := newKey(t)
	seen := lastSeen{Keys: []string{key.Verifier()}}
	seen.parsed.Origin = "consent.example/yunzhijia/desk"
	if !seen.isOf("yunzhijia/desk") || seen.isOf("desk") || seen.isOf("yunzhijia") {
		t.Error("the state of a log of requests is taken for that of another log")
	}
}
