package consent

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/app/policy"
)

var refusedForm = Form{Purposes: []Item{
	{ID: "needed", Required: true, Services: []Item{{ID: "login"}}},
	{ID: "analytics", Services: []Item{{ID: "heatmap"}, {ID: "counter"}}},
	{ID: "camera", Separate: true, platforms: []policy.Platform{policy.Android}},
}}

func TestDenialsOfARefusedDecisionAreKept(t *testing.T) {
	d := Decision{
		Action: AcceptAll, Guardian: &Guardian{Method: "letter"}, Presentation: "custom",
		Answers: map[string]State{"needed": Denied, "analytics": Denied, "camera": Granted, "unknown": Denied,
			"heatmap": Denied},
		Services: map[string]State{"login": Denied, "heatmap": Granted, "counter": Denied, "analytics": Denied},
	}
	got, ok := d.Denials(refusedForm)
	want := Decision{Action: Save, Presentation: "custom", Answers: map[string]State{"analytics": Denied},
		Services: map[string]State{"counter": Denied}}
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Errorf("denials: %v (-want +got):\n%s", ok, diff)
	}
	if len(got.Granted()) > 0 || len(d.Answers) != 5 {
		t.Errorf("granted %v; the decision became %v", got.Granted(), d.Answers)
	}
	for _, answers := range []map[string]State{{}, {"analytics": Granted}, {"needed": Denied}, {"unknown": Denied}} {
		d := Decision{Action: Withdraw, Answers: answers}
		if got, ok := d.Denials(refusedForm); ok {
			t.Errorf("the denials of %v are %v", answers, got.Answers)
		}
	}
}

func TestAGrantIsOfItsPlatformAndPresentation(t *testing.T) {
	for _, test := range []struct {
		platform          policy.Platform
		answers, services map[string]State
		isAsked, wasShown bool
	}{
		{policy.Web, map[string]State{"analytics": Granted}, nil, true, true},
		{policy.Web, map[string]State{"camera": Granted}, nil, false, false},
		{policy.Web, map[string]State{"camera": Denied}, nil, true, true},
		{policy.Android, map[string]State{"camera": Granted}, nil, true, false},
		{policy.Web, nil, map[string]State{"heatmap": Granted}, true, true},
		{policy.Web, nil, map[string]State{"counter": Granted}, true, false},
		{policy.Web, nil, map[string]State{"elsewhere": Granted}, false, false},
	} {
		d := Decision{Platform: test.platform, Answers: test.answers, Services: test.services}
		for of, check := range map[string]struct {
			err    error
			isFine bool
		}{
			"platform":     {d.CheckPlatform(refusedForm), test.isAsked},
			"presentation": {d.CheckShown([]string{"analytics", "heatmap"}), test.wasShown},
		} {
			if (check.err == nil) != check.isFine || check.err != nil && !errors.Is(check.err, ErrRefused) {
				t.Errorf("%v %v on %s: %s: %v", test.answers, test.services, test.platform, of, check.err)
			}
		}
	}
}
