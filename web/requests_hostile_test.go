package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/nod-consent/nod/web"
)

// hostileTexts are markup, templates, formulas and what breaks out of attributes, headers and lines.
var hostileTexts = []string{
	`"><script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `'-alert(1)-'`, `{{.Secret}}{{template "head"}}`,
	`</textarea><svg onload=alert(1)>`, `javascript:alert(1)`, `=HYPERLINK("http://evil.example")`,
	`%0d%0aSet-Cookie: x=1`,
	`../../etc/passwd`, `'; DROP TABLE cases; --`,
}

// checkHarmless checks that a page has no markup of the texts.
func checkHarmless(t *testing.T, what string, a answer) {
	t.Helper()
	doc := parse(t, string(a.body))
	if bad := unsafe(doc); len(bad) > 0 {
		t.Errorf("%s has %q", what, bad)
	}
	for _, n := range all(doc) {
		for _, attribute := range n.Attr {
			if strings.HasPrefix(attribute.Key, "on") || strings.HasPrefix(strings.TrimSpace(attribute.Val), "javascript:") &&
				attribute.Key != "value" {
				t.Errorf("%s has %s=%q", what, attribute.Key, attribute.Val)
			}
		}
	}
}

func TestHostileTextInEveryFieldOfARequestIsOnlyText(t *testing.T) {
	// C-31, C-32
	s := startDesk(t, func(o *web.Options) { o.Rate = 0 })
	cookie := s.signIn()
	for _, text := range hostileTexts {
		for _, field := range []string{"text", "contact", "tenant"} {
			form := s.fill("en", "contact")
			form.Set(field, text)
			sent := s.post("/yunzhijia/rights?lang=en", form.Encode()).is(http.StatusSeeOther)
			checkHarmless(t, field, s.get(sent.Header.Get("Location")).is(http.StatusOK))
			staff := s.get(s.staffCase(cookie), cookie).is(http.StatusOK)
			checkHarmless(t, field+" for staff", staff)
			if shown := textOf(parse(t, string(staff.body))); !strings.Contains(shown, text) {
				t.Errorf("%s: staff do not read %q as it was written", field, text)
			}
			answer := url.Values{"item": {"1"}, "outcome": {"nothing_held"}, "letter": {"A letter of staff: " + text}}
			checkHarmless(t, "the preview", s.do(s.staffCase(cookie), cookie, "preview", answer).is(http.StatusOK))
			address := s.staffCase(cookie)
			s.do(address, cookie, "fee", url.Values{"fee": {"This costs 20 yuan: " + text}}).is(http.StatusSeeOther)
			s.do(address, cookie, "answer", answer).is(http.StatusSeeOther)
			person := s.get(sent.Header.Get("Location")).is(http.StatusOK)
			checkHarmless(t, "the answer", person)
			if shown := textOf(parse(t, string(person.body))); strings.Count(shown, text) != 2 {
				t.Errorf("the person does not read the letter and the cost as they were written: %s", shown)
			}
		}
		for _, field := range []string{"kind", "id", "secret"} {
			form := s.fill("en", "contact")
			form.Set(field, text)
			page := s.post("/yunzhijia/rights?lang=en", form.Encode())
			if page.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("%s %q: status %d", field, text, page.StatusCode)
			}
			checkHarmless(t, field, page)
		}
		for _, address := range []string{
			"/yunzhijia/rights?lang=" + url.QueryEscape(text), "/yunzhijia/rights?platform=" + url.QueryEscape(text),
		} {
			checkHarmless(t, address, s.get(address).is(http.StatusOK))
		}
		checkHarmless(t, "a key", s.get("/yunzhijia/rights/x?key="+url.QueryEscape(text)).is(http.StatusNotFound))
	}
}

func TestHostileFieldsOfStaffChangeNothing(t *testing.T) {
	// C-32
	s := startDesk(t)
	s.ask("en", "access", "contact")
	cookie := s.signIn()
	address := s.staffCase(cookie)
	version := s.get(address, cookie).inputs().Get("version")
	letter := "We have nothing of you."
	for name, fields := range map[string]url.Values{
		"no such step":      {"do": {`<script>`}},
		"no such way":       {"do": {"verify"}, "way": {"browser"}, "at": {"2026-09-18T10:00"}},
		"no such time":      {"do": {"verify"}, "way": {"staff:written"}, "at": {"<b>now</b>"}},
		"a time to come":    {"do": {"verify"}, "way": {"staff:written"}, "at": {"2036-01-01T00:00"}},
		"no such outcome":   {"do": {"answer"}, "item": {"2"}, "outcome": {"<b>"}, "letter": {letter}},
		"no such ground":    {"do": {"answer"}, "item": {"2"}, "outcome": {"refused"}, "ground": {"<b>"}, "letter": {letter}},
		"an empty letter":   {"do": {"answer"}, "item": {"2"}, "outcome": {"nothing_held"}, "letter": {"     "}},
		"a letter with NUL": {"do": {"answer"}, "item": {"2"}, "outcome": {"nothing_held"}, "letter": {letter + "\x00"}},
		"a turned letter":   {"do": {"answer"}, "item": {"2"}, "outcome": {"nothing_held"}, "letter": {letter + "\u202e"}},
		"no such cost":      {"do": {"fee"}, "fee": {"x"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			fields.Set("version", version)
			page := s.post(address, fields.Encode(), cookie).is(http.StatusUnprocessableEntity)
			checkHarmless(t, "the page", page)
			if !strings.Contains(string(page.body), "Nothing was changed") {
				t.Errorf("staff are not told: %s", page.body)
			}
			if now := s.get(address, cookie).inputs().Get("version"); now != version {
				t.Errorf("version %s became %s", version, now)
			}
		})
	}
	for _, item := range []string{"0", "3", "-1", "x", "99999999999999999999"} {
		fields := url.Values{"do": {"answer"}, "item": {item}, "outcome": {"nothing_held"}, "letter": {letter}}
		fields.Set("version", version)
		if a := s.post(address, fields.Encode(), cookie); a.StatusCode/100 != 4 {
			t.Errorf("item %s: status %d", item, a.StatusCode)
		}
	}
}

func TestAFloodOfFormsFromOneNetworkIsSlowedDownAndLosesNothing(t *testing.T) {
	// C-31
	s := startDesk(t, func(o *web.Options) { o.Rate = 120 }) // three requests a minute
	form := s.fill("en", "contact").Encode()
	first := s.post("/yunzhijia/rights?lang=en", form).is(http.StatusSeeOther).Header.Get("Location")
	for range 2 {
		s.post("/yunzhijia/rights?lang=en", s.fill("en", "contact").Encode()).is(http.StatusSeeOther)
	}
	waiting := s.fill("en", "contact").Encode()
	flood := s.post("/yunzhijia/rights?lang=en", waiting, "Accept: text/html").is(http.StatusTooManyRequests)
	if flood.Header.Get("Retry-After") == "" || flood.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("headers %v", flood.Header)
	}
	s.post("/yunzhijia/rights?lang=en", waiting, "From: 198.51.100.9").is(http.StatusSeeOther)
	s.get(first).is(http.StatusOK)
	sizes, err := s.store.Sizes(t.Context())
	if err != nil || sizes["yunzhijia/desk"] != 4 {
		t.Errorf("sizes %v, error %v", sizes, err)
	}
}

func TestHostileJSONOfARequestIsRefusedByName(t *testing.T) {
	// C-31
	s := startDesk(t)
	for name, body := range map[string]string{
		"no object": `[]`, "null": `null`, "cut off": `{"id":`, "twice": `{"text":"a","text":"b"}`,
		"deep": strings.Repeat("[", 10_000), "a number as text": `{"text":1}`, "bytes, not UTF-8": "{\"text\":\"\xff\"}",
	} {
		t.Run(name, func(t *testing.T) {
			a := s.in(t).send("POST", "/v1/yunzhijia/requests", body, jsonType)
			var problem struct{ Type, Detail string }
			if err := json.Unmarshal(a.body, &problem); err != nil || a.StatusCode/100 != 4 || problem.Detail == "" {
				t.Errorf("status %d, %s, error %v", a.StatusCode, a.body, err)
			}
		})
	}
}
