package web_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

var newsFile = regexp.MustCompile(`"news":\{"file":"([^"]+)"`)

// told serves a site whose second, present version has the edit, and gives what is told those who decided under the first.
func told(t *testing.T, text func(string) string, edit func(*policy.Policy)) (s *server, tell, ask struct{ HTML, Layout string }) {
	t.Helper()
	site := madeSite("acme", text)
	site.Published = ""
	next := *site.Policies[len(site.Policies)-1]
	next.Version, next.Effective = "2026-06-01", "2026-06-01"
	next.Purposes = append([]policy.Purpose{}, next.Purposes...)
	edit(&next)
	site.Policies = append(site.Policies, &next)
	loaded, err := loadWritten(site)
	if err != nil {
		t.Fatal(err)
	}
	s = start(t, func(o *web.Options) { o.Sites = []*policy.Site{loaded} })
	found := newsFile.FindStringSubmatch(string(s.get("/acme/consent.js?lang=en").is(200).body))
	if found == nil {
		t.Fatal("the script knows of no earlier version")
	}
	a := s.get("/"+found[1]).is(200).has("Access-Control-Allow-Origin", "*").has("Cross-Origin-Resource-Policy", "cross-origin")
	var news struct {
		Told []struct{ Ask, Tell struct{ HTML, Layout string } }
	}
	data := strings.TrimSuffix(strings.TrimPrefix(string(a.body), "export const news="), ";\n")
	if err := json.Unmarshal([]byte(data), &news); err != nil || len(news.Told) != len(site.Policies)-1 {
		t.Fatalf("%v, for %d versions: %.200s", err, len(news.Told), data)
	}
	return s, news.Told[len(news.Told)-1].Tell, news.Told[len(news.Told)-1].Ask
}

// C-28
func TestWhatChangedIsToldWithHowItWasAndHowItIs(t *testing.T) {
	_, tell, ask := told(t, plainText, func(p *policy.Policy) {
		p.Purposes[1].Retention = policy.Text{"en": "Twelve months.", "ar": "x"}
	})
	for _, want := range []string{"Twelve months.", "2026-06-01", "<del>", "<ins>"} {
		if !strings.Contains(ask.HTML, want) || !strings.Contains(tell.HTML, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if !strings.Contains(ask.HTML, `data-nod="reject-all"`) || strings.Contains(tell.HTML, `data-nod="reject-all"`) || !strings.Contains(tell.HTML, `data-nod="acknowledge"`) {
		t.Error("one asks, and the other tells")
	}
}

// C-30
func TestARightThatIsTakenAwayWantsAYesBesideANo(t *testing.T) {
	_, tell, _ := told(t, plainText, func(p *policy.Policy) {
		p.Revision = policy.Revision{Summary: policy.Text{"en": "Less.", "ar": "x"}, Class: policy.Material, Reduces: true}
	})
	yes, no := strings.Index(tell.HTML, `data-nod="acknowledge"`), strings.Index(tell.HTML, `data-nod="keep"`)
	if yes < 0 || no < yes || strings.Count(tell.HTML, "<button") != 3 {
		t.Errorf("no yes beside a no: %s", tell.HTML)
	}
}

func TestWhatChangedIsTextWhateverItIs(t *testing.T) {
	s, tell, ask := told(t, hostileText, func(p *policy.Policy) {
		p.Purposes[1].Retention = policy.Text{"en": attack, "ar": attack}
		p.Revision.Summary = policy.Text{"en": attack, "ar": attack}
	})
	page := string(s.get("/acme/policy?lang=en").is(200).body)
	for _, html := range []string{tell.HTML, ask.HTML, page} {
		if found := live.FindString(html); found != "" || !strings.Contains(html, "&lt;img") {
			t.Errorf("it is not text: %s", found)
		}
	}
}

var live = regexp.MustCompile(`<img[^>]*onerror|<script>`)

func TestASiteWithOneVersionHasNothingToTell(t *testing.T) {
	if body := shared(t).get("/yunzhijia/consent.js").is(200).body; newsFile.Match(body) {
		t.Error("it does")
	}
}
