package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/web"
)

func apiRequest(kinds ...string) map[string]any {
	return map[string]any{
		"id": uuid.Must(uuid.NewV7()).String(), "secret": newSecret(), "language": "en", "platform": "android",
		"kinds": kinds, "text": "Please.", "contact": "person@mail.example", "tenant": "",
	}
}

func (s *server) postJSON(target string, v any, headers ...string) answer {
	s.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		s.Fatal(err)
	}
	return s.send("POST", target, string(body), append(headers, "Content-Type: application/json")...)
}

func TestAnAppSendsRequestsOverTheAPI(t *testing.T) {
	// C-31, C-32
	s := startDesk(t)
	body := apiRequest("access", "complain")
	s.private(body["secret"].(string))
	s.postJSON("/v1/yunzhijia/requests", body).is(http.StatusCreated)
	s.postJSON("/v1/yunzhijia/requests", body).is(http.StatusOK)
	bearer := "Authorization: Bearer " + body["secret"].(string)
	address := "/v1/yunzhijia/requests/" + body["id"].(string)
	var status struct {
		Reference, Due string
		Items          []struct{ Kind, State, Due string }
		Events         []struct{ ID, Type string }
	}
	if err := json.Unmarshal(s.get(address, bearer).is(http.StatusOK).body, &status); err != nil {
		t.Fatal(err)
	}
	if status.Due != "2026-10-15" || status.Items[0].State != "received" || status.Items[1].State != "verified" {
		t.Errorf("%+v", status)
	}
	receipt := s.get(address+"/receipts/"+status.Events[0].ID, bearer).is(http.StatusOK)
	if _, err := ledger.Verify(receipt.body); err != nil {
		t.Error(err)
	}
	s.get(address).problem(http.StatusUnauthorized, "secret-needed")
	s.postJSON(address+"/verification", map[string]string{"assertion": "x.y.z"}, bearer).
		problem(http.StatusUnauthorized, "identity")
	s.send("DELETE", address+"/items/1", "", bearer).is(http.StatusOK)
	s.send("DELETE", address+"/items/1", "", bearer).problem(http.StatusConflict, "state")
	s.send("DELETE", address+"/items/x", "", bearer).problem(http.StatusNotFound, "unknown-request")

	body["text"] = "Something else."
	s.postJSON("/v1/yunzhijia/requests", body).problem(http.StatusConflict, "conflict")
	for field, value := range map[string]any{
		"kinds": []string{"withdraw"}, "language": "fr", "platform": "fridge", "contact": "", "id": uuid.NewString(),
	} {
		wrong := apiRequest("access")
		wrong[field] = value
		a := s.postJSON("/v1/yunzhijia/requests", wrong)
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(a.body), field) {
			t.Errorf("%s: %d %s", field, a.StatusCode, a.body)
		}
	}
	s.postJSON("/v1/example/requests", apiRequest("access")).problem(http.StatusNotFound, "no-desk")
	s.postJSON("/v1/yunzhijia/requests", map[string]any{"evil": 1}).is(http.StatusBadRequest)
	s.send("POST", "/v1/yunzhijia/requests", "{}", "Content-Type: text/plain").is(http.StatusUnsupportedMediaType)
	s.send("POST", "/v1/yunzhijia/requests", strings.Repeat("x", 65<<10), "Content-Type: application/json").
		is(http.StatusRequestEntityTooLarge)
}

func TestAFloodFromOneNetworkIsSlowedDown(t *testing.T) {
	s := startDesk(t, func(o *web.Options) { o.Rate = 120 }) // three requests a minute
	for range 3 {
		s.postJSON("/v1/yunzhijia/requests", apiRequest("contact")).is(http.StatusCreated)
	}
	s.postJSON("/v1/yunzhijia/requests", apiRequest("contact")).is(http.StatusTooManyRequests)
	s.postJSON("/v1/yunzhijia/requests", apiRequest("contact"), "From: 198.51.100.9").is(http.StatusCreated)
}

func TestAServerWithoutADeskHasNoSuchPages(t *testing.T) {
	s := start(t)
	s.get("/acme/rights").is(http.StatusNotFound)
	s.postJSON("/v1/acme/requests", apiRequest("access")).is(http.StatusNotFound)
}
