package web_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

// verified checks a receipt with the server's own key.
func (s *server) verified(receipt []byte) ledger.Verified {
	s.Helper()
	site, err := proof.SiteVerifier(s.key.Verifier(), "acme")
	if err != nil {
		s.Fatal(err)
	}
	pinned, err := note.NewVerifier(site)
	if err != nil {
		s.Fatal(err)
	}
	v, err := ledger.Verify(receipt, pinned)
	if err != nil {
		s.Fatalf("receipt %s: %v", receipt, err)
	}
	return v
}

func TestADecisionGivesAReceiptThatVerifies(t *testing.T) {
	s := shared(t)
	presentation := s.presentation("banner")
	for _, test := range []struct {
		name     string
		d        decision
		answers  map[string]consent.State
		services map[string]consent.State
	}{
		{"a refusal", s.decision(), map[string]consent.State{"analytics": 1, "beacons": 1, "transfer": 1}, nil},
		{"an agreement", s.decision("action", "accept_all", "answers", map[string]string{"analytics": "granted", "beacons": "granted"}), map[string]consent.State{"analytics": 2, "beacons": 2}, nil},
		{"a choice with services", s.decision("action", "save", "answers", map[string]string{"analytics": "denied"}, "services", map[string]string{"heatmap": "granted"}), map[string]consent.State{"analytics": 1}, map[string]consent.State{"heatmap": 2}},
		{"a separate consent", s.decision("action", "save", "answers", map[string]string{"transfer": "granted"}), map[string]consent.State{"transfer": 2}, nil},
		{"a required purpose that is named", s.decision("action", "save", "answers", map[string]string{"necessary": "granted"}), map[string]consent.State{"necessary": 2}, nil},
		{"no answer at all", s.decision("action", "save", "answers", map[string]string{}), map[string]consent.State{}, nil},
		{"an earlier version of the policy", s.decision("policy", acmeBefore, "answers", map[string]string{"former": "denied"}), map[string]consent.State{"former": 1}, nil},
		{"the presentation that was shown", s.decision("presentation", presentation), map[string]consent.State{"analytics": 1, "beacons": 1, "transfer": 1}, nil},
		{"a guardian, a tenant, a permission", s.decision("platform", "android", "permission", "camera", "tenant", "acme-42",
			"guardian", map[string]string{"method": "letter", "time": "2026-05-04T03:02:01+08:00", "reference": "archive 7"}), map[string]consent.State{"analytics": 1, "beacons": 1, "transfer": 1}, nil},
		{"previous left out", s.decision("previous", nil), map[string]consent.State{"analytics": 1, "beacons": 1, "transfer": 1}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			before := time.Now().Add(-time.Second)
			a := s.decide(test.d).is(http.StatusCreated).has("Content-Type", "application/json").has("Cache-Control", "no-store").lacks("Set-Cookie")
			v := s.verified(a.body)
			if v.Record.Site != "acme" || v.Record.ID.String() != test.d["id"] || v.Record.Subject.String() != test.d["subject"] || v.Record.Secret != "" {
				t.Errorf("record %+v is not of decision %v", v.Record, test.d)
			}
			if diff := cmp.Diff(test.answers, v.Record.Answers); diff != "" {
				t.Errorf("answers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.services, v.Record.Services); diff != "" {
				t.Errorf("services (-want +got):\n%s", diff)
			}
			if v.Record.ReceivedAt.Before(before) || v.Record.ReceivedAt.After(time.Now().Add(time.Second)) {
				t.Errorf("received at %v", v.Record.ReceivedAt)
			}
			if secret, ok := test.d["secret"].(string); ok && bytes.Contains(a.body, []byte(secret)) {
				t.Error("the receipt holds the secret")
			}

			again := s.decide(test.d).is(http.StatusOK)
			if !bytes.Equal(again.body, a.body) {
				t.Errorf("another receipt for the same decision:\n%s\n%s", a.body, again.body)
			}
			// White space does not make another body.
			spaced := s.send("POST", "/v1/acme/decisions", " \n"+strings.ReplaceAll(test.d.String(), `","`, `" ,`+"\t\n"+`"`), jsonType).is(http.StatusOK)
			if !bytes.Equal(spaced.body, a.body) {
				t.Error("another receipt for the same decision with other white space")
			}
		})
	}
}

// presentation is the content hash of what is shown now.
func (s *server) presentation(kind string) string {
	s.Helper()
	var got map[string]any
	a := s.get("/v1/acme/policy?lang=en").is(http.StatusOK)
	if err := json.Unmarshal(a.body, &got); err != nil {
		s.Fatal(err)
	}
	presentations, _ := got["presentations"].(map[string]any)
	hash, _ := presentations[kind].(string)
	if hash == "" {
		s.Fatalf("no presentation of the %s in %s", kind, a.body)
	}
	return hash
}

func TestAReceiptIsTheSameAfterOthers(t *testing.T) {
	s := shared(t)
	d := s.decision()
	receipt := s.decide(d).is(http.StatusCreated).body
	for range 3 {
		s.decide(s.decision()).is(http.StatusCreated)
	}
	if again := s.decide(d).is(http.StatusOK).body; !bytes.Equal(again, receipt) {
		t.Errorf("the receipt changed:\n%s\n%s", receipt, again)
	}
}

func TestAnIDStandsForOneBody(t *testing.T) {
	s := shared(t)
	d := s.decision()
	s.decide(d).is(http.StatusCreated)
	for _, change := range [][]any{
		{"answers", map[string]string{"analytics": "denied"}},
		{"gpc", true},
		{"language", "ar"},
		{"decided_at", "2026-05-04T03:02:02.000Z"},
		{"secret", newSecret()},
		{"subject", uuid.NewString()},
		{"action", "withdraw"},
	} {
		other := s.decision(append([]any{"id", d["id"], "subject", d["subject"], "secret", d["secret"]}, change...)...)
		s.decide(other).problem(http.StatusConflict, "other-decision")
	}
	if n := len(s.recordsOf(d)); n != 1 {
		t.Errorf("%d records", n)
	}
}

func (s *server) recordsOf(d decision) []ledger.Record {
	s.Helper()
	records, err := s.store.Records(s.Context(), "acme", uuid.MustParse(d["subject"].(string)))
	if err != nil {
		s.Fatal(err)
	}
	return records
}

func TestAGrantFromTheFutureIsRefusedAndADenialKept(t *testing.T) {
	s := shared(t)
	const ofLater = "0bcd" // an id that begins so is of the year 2380
	grant := []any{"action", "save", "answers", map[string]string{"analytics": "granted"}}
	id := func(d decision) string { return ofLater + d["id"].(string)[4:] }
	for _, test := range []struct {
		name   string
		change []any
		kept   bool
	}{
		{"a grant of the next century", append(grant, "decided_at", "2126-01-01T00:00:00Z"), false},
		{"a grant of the day after tomorrow", append(grant, "decided_at", time.Now().Add(48*time.Hour).UTC().Format(time.RFC3339)), false},
		{"a grant whose id is of later", append(grant, "id", id(s.decision())), false},
		{"a grant by a clock that is hours ahead", append(grant, "decided_at", time.Now().Add(20*time.Hour).UTC().Format(time.RFC3339)), true},
		{"a grant of long ago", append(grant, "decided_at", "1971-01-01T00:00:00Z"), true},
		{"a denial of the next century", []any{"decided_at", "2126-01-01T00:00:00Z"}, true},
		{"a withdrawal whose id is of later", []any{"action", "withdraw", "id", id(s.decision())}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			a := s.decide(s.decision(test.change...))
			if test.kept {
				a.is(http.StatusCreated)
				return
			}
			a.problem(http.StatusUnprocessableEntity, "refused-decision")
			if !strings.Contains(string(a.body), "set the clock right") {
				t.Errorf("it says %s", a.body)
			}
		})
	}
}

func TestMalformedDecisionsAreRefused(t *testing.T) {
	s := shared(t)
	good := s.decision()
	body := good.String()
	with := func(change ...any) string {
		return s.decision(append([]any{"id", good["id"], "subject", good["subject"]}, change...)...).String()
	}
	id, subject := good["id"].(string), good["subject"].(string)
	member := func(text string) string { return strings.Replace(body, "{", "{"+text+",", 1) }
	for _, test := range []struct{ name, body string }{
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
		{"an unknown member of the guardian", with("guardian", map[string]string{"method": "letter", "time": "2026-05-04T03:02:01Z", "reference": "7", "name": "x"})},
		{"a member that only the server sets", member(`"received_at":"2020-01-01T00:00:00Z"`)},
		{"a member that only the store sets", member(`"covered":[]`)},

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
		{"a guardian without a method", with("guardian", map[string]string{"method": "", "time": "2026-05-04T03:02:01Z", "reference": "7"})},
		{"a guardian without a time", with("guardian", map[string]string{"method": "letter", "reference": "7"})},
	} {
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

// rawJSON stands in a decision as it is.
type rawJSON string

func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }

func TestDecisionsThatThePolicyDoesNotAllow(t *testing.T) {
	s := shared(t)
	for _, test := range []struct {
		name string
		kind string
		d    decision
		says string
	}{
		{"an unknown version", "refused-decision", s.decision("policy", "1999-01-01"), "only " + acmeBefore + ", " + acmeVersion},
		{"an unknown purpose", "refused-decision", s.decision("answers", map[string]string{"tracking": "denied"}), "tracking"},
		{"a purpose of another version", "refused-decision", s.decision("answers", map[string]string{"former": "denied"}), "former"},
		{"a purpose with a hostile name", "refused-decision", s.decision("answers", map[string]string{"__proto__": "denied"}), "__proto__"},
		{"an unknown service", "refused-decision", s.decision("services", map[string]string{"tracker": "denied"}), "tracker"},
		{"a service in place of a purpose", "refused-decision", s.decision("answers", map[string]string{"heatmap": "denied"}), "heatmap"},
		{"a purpose in place of a service", "refused-decision", s.decision("services", map[string]string{"analytics": "denied"}), "analytics"},
		{"a required purpose denied", "refused-decision", s.decision("answers", map[string]string{"necessary": "denied"}), "necessary"},
		{"a required purpose's service denied", "refused-decision", s.decision("services", map[string]string{"login": "denied"}), "login"},
		{"a separate purpose in accept_all", "refused-decision", s.decision("action", "accept_all", "answers", map[string]string{"analytics": "granted", "transfer": "granted"}), "transfer"},
		{"a separate purpose's service in accept_all", "refused-decision", s.decision("action", "accept_all", "answers", map[string]string{}, "services", map[string]string{"partner": "granted"}), "partner"},
		{"a purpose that the signal refuses in accept_all", "refused-decision", s.decision("gpc", true, "action", "accept_all", "answers", map[string]string{"beacons": "granted"}), "beacons"},
		{"accept_all that denies", "refused-decision", s.decision("action", "accept_all", "answers", map[string]string{"analytics": "denied"}), "analytics"},
		{"reject_all that grants", "refused-decision", s.decision("answers", map[string]string{"analytics": "granted"}), "analytics"},
		{"withdraw that grants a service", "refused-decision", s.decision("action", "withdraw", "services", map[string]string{"heatmap": "granted"}), "heatmap"},
		{"its service in accept_all", "refused-decision", s.decision("gpc", true, "action", "accept_all", "answers", map[string]string{}, "services", map[string]string{"heatmap": "granted"}), "heatmap"},
		{"a presentation that was never shown", "unknown-presentation", s.decision("presentation", strings.Repeat("A", 22)), "presentation"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			a := s.decide(test.d).problem(http.StatusUnprocessableEntity, test.kind)
			if !strings.Contains(string(a.body), test.says) {
				t.Errorf("the answer does not name %q: %s", test.says, a.body)
			}
			if n := len(s.recordsOf(test.d)); n != 0 {
				t.Errorf("%d records", n)
			}
		})
	}
}

func TestAPresentationOfAnotherSiteIsUnknown(t *testing.T) {
	s := shared(t)
	d := s.decision("presentation", s.presentation("banner"))
	s.send("POST", "/v1/native/decisions", d.String(), jsonType).problem(http.StatusUnprocessableEntity, "unknown-presentation")
	s.decide(d).is(http.StatusCreated)
}

func TestGrantingForAKnownSubjectNeedsItsSecret(t *testing.T) {
	s := shared(t)
	grant := []any{"action", "save", "answers", map[string]string{"analytics": "granted"}}
	for _, test := range []struct {
		name    string
		change  []any
		headers func(first decision) []string
		status  int
	}{
		{"a grant without it", grant, nil, http.StatusForbidden},
		{"a grant with another", grant, func(decision) []string { return []string{"Authorization: Bearer " + newSecret()} }, http.StatusForbidden},
		{"a grant with another in the body", append([]any{"secret", newSecret()}, grant...), nil, http.StatusForbidden},
		{"a grant with it as basic password", grant, func(d decision) []string { return []string{fmt.Sprintf("Authorization: Basic %s", d["secret"])} }, http.StatusForbidden},
		{"a grant of one service without it", []any{"action", "save", "answers", map[string]string{"analytics": "denied"}, "services", map[string]string{"heatmap": "granted"}}, nil, http.StatusForbidden},
		{"a grant with it", grant, func(d decision) []string { return []string{d.bearer()} }, http.StatusCreated},
		{"a grant with it, the scheme in lower case", grant, func(d decision) []string { return []string{fmt.Sprintf("Authorization: bearer %s", d["secret"])} }, http.StatusCreated},
		{"a denial without it", nil, nil, http.StatusCreated},
		{"a denial with another", nil, func(decision) []string { return []string{"Authorization: Bearer " + newSecret()} }, http.StatusCreated},
		{"a withdrawal without it", []any{"action", "withdraw"}, nil, http.StatusCreated},
		{"a required purpose named, without it", []any{"action", "save", "answers", map[string]string{"necessary": "granted"}}, nil, http.StatusCreated},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			first := s.decision()
			s.decide(first).is(http.StatusCreated)
			var headers []string
			if test.headers != nil {
				headers = test.headers(first)
			}
			a := s.decide(s.after(first, test.change...), headers...).is(test.status)
			want := 2
			if test.status == http.StatusForbidden {
				a.problem(http.StatusForbidden, "wrong-secret")
				want = 1
			}
			if n := len(s.recordsOf(first)); n != want {
				t.Errorf("%d records; want %d", n, want)
			}
		})
	}
}

// The database of a server may be younger than what its visitors have in their browsers.
func TestARefusalOfAnUnknownSubjectWithoutASecretIsKeptAndNobodyCanTakeTheSubjectOver(t *testing.T) {
	s := shared(t)
	grant := []any{"action", "save", "answers", map[string]string{"analytics": "granted"}}
	s.decide(s.decision(append([]any{"secret", nil}, grant...)...)).problem(http.StatusBadRequest, "secret-missing")
	for _, action := range []string{"reject_all", "withdraw", "save"} {
		t.Run(action, func(t *testing.T) {
			s := s.in(t)
			first := s.decision("secret", nil, "action", action, "previous", "0190163d-8694-739b-aea5-966c26f8ad91")
			s.verified(s.decide(first).is(http.StatusCreated).body)
			taken := s.decision(append([]any{"subject", first["subject"]}, grant...)...)
			s.decide(taken).problem(http.StatusForbidden, "wrong-secret")
			s.decide(taken, taken.bearer()).problem(http.StatusForbidden, "wrong-secret")
			for _, end := range []string{"", "/records"} {
				s.get("/v1/acme/subjects/"+first["subject"].(string)+end, taken.bearer()).problem(http.StatusUnauthorized, "secret-needed")
			}
			s.status("analytics", first["subject"].(string), "denied")
			s.decide(s.after(first, "action", "withdraw")).is(http.StatusCreated)
			if n := len(s.recordsOf(first)); n != 2 {
				t.Errorf("%d records; want both refusals", n)
			}
		})
	}
}

func TestASecretThatComesTwiceIsOne(t *testing.T) {
	s := shared(t)
	d := s.decision()
	other := "Authorization: Bearer " + newSecret()
	a := s.decide(d, other).problem(http.StatusBadRequest, "malformed-decision")
	if !strings.Contains(string(a.body), "secret: is not the bearer token") {
		t.Errorf("the answer does not say what is wrong: %s", a.body)
	}
	if n := len(s.recordsOf(d)); n != 0 {
		t.Errorf("%d records", n)
	}
	s.decide(d, d.bearer()).is(http.StatusCreated)
	s.decide(d, other).problem(http.StatusBadRequest, "malformed-decision") // though it is kept already
}

func TestBodiesAreLimited(t *testing.T) {
	const limit = 16 << 10
	s := shared(t)
	d := s.decision()
	fits := d.String() + strings.Repeat(" ", limit-len(d.String()))
	s.send("POST", "/v1/acme/decisions", fits+" ", jsonType).problem(http.StatusRequestEntityTooLarge, "body-too-long")
	s.send("POST", "/v1/acme/decisions", strings.Repeat("x", 1<<20), jsonType).problem(http.StatusRequestEntityTooLarge, "body-too-long")
	s.send("POST", "/v1/acme/decisions", fits, jsonType).is(http.StatusCreated)
}

func TestOnlyJSONIsADecision(t *testing.T) {
	s := shared(t)
	for _, contentType := range []string{
		"", "text/plain", "text/plain; x=application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
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

func TestWhatIsNotAnsweredKeepsItsState(t *testing.T) {
	s := shared(t)
	save := func(answers map[string]string) []any { return []any{"action", "save", "answers", answers} }
	first := s.decision(save(map[string]string{"analytics": "granted", "beacons": "denied"})...)
	s.decide(first).is(http.StatusCreated)
	second := s.after(first, save(map[string]string{"transfer": "granted"})...)
	s.decide(second, first.bearer()).is(http.StatusCreated)
	want := map[string]string{
		"necessary": "granted", "login": "granted", "analytics": "granted", "heatmap": "granted", "counter": "granted",
		"beacons": "denied", "transfer": "granted", "partner": "granted",
	}
	if diff := cmp.Diff(want, s.states(first["subject"].(string), first["secret"].(string))); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	third := s.after(second, "action", "save", "answers", map[string]string{}, "services", map[string]string{"heatmap": "denied"})
	s.decide(third).is(http.StatusCreated)
	want["heatmap"] = "denied"
	if diff := cmp.Diff(want, s.states(first["subject"].(string), first["secret"].(string))); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

// C-26, C-51: of two answers that did not know of each other the stricter holds, in whatever order they come.
func TestInAForkDeniedWins(t *testing.T) {
	s := shared(t)
	for _, grantFirst := range []bool{true, false} {
		t.Run(fmt.Sprintf("the grant first is %v", grantFirst), func(t *testing.T) {
			s := s.in(t)
			first := s.decision("action", "save", "answers", map[string]string{"transfer": "denied"})
			s.decide(first).is(http.StatusCreated)
			// The ids, and with them the client's times, are made in either order, too.
			deny := s.after(first, "answers", map[string]string{"analytics": "denied"})
			grant := s.after(first, "action", "save", "answers", map[string]string{"analytics": "granted", "beacons": "granted"})
			fork := []decision{deny, grant}
			if grantFirst {
				slices.Reverse(fork)
			}
			for _, d := range fork {
				s.decide(d, first.bearer()).is(http.StatusCreated)
			}
			got := s.states(first["subject"].(string), first["secret"].(string))
			for id, want := range map[string]string{"analytics": "denied", "heatmap": "denied", "beacons": "granted", "transfer": "denied"} {
				if got[id] != want {
					t.Errorf("%s is %s; want %s", id, got[id], want)
				}
			}
			// Who knows of the denial may grant.
			s.decide(s.after(deny, "action", "save", "answers", map[string]string{"analytics": "granted"}), first.bearer()).is(http.StatusCreated)
			if got := s.states(first["subject"].(string), first["secret"].(string)); got["analytics"] != "granted" {
				t.Errorf("analytics is %s after a grant that knew of the denial", got["analytics"])
			}
		})
	}
}

func TestAStoreThatDoesNotWorkIsToldApart(t *testing.T) {
	var l troubled
	s := start(t, trouble(&l))
	const id = "0190163d-8694-739b-aea5-966c26f8ad91"
	s.private(id)
	for _, test := range []struct {
		name string
		err  error
	}{
		{"the queue is full", ledger.ErrBusy},
		{"the database does not work", fmt.Errorf("append decision %s: commit: %w: %w", id, ledger.ErrUnavailable, errors.New("disk I/O error"))},
		{"the store is closed", fmt.Errorf("append: %w", ledger.ErrClosed)},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			l.err = test.err
			before := len(s.log.String())
			a := s.decide(s.decision()).problem(http.StatusServiceUnavailable, "store-unavailable").lacks("Set-Cookie")
			if a.Header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			if strings.Contains(string(a.body), "disk") {
				t.Errorf("the visitor is told what the operator should know: %s", a.body)
			}
			if log := s.log.String()[before:]; !strings.Contains(log, "level=ERROR") || !strings.Contains(log, "not stored") {
				t.Errorf("the log does not tell of it:\n%s", log)
			}
		})
	}
	t.Run("something that nobody thought of", func(t *testing.T) {
		s := s.in(t)
		l.err = fmt.Errorf("record %s is odd", id)
		a := s.decide(s.decision()).problem(http.StatusInternalServerError, "internal")
		if strings.Contains(string(a.body), "odd") {
			t.Errorf("the visitor is told what the operator should know: %s", a.body)
		}
		if log := s.log.String(); !strings.Contains(log, "is odd") {
			t.Errorf("the log does not tell of it:\n%s", log)
		}
	})
}

func TestAClosedStoreAnswersUnavailable(t *testing.T) {
	s := start(t)
	d := s.decision()
	s.decide(d).is(http.StatusCreated)
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	s.decide(s.decision()).problem(http.StatusServiceUnavailable, "store-unavailable").has("Retry-After", "2")
	subject := "/v1/acme/subjects/" + d["subject"].(string)
	for _, path := range []string{subject, subject + "/records", "/v1/acme/log/checkpoint", "/v1/acme/records/" + d["id"].(string) + "/proof"} {
		s.get(path, d.bearer()).problem(http.StatusServiceUnavailable, "store-unavailable").has("Retry-After", "2")
	}
	s.get("/readyz").is(http.StatusServiceUnavailable)
	s.get("/healthz").is(http.StatusOK)
	// What is not sure is denied; what needs no store goes on.
	s.status("analytics", d["subject"].(string), "denied")
	s.get("/acme/consent.js").is(http.StatusOK)
	s.get("/acme/preferences").is(http.StatusOK)
}

func TestTheCookieIsRenewedForItsOwnDecisionOnly(t *testing.T) {
	s := shared(t)
	granted := grantedCookie(t, s, "/acme")
	stored, err := consent.DecodeCookie(granted)
	if err != nil {
		t.Fatal(err)
	}
	d := s.decision("id", stored.Decision.String(), "subject", stored.Subject.String(), "action", "save",
		"answers", map[string]string{"analytics": "granted", "beacons": "granted", "transfer": "granted"})
	s.decide(d, "Cookie: nod=garbage").is(http.StatusCreated).lacks("Set-Cookie")
	s.decide(d, "Cookie: nod="+grantedCookie(t, s, "/acme")).is(http.StatusOK).lacks("Set-Cookie")
	s.decide(d, "Cookie: nod="+granted).is(http.StatusOK).has("Set-Cookie", "nod="+granted+"; Path=/; Max-Age=2592000; SameSite=Lax")
}

// Whatever the body is, the answer is one of the contract's.
func FuzzDecide(f *testing.F) {
	s := shared(f)
	good := s.decision()
	f.Add([]byte(good.String()))
	f.Add([]byte(s.decision("services", map[string]string{"heatmap": "denied"}, "guardian", map[string]string{"method": "m", "time": "0000-01-01T00:00:00+23:59", "reference": "r"}).String()))
	f.Add([]byte(s.decision("decided_at", "9999-12-31T23:59:59.999999999-23:59", "tenant", "\u2028", "policy", acmeBefore).String()))
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
