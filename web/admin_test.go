package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/web"
	"github.com/nod-consent/nod/web/admin"
	"github.com/nod-consent/nod/web/httpx"
)

const testToken = "an-admin-token-of-some-length"

// startAdmin makes a server with an admin API.
func startAdmin(t testing.TB) *server {
	s := start(t, sites(t, "acme", "native"),
		func(o *web.Options) { o.AdminToken, o.Admin = testToken, o.Ledger.(admin.Ledger) })
	s.private(testToken)
	return s
}

const asAdmin = "Authorization: Bearer " + testToken

func TestWithoutATokenThereIsNoAdminAPI(t *testing.T) {
	s := shared(t)
	for _, path := range []string{"/v1/admin/", "/v1/admin/sites", "/v1/admin/acme/records", "/metrics"} {
		for _, headers := range [][]string{nil, {"Authorization: Bearer "}, {asAdmin}} {
			if a := s.get(path, headers...); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s with %v is answered with %d", path, headers, a.StatusCode)
			}
		}
	}
	d := s.decision()
	s.decide(d).is(http.StatusCreated)
	s.get("/v1/acme/subjects/"+d["subject"].(string), "Authorization: Bearer ").is(http.StatusUnauthorized)
}

func TestTheAdminAPIOpensToTheTokenOnly(t *testing.T) {
	s := startAdmin(t)
	for _, path := range []string{"/v1/admin/sites", "/v1/admin/actions", "/v1/admin/acme/records",
		"/v1/admin/acme/statistics", "/v1/admin/nowhere/records", "/metrics"} {
		for refused, headers := range map[string][]string{
			"Send the admin token":         {"", "Bearer", "Basic " + testToken, testToken},
			"This is not the admin token.": {"Bearer x", "Bearer " + testToken + "x", "Bearer " + testToken[1:]},
		} {
			for _, authorization := range headers {
				a := s.get(path, "Authorization: "+authorization).problem(http.StatusUnauthorized, "admin-token-needed").
					has("WWW-Authenticate", `Bearer realm="nod admin"`)
				if !strings.Contains(string(a.body), refused) {
					t.Errorf("%s with %q: %s", path, authorization, a.body)
				}
			}
		}
	}
	s.get("/v1/admin/nowhere/records", asAdmin).problem(http.StatusNotFound, "unknown-site")
	s.get("/v1/admin/acme", asAdmin).is(http.StatusNotFound)
	s.send("POST", "/v1/admin/sites", "", asAdmin).is(http.StatusMethodNotAllowed)
}

func TestGuessesOfTheTokenAreLimited(t *testing.T) {
	s := start(t, func(o *web.Options) { o.AdminToken, o.Admin, o.Rate = testToken, o.Ledger.(admin.Ledger), 3 })
	for range 3 {
		s.get("/v1/admin/sites", "Authorization: Bearer guess").is(http.StatusUnauthorized)
	}
	s.get("/v1/admin/sites", "Authorization: Bearer guess").problem(http.StatusTooManyRequests, "too-many")
	s.get("/v1/admin/sites", asAdmin).is(http.StatusOK)
}

func TestAdministratorsSearchAndCountAndLeaveATrail(t *testing.T) {
	s := startAdmin(t)
	var all []decision
	for range 3 {
		d := s.decision("action", "save", "answers", map[string]string{"analytics": "granted", "beacons": "denied"})
		s.decide(d).is(http.StatusCreated)
		all = append(all, d)
	}
	w := s.after(all[0], "action", "withdraw", "answers", map[string]string{"analytics": "denied"})
	s.decide(w).is(http.StatusCreated)

	first := s.search("limit=3", 3)
	if first.Records[0]["id"] != w["id"] || first.Next != 1 {
		t.Errorf("the newest is not first: %+v", first)
	}
	if rest := s.search("limit=3&below=1", 1); rest.Records[0]["id"] != all[0]["id"] {
		t.Errorf("the last page: %+v", rest)
	}
	for query, want := range map[string]int{
		"subject=" + all[0]["subject"].(string): 2, "subject=" + uuid.NewString(): 0, "action=withdraw": 1,
		"purpose=analytics": 4, "purpose=analytics&state=granted": 3, "purpose=beacons&state=granted": 0,
		"purpose=unheard": 0, "policy=" + all[0]["policy"].(string): 4, "policy=1999": 0, "platform=web": 4,
		"platform=ios": 0, "from=2001-01-01": 4, "to=2001-01-01": 0,
	} {
		s.search(query, want)
	}
	s.checkCounts()

	var receipt ledger.Receipt
	s.get("/v1/admin/acme/records/"+w["id"].(string), asAdmin).is(http.StatusOK).json(&receipt)
	s.get("/v1/admin/native/records/"+w["id"].(string), asAdmin).problem(http.StatusNotFound, "unknown-record")
	s.get("/v1/admin/acme/records/x", asAdmin).problem(http.StatusNotFound, "unknown-record")
	s.eraseAsAdmin(all[1])
	s.checkTrail(all[1]["subject"].(string))
}

// foundRecords is what a search of an administrator finds.
type foundRecords struct {
	Records []map[string]any
	Next    int64
}

// search searches the records as an administrator, and checks how many are found.
func (s *server) search(query string, want int) (found foundRecords) {
	s.Helper()
	s.get("/v1/admin/acme/records?"+query, asAdmin).is(http.StatusOK).has("Cache-Control", "no-store").json(&found)
	if len(found.Records) != want {
		s.Errorf("%s finds %d records; want %d", query, len(found.Records), want)
	}
	return found
}

func TestASearchNamesTheParameterThatItDoesNotUnderstand(t *testing.T) {
	s := startAdmin(t)
	for query, want := range map[string]string{
		"subject=me": "subject is", "from=yesterday": "from is", "to=1": "to is", "state=maybe": "granted or denied",
		"limit=0": "limit is", "limit=501": "1 to 500", "limit=x": "limit is", "below=0": "below is",
		"action=accept": "action is", "platform=tv": "platform is", "state=granted": "with the purpose",
		"subjet=x": "There is no parameter", "from=2026-01-02&to=2026-01-01": "a time after from", "below=x": "below is",
	} {
		if a := s.get("/v1/admin/acme/records?"+query, asAdmin).
			problem(http.StatusBadRequest, "malformed-parameter"); !strings.Contains(string(a.body), want) {
			t.Errorf("%s: %s", query, a.body)
		}
	}
}

// checkCounts checks the statistics of three choices and a withdrawal.
func (s *server) checkCounts() {
	s.Helper()
	var counted ledger.Statistics
	s.get("/v1/admin/acme/statistics", asAdmin).is(http.StatusOK).json(&counted)
	if counted.Records != 4 || counted.Actions["save"] != 3 || counted.Purposes["analytics"]["granted"] != 3 ||
		counted.Purposes["analytics"]["denied"] != 1 || counted.Days[time.Now().UTC().Format(time.DateOnly)] != 4 {
		s.Errorf("counted %+v", counted)
	}
	s.get("/v1/admin/acme/statistics?from=x", asAdmin).is(http.StatusBadRequest)
}

// eraseAsAdmin reads and erases the records of a decision's subject: the token opens what any subject's secret opens.
func (s *server) eraseAsAdmin(d decision) {
	s.Helper()
	at := "/v1/acme/subjects/" + d["subject"].(string)
	s.get(at, asAdmin).is(http.StatusOK)
	s.get(at+"/records", asAdmin).is(http.StatusOK)
	s.send("DELETE", at, "", asAdmin).is(http.StatusOK)
	s.get(at, asAdmin).problem(http.StatusNotFound, "unknown-subject")
	s.get("/v1/acme/subjects/x", asAdmin).problem(http.StatusNotFound, "unknown-subject")
	s.get("/v1/admin/acme/records/"+d["id"].(string), asAdmin).problem(http.StatusGone, "erased")
}

// checkTrail checks that the trail has what was done, and does not name the subject that was erased.
func (s *server) checkTrail(subject string) {
	s.Helper()
	a := s.get("/v1/admin/actions", asAdmin).is(http.StatusOK)
	var trail struct{ Actions []ledger.AdminAction }
	a.json(&trail)
	var said []string
	for _, action := range trail.Actions {
		said = append(said, action.What)
	}
	if got := strings.Join(said, " "); !strings.HasPrefix(got, "erase export state show count search") ||
		trail.Actions[0].Records != 1 || trail.Actions[0].Site != "acme" {
		s.Errorf("the trail says %s", got)
	}
	if strings.Contains(string(a.body), subject) {
		s.Error("the trail names the subject")
	}
	s.get("/v1/admin/actions?from=2999-01-01", asAdmin).is(http.StatusOK).json(&trail)
	if len(trail.Actions) != 0 {
		s.Errorf("%d actions of the future", len(trail.Actions))
	}
	s.get("/v1/admin/actions?from=soon", asAdmin).problem(http.StatusBadRequest, "malformed-parameter")
}

func TestTheAdminPageIsAloneAndRunsOurScriptOnly(t *testing.T) {
	s := startAdmin(t)
	a := s.get("/v1/admin/").is(http.StatusOK)
	csp := a.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'",
		"form-action 'none'", "require-trusted-types-for 'script'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("the policy has no %s: %s", want, csp)
		}
	}
	if strings.Contains(string(a.body), "style=") || strings.Contains(string(a.body), "<script>") {
		t.Errorf("something is inline:\n%s", a.body)
	}
}

func TestMetricsCountWithoutTellingOfAnybody(t *testing.T) {
	s := startAdmin(t)
	d := s.decision()
	s.decide(d).is(http.StatusCreated)
	s.decide(d).is(http.StatusOK)
	s.send("POST", "/v1/acme/decisions", "{", "Content-Type: application/json").is(http.StatusBadRequest)
	s.get("/nowhere/" + d["subject"].(string)).is(http.StatusNotFound)
	text := string(s.get("/metrics", asAdmin).is(http.StatusOK).body)
	for _, want := range []string{
		`nod_decisions_total{action="reject_all",repeated="false",site="acme"} 1`,
		`nod_decisions_total{action="reject_all",repeated="true",site="acme"} 1`,
		`nod_refusals_total{kind="malformed-decision"} 1`,
		`nod_http_requests_total{route="POST /v1/{site}/decisions",status="201"} 1`,
		`nod_http_seconds_count{route="POST /v1/{site}/decisions"} 3`, "go_goroutines",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%.4000s", want, text)
		}
	}
	for _, personal := range []string{d["subject"].(string), d["id"].(string), testPeer} {
		if strings.Contains(text, personal) {
			t.Errorf("the metrics hold %s", personal)
		}
	}
}

func TestMetricsShowTheStore(t *testing.T) {
	m := httpx.NewMetrics()
	s := startWith(t, ledger.Options{Committed: m.Committed}, func(o *web.Options) { o.Metrics = m })
	m.Watch(s.store)
	s.decide(s.decision()).is(http.StatusCreated)
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, want := range []string{`nod_tree_leaves{site="acme"} 1`, "nod_queue_length 0",
		`nod_commits_total{failed="false"} 1`, "nod_commit_records_sum 1", "nod_commit_seconds_count 1"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s in\n%.3000s", want, w.Body)
		}
	}
}

func TestStatisticsAndRecordsHaveOneOrder(t *testing.T) {
	s := startAdmin(t)
	d := s.decision("action", "save", "answers", map[string]string{"beacons": "denied", "analytics": "granted"})
	s.decide(d).is(http.StatusCreated)
	const counted = `"purposes":{"analytics":{"granted":1},"beacons":{"denied":1}}`
	const answers = `"answers":{"analytics":"granted","beacons":"denied"}`
	for path, want := range map[string]string{
		"/v1/admin/acme/statistics":                               counted,
		"/v1/admin/acme/records":                                  answers,
		"/v1/acme/subjects/" + d["subject"].(string) + "/records": answers,
	} {
		for range 10 {
			if a := s.get(path, asAdmin).is(http.StatusOK); !strings.Contains(string(a.body), want) {
				t.Fatalf("%s has no %s, but %s", path, want, a.body)
			}
		}
	}
}
