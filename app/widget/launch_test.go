package widget

import (
	"slices"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
	"golang.org/x/net/html"

	"github.com/nod-consent/nod/app/policy"
)

func testLaunchView(t *testing.T) LaunchView {
	t.Helper()
	view := testView(t)
	view.Platform = policy.Android
	return LaunchView{
		View: view, Title: "Welcome", Text: "What the app needs.",
		Rights: []string{"You can withdraw."}, Basic: []string{"Reading messages"},
		Labels: LaunchWords{
			Agree: "Agree", Disagree: "Disagree", RequiredNames: "Needed: {names}.", AskedLater: "Asked separately: {count}",
			Child: "Under {child}", Teen: "{child} to {last}", Adult: "{adult} or older",
			Consents: "My guardian consents", Declines: "Without consent", Unasked: "Not asked",
		},
		Sections: []Section{{ID: "a", Title: "Cookies", Summary: "What they do."}},
		Questions: []Question{{
			Purpose: view.Purposes[2], Facts: []Fact{{Label: "Why", Values: []string{"To unlock doors"}}},
		}},
		Ages:      Ages{Child: 14, Adult: 18, Methods: []Option{{"paper", "On paper"}}},
		MenuLinks: []Option{{"policy", "Policy"}, {"preferences", "Preferences"}},
	}
}

// renderShown renders the screens of a component without the attribute that hides them until the script shows one.
func renderShown(t *testing.T, component app.UI) *html.Node {
	t.Helper()
	root := render(t, component)
	for _, section := range elements(root, "section") {
		section.Attr = slices.DeleteFunc(section.Attr, func(a html.Attribute) bool { return a.Key == "hidden" })
	}
	return root
}

// checkNothingChosen reports boxes that are ticked and options that are selected.
func checkNothingChosen(t *testing.T, root *html.Node) {
	t.Helper()
	for n := range root.Descendants() {
		if hasAttribute(n, "checked") || hasAttribute(n, "selected") {
			t.Errorf("<%s> is chosen in advance", n.Data)
		}
	}
}

func TestFirstLaunchOffersAgreeAndDisagreeSideBySide(t *testing.T) { // C-02, C-03
	root := renderShown(t, &LaunchScreen{View: testLaunchView(t)})
	checkNothingChosen(t, root)
	buttons := elements(elements(root, "footer")[0], "button")
	checkEqual(t, buttons)
	var actions []string
	for _, b := range buttons {
		actions = append(actions, attribute(b, "data-do")+" "+attribute(b, "value"))
	}
	if !slices.Equal(actions, []string{"disagree reject_all", "agree accept_all"}) {
		t.Errorf("buttons %q", actions)
	}
}

func TestFirstLaunchNamesWhatAgreeCovers(t *testing.T) { // C-08, C-14
	view := testLaunchView(t)
	root := renderShown(t, &LaunchScreen{View: view})
	var covers []string
	for _, list := range elements(root, "ul") {
		if attribute(list, "class") != "covers" {
			continue
		}
		for _, item := range elements(list, "li") {
			if text := textOf(item); text != "" {
				covers = append(covers, text)
			}
		}
	}
	if !slices.Equal(covers, []string{"Analytics Counts visits."}) {
		t.Errorf("agreeing covers %q", covers)
	}
	text := textOf(root)
	for _, want := range []string{
		"Needed: Necessary.", "Asked separately: 1", "Face recognition", view.Controller, view.Contact, view.Retention,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in %q", want, text)
		}
	}
}

func TestQuestionHasItsFactsAndTwoEqualButtons(t *testing.T) { // C-03, C-15
	view := testLaunchView(t)
	root := renderShown(t, &QuestionScreen{View: view, Question: view.Questions[0]})
	checkNothingChosen(t, root)
	checkEqual(t, elements(elements(root, "footer")[0], "button"))
	if text := textOf(root); !strings.Contains(text, "Why To unlock doors") || !strings.Contains(text, "Unlocks doors.") {
		t.Errorf("the text is %q", text)
	}
}

func TestGuardianGivesEvidenceWithoutNames(t *testing.T) { // C-23, C-24
	root := renderShown(t, &OtherScreens{View: testLaunchView(t)})
	guardian := findByID(t, root, "nod-guardian")
	fields := map[string]bool{}
	for _, input := range append(elements(guardian, "input"), elements(guardian, "textarea")...) {
		fields[attribute(input, "name")] = hasAttribute(input, "required")
	}
	if len(fields) != 2 || !fields["day"] || !fields["reference"] {
		t.Errorf("fields, and whether they are required: %v", fields)
	}
	checkEqual(t, withoutType(elements(guardian, "button")))
	age := elements(findByID(t, root, "nod-age"), "button")
	checkEqual(t, age)
	if got := textOf(age[0]) + ", " + textOf(age[1]) + ", " + textOf(age[2]); got != "Under 14, 14 to 17, 18 or older" {
		t.Errorf("ages %q", got)
	}
}

// withoutType drops the type of buttons: one of a form's submits it, the other leaves it.
func withoutType(buttons []*html.Node) []*html.Node {
	for _, b := range buttons {
		b.Attr = slices.DeleteFunc(b.Attr, func(a html.Attribute) bool { return a.Key == "type" })
	}
	return buttons
}

func TestFirstLaunchEscapesTexts(t *testing.T) {
	view := testLaunchView(t)
	view.Title, view.Text, view.Controller, view.Contact = hostile, hostile, hostile, hostile
	view.Rights, view.Basic = []string{hostile}, []string{hostile}
	view.Sections[0] = Section{ID: "a", Title: hostile, Summary: hostile}
	view.Questions[0].Name, view.Questions[0].Summary = hostile, hostile
	view.Questions[0].Facts[0] = Fact{Label: hostile, Values: []string{hostile}}
	checkInert(t, renderShown(t, &LaunchScreen{View: view}))
	checkInert(t, renderShown(t, &QuestionScreen{View: view, Question: view.Questions[0]}))
}
