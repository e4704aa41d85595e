package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// C-47. Every other test checks its log, too; this one is about what a log could take from an address.
func TestTheLogLeadsToNobody(t *testing.T) {
	s := shared(t)
	d := s.decision()
	s.decide(d, "Origin: "+acmeOrigins[0], "Cookie: nod="+grantedCookie(t, s, "/acme"), "X-Forwarded-For: 203.0.113.55").
		is(http.StatusCreated)
	subject, stranger := d["subject"].(string), s.private(uuid.NewString())
	for _, path := range []string{
		"/v1/acme/subjects/" + subject, "/v1/acme/subjects/" + subject + "/records",
		"/v1/acme/status/analytics?subject=" + subject,
		"/v1/acme/records/" + d["id"].(string) + "/proof", "/v1/" + subject + "/policy", "/" + stranger + "/consent.js",
		"/" + stranger,
		"/acme/policy/" + stranger, "/acme/consent.js?lang=" + stranger, "/assets/" + stranger, "/v1/acme/" + stranger,
		"/acme/" + stranger,
	} {
		s.get(path, d.bearer())
	}
	written := s.log.String()
	for _, want := range []string{
		`route="POST /v1/{site}/decisions" site=acme status=201`,
		`route="GET /v1/{site}/subjects/{subject}" site=acme status=200`,
		`route="GET /v1/{site}/policy" site="" status=404`,
	} {
		if !strings.Contains(written, want) {
			t.Errorf("the log lacks %q:\n%s", want, written)
		}
	}
	if lines := strings.Count(written, "msg=answered"); lines != 13 {
		t.Errorf("%d requests in the log; want 13:\n%s", lines, written)
	}
}

// A test of the test: the log's keeper sees what it should see.
func TestALogThatLeadsToSomebodyIsNoticed(t *testing.T) {
	var seen recorder
	l := &log{personal: map[string]bool{testPeer: true}}
	l.Write([]byte("msg=answered status=200\n"))
	if l.check(&seen); seen.failures != 0 {
		t.Error("a clean log is blamed")
	}
	l.Write([]byte("msg=answered from=" + testPeer + "\n"))
	if l.check(&seen); seen.failures != 1 {
		t.Errorf("%d failures; want one", seen.failures)
	}
}

// recorder counts the failures of a test.
type recorder struct {
	testing.TB
	failures int
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failures++ }
