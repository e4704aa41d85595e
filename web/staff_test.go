package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/nod-consent/nod/web"
)

// signIn signs staff in, and returns the header with the cookie.
func (s *server) signIn() string {
	s.Helper()
	a := s.post("/v1/admin/session", "site=yunzhijia&token="+testToken).is(http.StatusSeeOther).
		has("Location", "/v1/admin/yunzhijia/requests")
	cookies, header := a.cookies()
	c := cookies["nod-staff"]
	if c == nil || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode {
		s.Fatalf("cookies %v", cookies)
	}
	return header
}

// staffCase returns the address of the first open request on the list of staff.
func (s *server) staffCase(cookie string) string {
	s.Helper()
	list := s.get("/v1/admin/yunzhijia/requests", cookie).is(http.StatusOK)
	for _, a := range all(parse(s, string(list.body)), "a") {
		if href := attribute(a, "href"); strings.Contains(href, "/requests/") {
			return href
		}
	}
	s.Fatalf("no request in %s", list.body)
	return ""
}

// do sends a form of the page of a request.
func (s *server) do(address, cookie, what string, fields url.Values) answer {
	s.Helper()
	page := s.get(address, cookie).is(http.StatusOK)
	fields.Set("version", page.inputs().Get("version"))
	fields.Set("do", what)
	return s.post(address, fields.Encode(), cookie)
}

// formOf returns the values of the form with this button.
func (a answer) formOf(button string) url.Values {
	a.Helper()
	for _, form := range all(parse(a, string(a.body)), "form") {
		values, hasButton := url.Values{}, false
		for n := range form.Descendants() {
			switch {
			case n.Data == "button":
				hasButton = hasButton || attribute(n, "value") == button
			case n.Data == "input" && attribute(n, "type") == "hidden":
				values.Add(attribute(n, "name"), attribute(n, "value"))
			}
		}
		if hasButton {
			return values
		}
	}
	a.Errorf("no form has the button %s", button)
	return nil
}

func TestStaffAnswerARequestWithoutScript(t *testing.T) {
	// C-31, C-32
	s := startDesk(t)
	person := s.ask("en", "access", "cancel")
	cookie := s.signIn()
	address := s.staffCase(cookie)
	check := url.Values{"way": {"staff:written"}, "at": {"2026-09-18T10:00"}}
	s.do(address, cookie, "verify", check).is(http.StatusSeeOther)
	if got := string(s.get(person).body); !strings.Contains(got, "You get an answer by 2026-10-03.") {
		t.Errorf("the person does not read the date: %s", got)
	}
	if got := string(s.get(address, cookie).body); !strings.Contains(got, "<dd>in writing</dd>") {
		t.Errorf("staff do not read how the identity was checked: %s", got)
	}
	refusal := url.Values{
		"item": {"1"}, "outcome": {"refused"}, "ground": {"harm"}, "letter": {s.private("It would name <others>.\nSorry.")},
	}
	preview := s.do(address, cookie, "preview", refusal).is(http.StatusOK)
	for _, want := range []string{
		"It would name &lt;others&gt;.", "Reason, as the privacy policy names it", "seriously harm the lawful rights",
		"sue in court", "Send this answer",
	} {
		if !strings.Contains(string(preview.body), want) {
			t.Errorf("the preview has no %q", want)
		}
	}
	if strings.Contains(string(s.get(person).body), "It would name") {
		t.Error("a preview was sent")
	}
	shown := preview.formOf("answer") // it sends what was shown, whatever staff type after it
	if shown.Get("letter") != refusal.Get("letter") || shown.Get("ground") != "harm" || shown.Get("outcome") != "refused" {
		t.Errorf("the preview sends %v", shown)
	}
	s.do(address, cookie, "answer", shown).is(http.StatusSeeOther)
	got := string(s.get(person).body)
	for _, want := range []string{"It would name &lt;others&gt;.", "– refused", "seriously harm", "sue in court"} {
		if !strings.Contains(got, want) {
			t.Errorf("the person does not read %q", want)
		}
	}
	done := url.Values{
		"item": {"2"}, "outcome": {"fulfilled"}, "letter": {"Your account is closed everywhere."},
		"checked": {"systems", "recipients", "retained"},
	}
	if a := s.do(address, cookie, "answer", done).is(http.StatusUnprocessableEntity); !strings.Contains(
		string(a.body), "Nothing was changed") || !strings.Contains(string(a.body), "Your account is closed everywhere.") {
		t.Errorf("a missing check: %s", a.body)
	}
	done.Add("checked", "backups")
	s.do(address, cookie, "answer", done).is(http.StatusSeeOther)
	s.do(address, cookie, "answer", done).is(http.StatusConflict)
	list := string(s.get("/v1/admin/yunzhijia/requests", cookie).body)
	if !strings.Contains(list, "Open, by due date: 0") {
		t.Errorf("the list: %s", list)
	}
}

func TestTheSecondClerkIsWarned(t *testing.T) {
	s := startDesk(t)
	s.ask("en", "contact")
	cookie := s.signIn()
	address := s.staffCase(cookie)
	version := s.get(address, cookie).inputs().Get("version")
	answer := url.Values{
		"item": {"1"}, "outcome": {"nothing_held"}, "letter": {"We have nothing of you."}, "version": {version},
	}
	notice := url.Values{"fee": {"A third copy costs 20 yuan."}, "version": {version}, "do": {"fee"}}
	s.post(address, notice.Encode(), cookie).is(http.StatusSeeOther)
	answer.Set("do", "answer")
	s.post(address, answer.Encode(), cookie).is(http.StatusPreconditionFailed)
	for _, version := range []string{"", "0", "-1", "x"} {
		answer.Set("version", version)
		s.post(address, answer.Encode(), cookie).is(http.StatusPreconditionFailed)
	}
}

func TestOnlyStaffReadRequests(t *testing.T) {
	s := startDesk(t)
	s.ask("en", "contact")
	cookie := s.signIn()
	address := s.staffCase(cookie)
	for name, headers := range map[string][]string{
		"nobody": nil, "a forged session": {"Cookie: nod-staff=9999999999.AAAA"}, "no end": {"Cookie: nod-staff=x"},
		"a longer session": {"Cookie: nod-staff=9999999999." + strings.SplitN(cookie, ".", 2)[1]},
	} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			s.get(address, headers...).is(http.StatusUnauthorized)
			s.post(address, "do=fee", headers...).is(http.StatusUnauthorized)
			list := s.get("/v1/admin/yunzhijia/requests", headers...).is(http.StatusOK)
			if strings.Contains(string(list.body), "R-") {
				t.Error("the list is open")
			}
		})
	}
	s.post("/v1/admin/session", "site=yunzhijia&token=wrong").is(http.StatusUnauthorized)
	s.post("/v1/admin/session", "site=yunzhijia&token="+testToken, "Origin: https://evil.example").is(http.StatusForbidden)
	s.post(address, "do=fee", cookie, "Origin: https://evil.example").is(http.StatusForbidden)
	s.get(strings.Replace(address, "yunzhijia", "example", 1), cookie).is(http.StatusNotFound)
	defer func(now time.Time) { deskClock = now }(deskClock)
	deskClock = deskClock.Add(8 * time.Hour)
	s.get(address, cookie).is(http.StatusUnauthorized)
}

func TestAnOverdueRequestIsRedForStaffAndTheirMonitor(t *testing.T) {
	// C-32
	s := startDesk(t, func(o *web.Options) {})
	person := s.ask("en", "contact")
	cookie := s.signIn()
	address := s.staffCase(cookie)
	defer func(now time.Time) { deskClock = now }(deskClock)
	deskClock = time.Date(2026, 10, 15, 16, 0, 0, 0, time.UTC) // the 16th in Beijing
	cookie = s.signIn()
	if list := string(s.get("/v1/admin/yunzhijia/requests", cookie).body); !strings.Contains(list, `class="overdue"`) {
		t.Errorf("the list: %s", list)
	}
	if page := string(s.get(address, cookie).body); !strings.Contains(page, `<b class="overdue">overdue</b>`) {
		t.Errorf("the page: %s", page)
	}
	if page := string(s.get(person).body); !strings.Contains(page, "Our answer is late. It was due on 2026-10-15.") {
		t.Errorf("the person's page: %s", page)
	}
}

func TestStaffSignOut(t *testing.T) {
	s := startDesk(t)
	cookie := s.signIn()
	a := s.post("/v1/admin/session", "site=yunzhijia&out=1", cookie).is(http.StatusOK)
	cookies, _ := a.cookies()
	if c := cookies["nod-staff"]; c == nil || c.Value != "" || c.MaxAge >= 0 {
		t.Errorf("the cookie after signing out is %v", c)
	}
	if !strings.Contains(string(a.body), `type="password"`) {
		t.Errorf("the page does not ask for the token: %s", a.body)
	}
}

func TestRecordsAndRequestsLeadToEachOther(t *testing.T) {
	s := startDesk(t)
	records := string(s.get("/v1/admin/").is(http.StatusOK).body)
	if !strings.Contains(records, `href="/v1/admin/yunzhijia/requests"`) || strings.Contains(records, "example/requests") {
		t.Error("the records do not lead to the one site that takes requests")
	}
	requests := string(s.get("/v1/admin/yunzhijia/requests", s.signIn()).is(http.StatusOK).body)
	if !strings.Contains(requests, `href="/v1/admin/"`) {
		t.Error("the requests do not lead to the records")
	}
}

func TestTheStaffPageSaysWhatIsMissingAndWhatWasAnswered(t *testing.T) {
	// C-32
	s := startDesk(t)
	s.ask("en", "access", "cancel")
	cookie := s.signIn()
	address := s.staffCase(cookie)
	check := url.Values{"way": {"staff:written"}, "at": {"2026-09-18T10:00"}}
	s.do(address, cookie, "verify", check).is(http.StatusSeeOther)
	letter := s.private("Your account is closed everywhere.")
	for name, test := range map[string]struct {
		fields url.Values
		want   string
	}{
		"boxes": {
			url.Values{"item": {"1"}, "outcome": {"fulfilled"}, "letter": {letter}, "checked": {"data", "purposes"}},
			"Not ticked yet: the recipients are in the letter, or were informed; the time of storage is in the letter; " +
				"where the data are from is in the letter.",
		},
		"a ground": {
			url.Values{"item": {"1"}, "outcome": {"refused"}, "letter": {letter}},
			"Ground: is missing. Name the ground of the policy for which something is refused.",
		},
	} {
		problem := string(s.do(address, cookie, "preview", test.fields).is(http.StatusUnprocessableEntity).body)
		if !strings.Contains(problem, "<b>Nothing was changed.</b> "+test.want) {
			t.Errorf("%s: the page does not say %q", name, test.want)
		}
	}
	for _, item := range []string{"1", "2"} {
		nothing := url.Values{"item": {item}, "outcome": {"nothing_held"}, "letter": {letter}}
		s.do(address, cookie, "answer", nothing).is(http.StatusSeeOther)
	}
	closed := string(s.get(address, cookie).body)
	for _, want := range []string{"<dt>Closed</dt><dd>2026-09-18</dd>", "answered, nothing is stored about the person"} {
		if !strings.Contains(closed, want) {
			t.Errorf("the page of the closed request has no %q", want)
		}
	}
	if strings.Contains(closed, "no date promised") {
		t.Error("the page of a closed request speaks of a date that is due")
	}
	if list := string(s.get("/v1/admin/yunzhijia/requests", cookie).body); !strings.Contains(list, "<td>2026-09-18</td>") {
		t.Error("the list does not say when the request was closed")
	}
}
