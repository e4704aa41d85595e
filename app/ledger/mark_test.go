//go:build !js

package ledger

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"

	"github.com/nod-consent/nod/app/consent"
)

func TestSubjectsThatShareAMarkAreToldApart(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		one, other := grant(), grant()
		mustAppend(t, s, other)
		mustAppend(t, s, one)
		if _, err := s.write.db.Exec(`UPDATE records SET mark = $1`, s.mark(one.Decision.Subject)); err != nil {
			t.Fatal(err)
		}
		if records, err := s.Records(t.Context(), testSite, one.Decision.Subject); err != nil || len(records) != 1 || records[0].ID != one.Decision.ID {
			t.Errorf("records %v, error %v", records, err)
		}
		for secret, want := range map[string]bool{one.Secret: true, other.Secret: false} {
			if ok, err := s.Authorized(t.Context(), testSite, one.Decision.Subject, secret); err != nil || ok != want {
				t.Errorf("authorized %v, error %v: want %v", ok, err, want)
			}
		}
		mustAppend(t, s, later(one, consent.Granted))
		if n, err := s.Erase(t.Context(), testSite, one.Decision.Subject); err != nil || n != 2 {
			t.Errorf("%d erased, error %v: want 2", n, err)
		}
		if _, err := s.Record(t.Context(), testSite, other.Decision.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestADatabaseWithoutMarksIsMarked(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		dsn, key := e.dsn(t), testKey(t)
		s := openTest(t, e, Options{DSN: dsn, Key: key})
		erased, stays := grant(), grant()
		mustAppend(t, s, erased)
		receipt := mustAppend(t, s, stays)
		if _, err := s.Erase(t.Context(), testSite, erased.Decision.Subject); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		unmark(t, dsn, stays)

		s = openTest(t, e, Options{DSN: dsn, Key: key})
		again, repeated, err := s.Append(t.Context(), stays)
		if err != nil || !repeated || !bytes.Equal(encode(t, again), receipt) {
			t.Errorf("repeated %v, error %v, or another receipt", repeated, err)
		}
		conflict := stays
		conflict.Body[0] ^= 1
		_, _, err = s.Append(t.Context(), conflict)
		wantError(t, err, ErrConflict)
		_, _, err = s.Append(t.Context(), erased)
		wantError(t, err, ErrErased)
		if ok, err := s.Authorized(t.Context(), testSite, stays.Decision.Subject, stays.Secret); err != nil || !ok {
			t.Errorf("the secret does not open it: %v", err)
		}
		thief := later(stays, consent.Granted)
		thief.Secret = erased.Secret
		_, _, err = s.Append(t.Context(), thief)
		wantError(t, err, ErrSecret)
		mustAppend(t, s, later(stays, consent.Granted))
		checkTree(t, s, testSite, 3)
	})
}

// unmark takes the database back to the schema before marks, with the body's digest that it had there.
func unmark(t *testing.T, dsn string, e Entry) {
	t.Helper()
	engine, err := openEngine(t.Context(), Options{DSN: dsn}.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	defer engine.close()
	dir, err := fs.Sub(migrations, engine.migrations)
	if err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(engine.dialect, engine.write.db, dir, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.DownTo(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	if _, err := engine.write.db.Exec(`UPDATE records SET body = $1 WHERE id = $2`, e.Body[:], e.Decision.ID[:]); err != nil {
		t.Fatal(err)
	}
}

// A query for a subject that reads the whole tree answers rightly, and brings a busy server to a halt.
func TestSQLiteFindsSubjectsByTheIndexOfMarks(t *testing.T) {
	s := openTest(t, sqliteEngine, Options{})
	entry := grant()
	mustAppend(t, s, entry)
	ctx, subject := t.Context(), entry.Decision.Subject
	if _, err := s.Authorized(ctx, testSite, subject, entry.Secret); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Records(ctx, testSite, subject); err != nil {
		t.Fatal(err)
	}
	if _, err := s.exportPage(ctx, Selection{Subject: subject}, 1, 0, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := s.searchPage(ctx, Query{Selection: Selection{Subject: subject}}, 1, 1); err != nil {
		t.Fatal(err)
	}
	queries := []string{eraseSubject, restrictSubject, readPlaced + ofSubject}
	for _, p := range []*pool{s.write, s.read} {
		for query := range p.statements {
			if strings.Contains(query, "mark = ") || strings.Contains(query, "mark IN") {
				queries = append(queries, query)
			}
		}
	}
	if len(queries) < 3+4+len(findSecrets) {
		t.Fatalf("%d queries for subjects: want those of reading, exporting, searching and appending", len(queries))
	}
	for _, query := range queries {
		rows, err := s.write.db.Query(`EXPLAIN QUERY PLAN ` + query)
		if err != nil {
			t.Fatal(err)
		}
		var plan strings.Builder
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			plan.WriteString(detail + "\n")
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(plan.String(), "USING INDEX records_marks (mark=?") {
			t.Errorf("%s\nis done by\n%s", query, &plan)
		}
	}
}
