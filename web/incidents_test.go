package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
	"github.com/nod-consent/nod/web"
)

// withIncidents gives the built-in site these incidents.
func withIncidents(t testing.TB, all ...policy.Incident) func(*web.Options) {
	t.Helper()
	return func(o *web.Options) {
		site := loadtest.BuiltIn(t, "yunzhijia")
		site.Incidents = all
		for _, p := range site.Policies {
			p.Incidents = site.PublishedIncidents()
		}
		o.Sites = []*policy.Site{site}
	}
}

func incident(id, published string) policy.Incident {
	text := func(s string) policy.Text { return policy.Text{"zh-CN": "中文" + id + s, "en": "en-" + id + "-" + s} }
	return policy.Incident{
		ID: id, Discovered: "2026-03-01", Published: published, Name: text("name"), Facts: text("facts"),
		Effect: text("effect"), Measures: text("measures"), Advice: text("advice"), Remedies: text("<b>remedies"),
	}
}

// C-56
func TestThePagesHaveTheNoticesOfIncidents(t *testing.T) {
	s := start(t, withIncidents(t,
		incident("first", "2026-03-02"), incident("draft", ""), incident("second", "2026-03-20")))
	home := string(s.get("/yunzhijia/?lang=en").is(http.StatusOK).body)
	second := strings.Index(home, `href="/yunzhijia/lists/incidents?lang=en#incident-second">en-second-name`)
	first := strings.Index(home, `href="/yunzhijia/lists/incidents?lang=en#incident-first">en-first-name`)
	if second < 0 || first < second || strings.Contains(home, "draft") {
		t.Errorf("the privacy home has the second notice at %d, the first at %d, or a draft", second, first)
	}
	for _, page := range []string{"policy", "preferences"} {
		if !strings.Contains(string(s.get("/yunzhijia/"+page+"?lang=en").body), `/yunzhijia/lists/incidents?lang=en`) {
			t.Errorf("%s does not lead to the notices", page)
		}
	}
	for lang, want := range map[string][]string{
		"en": {"What happened", "en-first-facts", "en-second-effect", "en-first-measures", "en-first-advice",
			"en-first-&lt;b&gt;remedies", "2026-03-01", "2026-03-20", "within 30 calendar days", "mailto:service@yunzhijia.com"},
		"zh-CN": {"事件经过", "中文firstfacts", "最迟30个自然日内", "发现日期"},
		"zh-TW": {"事件經過", "中文firstfacts"},
	} {
		list := s.get("/yunzhijia/lists/incidents?lang=" + lang).is(http.StatusOK)
		for _, text := range want {
			if !strings.Contains(string(list.body), text) {
				t.Errorf("the notices in %s lack %q", lang, text)
			}
		}
		if strings.Contains(string(list.body), "draft") {
			t.Errorf("the notices in %s have a draft", lang)
		}
	}
}

func TestASiteWithoutIncidentsHasNoPageOfThem(t *testing.T) {
	s := start(t, withIncidents(t, incident("draft", "")))
	s.get("/yunzhijia/lists/incidents?lang=en").is(http.StatusNotFound)
	if home := string(s.get("/yunzhijia/?lang=en").body); strings.Contains(home, "lists/incidents") {
		t.Error("the privacy home leads to notices of incidents")
	}
}
