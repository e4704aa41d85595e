package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// changes are of a decision that refuses everything: names of fields, each with its value.
type changes []any

// disallowedDecisions are decisions that the policy does not allow, with the problem and what its text names.
var disallowedDecisions = []struct {
	name    string
	kind    string
	changes changes
	says    string

	hasDenials bool // of optional purposes or services that the policy knows
}{
	{"an unknown version", "refused-decision", changes{"policy", "1999-01-01"},
		"only " + acmeBefore + ", " + acmeVersion, true},
	{"an unknown purpose", "refused-decision", changes{"answers", map[string]string{"tracking": "denied"}},
		"tracking", false},
	{"a purpose of another version", "refused-decision", changes{"answers", map[string]string{"former": "denied"}},
		"former", false},
	{"a purpose with a hostile name", "refused-decision",
		changes{"answers", map[string]string{"__proto__": "denied"}}, "__proto__", false},
	{"an unknown service", "refused-decision", changes{"services", map[string]string{"tracker": "denied"}},
		"tracker", true},
	{"a service in place of a purpose", "refused-decision",
		changes{"answers", map[string]string{"heatmap": "denied"}}, "heatmap", false},
	{"a purpose in place of a service", "refused-decision",
		changes{"services", map[string]string{"analytics": "denied"}}, "analytics", true},
	{"a required purpose denied", "refused-decision", changes{"answers", map[string]string{"necessary": "denied"}},
		"necessary", false},
	{"a required purpose's service denied", "refused-decision",
		changes{"services", map[string]string{"login": "denied"}}, "login", true},
	{"a separate purpose in accept_all", "refused-decision",
		changes{"action", "accept_all", "answers", map[string]string{"analytics": "granted", "transfer": "granted"}},
		"transfer", false},
	{"a separate purpose's service in accept_all", "refused-decision",
		changes{"action", "accept_all", "answers", map[string]string{}, "services",
			map[string]string{"partner": "granted"}}, "partner", false},
	{"a purpose that the signal refuses in accept_all", "refused-decision",
		changes{"gpc", true, "action", "accept_all", "answers",
			map[string]string{"beacons": "granted"}}, "beacons", false},
	{"accept_all that denies", "refused-decision",
		changes{"action", "accept_all", "answers", map[string]string{"analytics": "denied"}}, "analytics", true},
	{"reject_all that grants", "refused-decision", changes{"answers", map[string]string{"analytics": "granted"}},
		"analytics", false},
	{"withdraw that grants a service", "refused-decision",
		changes{"action", "withdraw", "services", map[string]string{"heatmap": "granted"}}, "heatmap", true},
	{"its service in accept_all", "refused-decision",
		changes{"gpc", true, "action", "accept_all", "answers", map[string]string{}, "services",
			map[string]string{"heatmap": "granted"}}, "heatmap", false},
	{"a presentation that was never shown", "unknown-presentation", changes{"presentation", strings.Repeat("A", 22)},
		"presentation", true},
}

func TestDecisionsThatThePolicyDoesNotAllow(t *testing.T) {
	s := shared(t)
	for _, test := range disallowedDecisions {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			d := s.decision(test.changes...)
			a := s.decide(d)
			got := a.refused(http.StatusUnprocessableEntity, test.kind)
			if !strings.Contains(string(a.body), test.says) {
				t.Errorf("the answer does not name %q: %s", test.says, a.body)
			}
			// Only denials of what the policy knows are stored.
			for _, record := range s.recordsOf(d) {
				if granted := record.Granted(); len(granted) > 0 || got.Receipt == nil {
					t.Errorf("stored with the grants %v and the receipt %s", granted, got.Receipt)
				}
			}
			if hasRecord := len(s.recordsOf(d)) > 0; hasRecord != test.hasDenials {
				t.Errorf("a record of its denials: %v, want %v", hasRecord, test.hasDenials)
			}
		})
	}
}
