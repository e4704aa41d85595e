package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	nodconsent "github.com/nod-consent/nod/web/sdk/backends/golang"
)

// The cookie that the server sets and the policy that it gives are what the reader for back ends takes.
func TestABackEndReadsTheAnswersFromTheCookie(t *testing.T) {
	s := shared(t)
	var p nodconsent.Policy
	if err := json.Unmarshal(s.get("/v1/acme/policy").is(http.StatusOK).body, &p); err != nil {
		t.Fatal(err)
	}
	answer := s.post("/acme/preferences", "analytics=granted&heatmap=granted&action=save").is(http.StatusSeeOther)
	_, cookies := answer.cookies()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Cookie", strings.TrimPrefix(cookies, "Cookie: "))
	c, ok := nodconsent.Read(r, time.Now())
	if !ok || c.Subject != answer.stored().Subject.String() {
		t.Fatalf("subject %q of the cookie (%t); want that of the decision", c.Subject, ok)
	}
	for id, want := range map[string]bool{"analytics": true, "heatmap": true, "transfer": false, "partner": false} {
		if got := p.IsGranted(c, id, false, time.Now()); got != want {
			t.Errorf("%s is granted: %t", id, got)
		}
	}
	if p.IsGranted(c, "analytics", false, time.Now().AddDate(2, 0, 0)) {
		t.Error("a grant holds after its term")
	}
}
