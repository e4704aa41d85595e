package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/ledger/sqlite"
)

// changeDatabase runs a statement behind the server's back.
func (s *server) changeDatabase(statement string) {
	s.Helper()
	e, err := sqlite.Open(s.Context(), sqlite.Options{Path: s.path, Existing: true})
	if err != nil {
		s.Fatal(err)
	}
	defer e.Close()
	if _, err := e.Writer().Exec(statement); err != nil {
		s.Fatal(err)
	}
}

// C-58: a denial that somebody changed into a grant in the database is denied, and reading it fails.
func TestARecordThatWasChangedInTheDatabaseGrantsNothing(t *testing.T) {
	s := start(t)
	d := s.decision("action", "save", "answers", map[string]any{"analytics": "denied"})
	s.decide(d).is(http.StatusCreated)
	s.changeDatabase(`UPDATE records SET content = replace(content, '"denied"', '"granted"')`)
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

// C-36: a request whose dates somebody changed in the database is shown to nobody, and takes no step.
func TestARequestThatWasChangedInTheDatabaseIsNotShown(t *testing.T) {
	s := startDesk(t)
	body := apiRequest("access", "contact")
	secret, id := body["secret"].(string), body["id"].(string)
	s.postJSON("/v1/yunzhijia/requests", body).is(http.StatusCreated)
	bearer, staff := "Authorization: Bearer "+secret, s.signIn()
	use := func() []answer {
		return []answer{
			s.get("/yunzhijia/rights/" + id + "?key=" + secret),
			s.get("/v1/yunzhijia/requests/"+id, bearer),
			s.get("/v1/admin/yunzhijia/requests/"+id, staff),
			s.postJSON("/v1/yunzhijia/requests", body),
		}
	}
	for _, a := range use() {
		a.is(http.StatusOK)
	}
	s.changeDatabase(`UPDATE case_items SET outer_due = '2027-01-31'`)
	steps := []answer{
		s.send("DELETE", "/v1/yunzhijia/requests/"+id+"/items/1", "", bearer),
		s.postJSON("/v1/yunzhijia/requests/"+id+"/verification", map[string]string{"assertion": "x.y.z"}, bearer),
		s.get("/v1/yunzhijia/requests/"+id+"/receipts/"+id, bearer),
		s.post("/v1/admin/yunzhijia/requests/"+id, "do=answer&item=1&version=1", staff),
	}
	for _, a := range append(use(), steps...) {
		a.problem(http.StatusInternalServerError, "changed-record")
		if strings.Contains(string(a.body), "2027") {
			t.Errorf("what was changed is shown: %s", a.body)
		}
	}
	page := s.get("/yunzhijia/rights/"+id+"?lang=en&key="+secret, "Accept: text/html").is(http.StatusInternalServerError)
	if !strings.Contains(string(page.body), `<a href="mailto:service@yunzhijia.com">Contact us</a>`) {
		t.Errorf("the person's page does not say whom to ask: %s", page.body)
	}
	if page := s.get("/yunzhijia/none", "Accept: text/html"); strings.Contains(string(page.body), "mailto:") {
		t.Error("a page that does not exist asks to write to the company")
	}
	s.get("/v1/yunzhijia/requests/"+id, "Authorization: Bearer "+newSecret()).is(http.StatusUnauthorized)
	if log := s.log.String(); !strings.Contains(log, "the due date was changed") || strings.Contains(log, id) {
		t.Errorf("the log does not say what was changed, or says whose it is:\n%s", log)
	}
}
