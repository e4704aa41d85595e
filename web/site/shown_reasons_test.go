package site

import (
	"slices"
	"testing"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

// C-15: only a reason in the page itself is one that somebody saw.
func TestAGrantNeedsReasonsThatThePagePrints(t *testing.T) {
	text := func(en string) policy.Text { return policy.Text{"en": en} }
	face := policy.Purpose{
		ID: "face", Kind: policy.KindSensitive, Necessity: text("A door knows you & your face."),
		Effect: text("It can hardly be changed."), Services: []policy.Service{{ID: "door"}},
	}
	sharing := policy.Purpose{
		ID: "sharing", Separate: true, Necessity: text("They ship it."), Effect: text("They know it."),
	}
	silent := policy.Purpose{ID: "silent", Separate: true}
	plain := policy.Purpose{ID: "analytics", Kind: policy.KindCookie}
	site := &policy.Site{ID: "shop", Languages: []string{"en", "de"}, Policies: []*policy.Policy{{
		Version: "1", Purposes: []policy.Purpose{plain, face, sharing, silent},
	}}}
	const faceReasons = "<p>A door knows you\n &amp; your <b>face</b>.</p><p>It can hardly be changed.</p>"
	for _, test := range []struct {
		name, html, shown, policy string
		want                      []string
	}{
		{"every reason", faceReasons, "web:analytics door face", "1", nil},
		{"none", "<p>Face</p>", "web:analytics door face", "1", []string{"face", "door"}},
		{"no effect", "<p>A door knows you &amp; your face.</p>", "web:face", "1", []string{"face", "door"}},
		{"the reasons of another purpose", faceReasons, "web:face sharing", "1", []string{"sharing"}},
		{"reasons in the list that is opened later", `<p>Face</p><section id="nod-list-purposes">` + faceReasons,
			"web:face", "1", []string{"face", "door"}},
		{"reasons in an attribute", `<p title="A door knows you & your face. It can hardly be changed.">Face</p>`,
			"web:face", "1", []string{"face", "door"}},
		{"reasons in a comment", `<!-- A door knows you & your face. It can hardly be changed. -->`,
			"web:face", "1", []string{"face", "door"}},
		{"a purpose without reasons in the policy", faceReasons, "web:silent", "1", []string{"silent"}},
		{"a purpose that needs none", "<p>Analytics</p>", "web:analytics", "1", nil},
		{"a version that is not known", "<p>Face</p>", "web:face", "0", nil}, // refused before, for its version
	} {
		t.Run(test.name, func(t *testing.T) {
			got := listWithoutReasons(site, ledger.Presentation{
				Language: "de", Policy: test.policy, HTML: test.html, Shown: test.shown,
			})
			if !slices.Equal(got, test.want) {
				t.Errorf("without reasons: %v, want %v", got, test.want)
			}
		})
	}
}
