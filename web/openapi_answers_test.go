package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/web"
)

func TestTheDescriptionOfTheAPIHasEveryRouteAndNoOther(t *testing.T) {
	s := startDesk(t)
	routed := map[string]bool{}
	for _, pattern := range s.Patterns() {
		if operation := operationOf(pattern); operation != "" {
			routed[operation] = true
		}
	}
	if len(routed) < 25 {
		t.Fatalf("only %d routes", len(routed))
	}
	described := describedAPI().operations
	for operation := range routed {
		if described[operation] == nil {
			t.Errorf("assets/openapi.yaml lacks %s", operation)
		}
	}
	for operation := range described {
		if !routed[operation] {
			t.Errorf("assets/openapi.yaml has %s, which is no route", operation)
		}
	}
}

func TestTheDescriptionOfTheAPIIsServedWithTheBasePath(t *testing.T) {
	for base, want := range map[string]string{"/": "", "/portal/consent": "/portal/consent"} {
		s := start(t, func(o *web.Options) { o.BasePath = base })
		var got struct {
			OpenAPI string
			Servers []struct{ URL string }
		}
		a := s.get(want+"/openapi.json").is(http.StatusOK).has("Content-Type", "application/json").
			has("Access-Control-Allow-Origin", "*")
		if err := json.Unmarshal(a.body, &got); err != nil || got.OpenAPI != "3.1.0" {
			t.Errorf("below %s: version %q, error %v", base, got.OpenAPI, err)
		}
		if want == "" && got.Servers != nil || want != "" && (len(got.Servers) != 1 || got.Servers[0].URL != want) {
			t.Errorf("below %s the servers are %v", base, got.Servers)
		}
	}
}

// exampleOf returns a request of an operation that would be answered well if what it names existed.
func exampleOf(s *server, operation, site string) routeExample {
	s.Helper()
	path := operation[strings.Index(operation, " ")+1:]
	id := uuid.Must(uuid.NewV7()).String()
	e := routeExample{target: strings.NewReplacer("{site}", site, "{subject}", uuid.NewString(), "{id}", id,
		"{version}", "2023-11-23", "{tile}", "0/000.p/1", "{item}", "1", "{event}", id).Replace(path)}
	encode := func(v any) string {
		body, err := json.Marshal(v)
		if err != nil {
			s.Fatal(err)
		}
		e.headers = []string{jsonType}
		return string(body)
	}
	switch {
	case strings.HasSuffix(operation, "/decisions"):
		e.body = encode(s.decision())
	case strings.HasPrefix(operation, "POST /v1/{site}/"):
		e.body = encode(apiRequest("contact"))
	case strings.HasPrefix(operation, "POST /v1/admin/"):
		e.body, e.headers = "site="+site, []string{"Origin: " + ownOrigin, "Content-Type: application/x-www-form-urlencoded"}
	}
	return e
}

func (s *server) sendExample(operation string, e routeExample, headers ...string) answer {
	s.Helper()
	method, _, _ := strings.Cut(operation, " ")
	return s.send(method, e.target, e.body, append(headers, e.headers...)...)
}

func TestEveryOperationOfASiteRefusesPagesOfOtherOrigins(t *testing.T) {
	s := startDesk(t)
	count := 0
	for _, operation := range describedAPI().list(http.StatusForbidden) {
		if strings.HasPrefix(strings.SplitN(operation, " ", 2)[1], "/v1/admin/") {
			continue
		}
		count++
		s.sendExample(operation, exampleOf(s, operation, "yunzhijia"), "Origin: https://evil.example").
			problem(http.StatusForbidden, "foreign-origin")
	}
	if count < 15 {
		t.Errorf("only %d operations", count)
	}
}

func TestEveryOperationOfASiteReportsASiteThatDoesNotExist(t *testing.T) {
	s := startDesk(t)
	for _, operation := range describedAPI().list(http.StatusNotFound) {
		headers := []string(nil)
		if strings.Contains(operation, "/v1/admin/") {
			headers = []string{asAdmin}
		}
		s.sendExample(operation, exampleOf(s, operation, "nowhere"), headers...).
			problem(http.StatusNotFound, "unknown-site")
	}
}

func TestOperationsThatCouldBeGuessedAtAreLimited(t *testing.T) {
	s := startDesk(t, func(o *web.Options) { o.Rate = 1 })
	for range 10 { // ten questions for a state, and one of each other
		s.get("/v1/yunzhijia/status/analytics").is(http.StatusOK)
	}
	s.get("/v1/admin/sites").is(http.StatusUnauthorized)
	for _, operation := range describedAPI().list(http.StatusTooManyRequests) {
		a := s.sendExample(operation, exampleOf(s, operation, "yunzhijia")).
			problem(http.StatusTooManyRequests, "too-many")
		if a.Header.Get("Retry-After") == "" {
			t.Errorf("%s does not say when to come again", operation)
		}
	}
}

func TestOperationsThatNeedTheDatabaseReportThatItDoesNotAnswer(t *testing.T) {
	s := startDesk(t)
	examples, cookie := map[string]routeExample{}, s.signIn()
	for _, operation := range describedAPI().list(http.StatusServiceUnavailable) {
		if operation == "POST /v1/{site}/decisions" { // TestEachFailureOfTheStoreHasItsProblem
			continue
		}
		examples[operation] = exampleOf(s, operation, "yunzhijia")
	}
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	for operation, e := range examples {
		authorization := "Authorization: Bearer " + newSecret()
		if strings.Contains(operation, "/v1/admin/") {
			authorization = asAdmin
		}
		a := s.sendExample(operation, e, authorization, cookie).problem(http.StatusServiceUnavailable, "store-unavailable")
		if a.Header.Get("Retry-After") == "" {
			t.Errorf("%s does not say when to come again", operation)
		}
	}
}

func TestOperationsRefuseBodiesThatTheyCannotRead(t *testing.T) {
	s := startDesk(t)
	cookie, sent := s.signIn(), apiRequest("access")
	s.private(sent["secret"].(string))
	s.postJSON("/v1/yunzhijia/requests", sent).is(http.StatusCreated)
	for _, test := range []struct {
		status     int
		kind, body string
		mediaType  string // instead of the right one
	}{
		{http.StatusBadRequest, "", "%zz{", ""},
		{http.StatusRequestEntityTooLarge, "body-too-long", strings.Repeat("x", 200<<10), ""},
		{http.StatusUnsupportedMediaType, "content-type", "x", "text/plain"},
	} {
		for _, operation := range describedAPI().list(test.status) {
			if !strings.HasPrefix(operation, "POST ") {
				continue
			}
			e := exampleOf(s, operation, "yunzhijia")
			e.target, e.body = strings.NewReplacer("{site}", "yunzhijia", "{id}", sent["id"].(string)).Replace(
				strings.TrimPrefix(operation, "POST ")), test.body
			if test.mediaType != "" {
				e.headers[len(e.headers)-1] = "Content-Type: " + test.mediaType
			}
			a := s.sendExample(operation, e, cookie, "Authorization: Bearer "+sent["secret"].(string)).is(test.status)
			if test.kind != "" {
				a.problem(test.status, test.kind)
			}
		}
	}
}

func TestEveryOperationThatNeedsASecretRefusesWithoutIt(t *testing.T) {
	s := startDesk(t)
	count := 0
	for _, operation := range describedAPI().list(http.StatusUnauthorized) {
		count++
		s.sendExample(operation, exampleOf(s, operation, "yunzhijia")).is(http.StatusUnauthorized)
	}
	if count < 15 {
		t.Errorf("only %d operations", count)
	}
}

func TestTheSecretOfABrowserProvesARequestOnce(t *testing.T) {
	s := startDesk(t)
	d := s.decision("policy", "2023-11-23", "answers", map[string]string{"analytics": "denied"})
	s.postJSON("/v1/yunzhijia/decisions", d).is(http.StatusCreated)
	sent := apiRequest("access")
	s.private(sent["secret"].(string))
	s.postJSON("/v1/yunzhijia/requests", sent).is(http.StatusCreated)
	proof := map[string]any{"subject": d["subject"], "subject_secret": d["secret"]}
	address := "/v1/yunzhijia/requests/" + sent["id"].(string) + "/verification"
	bearer := "Authorization: Bearer " + sent["secret"].(string)
	var status struct{ Identity string }
	a := s.postJSON(address, proof, bearer).is(http.StatusOK)
	if err := json.Unmarshal(a.body, &status); err != nil || status.Identity != "browser" {
		t.Errorf("identity %q, error %v", status.Identity, err)
	}
	s.postJSON(address, proof, bearer).problem(http.StatusConflict, "state")
}
