package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/ledger/sqlite"
)

// C-58: a denial that somebody changed into a grant in the database is denied, and reading it fails.
func TestARecordThatWasChangedInTheDatabaseGrantsNothing(t *testing.T) {
	s := start(t)
	d := s.decision("action", "save", "answers", map[string]any{"analytics": "denied"})
	s.decide(d).is(http.StatusCreated)
	e, err := sqlite.Open(t.Context(), sqlite.Options{Path: s.path, Existing: true})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if _, err := e.Writer().Exec(`UPDATE records SET content = replace(content, '"denied"', '"granted"')`); err != nil {
		t.Fatal(err)
	}
	s.status("analytics", d["subject"].(string), "denied")
	subject := "/v1/acme/subjects/" + d["subject"].(string)
	for _, path := range []string{subject, subject + "/records"} {
		a := s.get(path, d.bearer()).problem(http.StatusInternalServerError, "changed-record")
		if strings.Contains(string(a.body), "granted") {
			t.Errorf("%s serves the changed record: %s", path, a.body)
		}
	}
	if log := s.log.String(); !strings.Contains(log, "level=ERROR") || !strings.Contains(log, "nod verify --db") {
		t.Errorf("the log does not say what to do:\n%s", log)
	}
}
