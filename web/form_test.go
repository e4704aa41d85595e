package web_test

import (
	"database/sql"
	"errors"
	"fmt"
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
	"github.com/nod-consent/nod/web"
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

// cookies gives the cookies of an answer by name, and the header that sends them back.
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

func TestTheFormIsReadAsTicked(t *testing.T) {
	denied, granted := consent.Denied, consent.Granted
	type states map[string]consent.State
	little := states{"analytics": denied, "beacons": denied}
	for _, test := range []struct {
		name     string
		form     string
		headers  []string
		answers  states
		services states
	}{
		{"refuse all, which leaves open what is separate", "action=reject_all", nil, little, nil},
		{"refuse all, whatever is ticked", "analytics=granted&transfer=granted&action=reject_all", nil, little, nil},
		{"withdraw", "action=withdraw", nil, little, nil},
		{"agree to all, which leaves out what is separate", "action=accept_all", nil, states{"analytics": granted, "beacons": granted}, nil},
		{"agree to all against a signal", "action=accept_all", []string{"Sec-GPC: 1"}, states{}, nil},
		{"agree to all with something that is no signal", "action=accept_all", []string{"Sec-GPC: true"}, states{"analytics": granted, "beacons": granted}, nil},
		{"save nothing, which leaves open what is separate", "action=save", nil, little, states{"heatmap": denied, "counter": denied}},
		{"save some", "analytics=granted&heatmap=granted&transfer=granted&partner=granted&action=save", nil,
			states{"analytics": granted, "beacons": denied, "transfer": granted}, states{"heatmap": granted, "counter": denied, "partner": granted}},
		{"save a tick against the signal that the page told of", "beacons=granted&action=save", []string{"Sec-GPC: 1"},
			states{"analytics": denied, "beacons": granted}, states{"heatmap": denied, "counter": denied}},
		{"other values are no tick", "analytics=on&beacons=GRANTED&transfer=1&heatmap=&action=save", nil, little, states{"heatmap": denied, "counter": denied}},
		{"of two values the first counts", "analytics=x&analytics=granted&action=save", nil, little, states{"heatmap": denied, "counter": denied}},
		{"what the form does not have", "tracking=granted&former=granted&__proto__=granted&presentation=x&subject=x&%00=%00&action=reject_all&id=0190163d-8694-739b-aea5-966c26f8ad91", nil, little, nil},
		{"what is required", "necessary=denied&login=denied&action=save", nil, little, states{"heatmap": denied, "counter": denied}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := shared(t)
			before := time.Now().Add(-time.Second)
			a := s.post("/acme/preferences?lang=en", test.form, test.headers...).is(http.StatusSeeOther).
				has("Location", "/acme/preferences?lang=en&saved=1").has("Cache-Control", "no-store")
			stored := a.stored()
			r := s.last(stored.Subject)
			if diff := cmp.Diff(test.answers, states(r.Answers)); diff != "" {
				t.Errorf("answers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.services, states(r.Services)); diff != "" {
				t.Errorf("services (-want +got):\n%s", diff)
			}
			action, _ := url.ParseQuery(test.form)
			if r.ID != stored.Decision || r.Previous != nil || r.Policy != acmeVersion || r.Language != "en" || r.Platform != policy.Web ||
				string(r.Action) != action.Get("action") || r.GPC != slices.Contains(test.headers, "Sec-GPC: 1") || r.DecidedAt.Before(before) {
				t.Errorf("record %+v", r)
			}
			if l, err := s.store.Presentation(t.Context(), "acme", r.Presentation); err != nil || l.Kind != ledger.Preferences || l.Language != "en" {
				t.Errorf("presentation %+v, error %v", l, err)
			}
		})
	}
}

func TestTheFormsCookies(t *testing.T) {
	servers := map[string]*server{}
	for _, base := range []string{"", "/consent"} {
		servers[base] = start(t, sites(t, "acme", "hostile"), proxy, func(o *web.Options) { o.BasePath = base })
	}
	for _, test := range []struct {
		name    string
		site    string
		base    string
		headers []string
		domain  string
		secure  bool
	}{
		{"over http", "acme", "", nil, "", false},
		{"with a domain", "hostile", "", nil, "acme.example", false},
		{"behind a path", "acme", "/consent", nil, "", false},
		{"over https, through the proxy", "acme", "", []string{"From: 198.51.100.7", "X-Forwarded-Proto: https", "Origin: https://" + testHost}, "", true},
		{"over http, through the proxy", "acme", "", []string{"From: 198.51.100.7", "X-Forwarded-Proto: http"}, "", false},
		{"over http, whoever claims otherwise", "acme", "", []string{"X-Forwarded-Proto: https"}, "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := servers[test.base].in(t)
			a := s.post(test.base+"/"+test.site+"/preferences", "action=accept_all", test.headers...).is(http.StatusSeeOther)
			set, _ := a.cookies()
			name := "nod-secret"
			if test.secure {
				name = "__Host-nod-secret"
			}
			nod, secret := set["nod"], set[name]
			if len(set) != 2 || nod == nil || secret == nil {
				t.Fatalf("cookies %v; want nod and %s", set, name)
			}
			if nod.Path != "/" || nod.Domain != test.domain || nod.MaxAge != 30*86400 || nod.SameSite != http.SameSiteLaxMode || nod.HttpOnly || nod.Secure != test.secure {
				t.Errorf("cookie %v", nod)
			}
			if secret.Path != "/" || secret.Domain != "" || secret.MaxAge != 30*86400 ||
				secret.SameSite != http.SameSiteStrictMode || !secret.HttpOnly || secret.Secure != test.secure {
				t.Errorf("cookie %v", secret)
			}
			if !consent.ValidSecret(secret.Value) || strings.Contains(nod.Value, secret.Value) {
				t.Errorf("secret %q, answers %q", secret.Value, nod.Value)
			}
			if ok, err := s.store.Authorized(t.Context(), test.site, a.stored().Subject, secret.Value); err != nil || !ok {
				t.Errorf("the secret is not the subject's: %v, error %v", ok, err)
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
	after := s.post("/acme/preferences", "action=reject_all&previous="+before.Decision.String(), old).is(http.StatusSeeOther).stored()
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
	a := s.post("/acme/preferences?lang=ar&platform=ios", "analytics=granted&heatmap=granted&transfer=granted&partner=granted&action=save").
		is(http.StatusSeeOther).has("Location", "/acme/preferences?lang=ar&platform=ios&saved=1")
	_, cookies := a.cookies()
	doc := parse(t, string(s.get(a.Header.Get("Location"), cookies).is(http.StatusOK).has("Content-Language", "ar").body))
	on, _ := ticked(doc)
	if diff := cmp.Diff([]string{"necessary", "login", "analytics", "heatmap", "transfer", "partner"}, on); diff != "" {
		t.Errorf("ticked (-want +got):\n%s", diff)
	}
	decided := byID(doc, "nod-decided")
	at := consent.DecidedAt(a.stored().Decision).UTC().Format("2006-01-02 15:04 UTC")
	if _, hidden := lookUp(decided, "hidden"); hidden || !strings.Contains(textOf(decided), at) {
		t.Errorf("the page says %q; want %q in it", textOf(decided), at)
	}
	if _, hidden := lookUp(all(byID(doc, "nod-saved"), "span")[0], "hidden"); hidden {
		t.Error("the page does not say that the choice is saved")
	}
	if r := s.last(a.stored().Subject); r.Platform != policy.IOS || r.Language != "ar" {
		t.Errorf("record %+v", r)
	}
}

func TestASecondChoiceIsTheSameSubjectsWithItsSecret(t *testing.T) {
	s := shared(t)
	first := s.post("/acme/preferences", "action=reject_all").is(http.StatusSeeOther)
	set, cookies := first.cookies()
	other, _ := s.post("/acme/preferences", "action=reject_all").is(http.StatusSeeOther).cookies()
	for _, test := range []struct {
		name, cookies string
		same          bool
	}{
		{"with the secret", cookies, true},
		{"without it", "Cookie: nod=" + set["nod"].Value, false},
		{"with another subject's", "Cookie: nod=" + set["nod"].Value + "; nod-secret=" + other["nod-secret"].Value, false},
		{"with one that nobody has", "Cookie: nod=" + set["nod"].Value + "; nod-secret=" + newSecret(), false},
		{"with garbage for it", "Cookie: nod=" + set["nod"].Value + "; nod-secret=x", false},
		{"with it under the name for TLS", "Cookie: nod=" + set["nod"].Value + "; __Host-nod-secret=" + set["nod-secret"].Value, false},
		{"with the secret alone", "Cookie: nod-secret=" + set["nod-secret"].Value, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			a := s.post("/acme/preferences", "action=accept_all", test.cookies).is(http.StatusSeeOther)
			stored := a.stored()
			if same := stored.Subject == first.stored().Subject; same != test.same {
				t.Errorf("the same subject: %v; want %v", same, test.same)
			}
			r := s.last(stored.Subject)
			if test.same != (r.Previous != nil) || test.same && *r.Previous != first.stored().Decision {
				t.Errorf("previous is %v", r.Previous)
			}
			q := consent.Evaluate(acmeForm(t), stored, consent.Signals{}, time.Now())
			if !q.IsGranted("analytics") || !q.IsGranted("heatmap") || q.IsGranted("transfer") {
				t.Errorf("states %v", q.States)
			}
			again, _ := a.cookies()
			if ok, err := s.store.Authorized(t.Context(), "acme", stored.Subject, again["nod-secret"].Value); err != nil || !ok {
				t.Errorf("the secret is not the subject's: %v, error %v", ok, err)
			}
			s.status("analytics", stored.Subject.String(), "granted")
		})
	}
}

// Without the prefix any host beside this one could have set it, and so made the visitor another subject.
func TestOverTLSTheSecretCountsUnderItsPrefixOnly(t *testing.T) {
	s := shared(t)
	tls := []string{"From: 198.51.100.7", "X-Forwarded-Proto: https", "Origin: https://" + testHost}
	first := s.post("/acme/preferences", "action=reject_all", tls...).is(http.StatusSeeOther)
	set, _ := first.cookies()
	nod, secret := "Cookie: nod="+set["nod"].Value, set["__Host-nod-secret"].Value
	for _, test := range []struct {
		name, cookies string
		same          bool
	}{
		{"with the prefix", nod + "; __Host-nod-secret=" + secret, true},
		{"without it", nod + "; nod-secret=" + secret, false},
		{"with another prefix", nod + "; __Secure-nod-secret=" + secret, false},
		{"another's without it, beside", nod + "; nod-secret=" + newSecret() + "; __Host-nod-secret=" + secret, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			a := s.post("/acme/preferences", "action=reject_all", append(tls, test.cookies)...).is(http.StatusSeeOther)
			if same := a.stored().Subject == first.stored().Subject; same != test.same {
				t.Errorf("the same subject: %v; want %v", same, test.same)
			}
			if set, _ := a.cookies(); set["__Host-nod-secret"] == nil || set["nod-secret"] != nil {
				t.Errorf("cookies %v", set)
			}
		})
	}
}

// A page out of a cache may show an older version's words: who saves there sees the present ones first.
func TestAPageOfAnotherVersionIsShownAgainAndRecordsNothing(t *testing.T) {
	s := shared(t)
	a := s.post("/acme/preferences?lang=en", "policy=2020-01-01&previous=&analytics=granted&action=save").
		is(http.StatusSeeOther).has("Location", "/acme/preferences?lang=en&policy=2026-01-01")
	if set, _ := a.cookies(); len(set) != 0 {
		t.Errorf("it sets %v", set)
	}
}

func TestAPageOfAnotherVersionCanRefuse(t *testing.T) {
	s := shared(t)
	granted := s.post("/acme/preferences", "policy=2026-01-01&previous=&analytics=granted&action=save").is(http.StatusSeeOther)
	_, cookies := granted.cookies()
	for _, action := range []string{"withdraw", "reject_all"} {
		t.Run(action, func(t *testing.T) {
			s := s.in(t)
			a := s.post("/acme/preferences?lang=en", "policy=2020-01-01&previous="+granted.stored().Decision.String()+"&analytics=granted&action="+action, cookies).
				is(http.StatusSeeOther).has("Location", "/acme/preferences?lang=en&saved=1")
			r := s.last(a.stored().Subject)
			if r.Answers["analytics"] != consent.Denied || r.Presentation != "custom" || string(r.Action) != action {
				t.Errorf("recorded %s %v of presentation %s", r.Action, r.Answers, r.Presentation)
			}
			s.status("analytics", a.stored().Subject.String(), "denied")
		})
	}
}

// C-51: two pages were filled in from the same state; the one that came later knew nothing of the refusal.
func TestAFormThatDidNotKnowOfARefusalDoesNotUndoIt(t *testing.T) {
	s := shared(t)
	granted := s.post("/acme/preferences", "policy=2026-01-01&previous=&analytics=granted&action=save").is(http.StatusSeeOther)
	_, cookies := granted.cookies()
	both := "policy=2026-01-01&previous=" + granted.stored().Decision.String()
	refused := s.post("/acme/preferences", both+"&action=withdraw", cookies).is(http.StatusSeeOther)
	_, cookies = refused.cookies()
	late := s.post("/acme/preferences", both+"&analytics=granted&heatmap=granted&action=save", cookies).is(http.StatusSeeOther)
	q := consent.Evaluate(acmeForm(t), late.stored(), consent.Signals{}, time.Now())
	if q.IsGranted("analytics") || q.IsGranted("heatmap") {
		t.Errorf("states %v", q.States)
	}
	s.status("analytics", late.stored().Subject.String(), "denied")

	_, cookies = late.cookies()
	again := s.post("/acme/preferences", "policy=2026-01-01&previous="+late.stored().Decision.String()+"&analytics=granted&heatmap=granted&action=save", cookies).is(http.StatusSeeOther)
	if q := consent.Evaluate(acmeForm(t), again.stored(), consent.Signals{}, time.Now()); !q.IsGranted("analytics") {
		t.Errorf("who knows of it may grant again: states %v", q.States)
	}
}

func acmeForm(t testing.TB) consent.Form {
	t.Helper()
	made, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return consent.FormOf(made["acme"], made["acme"].CurrentPolicy())
}

func TestFormsThatAreNone(t *testing.T) {
	const limit = 16 << 10
	s := shared(t)
	fits := "action=save&x=" + strings.Repeat("x", limit-len("action=save&x="))
	for _, test := range []struct {
		name, query, form, contentType string
		status                         int
		kind                           string
	}{
		{"a body that is too long", "", fits + "x", "", http.StatusRequestEntityTooLarge, "body-too-long"},
		{"JSON", "", `{"action":"save"}`, "application/json", http.StatusUnsupportedMediaType, "content-type"},
		{"plain text, as a foreign form could send it", "", "action=save", "text/plain", http.StatusUnsupportedMediaType, "content-type"},
		{"parts", "", "--x--", "multipart/form-data; boundary=x", http.StatusUnsupportedMediaType, "content-type"},
		{"no content type", "", "action=save", " ", http.StatusUnsupportedMediaType, "content-type"},
		{"a broken escape", "", "action=%zz", "", http.StatusBadRequest, "unreadable-body"},
		{"a semicolon", "", "action=save;x", "", http.StatusBadRequest, "unreadable-body"},
		{"no action", "", "analytics=granted", "", http.StatusBadRequest, "malformed-decision"},
		{"an unknown action", "", "action=accept", "", http.StatusBadRequest, "malformed-decision"},
		{"an action in upper case", "", "action=ACCEPT_ALL", "", http.StatusBadRequest, "malformed-decision"},
		{"an action in the address only", "?action=accept_all", "", "", http.StatusBadRequest, "malformed-decision"},
		{"an unknown platform", "?platform=windows", "action=save", "", http.StatusBadRequest, "malformed-decision"},
		{"an empty body", "", "", "", http.StatusBadRequest, "malformed-decision"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			var headers []string
			if test.contentType != "" {
				headers = append(headers, "Content-Type: "+strings.TrimSpace(test.contentType))
			}
			s.post("/acme/preferences"+test.query, test.form, headers...).problem(test.status, test.kind).lacks("Set-Cookie", "Location")
		})
	}
	s.post("/acme/preferences", fits).is(http.StatusSeeOther)
	s.post("/nobody/preferences", "action=save").problem(http.StatusNotFound, "unknown-site")
}

// C-40: what can't be kept is not granted, and the visitor reads that.
func TestAFormThatCannotBeKeptSaysSoOnAPage(t *testing.T) {
	busy := trouble(&troubled{err: ledger.ErrBusy})
	for _, test := range []struct {
		name   string
		change func(*web.Options)
		before func(*server)
	}{
		{"the queue is full", busy, nil},
		{"the store is closed", nil, func(s *server) { s.store.Close() }},
		{"another program holds the database", nil, (*server).hold},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.change == nil {
				test.change = func(*web.Options) {}
			}
			s := startWith(t, ledger.Options{LockTimeout: time.Millisecond}, sites(t, "hostile"), test.change)
			cookies := "Cookie: nod=y"
			if test.before != nil {
				_, cookies = s.post("/hostile/preferences", "action=reject_all").is(http.StatusSeeOther).cookies()
				test.before(s)
			}
			for _, cookie := range []string{"Cookie: nod=x", cookies} {
				a := s.post("/hostile/preferences?lang=en", "analytics=granted&action=save", cookie, fromBrowser).is(http.StatusServiceUnavailable).
					has("Content-Type", "text/html; charset=utf-8").has("Cache-Control", "no-store").has("Retry-After", "2").
					has("Content-Security-Policy", pagePolicy(acmeOrigins...)).lacks("Set-Cookie", "Location")
				doc := parse(t, string(a.body))
				if attribute(first(doc, "html"), "lang") != "en" || textOf(first(doc, "h1")) == "" || len(unsafe(doc)) > 0 {
					t.Errorf("page %s", a.body)
				}
				if back := first(doc, "a"); back == nil || attribute(back, "href") != "/hostile/preferences?lang=en" {
					t.Errorf("no way back on %s", a.body)
				}
			}
			if log := s.log.String(); !strings.Contains(log, "level=ERROR") {
				t.Errorf("the log does not tell of it:\n%s", log)
			}
		})
	}
}

const fromBrowser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"

// What a program reads in a problem document, a person reads on a page.
func TestARefusedFormIsAnsweredWithAPage(t *testing.T) {
	var c clock
	var l troubled
	s := start(t, limited(1, &c), trouble(&l))
	const check, later = "was not accepted", "try again in a moment"
	for _, test := range []struct {
		name, form string
		headers    []string
		err        error // of the ledger
		status     int
		says       []string
	}{
		{"an unknown action", "action=<script>", nil, nil, http.StatusBadRequest, []string{check}},
		{"a form that can't be read", "action=%zz", nil, nil, http.StatusBadRequest, []string{check, "could not be read"}},
		{"a foreign page", "action=save", []string{"Origin: https://evil.example"}, nil, http.StatusForbidden, []string{check, "--trusted-proxy"}},
		{"a form that is too long", "action=save&x=" + strings.Repeat("x", 16<<10), nil, nil, http.StatusRequestEntityTooLarge, []string{check, "16384"}},
		{"JSON", "{}", []string{jsonType}, nil, http.StatusUnsupportedMediaType, []string{check, "application/x-www-form-urlencoded"}},
		{"a page that was never shown", "action=save", nil, ledger.ErrPresentation, http.StatusUnprocessableEntity, []string{check, "presentation"}},
		{"a full queue", "action=save", nil, ledger.ErrBusy, http.StatusServiceUnavailable, []string{later}},
		{"something that nobody thought of", "action=save", nil, errors.New("odd"), http.StatusInternalServerError, []string{later}},
		{"too many", "action=save", nil, nil, http.StatusTooManyRequests, []string{later}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			l.err = test.err
			if test.status != http.StatusTooManyRequests {
				c.pass(time.Hour)
			}
			a := s.post("/acme/preferences?lang=en&platform=ios", test.form, append(test.headers, fromBrowser)...).is(test.status).
				has("Content-Type", "text/html; charset=utf-8").has("Content-Language", "en").has("Cache-Control", "no-store").
				has("Content-Security-Policy", pagePolicy(acmeOrigins...)).lacks("Set-Cookie", "Location")
			doc := parse(t, string(a.body))
			if attribute(first(doc, "html"), "lang") != "en" || textOf(first(doc, "title")) != textOf(first(doc, "h1")) || len(unsafe(doc)) > 0 {
				t.Errorf("page %s", a.body)
			}
			if back := first(doc, "a"); back == nil || attribute(back, "href") != "/acme/preferences?lang=en&platform=ios" {
				t.Errorf("no way back on %s", a.body)
			}
			for _, says := range test.says {
				if text := textOf(doc); !strings.Contains(text, says) {
					t.Errorf("the page says %q; want %q in it", text, says)
				}
			}
		})
	}
	t.Run("in the visitor's language", func(t *testing.T) {
		s := s.in(t)
		c.pass(time.Hour)
		a := s.post("/acme/preferences", "action=x", "Accept-Language: ar", fromBrowser).is(http.StatusBadRequest).has("Content-Language", "ar")
		root := first(parse(t, string(a.body)), "html")
		if attribute(root, "lang") != "ar" || attribute(root, "dir") != "rtl" {
			t.Errorf("page %s", a.body)
		}
		if back := first(root, "a"); back == nil || attribute(back, "href") != "/acme/preferences?lang=ar" {
			t.Errorf("no way back on %s", a.body)
		}
	})
	t.Run("but the API's answers are for programs", func(t *testing.T) {
		s := s.in(t)
		c.pass(time.Hour)
		s.decide(s.decision("action", "x"), fromBrowser).problem(http.StatusBadRequest, "malformed-decision")
	})
}

// C-40: nobody is left with what they withdrew because the store is down.
func TestAWithdrawalByTheFormHoldsInTheBrowserThoughItCannotBeStored(t *testing.T) {
	s := startWith(t, ledger.Options{LockTimeout: time.Millisecond})
	granted := s.post("/acme/preferences", "action=accept_all").is(http.StatusSeeOther)
	_, cookies := granted.cookies()
	s.hold()
	a := s.post("/acme/preferences", "previous="+granted.stored().Decision.String()+"&action=withdraw", cookies, fromBrowser).is(http.StatusServiceUnavailable)
	if q := consent.Evaluate(acmeForm(t), a.stored(), consent.Signals{}, time.Now()); q.IsGranted("analytics") || q.IsGranted("beacons") {
		t.Errorf("states %v", q.States)
	}
}

// hold locks the database as another program would, until the test ends.
func (s *server) hold() {
	s.Helper()
	db, err := sql.Open("sqlite3", "file:"+s.path)
	if err != nil {
		s.Fatal(err)
	}
	conn, err := db.Conn(s.Context())
	if err == nil {
		_, err = conn.ExecContext(s.Context(), `BEGIN IMMEDIATE`)
	}
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		conn.Close()
		db.Close()
	})
}

func TestADatabaseThatIsHeldAnswersUnavailable(t *testing.T) {
	s := startWith(t, ledger.Options{LockTimeout: time.Millisecond})
	d := s.decision()
	s.decide(d).is(http.StatusCreated)
	s.hold()
	refused := s.decision()
	s.decide(refused).problem(http.StatusServiceUnavailable, "store-unavailable").has("Retry-After", "2")
	if n := len(s.recordsOf(refused)); n != 0 {
		t.Errorf("%d records of what was refused", n)
	}
	s.get(fmt.Sprintf("/v1/acme/subjects/%s", d["subject"]), d.bearer()).is(http.StatusOK) // reading goes on
}

// C-29: the answer to an earlier version that still counts can be withdrawn.
func TestTheFormWithdrawsASeparateConsentFromAnEarlierVersion(t *testing.T) {
	s, site := revised(t, plainText, func(p *policy.Policy) {
		p.Purpose("transfer").Summary = policy.Text{"en": p.Purpose("transfer").Summary["en"] + "!", "ar": "x"} // which asks nobody
	})
	last := len(site.Policies) - 1
	before, now := consent.FormOf(site, site.Policies[last-1]), consent.FormOf(site, site.Policies[last])
	granted := consent.Stored{}.Apply(before, &consent.Decision{
		ID: uuid.Must(uuid.NewV7()), Subject: uuid.New(), Action: consent.Save, Answers: map[string]consent.State{"transfer": consent.Granted},
	})
	if q := consent.Evaluate(now, granted, consent.Signals{}, time.Now()); !q.IsGranted("transfer") {
		t.Fatalf("it is %s before", q.States["transfer"])
	}
	cookie := "Cookie: nod=" + s.private(consent.EncodeCookie(granted))
	s.private(granted.Decision.String())
	s.private(granted.Subject.String())
	stored := s.post("/acme/preferences", "action=withdraw", cookie).is(http.StatusSeeOther).stored()
	if q := consent.Evaluate(now, stored, consent.Signals{}, time.Now()); q.States["transfer"] != consent.Denied {
		t.Errorf("it is %s afterwards", q.States["transfer"])
	}
}
