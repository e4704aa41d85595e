package web_test

import (
	"bytes"
	"net/http"
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
	return s.verifiedOf("acme", receipt)
}

func (s *server) verifiedOf(id string, receipt []byte) ledger.Verified {
	s.Helper()
	site, err := proof.SiteVerifier(s.key.Verifier(), id)
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
		{"an agreement", s.decision("action", "accept_all", "answers",
			map[string]string{"analytics": "granted", "beacons": "granted"}),
			map[string]consent.State{"analytics": 2, "beacons": 2}, nil},
		{"a choice with services",
			s.decision("action", "save", "answers", map[string]string{"analytics": "denied"}, "services",
				map[string]string{"heatmap": "granted"}), map[string]consent.State{"analytics": 1},
			map[string]consent.State{"heatmap": 2}},
		{"a separate consent", s.decision("action", "save", "answers", map[string]string{"transfer": "granted"}),
			map[string]consent.State{"transfer": 2}, nil},
		{"a required purpose that is named",
			s.decision("action", "save", "answers", map[string]string{"necessary": "granted"}),
			map[string]consent.State{"necessary": 2}, nil},
		{"no answer at all", s.decision("action", "save", "answers", map[string]string{}), map[string]consent.State{}, nil},
		{"an earlier version of the policy",
			s.decision("policy", acmeBefore, "answers", map[string]string{"former": "denied"}),
			map[string]consent.State{"former": 1}, nil},
		{"the presentation that was shown", s.decision("presentation", presentation),
			map[string]consent.State{"analytics": 1, "beacons": 1, "transfer": 1}, nil},
		{"a guardian, a tenant, a permission", s.decision("platform", "android", "permission", "camera", "tenant", "acme-42",
			"guardian", map[string]string{"method": "other", "time": "2026-05-04T03:02:01+08:00",
				"reference": "0b0f0b52-7d0c-4d5e-9d6b-0e6f6a3c1d77"}),
			map[string]consent.State{"analytics": 1, "beacons": 1, "transfer": 1}, nil},
		{"previous left out", s.decision("previous", nil),
			map[string]consent.State{"analytics": 1, "beacons": 1, "transfer": 1}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			before := time.Now().Add(-time.Second)
			a := s.decide(test.d).is(http.StatusCreated).has("Content-Type", "application/json").
				has("Cache-Control", "no-store").lacks("Set-Cookie")
			v := s.verified(a.body)
			checkReceived(t, v.Record, before)
			if v.Record.Site != "acme" || v.Record.ID.String() != test.d["id"] ||
				v.Record.Subject.String() != test.d["subject"] || v.Record.Secret != "" ||
				test.d["tenant"] != nil && v.Record.Tenant != test.d["tenant"] {
				t.Errorf("record %+v is not of decision %v", v.Record, test.d)
			}
			if diff := cmp.Diff(test.answers, v.Record.Answers); diff != "" {
				t.Errorf("answers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.services, v.Record.Services); diff != "" {
				t.Errorf("services (-want +got):\n%s", diff)
			}
			if secret, ok := test.d["secret"].(string); ok && bytes.Contains(a.body, []byte(secret)) {
				t.Error("the receipt holds the secret")
			}

			s.checkSameReceipt(test.d, a.body)
		})
	}
}

// checkReceived checks that a record was received just now.
func checkReceived(t *testing.T, r ledger.Record, before time.Time) {
	t.Helper()
	if r.ReceivedAt.Before(before) || r.ReceivedAt.After(time.Now().Add(time.Second)) {
		t.Errorf("received at %v", r.ReceivedAt)
	}
}

// checkSameReceipt sends a decision again, and expects the identical receipt. White space does not make another body.
func (s *server) checkSameReceipt(d decision, receipt []byte) {
	s.Helper()
	again := s.decide(d).is(http.StatusOK)
	if !bytes.Equal(again.body, receipt) {
		s.Errorf("another receipt for the same decision:\n%s\n%s", receipt, again.body)
	}
	spaced := s.send("POST", "/v1/acme/decisions", " \n"+strings.ReplaceAll(d.String(), `","`, `" ,`+"\t\n"+`"`),
		jsonType).is(http.StatusOK)
	if !bytes.Equal(spaced.body, receipt) {
		s.Error("another receipt for the same decision with other white space")
	}
}

// presentation is the content hash of what site acme shows now.
func (s *server) presentation(kind string) string {
	s.Helper()
	return s.presentationOf("acme", kind)
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

func TestAnIDIsOfOneBody(t *testing.T) {
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

func TestAGrantFromTheFutureIsRefusedAndADenialIsStored(t *testing.T) {
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
		{"a grant of the day after tomorrow",
			append(grant, "decided_at", time.Now().Add(48*time.Hour).UTC().Format(time.RFC3339)), false},
		{"a grant whose id is of later", append(grant, "id", id(s.decision())), false},
		{"a grant by a clock that is hours ahead",
			append(grant, "decided_at", time.Now().Add(20*time.Hour).UTC().Format(time.RFC3339)), true},
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
			a.refused(http.StatusUnprocessableEntity, "refused-decision")
			if !strings.Contains(string(a.body), "set the clock right") {
				t.Errorf("it says %s", a.body)
			}
		})
	}
}

func TestAPresentationOfAnotherSiteIsUnknown(t *testing.T) {
	s := shared(t)
	d := s.decision("presentation", s.presentation("banner"))
	s.send("POST", "/v1/native/decisions", d.String(), jsonType).
		refused(http.StatusUnprocessableEntity, "unknown-presentation")
	s.decide(d).is(http.StatusCreated)
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
	s.decide(d, "Cookie: nod="+granted).is(http.StatusOK).
		has("Set-Cookie", "nod="+granted+"; Path=/; Max-Age=2592000; SameSite=Lax")
}
