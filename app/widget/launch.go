package widget

import (
	"cmp"

	"github.com/nod-consent/nod/app/policy"
)

// LaunchView is what an app shows when it is first started, and later when it asks for one purpose. It adds to the View
// of the app's platform what a web page does not need.
//
//	age ─ guardian      who can answer, if the site asks for the age
//	launch              the first layer: agree or disagree
//	basic               what works without consent, after "disagree"
//	q-<purpose>         one purpose that needs a separate consent, when the app needs it
//	menu                later: links, the answers to the questions, and "withdraw"
type LaunchView struct {
	View
	Labels LaunchWords
	Title  string
	Text   string
	Rights []string
	Basic  []string // what works without consent
	Starts []Start  // SDKs that start also after a refusal

	Sections  []Section  // the policy in plain words
	Questions []Question // the separate purposes: each is asked when it is needed
	Ages      Ages
	MenuLinks []Option // addresses relative to the site's, and their texts
}

// Start is an SDK that starts also after a refusal. It is listed before the choice.
type Start struct{ Name, About string }

// Question is a purpose that is asked separately, with its reason, its effect and the cost of refusing (PIPL 17, 23,
// 30).
type Question struct {
	Purpose
	Facts []Fact // that decide: the reason, the effect, the cost of refusing and the alternative
	More  []Fact
}

// Ages are the ages below which a guardian is asked. Child is 0 if nobody is asked for an age.
type Ages struct {
	Child, Adult int // in years, see policy.Minors
	Rule         string
	Evidence     string
	Methods      []Option
}

// LaunchOf returns the first launch of one version of a site's policy, in the language and for the platform of a view.
func LaunchOf(site *policy.Site, p *policy.Policy, view View, labels LaunchWords) LaunchView {
	in := func(t policy.Text) string { return t.In(view.Language, site.Language()) }
	v := LaunchView{
		View: view, Labels: labels, Title: in(p.Launch.Title), Text: in(p.Launch.Text),
		Rights: translateTexts(p.Launch.Rights, in), Basic: translateTexts(p.Launch.Basic, in),
		Starts:   listStarts(p, view, in),
		Sections: SectionsOf(p, view.Language, site.Language()), MenuLinks: listMenuLinks(p, view.Words),
	}
	if v.Title == "" {
		v.Title = in(p.Title)
	}
	if v.Text == "" {
		v.Text = view.Text
	}
	if len(v.Rights) == 0 {
		v.Rights = []string{view.Rights}
	}
	for _, u := range view.Purposes {
		if purpose := p.Purpose(u.ID); purpose.Separate {
			facts, more := listQuestionFacts(purpose, view.Words, in)
			v.Questions = append(v.Questions, Question{Purpose: u, Facts: facts, More: more})
		}
	}
	if site.AsksAge(p) {
		v.Ages = agesOf(p.Minors, labels, in)
	}
	return v
}

func agesOf(m policy.Minors, labels LaunchWords, in func(policy.Text) string) Ages {
	ages := Ages{Child: m.Child, Adult: m.Adult, Rule: in(m.Text), Evidence: in(m.Evidence)}
	for _, method := range m.Methods {
		ages.Methods = append(ages.Methods, Option{method.ID, in(method.Name)})
	}
	if len(ages.Methods) == 0 {
		ages.Methods = []Option{{"other", labels.DefaultMethod}}
	}
	return ages
}

// listStarts lists the SDKs of a platform that nobody can refuse.
func listStarts(p *policy.Policy, v View, in func(policy.Text) string) (list []Start) {
	for _, s := range p.SDKs {
		purpose := p.Purpose(s.Purpose)
		if s.Platform == v.Platform && (s.NoData || purpose != nil && purpose.Required) {
			list = append(list, Start{in(s.Name), joinParts(in(s.Use), v.Words.Data+v.Words.Colon+in(s.Data))})
		}
	}
	return list
}

func listMenuLinks(p *policy.Policy, words Words) []Option {
	links := []Option{{"preferences", words.Title}, {"policy", words.PolicyLink}}
	for _, id := range FindLists(p) {
		if id != "purposes" {
			links = append(links, Option{"lists/" + id, words.Lists.TitleOf(id).Title})
		}
	}
	return links
}

// listQuestionFacts lists the facts of a question: those that decide, and more.
func listQuestionFacts(p *policy.Purpose, words Words, in func(policy.Text) string) (facts, more []Fact) {
	facts = dropEmpty(
		Fact{Label: words.Lists.Necessity, Values: []string{in(p.Necessity)}},
		Fact{Label: words.Lists.Effect, Values: []string{in(p.Effect)}},
		Fact{Label: words.Refusal, Values: []string{in(p.Refusal)}},
		Fact{Label: words.Lists.Instead, Values: []string{in(p.Instead)}},
	)
	return facts, dropEmpty(
		Fact{Label: words.Data, Values: []string{words.joinClauses(translateTexts(p.Data, in))}},
		Fact{Label: words.Recipients, Values: []string{words.joinClauses(translateTexts(p.Recipients, in))}},
		Fact{Label: words.Retention, Values: []string{in(p.Retention)}},
		Fact{Label: words.Basis, Values: []string{cmp.Or(in(p.Basis.Text), p.Basis.Law)}},
	)
}
