package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// malformedDecision is a body that is no decision.
type malformedDecision struct{ name, body string }

// malformer makes malformed decisions of a valid one.
type malformer struct {
	*server
	good decision
}

// with returns the valid decision with a change.
func (m malformer) with(change ...any) string {
	return m.decision(append([]any{"id", m.good["id"], "subject", m.good["subject"]}, change...)...).String()
}

// listBodies lists bodies that are no JSON, or have other members than a decision.
func (m malformer) listBodies() []malformedDecision {
	body, id, with := m.good.String(), m.good["id"].(string), m.with
	member := func(text string) string { return strings.Replace(body, "{", "{"+text+",", 1) }
	return []malformedDecision{
		{"empty", ""},
		{"white space", " \n"},
		{"cut off", body[:len(body)-1]},
		{"cut off within a string", body[:40]},
		{"two values", body + body},
		{"something after it", body + "x"},
		{"a byte order mark", "\ufeff" + body},
		{"UTF-16", string([]byte{0xff, 0xfe, '{', 0, '}', 0})},
		{"an array", "[" + body + "]"},
		{"a string", `"` + id + `"`},
		{"null", "null"},
		{"a number", "1e999999999"},
		{"an object without members", "{}"},
		{"a form", "id=" + id},
		{"NUL", body + "\x00"},
		{"invalid UTF-8 in a string", strings.Replace(body, `"en"`, "\"e\xff\"", 1)},
		{"half a surrogate pair", strings.Replace(body, `"en"`, `"\ud800"`, 1)},
		{"a comment", "/* */" + body},
		{"a comma too many", strings.Replace(body, "}", ",}", 1)},
		{"arrays in each other", strings.Replace(body, `"custom"`, strings.Repeat("[", 7000)+strings.Repeat("]", 7000), 1)},
		{"objects in each other", `{"x":` + strings.Repeat(`{"x":`, 2500)},
		{"a member twice", member(`"action":"save"`)},
		{"an answer twice", with("answers", rawJSON(`{"analytics":"denied","analytics":"granted"}`))},
		{"an unknown member", member(`"admin":true`)},
		{"a member in another case", strings.Replace(body, `"action"`, `"Action"`, 1)},
		{"an unknown member of the guardian",
			with("guardian", map[string]string{"method": "letter", "time": "2026-05-04T03:02:01Z",
				"reference": "0b0f0b52-7d0c-4d5e-9d6b-0e6f6a3c1d77",
				"name":      "x"})},
		{"a member that only the server sets", member(`"received_at":"2020-01-01T00:00:00Z"`)},
		{"a member that only the store sets", member(`"covered":[]`)},
	}
}

// listIDs lists decisions with malformed ids and subjects.
func (m malformer) listIDs() []malformedDecision {
	id, subject, with := m.good["id"].(string), m.good["subject"].(string), m.with
	return []malformedDecision{
		{"no id", with("id", nil)},
		{"an id of null", with("id", rawJSON("null"))},
		{"an id that is a number", with("id", 7)},
		{"an id in upper case", with("id", strings.ToUpper(id))},
		{"an id in braces", with("id", "{"+id+"}")},
		{"an id as URN", with("id", "urn:uuid:"+id)},
		{"an id without hyphens", with("id", strings.ReplaceAll(id, "-", ""))},
		{"an id with a space", with("id", id+" ")},
		{"an id of version 4", with("id", uuid.NewString())},
		{"an id of another variant", with("id", id[:19]+"f"+id[20:])},
		{"an id of zeros", with("id", uuid.Nil.String())},
		{"an id of ones", with("id", uuid.Max.String())},
		{"a previous id of version 4", with("previous", uuid.NewString())},
		{"a previous id in upper case", with("previous", "0190163D-8694-739B-AEA5-966C26F8AD91")},
		{"a previous id in braces", with("previous", "{0190163d-8694-739b-aea5-966c26f8ad91}")},
		{"a previous id as URN", with("previous", "urn:uuid:0190163d-8694-739b-aea5-966c26f8ad91")},
		{"a previous id that is empty", with("previous", "")},
		{"itself as previous", with("previous", id)},
		{"no subject", with("subject", nil)},
		{"a subject of version 7", with("subject", id)},
		{"a subject in upper case", with("subject", strings.ToUpper(subject))},
		{"a subject in braces", with("subject", "{"+subject+"}")},
	}
}

// listFields lists decisions whose secret, policy, language, platform, action or answers are malformed.
func (m malformer) listFields() []malformedDecision {
	with := m.with
	return []malformedDecision{
		{"a secret that is too short", with("secret", "AAAA")},
		{"a secret in standard base64", with("secret", strings.Repeat("+/", 21)+"A")},
		{"a secret with padding", with("secret", newSecret()+"=")},
		{"a secret with a line break", with("secret", newSecret()[:20]+"\n"+newSecret()[:22])},
		{"no policy", with("policy", nil)},
		{"a policy of a thousand characters", with("policy", strings.Repeat("1", 1000))},
		{"no language", with("language", "")},
		{"a language with markup", with("language", "<script>")},
		{"an unknown platform", with("platform", "windows")},
		{"an unknown action", with("action", "accept")},
		{"no action", with("action", nil)},
		{"no answers", with("answers", nil)},
		{"answers of null", with("answers", rawJSON("null"))},
		{"answers in a list", with("answers", []string{"analytics"})},
		{"an answer that is unasked", with("answers", map[string]string{"analytics": "unasked"})},
		{"an answer of null", with("answers", map[string]any{"analytics": nil})},
		{"an answer that is true", with("answers", map[string]any{"analytics": true})},
		{"an answer in upper case", with("answers", map[string]string{"analytics": "GRANTED"})},
		{"a service's answer of null", with("services", map[string]any{"heatmap": nil})},
	}
}

// listTimes lists decisions with a malformed time, presentation, signal, tenant, permission or guardian.
func (m malformer) listTimes() []malformedDecision {
	with := m.with
	return []malformedDecision{
		{"no time", with("decided_at", nil)},
		{"a time that is a number", with("decided_at", 1777863721)},
		{"a date", with("decided_at", "2026-05-04")},
		{"a time without a zone", with("decided_at", "2026-05-04T03:02:01")},
		{"a time that there is not", with("decided_at", "2026-02-30T03:02:01Z")},
		{"a time before the first year", with("decided_at", "0000-01-01T00:00:00+23:00")},
		{"a time after the last year", with("decided_at", "9999-12-31T23:59:59-23:00")},
		{"no presentation", with("presentation", nil)},
		{"a presentation of another form", with("presentation", "AAAA")},
		{"gpc in quotes", with("gpc", "true")},
		{"gpc as a number", with("gpc", 1)},
		{"a tenant with a line break", with("tenant", "a\nlevel=ERROR")},
		{"a tenant of a thousand characters", with("tenant", strings.Repeat("a", 1000))},
		{"a permission with an escape", with("permission", "\x1b[2J")},
		{"a guardian without a method",
			with("guardian", map[string]string{"method": "", "time": "2026-05-04T03:02:01Z",
				"reference": "0b0f0b52-7d0c-4d5e-9d6b-0e6f6a3c1d77"})},
		{"a guardian's name for a reference", with("guardian",
			map[string]string{"method": "other", "time": "2026-05-04T03:02:01Z", "reference": "张三 13800000000"})},
		{"a guardian without a time",
			with("guardian", map[string]string{"method": "letter", "reference": "0b0f0b52-7d0c-4d5e-9d6b-0e6f6a3c1d77"})},
	}
}

func TestMalformedDecisionsAreRefused(t *testing.T) {
	s := shared(t)
	good := s.decision()
	m := malformer{s, good}
	for _, test := range slices.Concat(m.listBodies(), m.listIDs(), m.listFields(), m.listTimes()) {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			a := s.send("POST", "/v1/acme/decisions", test.body, jsonType).problem(http.StatusBadRequest, "malformed-decision")
			if said := string(a.body); regexp.MustCompile(`\bGo\b|json:|jsontext|uuid\.|time\.|parsing|2006`).MatchString(said) {
				t.Errorf("the answer is about this program: %s", said)
			}
		})
	}
	s.decide(good).is(http.StatusCreated) // what all of them were made from is one
	if n := len(s.recordsOf(good)); n != 1 {
		t.Errorf("%d records; want one", n)
	}
}

func TestARefusedDecisionSaysWhichMemberIsWrongAndWhatToSend(t *testing.T) {
	s := shared(t)
	m := malformer{s, s.decision()}
	subject := m.good["subject"].(string)
	for name, test := range map[string]struct {
		body, want string
	}{
		"a member is missing": {m.with("decided_at", nil), "decided_at: is missing. Send id, subject, policy, "},
		"the body is null":    {"null", "id: is missing. Send id, "},
		"an id in upper case": {m.with("subject", strings.ToUpper(subject)),
			"subject: is not a UUID of 36 characters in lower case. Write it as " + subject},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.in(t).send("POST", "/v1/acme/decisions", test.body, jsonType).
				problem(http.StatusBadRequest, "malformed-decision")
			if !strings.Contains(string(a.body), test.want) {
				t.Errorf("%q is not in %s", test.want, a.body)
			}
		})
	}
	a := s.get("/v1/nowhere/policy").problem(http.StatusNotFound, "unknown-site")
	if want := `This server has no site \"nowhere\"`; !strings.Contains(string(a.body), want) {
		t.Errorf("%q is not in %s", want, a.body)
	}
}

// rawJSON is put into a decision unchanged.
type rawJSON string

func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }

func TestBodiesAreLimited(t *testing.T) {
	const limit = 16 << 10
	s := shared(t)
	d := s.decision()
	fits := d.String() + strings.Repeat(" ", limit-len(d.String()))
	s.send("POST", "/v1/acme/decisions", fits+" ", jsonType).problem(http.StatusRequestEntityTooLarge, "body-too-long")
	s.send("POST", "/v1/acme/decisions", strings.Repeat("x", 1<<20), jsonType).
		problem(http.StatusRequestEntityTooLarge, "body-too-long")
	s.send("POST", "/v1/acme/decisions", fits, jsonType).is(http.StatusCreated)
}

func TestOnlyJSONIsADecision(t *testing.T) {
	s := shared(t)
	for _, contentType := range []string{
		"", "text/plain", "text/plain; x=application/json", "application/x-www-form-urlencoded",
		"multipart/form-data; boundary=x",
		"application/jsonp", "application/problem+json", "application/json, text/plain", "json", "application/json;;=",
	} {
		t.Run(contentType, func(t *testing.T) {
			s := s.in(t)
			s.send("POST", "/v1/acme/decisions", s.decision().String(), "Content-Type: "+contentType).
				problem(http.StatusUnsupportedMediaType, "content-type")
		})
	}
	s.send("POST", "/v1/acme/decisions", s.decision().String()).problem(http.StatusUnsupportedMediaType, "content-type")
	for _, contentType := range []string{"application/json", "application/json; charset=utf-8", "Application/JSON"} {
		s.send("POST", "/v1/acme/decisions", s.decision().String(), "Content-Type: "+contentType).is(http.StatusCreated)
	}
}

// Whatever the body is, the answer is one of the contract's.
func FuzzDecide(f *testing.F) {
	s := shared(f)
	good := s.decision()
	f.Add([]byte(good.String()))
	f.Add([]byte(s.decision("services", map[string]string{"heatmap": "denied"}, "guardian",
		map[string]string{"method": "m", "time": "0000-01-01T00:00:00+23:59", "reference": "r"}).String()))
	f.Add([]byte(s.decision("decided_at", "9999-12-31T23:59:59.999999999-23:59", "tenant", "\u2028", "policy",
		acmeBefore).String()))
	f.Add([]byte(s.decision("answers", map[string]string{"\u0000": "denied", "": "denied"}).String()))
	f.Add([]byte(s.decision("previous", "0190163d-8694-739b-aea5-966c26f8ad91", "gpc", true).String()))
	f.Add([]byte(`{"id":`))
	f.Add([]byte("\x00\xff"))
	f.Add([]byte(strings.Repeat("[", 16<<10)))
	allowed := []int{200, 201, 400, 403, 409, 413, 422}
	f.Fuzz(func(t *testing.T, body []byte) {
		s := s.in(t)
		s.log.clear() // else it fills the memory
		a := s.send("POST", "/v1/acme/decisions", string(body), jsonType)
		if !slices.Contains(allowed, a.StatusCode) {
			t.Fatalf("status %d, body %s", a.StatusCode, a.body)
		}
		if a.StatusCode < 300 {
			s.verified(a.body)
		} else {
			a.has("Content-Type", "application/problem+json")
		}
	})
}
