package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/ledger"
)

// drawn is a dialog that a platform drew, with other values for some members; nil leaves one out.
func drawn(change ...any) map[string]any {
	d := map[string]any{
		"by": "appgallery", "statement": "3.2", "state": "FULL_MODE_AGREED", "time": "2026-05-04T03:02:00Z",
	}
	for i := 0; i < len(change); i += 2 {
		if d[change[i].(string)] = change[i+1]; change[i+1] == nil {
			delete(d, change[i].(string))
		}
	}
	return d
}

// C-02, C-14, C-37: a platform's yes is stored as what it is, and grants nothing that a person can refuse.
func TestADialogThatAPlatformDrewIsStoredAndGrantsNothingOptional(t *testing.T) {
	s := shared(t)
	for _, test := range []struct {
		name       string
		change     []any
		status     int
		hasDenials bool // of a refused decision
	}{
		{"the policy was agreed to", []any{"answers", map[string]string{}}, 201, false},
		{"a required purpose", []any{"answers", map[string]string{"necessary": "granted"}}, 201, false},
		{"a refusal", []any{"action", "reject_all"}, 201, false},
		{"an optional purpose", []any{"answers", map[string]string{"analytics": "granted"}}, 422, false},
		{"all of them", []any{"action", "accept_all", "answers", map[string]string{"analytics": "granted"}}, 422, false},
		{"one granted and one denied", []any{"answers", map[string]string{"analytics": "granted", "beacons": "denied"}},
			422, true},
		{"a service", []any{"answers", map[string]string{}, "services", map[string]string{"heatmap": "granted"}}, 422, false},
		{"no dialog", []any{"dialog", nil}, 400, false},
		{"a dialog with another presentation", []any{"presentation", "custom"}, 400, false},
		{"an unknown platform", []any{"dialog", drawn("by", "somebody")}, 400, false},
		{"a member that no dialog has", []any{"dialog", drawn("agreed", true)}, 400, false},
		{"no state", []any{"dialog", drawn("state", nil)}, 400, false},
		{"a state that begins a line", []any{"dialog", drawn("state", "x\nanswer")}, 400, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			change := append([]any{"action", "save", "presentation", "platform", "platform", "harmony", "dialog", drawn()},
				test.change...)
			d := s.decision(change...)
			a := s.decide(d)
			switch test.status {
			case http.StatusCreated:
				r := s.verifiedOf("acme", a.is(test.status).body).Record
				if r.Kind != ledger.Platform || r.Dialog == nil || r.Dialog.State != "FULL_MODE_AGREED" {
					t.Errorf("the record has the kind %q and the dialog %+v", r.Kind, r.Dialog)
				}
			case http.StatusUnprocessableEntity:
				a.refused(test.status, "refused-decision")
			default:
				a.problem(test.status, "malformed-decision")
			}
			s.checkDialogRecords(d)
			if isStored := len(s.recordsOf(d)) > 0; isStored != (test.status == 201 || test.hasDenials) {
				t.Errorf("stored: %v", isStored)
			}
		})
	}
}

// checkDialogRecords checks that what is stored of a decision has its dialog, and no grant that a visitor can refuse.
func (s *server) checkDialogRecords(d decision) {
	s.Helper()
	for _, record := range s.recordsOf(d) {
		if granted := record.Granted(); len(granted) > 0 && granted[0] != "necessary" {
			s.Errorf("%q is granted", granted)
		}
		if record.Kind != ledger.Platform || record.Dialog == nil {
			s.Errorf("a record without its dialog: %+v", record)
		}
	}
}

func TestOtherRecordsHaveNoMembersOfDialogs(t *testing.T) {
	s := shared(t).in(t)
	a := s.decide(s.decision()).is(http.StatusCreated)
	if strings.Contains(string(a.body), "dialog") || strings.Contains(string(a.body), "presentation_kind") {
		t.Errorf("it has other bytes than before: %s", a.body)
	}
}
