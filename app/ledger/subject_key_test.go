package ledger

import (
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/consent"
)

func TestSubjectsThatShareAKeyAreNotConfused(t *testing.T) {
	scenario(t, func(t *testing.T, e testEngine) {
		s := openTest(t, e, Options{})
		one, other := newGrant(), newGrant()
		mustAppend(t, s, other)
		mustAppend(t, s, one)
		_, err := s.write.db.Exec(`UPDATE records SET subject_key = $1`, s.subjectKey(one.Decision.Subject))
		if err != nil {
			t.Fatal(err)
		}
		records, err := s.Records(t.Context(), testSite, one.Decision.Subject)
		if err != nil || len(records) != 1 || records[0].ID != one.Decision.ID {
			t.Errorf("records %v, error %v", records, err)
		}
		for secret, want := range map[string]bool{one.Secret: true, other.Secret: false} {
			ok, err := s.Authorized(t.Context(), testSite, one.Decision.Subject, secret)
			if err != nil || ok != want {
				t.Errorf("authorized %v, error %v: want %v", ok, err, want)
			}
		}
		mustAppend(t, s, newLater(one, consent.Granted))
		if n, err := s.Erase(t.Context(), testSite, one.Decision.Subject); err != nil || n != 2 {
			t.Errorf("%d erased, error %v: want 2", n, err)
		}
		if _, err := s.Record(t.Context(), testSite, other.Decision.ID); err != nil {
			t.Error(err)
		}
	})
}

// A query for a subject that reads the whole tree is correct, but it stops a busy server.
func TestSQLiteFindsSubjectsByTheIndexOfSubjectKeys(t *testing.T) {
	s := openTest(t, sqliteEngine, Options{})
	entry := newGrant()
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
	queries := []string{eraseSubject, restrictSubject, selectStored + ofSubject}
	for _, p := range []*pool{s.write, s.read} {
		for query := range p.statements {
			if strings.Contains(query, "subject_key = ") || strings.Contains(query, "subject_key IN") {
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
		if !strings.Contains(plan.String(), "USING INDEX records_subjects (subject_key=?") {
			t.Errorf("%s\nhas the plan\n%s", query, &plan)
		}
	}
}
