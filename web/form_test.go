package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	_ "github.com/ncruces/go-sqlite3/driver" // a second program at the database

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

const formType = "Content-Type: application/x-www-form-urlencoded"

// post sends the form as a browser without scripts does. A header of Origin or Content-Type replaces the usual one.
func (s *server) post(target, form string, headers ...string) answer {
	s.Helper()
	for _, usual := range []string{"Origin: " + ownOrigin, formType} {
		name, _, _ := strings.Cut(usual, ":")
		if !slices.ContainsFunc(headers, func(h string) bool { return strings.HasPrefix(h, name+":") }) {
			headers = append(headers, usual)
		}
	}
	a := s.send("POST", target, form, headers...)
	for _, c := range a.Cookies() {
		s.private(c.Value)
	}
	return a
}

// cookies returns the cookies of an answer by name, and the header that sends them back.
func (a answer) cookies() (set map[string]*http.Cookie, header string) {
	a.Helper()
	set = map[string]*http.Cookie{}
	var pairs []string
	for _, c := range a.Cookies() {
		if set[c.Name] != nil {
			a.Errorf("cookie %s is set twice", c.Name)
		}
		set[c.Name] = c
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return set, "Cookie: " + strings.Join(pairs, "; ")
}

// stored reads the answers in the cookie that was set.
func (a answer) stored() consent.Stored {
	a.Helper()
	set, _ := a.cookies()
	if set["nod"] == nil {
		a.Fatalf("no cookie in %v", a.Header)
	}
	stored, err := consent.DecodeCookie(set["nod"].Value)
	if err != nil {
		a.Fatal(err)
	}
	return stored
}

// last is the newest record of a subject.
func (s *server) last(subject uuid.UUID) ledger.Record {
	s.Helper()
	records, err := s.store.Records(s.Context(), "acme", subject)
	if err != nil || len(records) == 0 {
		s.Fatalf("records of the subject: %v, error %v", records, err)
	}
	return records[len(records)-1]
}

func TestTheFormIsTakenFromItsOwnPageOnly(t *testing.T) {
	s := shared(t)
	for _, test := range []struct {
		name    string
		site    string
		origins []string
	}{
		{"no origin", "acme", nil},
		{"an empty one", "acme", []string{""}},
		{"null", "acme", []string{"null"}},
		{"null, though the site lists it", "native", []string{"null"}},
		{"a stranger", "acme", []string{"https://evil.example"}},
		{"a page of the site, which may only use the API", "acme", acmeOrigins[:1]},
		{"another port", "acme", []string{ownOrigin + ":8080"}},
		{"the usual port", "acme", []string{ownOrigin + ":80"}},
		{"another scheme", "acme", []string{"https://" + testHost}},
		{"upper case", "acme", []string{"http://CONSENT.example"}},
		{"a subdomain", "acme", []string{"http://a." + testHost}},
		{"two headers", "acme", []string{ownOrigin, ownOrigin}},
		{"something after it", "acme", []string{ownOrigin + "/"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			headers := []string{formType}
			for _, o := range test.origins {
				headers = append(headers, "Origin: "+o)
			}
			s.send("POST", "/"+test.site+"/preferences", "action=accept_all", headers...).
				problem(http.StatusForbidden, "foreign-origin").lacks("Set-Cookie", "Location")
		})
	}
	s.post("/native/preferences", "action=accept_all").is(http.StatusSeeOther)
}

type formStates map[string]consent.State

// refusedAll are the answers of a form in which everything that is asked together was refused.
var refusedAll = formStates{"analytics": consent.Denied, "beacons": consent.Denied}

// tickedForms are forms as browsers send them, with the answers that are read from them.
var tickedForms = []struct {
	name     string
	form     string
	headers  []string
	answers  formStates
	services formStates
}{
	{"refuse all, which leaves open what is separate", "action=reject_all", nil, refusedAll, nil},
	{"refuse all, whatever is ticked", "analytics=granted&transfer=granted&action=reject_all", nil, refusedAll, nil},
	{"withdraw", "action=withdraw", nil, refusedAll, nil},
	{"agree to all, which leaves out what is separate", "action=accept_all", nil,
		formStates{"analytics": consent.Granted, "beacons": consent.Granted}, nil},
	{"agree to all against a signal", "action=accept_all", []string{"Sec-GPC: 1"}, formStates{}, nil},
	{"agree to all with something that is no signal", "action=accept_all", []string{"Sec-GPC: true"},
		formStates{"analytics": consent.Granted, "beacons": consent.Granted}, nil},
	{"save nothing, which leaves open what is separate", "action=save", nil, refusedAll,
		formStates{"heatmap": consent.Denied, "counter": consent.Denied}},
	{"save some", "analytics=granted&heatmap=granted&transfer=granted&partner=granted&action=save", nil,
		formStates{"analytics": consent.Granted, "beacons": consent.Denied, "transfer": consent.Granted},
		formStates{"heatmap": consent.Granted, "counter": consent.Denied,
			"partner": consent.Granted}},
	{"save a tick against the signal that the page told of", "beacons=granted&action=save", []string{"Sec-GPC: 1"},
		formStates{"analytics": consent.Denied, "beacons": consent.Granted},
		formStates{"heatmap": consent.Denied, "counter": consent.Denied}},
	{"other values are no tick", "analytics=on&beacons=GRANTED&transfer=1&heatmap=&action=save", nil, refusedAll,
		formStates{"heatmap": consent.Denied, "counter": consent.Denied}},
	{"of two values the first counts", "analytics=x&analytics=granted&action=save", nil, refusedAll,
		formStates{"heatmap": consent.Denied, "counter": consent.Denied}},
	{"what the form does not have",
		"tracking=granted&former=granted&__proto__=granted&presentation=x&subject=x&%00=%00&action=reject_all" +
			"&id=0190163d-8694-739b-aea5-966c26f8ad91", nil, refusedAll, nil},
	{"what is required", "necessary=denied&login=denied&action=save", nil, refusedAll,
		formStates{"heatmap": consent.Denied, "counter": consent.Denied}},
}

// C-14
func TestTheFormIsReadAsTicked(t *testing.T) {
	for _, test := range tickedForms {
		t.Run(test.name, func(t *testing.T) {
			s := shared(t)
			before := time.Now().Add(-time.Second)
			a := s.post("/acme/preferences?lang=en", test.form, test.headers...).is(http.StatusSeeOther).
				has("Location", "/acme/preferences?lang=en&saved=1").has("Cache-Control", "no-store")
			stored := a.stored()
			r := s.last(stored.Subject)
			if diff := cmp.Diff(test.answers, formStates(r.Answers)); diff != "" {
				t.Errorf("answers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.services, formStates(r.Services)); diff != "" {
				t.Errorf("services (-want +got):\n%s", diff)
			}
			action, _ := url.ParseQuery(test.form)
			if r.ID != stored.Decision || r.Previous != nil || r.Policy != acmeVersion || r.Language != "en" ||
				r.Platform != policy.Web ||
				string(r.Action) != action.Get("action") || r.GPC != slices.Contains(test.headers, "Sec-GPC: 1") ||
				r.DecidedAt.Before(before) {
				t.Errorf("record %+v", r)
			}
			if l, err := s.store.Presentation(t.Context(), "acme", r.Presentation); err != nil ||
				l.Kind != ledger.Preferences || l.Language != "en" {
				t.Errorf("presentation %+v, error %v", l, err)
			}
		})
	}
}

// The answer to the form is what the browser gets next: it shows what was ticked, and when.
// The browser's clock may be ahead of the server's, and the newest of its cookies holds.
func TestTheFormsDecisionIsNewerThanTheOneBeforeIt(t *testing.T) {
	s := shared(t)
	before, err := consent.DecodeCookie(grantedCookie(t, s, "/acme"))
	if err != nil {
		t.Fatal(err)
	}
	ahead := time.Now().Add(10 * time.Minute).UnixMilli()
	for i := range 6 {
		before.Decision[i] = byte(ahead >> (40 - 8*i))
	}
	old := "Cookie: nod=" + consent.EncodeCookie(before)
	after := s.post("/acme/preferences", "action=reject_all&previous="+before.Decision.String(), old).
		is(http.StatusSeeOther).stored()
	if after.Decision.String() <= before.Decision.String() {
		t.Errorf("decision %s after %s", after.Decision, before.Decision)
	}
	page := s.get("/acme/preferences?saved=1", old+"; nod="+consent.EncodeCookie(after)).is(http.StatusOK)
	if on, _ := ticked(parse(t, string(page.body))); slices.Contains(on, "analytics") {
		t.Errorf("ticked after the refusal: %v", on)
	}
}

func TestAfterTheFormThePageShowsTheChoice(t *testing.T) {
	s := shared(t)
	a := s.post("/acme/preferences?lang=ar&platform=ios",
		"analytics=granted&heatmap=granted&transfer=granted&partner=granted&action=save").
		is(http.StatusSeeOther).has("Location", "/acme/preferences?lang=ar&platform=ios&saved=1")
	_, cookies := a.cookies()
	doc := parse(t, string(s.get(a.Header.Get("Location"), cookies).is(http.StatusOK).has("Content-Language", "ar").body))
	on, _ := ticked(doc)
	if diff := cmp.Diff([]string{"necessary", "login", "analytics", "heatmap", "transfer", "partner"}, on); diff != "" {
		t.Errorf("ticked (-want +got):\n%s", diff)
	}
	decided := byID(doc, "nod-decided")
	at := consent.DecidedAt(a.stored().Decision).UTC().Format("2006-01-02 15:04 UTC")
	if _, hidden := findAttribute(decided, "hidden"); hidden || !strings.Contains(textOf(decided), at) {
		t.Errorf("the page says %q; want %q in it", textOf(decided), at)
	}
	if _, hidden := findAttribute(all(byID(doc, "nod-saved"), "span")[0], "hidden"); hidden {
		t.Error("the page does not say that the choice is saved")
	}
	if r := s.last(a.stored().Subject); r.Platform != policy.IOS || r.Language != "ar" {
		t.Errorf("record %+v", r)
	}
}
