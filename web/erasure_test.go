package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

// C-36, C-48
func TestWhoHasTheSecretCanHaveEverythingErased(t *testing.T) {
	s := start(t)
	d := s.decision()
	s.decide(d).is(http.StatusCreated)
	s.decide(s.after(d, "action", "withdraw")).is(http.StatusCreated)
	other := s.decision("answers", map[string]string{"analytics": "granted"}, "action", "save")
	s.decide(other).is(http.StatusCreated)
	checkpoint := string(s.get("/v1/acme/log/checkpoint").body)
	at := "/v1/acme/subjects/" + d["subject"].(string)

	refused := s.send("DELETE", at, "").problem(http.StatusUnauthorized, "secret-needed")
	if a := s.send("DELETE", at, "", other.bearer()).is(http.StatusUnauthorized); string(a.body) != string(refused.body) {
		t.Errorf("another's secret is refused with %s", a.body)
	}
	s.send("DELETE", at, "", d.bearer(), "Origin: https://elsewhere.example").
		problem(http.StatusForbidden, "foreign-origin")
	s.get(at+"/records", d.bearer()).is(http.StatusOK)

	if a := s.send("DELETE", at, "", d.bearer()).is(http.StatusNoContent); len(a.body) > 0 {
		t.Errorf("body %q", a.body)
	}
	s.get(at, d.bearer()).problem(http.StatusUnauthorized, "secret-needed")
	s.send("DELETE", at, "", d.bearer()).problem(http.StatusUnauthorized, "secret-needed")
	s.decide(d).problem(http.StatusGone, "erased")
	s.get("/v1/acme/records/" + d["id"].(string) + "/proof").is(http.StatusOK)
	s.status("analytics", d["subject"].(string), "denied")
	s.status("analytics", other["subject"].(string), "granted")
	if now := string(s.get("/v1/acme/log/checkpoint").body); now != checkpoint {
		t.Errorf("the checkpoint became %s", now)
	}
}

func TestASiteMayRestrictInsteadOfErasing(t *testing.T) {
	s := start(t, func(o *web.Options) {
		site := *o.Sites[0]
		site.Evidence.Erasure = policy.ErasureRestrict
		o.Sites = []*policy.Site{&site}
	})
	d := s.decision()
	s.decide(d).is(http.StatusCreated)
	at := "/v1/acme/subjects/" + d["subject"].(string)
	s.send("DELETE", at, "", d.bearer()).is(http.StatusNoContent)
	s.get(at, d.bearer()).problem(http.StatusUnauthorized, "secret-needed")
	s.status("analytics", d["subject"].(string), "denied")
	s.decide(d).is(http.StatusOK) // it is there still
}

func TestABrowserMayAskForErasure(t *testing.T) {
	s := shared(t)
	a := s.send("OPTIONS", "/v1/acme/subjects/x", "", "Origin: "+ownOrigin, "Access-Control-Request-Method: DELETE")
	if !strings.Contains(a.Header.Get("Access-Control-Allow-Methods"), "DELETE") {
		t.Errorf("allowed are %q", a.Header.Get("Access-Control-Allow-Methods"))
	}
}
