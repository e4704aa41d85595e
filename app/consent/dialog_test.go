package consent

import (
	"errors"
	"testing"

	"github.com/nod-consent/nod/app/policy"
)

func TestADialogOfAPlatformGrantsNothingOptional(t *testing.T) {
	form := Form{Purposes: []Item{
		{ID: "needed", Required: true}, {ID: "analytics", Services: []Item{{ID: "heatmap"}}},
	}}
	reducing := form
	reducing.Reduces = true
	for _, test := range []struct {
		name              string
		form              Form
		answers, services map[string]State
		isRefused         bool
	}{
		{"agreed to the policy alone", form, nil, nil, false},
		{"a required purpose", form, map[string]State{"needed": Granted}, nil, false},
		{"a denial", form, map[string]State{"analytics": Denied}, map[string]State{"heatmap": Denied}, false},
		{"an optional purpose", form, map[string]State{"analytics": Granted}, nil, true},
		{"a service", form, map[string]State{"analytics": Denied}, map[string]State{"heatmap": Granted}, true},
		{"a purpose that nobody knows", form, map[string]State{"other": Granted}, nil, true},
		{"agreed to a reduction of rights", reducing, nil, nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := Decision{
				Presentation: PlatformPresentation, Platform: policy.Harmony, Action: Save,
				Answers: test.answers, Services: test.services,
			}
			if err := d.CheckDialog(test.form); (err != nil) != test.isRefused || err != nil && !errors.Is(err, ErrRefused) {
				t.Errorf("error %v; want it refused: %v", err, test.isRefused)
			}
			d.Presentation = CustomPresentation
			if err := d.CheckDialog(test.form); err != nil {
				t.Errorf("shown by the page itself: %v", err)
			}
		})
	}
}
