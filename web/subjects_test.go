package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
)

// status checks the state that the endpoint for back ends returns.
func (s *server) status(id, subject, want string) {
	s.Helper()
	var got struct{ State string }
	s.get("/v1/acme/status/" + url.PathEscape(id) + "?subject=" + url.QueryEscape(subject)).is(http.StatusOK).json(&got)
	if got.State != want {
		s.Errorf("status of %q for %q is %q; want %q", id, subject, got.State, want)
	}
}

func TestASubjectIsReadWithItsSecretOnly(t *testing.T) {
	s := shared(t)
	d, other := s.decision(), s.decision()
	s.decide(d).is(http.StatusCreated)
	s.decide(other).is(http.StatusCreated)
	subject := d["subject"].(string)
	for _, end := range []string{"", "/records"} {
		refused := s.get("/v1/acme/subjects/"+subject+end).problem(http.StatusUnauthorized, "secret-needed").
			has("WWW-Authenticate", `Bearer realm="nod"`)
		for _, test := range []struct{ name, path, authorization string }{
			{"a wrong secret", "/v1/acme/subjects/" + subject, "Bearer " + newSecret()},
			{"another subject's secret", "/v1/acme/subjects/" + subject, other.bearer()[len("Authorization: "):]},
			{"an unknown subject", "/v1/acme/subjects/" + uuid.NewString(), "Bearer " + newSecret()},
			{"an unknown subject with a known secret", "/v1/acme/subjects/" + uuid.NewString(),
				d.bearer()[len("Authorization: "):]},
			{"an unknown subject without a secret", "/v1/acme/subjects/" + uuid.NewString(), ""},
			{"a subject in upper case", "/v1/acme/subjects/" + strings.ToUpper(subject), d.bearer()[len("Authorization: "):]},
			{"a subject that is no id", "/v1/acme/subjects/%22%3E%00", d.bearer()[len("Authorization: "):]},
			{"a subject of another site", "/v1/native/subjects/" + subject, d.bearer()[len("Authorization: "):]},
			{"a secret of another form", "/v1/acme/subjects/" + subject, "Bearer x"},
			{"a secret with padding", "/v1/acme/subjects/" + subject, d.bearer()[len("Authorization: "):] + "="},
			{"an empty secret", "/v1/acme/subjects/" + subject, "Bearer "},
			{"another scheme", "/v1/acme/subjects/" + subject, "Basic " + d["secret"].(string)},
			{"no scheme", "/v1/acme/subjects/" + subject, d["secret"].(string)},
		} {
			t.Run(test.name+" "+end, func(t *testing.T) {
				s := s.in(t)
				a := s.get(test.path+end, "Authorization: "+test.authorization).is(http.StatusUnauthorized)
				if !bytes.Equal(a.body, refused.body) {
					t.Errorf("body %q; want the same as for every other: %q", a.body, refused.body)
				}
				for name, want := range refused.Header {
					a.has(name, want...)
				}
				if len(a.Header) != len(refused.Header) {
					t.Errorf("headers %v; want %v", a.Header, refused.Header)
				}
			})
		}
		s.get("/v1/acme/subjects/"+subject+end, d.bearer()).is(http.StatusOK)
	}
}

func TestRecordsAreEverythingThatIsStored(t *testing.T) {
	s := shared(t)
	first := s.decision()
	second := s.after(first, "action", "withdraw")
	for _, d := range []decision{first, second} {
		s.decide(d).is(http.StatusCreated)
	}
	var got struct {
		Site    string
		Subject uuid.UUID
		Records []map[string]any
	}
	a := s.get("/v1/acme/subjects/"+first["subject"].(string)+"/records", first.bearer()).is(http.StatusOK).json(&got)
	if got.Site != "acme" || got.Subject.String() != first["subject"] || len(got.Records) != 2 {
		t.Fatalf("records %s", a.body)
	}
	for i, d := range []decision{first, second} {
		for _, member := range []string{"id", "subject", "policy", "language", "platform", "action", "presentation", "gpc"} {
			if got.Records[i][member] != d[member] {
				t.Errorf("record %d has %s %v; want %v", i, member, got.Records[i][member], d[member])
			}
		}
		for _, member := range []string{"received_at", "decided_at", "covered", "answers"} {
			if got.Records[i][member] == nil {
				t.Errorf("record %d has no %s", i, member)
			}
		}
	}
	// C-47: neither secrets nor what the request came from.
	for _, secret := range []string{first["secret"].(string), testPeer, testAgent} {
		if bytes.Contains(a.body, []byte(secret)) {
			t.Errorf("the records hold %q", secret)
		}
	}
}

// C-21.
func TestStatusIsDeniedUnlessItIsSurelyGranted(t *testing.T) {
	s := shared(t)
	d := s.decision("action", "save", "answers", map[string]string{"analytics": "granted", "beacons": "denied"},
		"services", map[string]string{"counter": "denied"})
	s.decide(d).is(http.StatusCreated)
	subject := d["subject"].(string)
	for _, test := range []struct{ name, id, subject, want string }{
		{"a granted purpose", "analytics", subject, "granted"},
		{"its service", "heatmap", subject, "granted"},
		{"its service that was refused", "counter", subject, "denied"},
		{"a refused purpose", "beacons", subject, "denied"},
		{"a purpose that was not asked", "transfer", subject, "denied"},
		{"a service that was not asked", "partner", subject, "denied"},
		{"a required purpose", "necessary", subject, "granted"},
		{"an unknown purpose", "tracking", subject, "denied"},
		{"a purpose in another case", "Analytics", subject, "denied"},
		{"a purpose with a space", "analytics ", subject, "denied"},
		{"a hostile purpose", "\"><script>", subject, "denied"},
		{"a purpose with NUL", "analytics\x00", subject, "denied"},
		{"a member of every object", "__proto__", subject, "denied"},
		{"no subject", "analytics", "", "denied"},
		{"an unknown subject", "analytics", uuid.NewString(), "denied"},
		{"a required purpose of an unknown subject", "necessary", uuid.NewString(), "denied"},
		{"a subject in upper case", "analytics", strings.ToUpper(subject), "denied"},
		{"a subject in braces", "analytics", "{" + subject + "}", "denied"},
		{"a subject as URN", "analytics", "urn:uuid:" + subject, "denied"},
		{"a hostile subject", "analytics", "' OR 1=1 --", "denied"},
		{"the subject of zeros", "analytics", uuid.Nil.String(), "denied"},
	} {
		t.Run(test.name, func(t *testing.T) { s.in(t).status(test.id, test.subject, test.want) })
	}
	t.Run("of two subjects the first counts", func(t *testing.T) {
		s := s.in(t)
		var got struct{ State string }
		s.get("/v1/acme/status/analytics?subject=x&subject=" + subject).is(http.StatusOK).json(&got)
		if got.State != "denied" {
			t.Errorf("state %q", got.State)
		}
	})
	t.Run("a withdrawal ends it", func(t *testing.T) {
		s := s.in(t)
		s.decide(s.after(d, "action", "withdraw", "answers", map[string]string{"analytics": "denied"})).is(http.StatusCreated)
		s.status("analytics", subject, "denied")
		s.status("heatmap", subject, "denied")
	})
}

func TestMoreRecordsThanAPersonMakesAreReadInPartsAndGrantNothing(t *testing.T) {
	s := start(t)
	grant := []any{"action", "save", "answers", map[string]string{"analytics": "granted"}}
	first := s.decision(grant...)
	s.decide(first).is(http.StatusCreated)
	subject := first["subject"].(string)
	last := first
	for range ledger.MaxRecords - 1 {
		last = s.after(last, append(grant, "secret", first["secret"])...)
		s.decide(last).is(http.StatusCreated)
	}
	s.status("analytics", subject, "granted")
	s.decide(s.after(last, append(grant, "secret", first["secret"])...)).is(http.StatusCreated)
	s.status("analytics", subject, "denied")
	at := "/v1/acme/subjects/" + subject
	s.get(at, first.bearer()).problem(http.StatusUnprocessableEntity, "too-many-records")
	var page struct {
		Site, Subject string
		Records       []map[string]any
		Next          int64
	}
	seen := map[string]bool{}
	for from := ""; ; from = fmt.Sprintf("?from=%d", page.Next) {
		page.Records, page.Next = nil, 0
		s.get(at+"/records"+from, first.bearer()).is(http.StatusOK).json(&page)
		for _, r := range page.Records {
			seen[r["id"].(string)] = true
		}
		if page.Next == 0 {
			break
		}
	}
	if len(seen) != ledger.MaxRecords+1 {
		t.Errorf("%d records were read: want %d", len(seen), ledger.MaxRecords+1)
	}
	s.get(at+"/records?from=x", first.bearer()).problem(http.StatusBadRequest, "malformed-parameter")
	s.send("DELETE", at, "", first.bearer()).is(http.StatusOK)
	s.get(at, first.bearer()).problem(http.StatusUnauthorized, "secret-needed")
}
