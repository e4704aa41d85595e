package web_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"golang.org/x/net/html"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
)

// ticked returns the names of the boxes of a page that are ticked, and of those that can't be changed.
func ticked(doc *html.Node) (on, fixed []string) {
	for _, box := range all(doc, "input") {
		if _, ok := findAttribute(box, "checked"); ok {
			on = append(on, attribute(box, "name"))
		}
		if _, ok := findAttribute(box, "disabled"); ok {
			fixed = append(fixed, attribute(box, "name"))
		}
	}
	return on, fixed
}

// C-02.
func TestNothingIsTickedThatCanBeRefused(t *testing.T) {
	s := shared(t)
	for _, test := range []struct {
		page    string
		headers []string
	}{
		{"/yunzhijia/preferences", nil},
		{"/yunzhijia/preferences?platform=android", nil},
		{"/acme/preferences", nil},
		{"/acme/preferences?saved=1", nil},
		{"/acme/preferences?analytics=granted", nil},
		{"/acme/preferences", []string{"Sec-GPC: 1"}},
		{"/acme/preferences", []string{"Cookie: nod=1.AAAA.AAAA.analytics:gAAAAAA"}},
	} {
		t.Run(test.page+strings.Join(test.headers, ""), func(t *testing.T) {
			s := s.in(t)
			doc := parse(t, string(s.get(test.page, test.headers...).is(http.StatusOK).body))
			on, fixed := ticked(doc)
			if len(on)+len(fixed) > 0 {
				t.Errorf("ticked: %q; not to be changed: %q", on, fixed)
			}
			if _, hidden := findAttribute(byID(doc, "nod-decided"), "hidden"); !hidden {
				t.Error("the page speaks of a decision before there is one")
			}
		})
	}
}

// C-39: without a script the page itself has to say it.
// Switches have the ids of their purposes and services. One that had an id of the page's own would be read as something
// else, so the policy is refused, with the place of that id.
func TestNoPurposeHasANameOfThePagesOwn(t *testing.T) {
	s := shared(t)
	doc := parse(t, string(s.get("/acme/preferences").is(http.StatusOK).body))
	own := map[string]bool{}
	for _, n := range all(first(doc, "body")) {
		if attribute(n, "class") == "switch" {
			continue
		}
		if id, ok := strings.CutPrefix(attribute(n, "id"), "nod-"); ok && !strings.HasSuffix(id, "-about") {
			own[id] = true
		}
		if name := attribute(n, "name"); name != "" {
			own[name] = true
		}
	}
	if !own["policy"] || !own["previous"] || !own["withdrawal"] {
		t.Fatalf("names %v: some are not found", own)
	}
	for name := range own {
		made := madeSite("acme", plainText)
		made.Policies[1].Purposes[1].ID = name
		_, err := loadWritten(made)
		var problems load.Problems
		if !errors.As(err, &problems) {
			t.Errorf("a purpose with id %q is loaded, error %v", name, err)
			continue
		}
		p := problems[0]
		if p.File != "acme/policy/"+acmeVersion+".yaml" || p.Line == 0 || !strings.Contains(p.Message, name) {
			t.Errorf("a purpose with id %q is refused with %v", name, p)
		}
	}
}

func TestThePageTellsThatASignalIsHonoured(t *testing.T) {
	s := shared(t)
	for _, test := range []struct {
		name    string
		headers []string
		want    bool
	}{
		{"no signal", nil, false},
		{"a signal before any choice", []string{"Sec-GPC: 1"}, true},
		{"a signal after a grant that did not know of it",
			[]string{"Sec-GPC: 1", "Cookie: nod=" + grantedCookie(t, s, "/acme")}, true},
		{"no signal after a grant", []string{"Cookie: nod=" + grantedCookie(t, s, "/acme")}, false},
		{"something that is no signal", []string{"Sec-GPC: true"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			a := s.get("/acme/preferences", test.headers...).is(http.StatusOK)
			if !strings.Contains(a.Header.Get("Vary"), "Sec-GPC") {
				t.Errorf("Vary is %q; the page depends on Sec-GPC", a.Header.Get("Vary"))
			}
			doc := parse(t, string(a.body))
			if _, hidden := findAttribute(byID(doc, "nod-signal"), "hidden"); hidden == test.want {
				t.Errorf("the note is hidden: %v", hidden)
			}
			if on, _ := ticked(doc); test.want && slices.Contains(on, "analytics") {
				t.Error("analytics is ticked against the signal")
			}
		})
	}
}

func TestThePageShowsTheAnswersOfItsCookie(t *testing.T) {
	s := shared(t)
	granted := grantedCookie(t, s, "/acme")
	for _, test := range []struct {
		name, cookie string
		want         []string
	}{
		{"a grant", "nod=" + granted,
			[]string{"analytics", "heatmap", "counter", "beacons", "transfer", "partner"}},
		{"an older cookie beside it", "nod=" + olderCookie(t, granted) + "; nod=" + granted,
			[]string{"analytics", "heatmap", "counter", "beacons", "transfer", "partner"}},
		{"the same in the other order", "nod=" + granted + "; nod=" + olderCookie(t, granted),
			[]string{"analytics", "heatmap", "counter", "beacons", "transfer", "partner"}},
		{"an unreadable cookie beside it", "nod=x; nod=" + granted,
			[]string{"analytics", "heatmap", "counter", "beacons", "transfer", "partner"}},
		{"one of the same decision that refuses, beside it", "nod=" + granted + "; nod=" + refusedCookie(t, granted),
			nil},
		{"the same refusal first", "nod=" + refusedCookie(t, granted) + "; nod=" + granted, nil},
		{"in quotation marks, which no script reads", `nod="` + granted + `"`, nil},
		{"a cookie that is cut off", "nod=" + granted[:len(granted)-2], nil},
		{"a cookie that is too long", "nod=" + granted + strings.Repeat(".gAAAAAA", 600), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			a := s.get("/acme/preferences?saved=1", "Cookie: "+test.cookie).is(http.StatusOK)
			doc := parse(t, string(a.body))
			on, _ := ticked(doc)
			if diff := cmp.Diff(test.want, on); diff != "" {
				t.Errorf("ticked (-want +got):\n%s", diff)
			}
			if strings.HasPrefix(test.cookie, "nod=1.") && !strings.Contains(test.name, "cut off") &&
				!strings.Contains(test.name, "too long") {
				a.has("Cache-Control", "private, no-store").lacks("ETag")
				if at := textOf(byID(doc, "nod-decided")); !strings.Contains(at, time.Now().UTC().Format("2006-01-")) {
					t.Errorf("the page does not say when: %q", at)
				}
			}
		})
	}
}

// refusedCookie is one of the same decision in which all of it is refused.
func refusedCookie(t testing.TB, granted string) string {
	t.Helper()
	stored, err := consent.DecodeCookie(granted)
	if err != nil {
		t.Fatal(err)
	}
	for i := range stored.Answers {
		stored.Answers[i].State = consent.Denied
	}
	return consent.EncodeCookie(stored)
}

// grantedCookie is the value of a cookie in which everything is granted of the page's site.
func grantedCookie(t testing.TB, s *server, page string) string {
	t.Helper()
	site := strings.Split(strings.SplitN(page, "?", 2)[0], "/")[1]
	if site != "hostile" && site != "yunzhijia" {
		site = "acme"
	}
	var p *consent.Form
	if site == "yunzhijia" {
		b := loadtest.BuiltIn(t, "yunzhijia")
		f := consent.FormOf(b, b.CurrentPolicy())
		p = &f
	} else {
		made, err := loaded()
		if err != nil {
			t.Fatal(err)
		}
		f := consent.FormOf(made[site], made[site].CurrentPolicy())
		p = &f
	}
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	d := &consent.Decision{ID: id, Subject: uuid.New(), Answers: map[string]consent.State{}}
	for _, purpose := range p.Purposes {
		d.Answers[purpose.ID] = consent.Granted
	}
	value := consent.EncodeCookie(consent.Stored{Subject: d.Subject}.Apply(*p, d))
	s.private(id.String())
	s.private(d.Subject.String())
	s.private(value)
	return value
}

// olderCookie refuses what the cookie grants, a day before it.
func olderCookie(t testing.TB, value string) string {
	t.Helper()
	s, err := consent.DecodeCookie(value)
	if err != nil {
		t.Fatal(err)
	}
	s.Decision[4]-- // of the milliseconds, the one that counts 65536
	if s.Decision[4] == 0xff {
		s.Decision[3]--
	}
	for i := range s.Answers {
		s.Answers[i].State = consent.Denied
	}
	return consent.EncodeCookie(s)
}

// The answers of a visitor are where the visitor gave them. Where this host does not know them, its page does not say
// that nothing is on.
func TestPreferencesNameThePlaceOfChoicesThatThisHostDoesNotKnow(t *testing.T) {
	s := shared(t)
	const sentence, link = "Your choices are stored on the website where", `<a href="https://www.yunzhijia.com">`
	cookie := "Cookie: nod=" + grantedCookie(t, s, "/yunzhijia/preferences")
	page := string(s.get("/yunzhijia/preferences?lang=en").is(http.StatusOK).body)
	if !strings.Contains(page, sentence) || !strings.Contains(page, link) {
		t.Error("the page does not say where the choices are")
	}
	for name, a := range map[string]answer{
		"a visitor who answered here": s.get("/yunzhijia/preferences?lang=en", cookie),
		"an app":                      s.get("/yunzhijia/preferences?lang=en&platform=android"),
	} {
		if strings.Contains(string(a.is(http.StatusOK).body), sentence) {
			t.Errorf("%s: the page sends the visitor to another website", name)
		}
	}
}
