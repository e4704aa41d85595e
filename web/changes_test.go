package web_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web"
)

var newsFile = regexp.MustCompile(`changes:\{file:"([^"]+)"`)

// revised serves a site whose last, present version has the edit.
func revised(t *testing.T, text func(string) string, edit func(*policy.Policy)) (*server, *policy.Site) {
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
	return start(t, func(o *web.Options) { o.Sites = []*policy.Site{loaded} }), loaded
}

// openRevised starts a server whose site has a new version, and returns the notices for those who decided under the one
// before.
func openRevised(
	t *testing.T, text func(string) string, edit func(*policy.Policy),
) (s *server, inform, ask struct{ HTML, Presentation string }) {
	t.Helper()
	s, site := revised(t, text, edit)
	found := newsFile.FindStringSubmatch(string(s.get("/acme/consent.js?lang=en").is(200).body))
	if found == nil {
		t.Fatal("the script knows of no earlier version")
	}
	a := s.get("/"+found[1]).is(200).has("Access-Control-Allow-Origin", "*").
		has("Cross-Origin-Resource-Policy", "cross-origin")
	var news struct {
		Banners []struct {
			Ask, Notice struct{ HTML, Presentation string }
		}
	}
	data := strings.TrimSuffix(strings.TrimPrefix(string(a.body), "export const changes="), ";\n")
	if err := json.Unmarshal([]byte(data), &news); err != nil || len(news.Banners) != len(site.Policies)-1 {
		t.Fatalf("%v, for %d versions: %.200s", err, len(news.Banners), data)
	}
	last := news.Banners[len(news.Banners)-1]
	return s, last.Notice, last.Ask
}

// C-28
func TestTheNoticeShowsHowThingsWereAndHowTheyAre(t *testing.T) {
	_, inform, ask := openRevised(t, plainText, func(p *policy.Policy) {
		p.Purposes[1].Retention = policy.Text{"en": "Twelve months.", "ar": "x"}
	})
	for _, want := range []string{"Twelve months.", "2026-06-01", "<del>", "<ins>"} {
		if !strings.Contains(ask.HTML, want) || !strings.Contains(inform.HTML, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if !strings.Contains(ask.HTML, `data-nod="reject-all"`) || strings.Contains(inform.HTML, `data-nod="reject-all"`) ||
		!strings.Contains(inform.HTML, `data-nod="acknowledge"`) {
		t.Error("one asks, and the other tells")
	}
}

// C-30
func TestARightThatIsTakenAwayWantsAYesBesideANo(t *testing.T) {
	_, inform, _ := openRevised(t, plainText, func(p *policy.Policy) {
		p.Revision = policy.Revision{Summary: policy.Text{"en": "Less.", "ar": "x"}, Class: policy.Material, Reduces: true}
	})
	yes, no := strings.Index(inform.HTML, `data-nod="acknowledge"`), strings.Index(inform.HTML, `data-nod="keep"`)
	if no < 0 || yes < no || strings.Count(inform.HTML, "<button") != 3 {
		t.Errorf("no yes beside a no: %s", inform.HTML)
	}
}

func TestWhatChangedIsTextWhateverItIs(t *testing.T) {
	s, inform, ask := openRevised(t, hostileText, func(p *policy.Policy) {
		p.Purposes[1].Retention = policy.Text{"en": attack, "ar": attack}
		p.Revision.Summary = policy.Text{"en": attack, "ar": attack}
	})
	page := string(s.get("/acme/policy?lang=en").is(200).body)
	for _, html := range []string{inform.HTML, ask.HTML, page} {
		if found := live.FindString(html); found != "" || !strings.Contains(html, "&lt;img") {
			t.Errorf("it is not text: %s", found)
		}
	}
}

var live = regexp.MustCompile(`<img[^>]*onerror|<script>`)

func TestASiteWithOneVersionHasNoNotices(t *testing.T) {
	if body := shared(t).get("/yunzhijia/consent.js").is(200).body; newsFile.Match(body) {
		t.Error("it does")
	}
}

// C-26
func TestThePageHasASwitchForWhatIsRequiredAndStaysRefused(t *testing.T) {
	s, site := revised(t, plainText, func(p *policy.Policy) { p.Purposes[1].Required, p.Purposes[1].GPC = true, false })
	before := consent.FormOf(site, site.Policies[len(site.Policies)-2])
	refused := consent.Stored{}.Apply(before, &consent.Decision{
		ID: uuid.Must(uuid.NewV7()), Subject: uuid.New(), Action: consent.RejectAll, Answers: map[string]consent.State{
			"analytics": consent.Denied},
	})
	cookie := "Cookie: nod=" + s.private(consent.EncodeCookie(refused))
	s.private(refused.Decision.String())
	s.private(refused.Subject.String())
	page := func(cookie string) (fixed, on, said bool) {
		t.Helper()
		doc := parse(t, string(s.get("/acme/preferences?lang=en", cookie).is(http.StatusOK).body))
		_, fixed = findAttribute(byID(doc, "nod-analytics"), "disabled")
		_, on = findAttribute(byID(doc, "nod-analytics"), "checked")
		for n := range doc.Descendants() {
			if strings.HasSuffix(attribute(n, "class"), "refused") {
				_, hidden := findAttribute(n, "hidden")
				said = !hidden
			}
		}
		return fixed, on, said
	}
	if fixed, on, said := page("Cookie: x=1"); !fixed || !on || said {
		t.Errorf("for a visitor without a decision: fixed %v, on %v, said %v", fixed, on, said)
	}
	if fixed, on, said := page(cookie); fixed || on || !said {
		t.Errorf("for a visitor who refused it: fixed %v, on %v, said %v", fixed, on, said)
	}
	for _, test := range []struct {
		name, form string
		want       bool
	}{
		{"saved as it is", "action=save", false},
		{"refused", "action=reject_all&analytics=granted", false},
		{"withdrawn", "action=withdraw&analytics=granted", false},
		{"switched on", "action=save&analytics=granted", true},
		{"agreed to with all", "action=accept_all", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			a := s.post("/acme/preferences?lang=en", test.form, cookie).is(http.StatusSeeOther)
			_, header := a.cookies()
			if fixed, on, said := page(header); fixed != test.want || on != test.want || said == test.want {
				t.Errorf("fixed %v, on %v, said %v", fixed, on, said)
			}
			if state, named := s.last(a.stored().Subject).Answers["analytics"]; named != test.want || named &&
				state != consent.Granted {
				t.Errorf("recorded %v, %v", named, state)
			}
		})
	}
}

// C-30
func TestAYesToWhatIsTakenAwayNeedsTheSecret(t *testing.T) {
	s, site := revised(t, plainText, func(p *policy.Policy) {
		p.Revision = policy.Revision{Class: policy.Material, Reduces: true, Summary: policy.Text{"en": "Slower.", "ar": "x"}}
	})
	first := s.decision("policy", site.Current)
	s.decide(first).is(http.StatusCreated)
	empty := []any{"policy", site.Current, "action", "save", "answers", map[string]string{}}
	s.decide(s.after(first, empty...)).refused(http.StatusForbidden, "wrong-secret")
	s.decide(s.after(first, empty...), first.bearer()).is(http.StatusCreated)
	s.decide(s.after(first, append(empty, "decided_at", "9999-01-01T00:00:00Z")...), first.bearer()).
		is(http.StatusUnprocessableEntity)
	// To know of it, or to keep what was, takes none.
	s.decide(s.after(first, "policy", site.Policies[1].Version, "action", "save", "answers", map[string]string{})).
		is(http.StatusCreated)
}

func TestADraftIsNobodysBusiness(t *testing.T) {
	_, site := revised(t, plainText, func(*policy.Policy) {})
	draft := *site
	draft.Published = site.Policies[len(site.Policies)-2].Version
	s := start(t, func(o *web.Options) { o.Sites = []*policy.Site{&draft} })
	s.get("/acme/policy/2026-06-01").problem(http.StatusNotFound, "unknown-version")
	s.get("/v1/acme/policy/2026-06-01").problem(http.StatusNotFound, "unknown-version")
	a := s.decide(s.decision("policy", "2026-06-01")).is(http.StatusUnprocessableEntity)
	if strings.Contains(string(a.body), "2026-06-01,") || strings.Count(string(a.body), "2026-06-01") > 1 {
		t.Errorf("the answer tells of it: %s", a.body)
	}
}

// C-29: back ends read the cookie by what the API says of the policy.
func TestThePolicyForProgramsHasTheHashesThatAnswersCarry(t *testing.T) {
	s, site := revised(t, plainText, func(p *policy.Policy) {
		p.Purposes[1].Summary = policy.Text{"en": p.Purposes[1].Summary["en"] + "!", "ar": "x"} // which asks nobody
		p.Purposes[2].ReaskSince = "2026-06-01"
	})
	var got struct {
		Equivalents map[policy.Hash]policy.Hash
		Purposes    []struct {
			ID       string
			Hash     policy.Hash
			Services []struct {
				ID   string
				Hash policy.Hash
			}
		}
	}
	a := s.get("/v1/acme/policy").is(http.StatusOK)
	if err := json.Unmarshal(a.body, &got); err != nil {
		t.Fatal(err)
	}
	form := consent.FormOf(site, site.Policies[len(site.Policies)-1])
	if diff := cmp.Diff(form.Equivalents, got.Equivalents); diff != "" || len(form.Equivalents) == 0 {
		t.Errorf("same (-want +got):\n%s", diff)
	}
	for i, p := range form.Purposes {
		if got.Purposes[i].Hash != p.Hash {
			t.Errorf("%s has %s, want %s", p.ID, got.Purposes[i].Hash, p.Hash)
		}
		for j, service := range p.Services {
			if got.Purposes[i].Services[j].Hash != service.Hash {
				t.Errorf("%s has %s, want %s", service.ID, got.Purposes[i].Services[j].Hash, service.Hash)
			}
		}
	}
}
