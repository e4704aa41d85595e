package widget

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"github.com/nod-consent/nod/app/policy"
)

// LaunchView is what an app shows when it is first started, and later where it asks for one thing: a View of the app's platform and
// what a web page does without.
type LaunchView struct {
	View
	Say    LaunchWords
	Title  string
	Text   string
	Rights []string
	Basic  []string // what works without agreeing

	Sections  []Section  // the policy in plain words
	Questions []Question // what is asked by itself, each when it is needed
	Ages      Ages
	Places    []Option // of the menu: addresses relative to the site's, and what they are called
}

// Question is a purpose that is asked by itself: why, what it may mean, what refusing costs (PIPL 17, 23, 30).
type Question struct {
	Purpose
	Facts []Fact
}

// Ages are those at which somebody else is asked. Child is 0 where nobody is asked for an age.
type Ages struct {
	Child, Adult int // in years, see policy.Minors
	Rule         string
	Evidence     string
	Methods      []Option
}

// LaunchWords are the interface's own words of these screens.
type LaunchWords struct {
	Agree     string `yaml:"agree"`
	Disagree  string `yaml:"disagree"`
	Rights    string `yaml:"rights"`
	Covers    string `yaml:"covers"`
	Needed    string `yaml:"needed"` // with {names}: of what is not asked
	Apart     string `yaml:"apart"`  // with {count}
	Full      string `yaml:"full"`
	Back      string `yaml:"back"`
	Basic     string `yaml:"basic"`
	BasicText string `yaml:"basic_text"`
	BasicNone string `yaml:"basic_none"` // where the policy does not say what works
	GoOn      string `yaml:"go_on"`
	Again     string `yaml:"again"`

	Age      string `yaml:"age"`
	AgeText  string `yaml:"age_text"`
	Child    string `yaml:"child"` // with {child}
	Teen     string `yaml:"teen"`  // with {child} and {last}
	Adult    string `yaml:"adult"` // with {adult}
	Guardian string `yaml:"guardian"`
	OfChild  string `yaml:"of_child"` // with {child}
	OfTeen   string `yaml:"of_teen"`  // with {child} and {last}
	Method   string `yaml:"method"`
	Any      string `yaml:"any"` // the only method where the policy names none
	Day      string `yaml:"day"`
	Number   string `yaml:"number"`
	Nobody   string `yaml:"nobody"` // names, in the number
	Consents string `yaml:"consents"`
	Declines string `yaml:"declines"`

	System   string            `yaml:"system"`
	States   map[string]string `yaml:"states"` // of the system's permission: granted, denied, prompt, unknown
	Settings string            `yaml:"settings"`
	Change   string            `yaml:"change"` // how to change it later
	Locked   string            `yaml:"locked"` // with {name}: of the enterprise
	Menu     string            `yaml:"menu"`
	Asked    string            `yaml:"asked"`
	Granted  string            `yaml:"granted"`
	Denied   string            `yaml:"denied"`
	Unasked  string            `yaml:"unasked"`
	Managed  string            `yaml:"managed"` // with {name}: by the enterprise
	Newer    string            `yaml:"newer"`
	Read     string            `yaml:"read"`
}

// LaunchOf puts one version of a site's policy, as an app of the platform asks for it, into the words of one language.
func LaunchOf(site *policy.Site, p *policy.Policy, view View, say LaunchWords) LaunchView {
	in := func(t policy.Text) string { return t.In(view.Language, site.Language()) }
	v := LaunchView{
		View: view, Say: say, Title: in(p.Launch.Title), Text: in(p.Launch.Text), Rights: texts(p.Launch.Rights, in), Basic: texts(p.Launch.Basic, in),
		Sections: SectionsOf(p, view.Language, site.Language()),
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
			v.Questions = append(v.Questions, Question{Purpose: u, Facts: questionFacts(purpose, view.Words, in)})
		}
	}
	if m := p.Minors; site.AsksAge(p) {
		v.Ages = Ages{Child: m.Child, Adult: m.Adult, Rule: in(m.Text), Evidence: in(m.Evidence)}
		for _, way := range m.Methods {
			v.Ages.Methods = append(v.Ages.Methods, Option{way.ID, in(way.Name)})
		}
		if len(v.Ages.Methods) == 0 {
			v.Ages.Methods = []Option{{"other", say.Any}}
		}
	}
	v.Places = append(v.Places, Option{"policy", view.Words.More})
	for _, id := range ListIDs {
		if id != "purposes" && HasList(p, id) {
			v.Places = append(v.Places, Option{"lists/" + id, view.Words.Lists.TitleOf(id).Title})
		}
	}
	v.Places = append(v.Places, Option{"preferences", view.Words.Title})
	return v
}

// questionFacts begin with what decides: why, what it may mean, what refusing costs, how else.
func questionFacts(p *policy.Purpose, words Words, in func(policy.Text) string) []Fact {
	return facts(
		Fact{Label: words.Lists.Necessity, Values: []string{in(p.Necessity)}},
		Fact{Label: words.Lists.Effect, Values: []string{in(p.Effect)}},
		Fact{Label: words.Refusal, Values: []string{in(p.Refusal)}},
		Fact{Label: words.Lists.Instead, Values: []string{in(p.Instead)}},
		Fact{Label: words.Data, Values: []string{words.joinClauses(texts(p.Data, in))}},
		Fact{Label: words.Recipients, Values: []string{words.joinClauses(texts(p.Recipients, in))}},
		Fact{Label: words.Retention, Values: []string{in(p.Retention)}},
		Fact{Label: words.Basis, Values: []string{join(in(p.Basis.Text), p.Basis.Law)}},
	)
}

// HasList says whether there is anything in the list: a shop has no SDKs.
func HasList(p *policy.Policy, id string) bool {
	n := map[string]int{
		"collected": len(p.Collected), "shared": len(p.Recipients), "sdks": len(p.SDKs), "permissions": len(p.Permissions),
		"purposes": len(p.Purposes),
	}
	return n[id] > 0
}

// screen is one layer: of all of them, one is seen. The script finds what a button does in its data-do, and where a link leads in its
// data-page.
func (v LaunchView) screen(id string, title app.HTMLH1, body ...app.UI) app.UI {
	heading := title.ID("nod-" + id + "-title").TabIndex(-1)
	return app.Section().ID("nod-"+id).Class("screen").DataSet("screen", id).Aria("labelledby", "nod-"+id+"-title").Hidden(true).
		Body(append([]app.UI{heading}, body...)...)
}

func (v LaunchView) link(page, text string) app.UI {
	return app.A().Href(page+"?lang="+v.Language).DataSet("page", page).Text(text)
}

func does(what, text string) app.HTMLButton {
	return app.Button().Type("button").DataSet("do", what).Text(text)
}

// Ask is the first layer in an app: nothing runs before it is answered.
type Ask struct {
	app.Compo
	View LaunchView
}

// Render implements app.Composer.
func (a *Ask) Render() app.UI {
	v, w := a.View, a.View.Say
	var covered, needed, apart []string
	for _, u := range v.Purposes {
		switch {
		case u.Separate:
			apart = append(apart, u.Name)
		case u.Required:
			needed = append(needed, u.Name)
		default:
			covered = append(covered, u.Name)
		}
	}
	return v.screen("ask", quote(v.Original, app.H1().Text(v.Title)),
		app.Form().Method("post").Action("preferences?lang="+v.Language+"&platform="+string(v.Platform)).Body(
			app.Input().Type("hidden").Name("policy").Value(v.Policy),
			app.Input().Type("hidden").Name("page").Value("first-launch"),
			app.Div().Class("words").Body(
				app.P().Body(quote(v.Original, app.Strong().Text(v.Controller+v.Words.Colon)), quote(v.Original, app.Span().Text(v.Text))),
				app.H2().Text(w.Rights),
				app.Ul().Class("rights").Body(app.Range(v.Rights).Slice(func(i int) app.UI {
					return app.Li().Body(quote(v.Original, app.Strong().Text(v.Rights[i])))
				})),
				app.H2().Hidden(len(covered) == 0).Text(w.Covers),
				app.Ul().Class("covers").Hidden(len(covered) == 0).Body(app.Range(v.Purposes).Slice(func(i int) app.UI {
					u := v.Purposes[i]
					return app.Li().Hidden(u.Separate || u.Required).Body(
						quote(v.Original, app.Strong().Text(u.Name)), app.Text(" "), quote(v.Original, app.Span().Text(u.Summary)),
					)
				})),
				app.P().Hidden(len(needed) == 0).Text(strings.ReplaceAll(w.Needed, "{names}", v.Words.Join(needed))),
				app.Details().Class("brief").Hidden(len(apart) == 0).Body(
					app.Summary().Text(strings.ReplaceAll(w.Apart, "{count}", strconv.Itoa(len(apart)))),
					app.P().Text(v.Words.Join(apart)),
				),
				app.P().Class("small").Body(
					quote(v.Original, app.Span().Text(v.Retention)), app.Text(v.gap()), app.Span().Text(v.Words.Contact+v.Words.Colon+v.Contact),
				),
				app.P().ID("nod-signal").Class("note").Hidden(true).Text(v.Words.Signal),
				app.Details().Class("brief").Hidden(len(v.Sections) == 0).Body(
					app.Summary().Text(v.Words.Summary),
					app.Dl().Class("plainly").Body(app.Range(v.Sections).Slice(func(i int) app.UI {
						s := v.Sections[i]
						return app.Div().Body(quote(v.Original, app.Dt().Text(s.Title)), quote(v.Original, app.Dd().Text(s.Summary)))
					})),
				),
				app.P().Body(v.link("policy", w.Full)),
			),
			app.Footer().Class("choice").Body(
				app.Button().Type("submit").Name("action").Value("reject_all").DataSet("do", "disagree").Text(w.Disagree),
				app.Button().Type("submit").Name("action").Value("accept_all").DataSet("do", "agree").Text(w.Agree),
			),
		),
	)
}

// AskOne asks one thing by itself, with two equal buttons.
type AskOne struct {
	app.Compo
	View     LaunchView
	Question Question
}

// Render implements app.Composer.
func (a *AskOne) Render() app.UI {
	v, w, q := a.View, a.View.Say, a.Question
	var list []app.UI
	for _, f := range q.Facts {
		list = append(list, app.Div().Body(app.Dt().Text(f.Label), quote(v.Original, app.Dd().Text(f.Values[0]))))
	}
	return v.screen("q-"+q.ID, quote(v.Original, app.H1().Text(q.Name)),
		app.Div().Class("words").Body(
			quote(v.Original, app.P().Class("why").Text(q.Summary)),
			app.P().Class("note", "locked").Hidden(true).Text(w.Locked),
			app.P().Class("system").Hidden(true).Body(app.Span().Text(w.System+v.Words.Colon), app.Span().Class("state"), app.Text(" "), does("settings", w.Settings)),
			app.Dl().Class("facts").Body(list...),
			app.P().Class("small").Text(w.Change),
		),
		app.Footer().Class("choice").Body(does("refuse", v.Words.Reject), does("grant", v.Words.Accept)),
	)
}

// LaunchRest is what stands around the questions: the basic mode, the age, a guardian's consent, the menu, and a place for texts.
type LaunchRest struct {
	app.Compo
	View LaunchView
}

// Render implements app.Composer.
func (l *LaunchRest) Render() app.UI {
	v, w := l.View, l.View.Say
	basic := w.BasicText
	if len(v.Basic) == 0 {
		basic = w.BasicNone
	}
	return app.Div().Body(
		v.screen("basic", app.H1().Text(w.Basic),
			app.Div().Class("words").Body(
				app.P().Text(basic),
				app.Ul().Class("works").Body(app.Range(v.Basic).Slice(func(i int) app.UI { return quote(v.Original, app.Li().Text(v.Basic[i])) })),
			),
			app.Footer().Class("choice").Body(does("again", w.Again), does("close", w.GoOn)),
		),
		l.age(),
		l.guardian(),
		v.screen("menu", app.H1().Text(w.Menu),
			app.Div().Class("words").Body(
				app.P().ID("nod-newer").Class("note").Hidden(true).Body(app.Span().Text(w.Newer), app.Text(" "), app.A().Href("#").Text(w.Read)),
				app.P().ID("nod-saved").Class("note").Role("status").Body(app.Span().Hidden(true).Text(v.Words.Saved)),
				app.Ul().Class("menu").Body(app.Range(v.Places).Slice(func(i int) app.UI { return app.Li().Body(v.link(v.Places[i].ID, v.Places[i].Name)) })),
				app.H2().Hidden(len(v.Questions) == 0).Text(w.Asked),
				app.Ul().Class("menu").Body(app.Range(v.Questions).Slice(func(i int) app.UI {
					q := v.Questions[i]
					return app.Li().Body(app.Button().Type("button").DataSet("do", "open").DataSet("question", q.ID).Body(
						quote(v.Original, app.Span().Class("name").Text(q.Name)), app.Span().Class("state").Text(w.Unasked),
					))
				})),
			),
			app.Footer().Class("choice").Body(does("withdraw", v.Words.Withdraw), does("close", v.Words.Close)),
		),
		app.Section().ID("nod-preferences").Class("screen").DataSet("screen", "preferences").Aria("label", v.Words.Title).Hidden(true),
		app.Section().ID("nod-reader").Class("screen").DataSet("screen", "reader").Aria("label", v.Words.More).Hidden(true).Body(
			app.Div().Class("words").TabIndex(-1),
		),
	)
}

func (l *LaunchRest) age() app.UI {
	v, w := l.View, l.View.Say
	return v.screen("age", app.H1().Text(w.Age),
		app.Div().Class("words").Body(app.P().Text(w.AgeText)),
		app.Footer().Class("choice", "three").Body(
			does("child", l.years(w.Child)), does("teen", l.years(w.Teen)), does("adult", l.years(w.Adult)),
		),
	)
}

// guardian asks for the evidence of a guardian's consent: how, when, and a reference, which names nobody.
func (l *LaunchRest) guardian() app.UI {
	v, w := l.View, l.View.Say
	return v.screen("guardian", app.H1().Text(w.Guardian),
		app.Form().Body(
			app.Div().Class("words").Body(
				app.P().Class("of-child").Text(l.years(w.OfChild)),
				app.P().Class("of-teen").Text(l.years(w.OfTeen)),
				quote(v.Original, app.P().Class("rule").Text(v.Ages.Rule)),
				quote(v.Original, app.P().Hidden(v.Ages.Evidence == "").Text(v.Ages.Evidence)),
				app.Label().Body(app.Span().Text(w.Method), app.Select().Name("method").Body(app.Range(v.Ages.Methods).Slice(func(i int) app.UI {
					return quote(v.Original, app.Option().Value(v.Ages.Methods[i].ID).Text(v.Ages.Methods[i].Name))
				}))),
				app.Label().Body(app.Span().Text(w.Day), app.Input().Type("date").Name("day").Required(true)),
				app.Label().Body(app.Span().Text(w.Number), app.Input().Type("text").Name("reference").MaxLength(60).Required(true).Pattern(`.*\S.*`).Aria("describedby", "nod-nobody")),
				app.P().ID("nod-nobody").Class("small").Text(w.Nobody),
			),
			app.Footer().Class("choice").Body(
				does("declines", w.Declines), app.Button().Type("submit").DataSet("do", "consents").Text(w.Consents),
			),
		),
	)
}

// years fills the ages into a sentence.
func (l *LaunchRest) years(sentence string) string {
	a := l.View.Ages
	return strings.NewReplacer("{child}", strconv.Itoa(a.Child), "{adult}", strconv.Itoa(a.Adult), "{last}", strconv.Itoa(a.Adult-1)).Replace(sentence)
}
