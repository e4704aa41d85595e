//go:build !js

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
	"github.com/nod-consent/nod/app/request"
)

func TestACheckRestsTwiceAsLongAsItWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if err := restAfterWork(t.Context(), 3*time.Second); err != nil {
			t.Error(err)
		}
		if rested := time.Since(began); rested != 6*time.Second {
			t.Errorf("it rested %v", rested)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := restAfterWork(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it was told to end: error %v", err)
		}
	})
}

// newRequest stores a request of the built-in site in a database.
func newRequest(t *testing.T, dir string) (dsn string, store *ledger.Store, c request.Case) {
	t.Helper()
	key := newKey(t)
	if err := proof.WriteKey(filepath.Join(dir, "nod.key"), key); err != nil {
		t.Fatal(err)
	}
	dsn = "sqlite:" + filepath.Join(dir, "nod.db")
	store, err := ledger.Open(t.Context(), ledger.Options{DSN: dsn, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	sites, err := loadSites("")
	if err != nil {
		t.Fatal(err)
	}
	yunzhijia, err := findSite(sites, "yunzhijia")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 9, 18, 2, 0, 0, 0, time.UTC)
	c, _, err = request.New(store, func() time.Time { return now }).Receive(t.Context(), yunzhijia, request.Submission{
		ID: uuid.Must(uuid.NewV7()), Secret: strings.Repeat("A", 43), Language: "en", Platform: "web",
		Kinds: []request.Kind{request.Contact}, Contact: "x@mail.example",
	})
	if err != nil {
		t.Fatal(err)
	}
	return dsn, store, c
}

func TestVerifyFindsARequestThatWasChangedInTheDatabase(t *testing.T) {
	// C-36
	dsn, store, c := newRequest(t, t.TempDir())
	verify := func(args ...string) (string, error) {
		command := newVerifyCommand()
		command.SilenceUsage, command.SilenceErrors = true, true // as the root command does
		var out bytes.Buffer
		command.SetOut(&out)
		command.SetArgs(append(args, "--fast", "--db", dsn))
		err := command.ExecuteContext(t.Context())
		return out.String(), err
	}
	text, err := verify()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"The database is valid.", "site        yunzhijia/desk", "requests    1", "Not signed, and so not checked",
		"the contact, the account",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	err = store.WriteDesk(t.Context(), "yunzhijia", func(_ context.Context, tx *ledger.DeskTx) error {
		_, err := tx.Exec(t.Context(), `UPDATE case_items SET state = 'withdrawn', closed_at = '2026-09-18T02:00:00.000Z'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err = verify()
	wantMessage(t, "a withdrawn item", err, "the database is not as it was written. Stop the servers")
	want := "yunzhijia/desk, leaf 0: request " + c.Reference + " (" + c.ID.String() + "): item 1 (contact): the state was"
	if !strings.Contains(text, want) || strings.Contains(text, "is valid") {
		t.Errorf("no %q in\n%s", want, text)
	}
	text, err = verify("--json")
	wantMessage(t, "a withdrawn item as JSON", err, "the database is not as it was written")
	var out struct {
		Valid  bool
		Trees  []ledger.CheckedTree
		Faults []ledger.Fault
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	if out.Valid || len(out.Trees) != 1 || out.Trees[0].Requests != 1 || len(out.Faults) != 2 ||
		!strings.Contains(out.Faults[0].Problem, c.Reference) {
		t.Errorf("%+v", out)
	}
}

func TestVerifyComparesADatabaseWithTheCheckpointsBesideItsKey(t *testing.T) {
	key, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	keyFile := filepath.Join(dir, "nod.key")
	store := openAt(t, filepath.Join(dir, "nod.db"), key, 2)
	newKnownCheckpoints(keyFile, store, newLog(io.Discard, false)).update(t.Context())
	for _, test := range []struct {
		name, note, fault string
		store             *ledger.Store
	}{
		{"the same database", "", "", store},
		{"an older copy", "has 1 leaves", "", openAt(t, filepath.Join(dir, "short.db"), key, 1)},
		{"one that somebody wrote again", "", "has other records", openAt(t, filepath.Join(dir, "other.db"), key, 3)},
	} {
		t.Run(test.name, func(t *testing.T) {
			var note bytes.Buffer
			c := &cobra.Command{}
			c.SetErr(&note)
			c.SetContext(t.Context())
			var checked ledger.Checked
			err := compareWithKnown(c, ledgerFlags{db: "sqlite:nod.db", key: keyFile}, test.store, &checked)
			if err != nil {
				t.Fatal(err)
			}
			if got := note.String(); (got == "") != (test.note == "") || !strings.Contains(got, test.note) {
				t.Errorf("note %q; want %q", got, test.note)
			}
			got := fmt.Sprint(checked.Faults)
			if (len(checked.Faults) == 0) != (test.fault == "") || !strings.Contains(got, test.fault) {
				t.Errorf("faults %s; want %q", got, test.fault)
			}
		})
	}
}
