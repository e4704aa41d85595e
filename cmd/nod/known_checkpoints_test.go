//go:build !js

package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

// openAt opens the database in a file, and appends some records.
func openAt(t *testing.T, file string, key *proof.Key, records int) *ledger.Store {
	t.Helper()
	store, err := ledger.Open(t.Context(), ledger.Options{DSN: "sqlite:" + file, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	for i := range records {
		if _, _, err := store.Append(t.Context(), entry(byte(i))); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

// A start with a database that lost records says how many it had and how many it has.
func TestADatabaseThatLostRecordsIsWarnedOf(t *testing.T) {
	key, err := proof.NewKey("consent.example")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	keyFile := filepath.Join(dir, "nod.key")
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	store := openAt(t, filepath.Join(dir, "nod.db"), key, 2)
	newKnownCheckpoints(keyFile, store, log).update(t.Context())
	for _, test := range []struct {
		name  string
		store *ledger.Store
		want  string
	}{
		{"the same database", store, ""},
		{"an empty database", openAt(t, filepath.Join(dir, "empty.db"), key, 0), "site=yunzhijia known=2 found=0"},
		{"a shorter one", openAt(t, filepath.Join(dir, "short.db"), key, 1), "site=yunzhijia known=2 found=1"},
		{"one with other records", openAt(t, filepath.Join(dir, "other.db"), key, 3), "has other records"},
	} {
		t.Run(test.name, func(t *testing.T) {
			out.Reset()
			k := newKnownCheckpoints(keyFile, test.store, log)
			if err := k.warnOfLostRecords(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := out.String(); (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("log %q; want %q", got, test.want)
			}
		})
	}
	t.Run("a smaller database does not replace what is known", func(t *testing.T) {
		k := newKnownCheckpoints(keyFile, openAt(t, filepath.Join(dir, "again.db"), key, 1), log)
		k.update(t.Context())
		if c, err := proof.ParseCheckpoint([]byte(k.bySite["yunzhijia"])); err != nil || c.Size != 2 {
			t.Errorf("known is %+v, error %v", c, err)
		}
	})
	t.Run("another database does not replace it either", func(t *testing.T) {
		k := newKnownCheckpoints(keyFile, openAt(t, filepath.Join(dir, "larger.db"), key, 4), log)
		if err := k.warnOfLostRecords(t.Context()); err != nil {
			t.Fatal(err)
		}
		k.update(t.Context())
		if c, err := proof.ParseCheckpoint([]byte(k.bySite["yunzhijia"])); err != nil || c.Size != 2 {
			t.Errorf("known is %+v, error %v", c, err)
		}
	})
	t.Run("a damaged file", func(t *testing.T) {
		if err := os.WriteFile(keyFile+".checkpoints", []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
		out.Reset()
		newKnownCheckpoints(keyFile, store, log)
		if !strings.Contains(out.String(), "cannot be read") {
			t.Errorf("log %q", out.String())
		}
	})
}

// What the database was before its write-ahead log was copied into it is what is left where the log is removed.
func TestARemovedLogOfTheDatabaseIsWarnedOf(t *testing.T) {
	dir := t.TempDir()
	database := filepath.Join(dir, "nod.db")
	p := serveIn(t, dir)
	p.stop(t, syscall.SIGTERM)
	without, err := os.ReadFile(database)
	if err != nil {
		t.Fatal(err)
	}
	p = serveIn(t, dir)
	for range 3 {
		status, answer := post(t, p.address+"/v1/yunzhijia/decisions", newRejection(t, uuid.NewString()))
		if status != http.StatusCreated {
			t.Fatalf("status %d: %s", status, answer)
		}
	}
	p.stop(t, syscall.SIGTERM)
	if err := os.WriteFile(database, without, 0o600); err != nil {
		t.Fatal(err)
	}
	p = serveIn(t, dir)
	p.stop(t, syscall.SIGTERM)
	if log := p.log.String(); !strings.Contains(log, "the database lost records") ||
		!strings.Contains(log, "site=yunzhijia known=3 found=0") {
		t.Errorf("log:\n%s", log)
	}
}
