package widget

import (
	"slices"
	"strings"
	"testing"
)

// buttonsOf are what the buttons of the banner of changes do.
func buttonsOf(t *testing.T, c *ChangeBanner) (does []string, text string) {
	t.Helper()
	root := render(t, c)
	for _, b := range elements(root, "button") {
		does = append(does, attribute(b, "data-nod"))
	}
	return does, textOf(root)
}

func TestTheBannerOfChangesOffersWhatTheChangeNeeds(t *testing.T) { // C-28, C-29
	view := testView(t)
	revisions := []Revision{{Date: "2026-02-01", Groups: []ChangeGroup{
		{Kind: "Recipients", Changes: []Change{{Item: "Analytics", Before: "Acme", After: "New Statistics Ltd."}}},
	}}}
	for _, test := range []struct {
		name   string
		banner ChangeBanner
		does   []string
		says   string
	}{
		{"a change that asks nothing is acknowledged", ChangeBanner{}, []string{"acknowledge", "preferences"}, view.Words.Changes.NothingAsked},
		{
			"a changed purpose is asked again", ChangeBanner{Asks: []string{"Analytics"}},
			[]string{"accept-all", "reject-all", "preferences"}, "Analytics",
		},
		{
			"a reduction of rights needs a yes and can be declined", ChangeBanner{Reduces: true, Asks: []string{"Analytics"}},
			[]string{"acknowledge", "keep", "preferences"}, view.Words.Changes.Reduces,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.banner.View, test.banner.Revisions = view, revisions
			does, text := buttonsOf(t, &test.banner)
			if !slices.Equal(does, test.does) {
				t.Errorf("buttons %q; want %q", does, test.does)
			}
			for _, want := range []string{test.says, "Acme", "New Statistics Ltd."} {
				if !strings.Contains(text, want) {
					t.Errorf("%q is missing in %q", want, text)
				}
			}
		})
	}
}

func TestTextsOfAChangeStayText(t *testing.T) {
	isInert(t, render(t, &ChangeBanner{View: testView(t), Asks: []string{hostile}, Revisions: []Revision{{
		Date: hostile, Summary: hostile, Groups: []ChangeGroup{{Kind: hostile, Changes: []Change{{Item: hostile, Before: hostile, After: hostile}}}},
	}}}))
}
