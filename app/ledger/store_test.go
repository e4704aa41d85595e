package ledger

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nod-consent/nod/app/ledger/proof"
)

func TestTheStoreIsTheSameAfterReopening(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		opts := Options{DSN: e.dsn(t), Key: testKey(t)}
		entry := newGrant()
		s, err := Open(t.Context(), opts)
		if err != nil {
			t.Fatal(err)
		}
		first := mustAppend(t, s, entry)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openTest(t, e, opts)
		mustAppend(t, s, newGrant())
		again, repeated, err := s.Append(t.Context(), entry)
		if err != nil || !repeated || !bytes.Equal(first, encode(t, again)) {
			t.Errorf("repeated %v, error %v, same bytes %v", repeated, err, bytes.Equal(first, encode(t, again)))
		}
		checkTree(t, s, testSite, 2)
	})
}

func TestADatabaseRefusesAKeyThatItDoesNotKnow(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		dsn := e.dsn(t)
		open := func(key *proof.Key) (*Store, error) { return Open(t.Context(), Options{DSN: dsn, Key: key}) }
		first := testKey(t)
		for range 2 { // while it is empty, and later
			s, err := open(first)
			if err != nil {
				t.Fatal(err)
			}
			_, err = open(testKey(t))
			wantError(t, err, ErrKey)
			mustAppend(t, s, newGrant())
			s.Close()
		}
	})
}

func TestALockedDatabaseIsUnavailableAndWorksAgainLater(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		opts := Options{DSN: e.dsn(t), LockTimeout: 50 * time.Millisecond}
		s := openTest(t, e, opts)
		mustAppend(t, s, newGrant())
		unlock := e.lock(t, opts.DSN)
		entry := newGrant()
		_, _, err := s.Append(t.Context(), entry)
		wantError(t, err, ErrUnavailable)
		t.Log(err)
		if _, err := s.Sizes(t.Context()); err != nil {
			t.Errorf("reading fails while someone else writes: %v", err)
		}
		wantError(t, s.CheckWriting(t.Context()), ErrUnavailable)
		s.probe.failedAt.Store(0) // the write itself finds it too
		wantError(t, s.CheckWriting(t.Context()), ErrUnavailable)
		unlock()
		mustAppend(t, s, entry)
		s.probe.at = time.Time{}
		if err := s.CheckWriting(t.Context()); err != nil {
			t.Errorf("the store is unavailable after it was unlocked: %v", err)
		}
		checkTree(t, s, testSite, 2)
	})
}

func TestAFullDiskIsUnavailableAndWorksAgainLater(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		stored := 0
		for ; stored < 5; stored++ {
			mustAppend(t, s, newGrant())
		}
		unfill := e.fill(t, s)
		var failed []Entry
		for range 200 {
			entry := newGrant()
			_, _, err := s.Append(t.Context(), entry)
			if err == nil { // there was room left in older pages
				stored++
				continue
			}
			wantError(t, err, ErrUnavailable)
			failed = append(failed, entry)
			if len(failed) == 3 {
				t.Log(err)
				break
			}
		}
		if len(failed) == 0 {
			t.Fatal("the disk never got full")
		}
		checkTree(t, s, testSite, stored)
		wantError(t, s.CheckWriting(t.Context()), ErrUnavailable)
		unfill()
		for _, entry := range failed {
			mustAppend(t, s, entry)
		}
		checkTree(t, s, testSite, stored+len(failed))
	})
}

func TestAnUnknownKindOfDatabaseIsRefusedByName(t *testing.T) {
	for dsn, want := range map[string]string{
		"postgres://user:hunter2@db:port/nod":     "Write postgres://USER:PASSWORD@HOST",
		"postgres://user:hunter2@127.0.0.1:1/nod": "connection refused",
		"mysql:nod:hunter2":                       "Write sqlite:PATH",
		"nod.db":                                  "Write sqlite:PATH",
		"sqlite:":                                 "path of a file",
		"sqlite::memory:":                         "path of a file",
		"":                                        "Write sqlite:PATH",
		"sqlite:/no/such/directory/x.db":          "no such file or directory",
	} {
		t.Run(fmt.Sprintf("%q", dsn), func(t *testing.T) {
			_, err := Open(t.Context(), Options{DSN: dsn, Key: testKey(t)})
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error %v: want %q", err, want)
			}
		})
	}
}

func TestADatabaseFromBeforeTheFirstReleaseIsRefusedWithTheReason(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		for _, table := range []string{"layouts", "subject_key_seed"} {
			dsn, key := e.dsn(t), testKey(t)
			s := openTest(t, e, Options{DSN: dsn, Key: key})
			if _, err := s.write.db.Exec(`CREATE TABLE ` + table + ` (site TEXT)`); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			_, err := Open(t.Context(), Options{DSN: dsn, Key: key})
			if err == nil || !strings.Contains(err.Error(), "from before the first release") {
				t.Errorf("with the table %s: error %v", table, err)
			}
		}
	})
}
