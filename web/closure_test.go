package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
	"github.com/nod-consent/nod/web"
)

// startEnding serves the built-in site, whose last day is so many days from today.
func startEnding(t testing.TB, days int) (s *server, lastDay string) {
	t.Helper()
	site := loadtest.BuiltIn(t, "yunzhijia")
	lastDay = time.Now().In(site.Zone()).AddDate(0, 0, days).Format(time.DateOnly)
	site.Closure = policy.Closure{
		Announced: "2026-01-01", LastDay: lastDay,
		Text: policy.Text{"zh-CN": "停止<b>服务", "en": "We <b>close."},
	}
	return start(t, func(o *web.Options) { o.Sites = []*policy.Site{site} }), lastDay
}

// C-55
func TestTheEndIsAnnouncedOnEachPage(t *testing.T) {
	s, lastDay := startEnding(t, 2)
	for _, page := range []string{"", "policy", "lists/purposes", "preferences"} {
		body := string(s.get("/yunzhijia/" + page + "?lang=en").is(http.StatusOK).body)
		if !strings.Contains(body, "The service ends on "+lastDay+".") {
			t.Errorf("/%s does not say when the service ends", page)
		}
	}
	if home := string(s.get("/yunzhijia/?lang=en").body); !strings.Contains(home, "We &lt;b&gt;close.") {
		t.Error("the privacy home does not have the announcement")
	}
	script := string(s.get("/yunzhijia/consent.js?lang=en").is(http.StatusOK).body)
	if strings.Contains(script, "ended:true") || !strings.Contains(script, "required:true") {
		t.Error("the consents ended before the service")
	}
}

// C-55
func TestEveryConsentEndsWithTheService(t *testing.T) {
	s, lastDay := startEnding(t, -2)
	for _, page := range []string{"", "policy", "preferences"} {
		body := string(s.get("/yunzhijia/" + page + "?lang=en").is(http.StatusOK).body)
		if !strings.Contains(body, "The service ended on "+lastDay+".") || strings.Contains(body, `role="switch"`) ||
			page == "preferences" && !strings.Contains(body, "<footer hidden") {
			t.Errorf("/%s does not say that the service ended, or has a switch or a button", page)
		}
	}
	script := string(s.get("/yunzhijia/consent.js?lang=en").is(http.StatusOK).body)
	if !strings.Contains(script, "ended:true") || strings.Contains(script, "required:true") {
		t.Error("a grant from before still counts in the script, or something is required")
	}
	if !strings.Contains(script, `hosts:["stats.yunzhijia.com"]`) {
		t.Error("the script does not block the hosts any more")
	}
	decide := func(action, state string, change ...any) answer {
		d := s.decision(append([]any{
			"policy", "2023-11-23", "action", action, "answers", map[string]string{"analytics": state},
		}, change...)...)
		return s.send("POST", "/v1/yunzhijia/decisions", d.String(), jsonType)
	}
	a := decide("save", "granted")
	if a.refused(http.StatusUnprocessableEntity, "refused-decision"); !strings.Contains(string(a.body), "has ended") {
		t.Errorf("a grant is answered by %s", a.body)
	}
	decide("reject_all", "denied").is(http.StatusCreated)
	decide("save", "granted", "id", idAt(time.Now().AddDate(0, 0, -3))).is(http.StatusCreated) // it comes late
}

// idAt makes the id of a decision of that moment.
func idAt(at time.Time) string {
	id := uuid.Must(uuid.NewV7())
	ms := at.UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	return id.String()
}

// C-55
func TestNothingIsGrantedToSystemsAfterTheEnd(t *testing.T) {
	for days, want := range map[int]string{2: "granted", -2: "denied"} {
		s, _ := startEnding(t, days)
		d := s.decision("policy", "2023-11-23", "answers", map[string]string{"analytics": "denied"})
		s.send("POST", "/v1/yunzhijia/decisions", d.String(), jsonType).is(http.StatusCreated)
		var got struct{ State string }
		s.get("/v1/yunzhijia/status/necessary?subject=" + d["subject"].(string)).is(http.StatusOK).json(&got)
		if got.State != want {
			t.Errorf("%d days before the end the required purpose is %q; want %q", days, got.State, want)
		}
		var data struct {
			Purposes []struct {
				Required bool
				PerCase  bool `json:"per_case"`
			}
		}
		policy := s.get("/v1/yunzhijia/policy?lang=en").is(http.StatusOK).body
		if err := json.Unmarshal(policy, &data); err != nil {
			t.Fatal(err)
		}
		first := data.Purposes[0]
		if first.Required != (want == "granted") || first.PerCase != (want == "denied") {
			t.Errorf("%d days before the end, back ends read %+v of the required purpose", days, first)
		}
	}
}
