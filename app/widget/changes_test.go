package widget

import (
	"slices"
	"strings"
	"testing"
)

// renderChangeBanner returns the actions of the banner's buttons, and its text.
func renderChangeBanner(t *testing.T, c *ChangeBanner) (actions []string, text string) {
	t.Helper()
	root := render(t, c)
	for _, b := range elements(root, "button") {
		actions = append(actions, attribute(b, "data-nod"))
	}
	return actions, textOf(root)
}

func TestChangeBannerOffersTheActionsThatTheChangeNeeds(t *testing.T) { // C-28, C-29
	view := testView(t)
	revisions := []Revision{{Date: "2026-02-01", Groups: []ChangeGroup{
		{Kind: "Recipients", Changes: []Change{{Item: "Analytics", Before: "Acme", After: "New Statistics Ltd."}}},
	}}}
	for _, test := range []struct {
		name   string
		banner ChangeBanner
		want   []string // actions of the buttons
		text   string
	}{
		{
			"a change that asks nothing is acknowledged", ChangeBanner{},
			[]string{"acknowledge", "preferences"}, view.Words.Changes.NothingAsked,
		},
		{
			"a changed purpose is asked again", ChangeBanner{Asks: []string{"Analytics"}},
			[]string{"reject-all", "accept-all", "preferences"}, "Analytics",
		},
		{
			"a reduction of rights can be accepted and declined", ChangeBanner{Reduces: true, Asks: []string{"Analytics"}},
			[]string{"keep", "acknowledge", "preferences"}, view.Words.Changes.Reduces,
		},
		{
			"a reduction to come is told with what changed",
			ChangeBanner{Announced: "2026-09-01", Coming: []Revision{{Date: "2026-09-01", Summary: "Later."}}},
			[]string{"acknowledge", "preferences"},
			strings.ReplaceAll(view.Words.Changes.AnnouncedReduction, "{date}", "2026-09-01"),
		},
		{
			"a question beside it is asked as always", ChangeBanner{IsAsking: true},
			[]string{"reject-all", "accept-all", "preferences"}, view.Words.Intro,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.banner.View, test.banner.Revisions = view, revisions
			actions, text := renderChangeBanner(t, &test.banner)
			if !slices.Equal(actions, test.want) {
				t.Errorf("buttons %q; want %q", actions, test.want)
			}
			for _, want := range []string{test.text, "Acme", "New Statistics Ltd."} {
				if !strings.Contains(text, want) {
					t.Errorf("%q is missing in %q", want, text)
				}
			}
		})
	}
}

func TestChangeBannerEscapesTexts(t *testing.T) {
	group := ChangeGroup{Kind: hostile, Changes: []Change{{Item: hostile, Before: hostile, After: hostile}}}
	revisions := []Revision{{Date: hostile, Summary: hostile, Groups: []ChangeGroup{group}}}
	checkInert(t, render(t, &ChangeBanner{View: testView(t), Asks: []string{hostile}, Revisions: revisions}))
}
