package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

// questionIn finds the presentation of a question of the first launch.
func (s *server) questionIn(site, platform, purpose string) string {
	s.Helper()
	page := string(s.get("/" + site + "/first-launch?lang=en&platform=" + platform).is(http.StatusOK).body)
	found := regexp.MustCompile(`"` + purpose + `":"([\w-]{22})"`).FindStringSubmatch(page)
	if found == nil {
		s.Fatalf("the first launch on %s has no question for %s", platform, purpose)
	}
	return found[1]
}

// C-14, C-37
func TestAGrantIsTakenOnlyForWhatThePresentationShowed(t *testing.T) {
	s := shared(t)
	of := func(kind string) string { return s.in(t).presentationOf("yunzhijia", kind) }
	face := s.questionIn("yunzhijia", "android", "face")
	for _, test := range []struct {
		name, presentation, platform, action string
		granted                              []string
		isTaken                              bool
	}{
		{"the banner, and what it asks", of("banner"), "web", "accept_all", []string{"analytics", "beacons"}, true},
		{"the banner, and a separate purpose", of("banner"), "web", "save", []string{"kingdee"}, false},
		{"the banner, and purposes of the app", of("banner"), "web", "save", []string{"face", "location"}, false},
		{"the banner, in an app", of("banner"), "android", "accept_all", []string{"analytics"}, false},
		{"the preference centre, and a separate purpose", of("preferences"), "web", "save", []string{"kingdee"}, true},
		{"the preference centre of the web, in an app", of("preferences"), "android", "save", []string{"kingdee"}, false},
		{"a question, and its purpose", face, "android", "save", []string{"face"}, true},
		{"a question, on another platform that asks it", face, "ios", "save", []string{"face"}, true},
		{"a question, on a platform that does not ask it", face, "web", "save", []string{"face"}, false},
		{"a question, and another purpose", face, "android", "save", []string{"face", "location"}, false},
		{"an own interface", "custom", "web", "save", []string{"analytics", "kingdee"}, true},
		{"an own interface, and a purpose of the app", "custom", "web", "save", []string{"face"}, false},
		{"an own interface, and a purpose of another platform", "custom", "ios", "save", []string{"phone-state"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			answers := map[string]string{}
			for _, id := range test.granted {
				answers[id] = "granted"
			}
			d := s.decision("policy", "2023-11-23", "presentation", test.presentation, "platform", test.platform,
				"action", test.action, "answers", answers, "age", "adult")
			a := s.send("POST", "/v1/yunzhijia/decisions", d.String(), jsonType)
			if test.isTaken {
				v := s.in(t).verifiedOf("yunzhijia", a.is(http.StatusCreated).body)
				if v.Record.Presentation != test.presentation || !slices.Equal(v.Record.Granted(), test.granted) {
					t.Errorf("record %+v", v.Record)
				}
				return
			}
			got := a.refused(http.StatusUnprocessableEntity, "refused-decision")
			if !slices.Equal(got.Refused, test.granted) || got.Receipt != nil {
				t.Errorf("refused %v with receipt %s, want %v and none", got.Refused, got.Receipt, test.granted)
			}
		})
	}
}

// C-35
func TestARefusedDecisionKeepsItsDenials(t *testing.T) {
	s := shared(t)
	banner := s.presentation("banner")
	for _, test := range []struct {
		name         string
		change       []any
		status       int
		kind         string
		answers      map[string]consent.State
		refused      []string
		presentation string
	}{
		{"a grant of what was not shown", []any{"presentation", banner, "action", "save", "answers",
			map[string]string{"transfer": "granted", "analytics": "denied"}}, 422, "refused-decision",
			map[string]consent.State{"analytics": consent.Denied}, []string{"transfer"}, banner},
		{"an unknown presentation", []any{"presentation", "AAAAAAAAAAAAAAAAAAAAAA", "action", "save", "answers",
			map[string]string{"beacons": "granted", "analytics": "denied"}}, 422, "unknown-presentation",
			map[string]consent.State{"analytics": consent.Denied}, []string{"beacons"}, "custom"},
		{"a denial alone, of an unknown presentation", []any{"presentation", "AAAAAAAAAAAAAAAAAAAAAA"},
			422, "unknown-presentation", map[string]consent.State{"analytics": consent.Denied, "beacons": consent.Denied,
				"transfer": consent.Denied}, []string{}, "custom"},
		{"an unknown purpose", []any{"action", "save", "answers",
			map[string]string{"tracking": "granted", "beacons": "granted", "analytics": "denied"}}, 422, "refused-decision",
			map[string]consent.State{"analytics": consent.Denied}, []string{"beacons", "tracking"}, "custom"},
		{"a required purpose denied", []any{"answers", map[string]string{"necessary": "denied", "analytics": "denied"}},
			422, "refused-decision", map[string]consent.State{"analytics": consent.Denied}, []string{}, "custom"},
		{"an unknown version", []any{"policy", "1999-01-01", "presentation", banner}, 422, "refused-decision",
			map[string]consent.State{"analytics": consent.Denied, "beacons": consent.Denied, "transfer": consent.Denied},
			[]string{}, "custom"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			d := s.decision(test.change...)
			a := s.decide(d)
			got := a.refused(test.status, test.kind)
			v := s.verified(got.Receipt)
			if diff := cmp.Diff(test.answers, v.Record.Answers); diff != "" {
				t.Errorf("stored answers (-want +got):\n%s", diff)
			}
			if !slices.Equal(got.Refused, test.refused) || v.Record.Presentation != test.presentation {
				t.Errorf("refused %v, presentation %q", got.Refused, v.Record.Presentation)
			}
			again := s.decide(d)
			isReceipt := again.StatusCode == http.StatusOK && bytes.Equal(again.body, got.Receipt)
			if !isReceipt && !bytes.Equal(again.body, a.body) {
				t.Errorf("sent again, it is answered with %s", again.body)
			}
			if n := len(s.recordsOf(d)); n != 1 {
				t.Errorf("%d records", n)
			}
		})
	}
}

// A grant without the secret is refused, and the denials beside it are stored.
func TestADenialBesideAGrantNeedsNoSecret(t *testing.T) {
	s := shared(t)
	first := s.decision("action", "save", "answers", map[string]string{"analytics": "granted"})
	s.decide(first).is(http.StatusCreated)
	mixed := s.after(first, "action", "save", "answers", map[string]string{"analytics": "denied", "beacons": "granted"})
	got := s.decide(mixed).refused(http.StatusForbidden, "wrong-secret")
	if v := s.verified(got.Receipt); v.Record.Answers["analytics"] != consent.Denied || len(v.Record.Granted()) > 0 {
		t.Errorf("stored are %v", v.Record.Answers)
	}
	s.status("analytics", first["subject"].(string), "denied")
	s.status("beacons", first["subject"].(string), "denied")
}

// presentationOf is the content hash of what a site shows now.
func (s *server) presentationOf(site, kind string) string {
	s.Helper()
	var got struct {
		Presentations map[string]string `json:"presentations"`
	}
	a := s.get("/v1/" + site + "/policy?lang=en").is(http.StatusOK)
	if err := json.Unmarshal(a.body, &got); err != nil || got.Presentations[kind] == "" {
		s.Fatalf("no presentation of the %s: %v", kind, err)
	}
	return got.Presentations[kind]
}

// C-24
func TestTheEvidenceOfAGrantIsOfThePolicy(t *testing.T) {
	s := shared(t)
	now := time.Now()
	guardian := func(method string, at time.Time) map[string]any {
		return map[string]any{"guardian": map[string]string{"method": method, "time": at.UTC().Format(time.RFC3339),
			"reference": uuid.NewString()}}
	}
	for _, test := range []struct {
		name    string
		change  map[string]any
		isTaken bool
	}{
		{"a method of the policy", guardian("signed-file", now.Add(-time.Minute)), true},
		{"a method of no policy", guardian("telepathy", now.Add(-time.Minute)), false},
		{"a consent of 2099", guardian("signed-file", now.AddDate(73, 0, 0)), false},
		{"a consent of tomorrow", guardian("signed-file", now.Add(24*time.Hour)), false},
		{"a permission of the policy", map[string]any{"permission": "camera"}, true},
		{"an unknown permission", map[string]any{"permission": "everything"}, false},
		{"an unknown tenant", map[string]any{"tenant": "everybody"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			d := s.decision("policy", "2023-11-23", "platform", "android", "action", "save", "answers",
				map[string]string{"camera": "granted", "analytics": "denied"}, "age", "adult")
			for key, value := range test.change {
				d[key] = value
			}
			a := s.send("POST", "/v1/yunzhijia/decisions", d.String(), jsonType)
			if test.isTaken {
				a.is(http.StatusCreated)
				return
			}
			got := a.refused(http.StatusUnprocessableEntity, "refused-decision")
			v := s.verifiedOf("yunzhijia", got.Receipt)
			if v.Record.Answers["analytics"] != consent.Denied || len(v.Record.Granted()) > 0 ||
				v.Record.Guardian != nil || v.Record.Permission == "everything" || v.Record.Tenant == "everybody" {
				t.Errorf("stored is %+v", v.Record)
			}
		})
	}
}

// C-26
func TestATenantIsOneOfTheSite(t *testing.T) {
	s := shared(t)
	for _, tenant := range []string{"nobody", "acme-4", "ACME-42", "acme-42 "} {
		t.Run(tenant, func(t *testing.T) {
			s := s.in(t)
			got := s.decide(s.decision("tenant", tenant)).refused(http.StatusUnprocessableEntity, "refused-decision")
			if !strings.Contains(got.Detail, "first_launch.tenants") {
				t.Errorf("the answer does not say what to do: %s", got.Detail)
			}
			if v := s.verified(got.Receipt); v.Record.Answers["analytics"] != consent.Denied || v.Record.Tenant != "" {
				t.Errorf("stored is %+v", v.Record)
			}
		})
	}
}

// A grant that was refused when it came first is not in the record. To say later that the decision is stored would be
// wrong, whatever has changed since.
func TestAGrantThatWasRefusedIsRefusedAgain(t *testing.T) {
	s := start(t, sites(t, "acme"))
	shown := ledger.Presentation{
		Site: "acme", Kind: ledger.Banner, Language: "en", Policy: "2026-01-01", HTML: "<p>", Texts: "{}",
		Shown: ledger.FormatShown([]policy.Platform{policy.Web}, []string{"analytics", "transfer"}),
	}
	shown.Hash = ledger.PresentationHash(shown)
	answers := map[string]string{"analytics": "granted", "transfer": "denied"}
	parts := []any{
		"policy", shown.Policy, "language", "en", "presentation", shown.Hash, "action", "save", "answers", answers,
	}
	d := s.decision(parts...)
	first := s.decide(d).refused(http.StatusUnprocessableEntity, "unknown-presentation")
	if err := s.store.PutPresentations(t.Context(), shown); err != nil {
		t.Fatal(err)
	}
	s.decide(s.decision(parts...)).is(http.StatusCreated)
	again := s.decide(d).refused(http.StatusUnprocessableEntity, "refused-decision")
	if len(first.Receipt) == 0 || !bytes.Equal(first.Receipt, again.Receipt) {
		t.Errorf("receipts %s and %s", first.Receipt, again.Receipt)
	}
}
