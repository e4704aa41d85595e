package ledger

import (
	"strings"
	"testing"
)

// A query for a subject that reads the whole tree is correct, but it stops a busy server.
func TestSQLiteFindsSubjectsByTheirIndex(t *testing.T) {
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
	if _, err := s.State(ctx, testSite, subject); err != nil {
		t.Fatal(err)
	}
	if _, err := s.readExportPage(ctx, Selection{Subject: subject}, 1, 0, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := s.readSearchPage(ctx, Query{Selection: Selection{Subject: subject}}, 1, 1); err != nil {
		t.Fatal(err)
	}
	queries := []string{eraseSubject, restrictSubject, selectStored + ofSubject}
	for _, p := range []*pool{s.write, s.read} {
		for query := range p.statements {
			if strings.Contains(query, "subject = ") || strings.Contains(query, "subject IN") {
				queries = append(queries, query)
			}
		}
	}
	if len(queries) < 3+4+len(findSecrets) {
		t.Fatalf("%d queries for subjects: want those of reading, exporting, searching and appending", len(queries))
	}
	for _, query := range queries {
		if plan := explainQuery(t, s, query); !strings.Contains(plan, "USING INDEX records_subjects (subject=?") {
			t.Errorf("%s\nhas the plan\n%s", query, plan)
		}
	}
}

// explainQuery returns how SQLite runs a query.
func explainQuery(t *testing.T, s *Store, query string) string {
	t.Helper()
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
	return plan.String()
}
