package widget

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// renderScreen renders one of the screens, of which the script shows one at a time. The script finds what a button does
// in its data-do, and the page of a link in its data-page.
func (v LaunchView) renderScreen(id string, title app.HTMLH1, body ...app.UI) app.HTMLSection {
	heading := title.ID("nod-" + id + "-title").TabIndex(-1)
	return app.Section().ID("nod-"+id).Class("screen").DataSet("screen", id).
		Aria("labelledby", "nod-"+id+"-title").Hidden(true).
		Body(append([]app.UI{heading}, body...)...)
}

func (v LaunchView) renderLink(page, text string) app.UI {
	return app.A().Href(page+"?lang="+v.Language).DataSet("page", page).Text(text)
}

func renderButton(action, text string) app.HTMLButton {
	return app.Button().Type("button").DataSet("do", action).Text(text)
}

// LaunchScreen is the first layer in an app: nothing runs before it is answered.
type LaunchScreen struct {
	app.Compo
	View    LaunchView
	IsShown bool // else the script shows it
}

// Render implements app.Composer.
func (a *LaunchScreen) Render() app.UI {
	v, w := a.View, a.View.Labels
	return v.renderScreen("ask", quote(v.Original, app.H1().Text(v.Title)),
		app.Div().Class("hero").Body(renderIcon(sealStrokes)),
		app.Form().Method("post").Action("preferences?lang="+v.Language+"&platform="+string(v.Platform)).Body(
			app.Input().Type("hidden").Name("policy").Value(v.Policy),
			app.Input().Type("hidden").Name("page").Value("first-launch"),
			app.Div().Class("words").Body(a.renderWords()...),
			app.Footer().Class("choice").Body(
				app.Button().Type("submit").Name("action").Value("reject_all").DataSet("do", "disagree").Text(w.Disagree),
				app.Button().Type("submit").Name("action").Value("accept_all").DataSet("do", "agree").Text(w.Agree),
			),
		),
	).Hidden(!a.IsShown)
}

// renderWords renders the texts: who asks and what for, the rights, what "accept" covers, and links to all the rest.
func (a *LaunchScreen) renderWords() []app.UI {
	v, w := a.View, a.View.Labels
	return []app.UI{
		quote(v.Original, app.P().Class("lead").Body(
			app.Strong().Text(v.Controller), app.Text(v.Words.Colon), app.Span().Text(v.Text),
		)),
		app.Ul().Class("rights").Aria("label", w.Rights).Body(app.Range(v.Rights).Slice(func(i int) app.UI {
			return app.Li().Body(renderIcon(tickStrokes), quote(v.Original, app.Span().Text(v.Rights[i])))
		})),
		a.renderCovers(),
		v.renderStarts(),
		app.P().ID("nod-signal").Class("note").Hidden(true).Text(v.Words.SignalNotice),
		app.P().Class("links").Body(v.renderFirstLinks()...),
		app.P().Class("small").Body(append(
			[]app.UI{quote(v.Original, app.Span().Text(v.Retention)), app.Text(v.sentenceGap())},
			v.renderContactLine()...,
		)...),
	}
}

// renderFirstLinks renders the links to the policy and to its lists of SDKs and permissions.
func (v LaunchView) renderFirstLinks() []app.UI {
	links := []app.UI{v.renderLink("policy", v.Words.PolicyLink)}
	for _, link := range v.MenuLinks {
		if link.ID == "lists/sdks" || link.ID == "lists/permissions" {
			links = append(links, app.Text(" "), v.renderLink(link.ID, link.Name))
		}
	}
	return links
}

// renderCovers renders what "accept" covers, folded, with the names of the others: the required purposes, and those
// that are asked later. Its line names what is covered.
func (a *LaunchScreen) renderCovers() app.UI {
	v, w := a.View, a.View.Labels
	var covered, required, separate []string // names
	for _, u := range v.Purposes {
		switch {
		case u.Separate:
			separate = append(separate, u.Name)
		case u.Required:
			required = append(required, u.Name)
		default:
			covered = append(covered, u.Name)
		}
	}
	later := strings.ReplaceAll(w.AskedLater, "{count}", strconv.Itoa(len(separate)))
	return app.Details().Class("brief").Body(
		app.Summary().Body(
			app.Span().Text(w.Covers+v.Words.Colon), quote(v.Original, app.Span().Text(v.Words.Join(covered))),
		),
		app.Ul().Class("covers").Hidden(len(covered) == 0).Body(app.Range(v.Purposes).Slice(func(i int) app.UI {
			u := v.Purposes[i]
			return app.Li().Hidden(u.Separate || u.Required).Body(
				quote(v.Original, app.Strong().Text(u.Name)), app.Text(" "),
				quote(v.Original, app.Span().Text(u.Summary)),
			)
		})),
		app.P().Hidden(len(required) == 0).
			Text(strings.ReplaceAll(w.RequiredNames, "{names}", v.Words.Join(required))),
		app.P().Hidden(len(separate) == 0).Body(
			app.Strong().Text(later+v.Words.Colon), quote(v.Original, app.Span().Text(v.Words.Join(separate))),
		),
		v.renderCases(),
	)
}

// renderStarts renders what starts also after a refusal, and which data that takes.
func (v LaunchView) renderStarts() app.UI {
	if len(v.Starts) == 0 {
		return app.P().Class("starts").Text(v.Labels.StartsNone)
	}
	var names []string
	for _, start := range v.Starts {
		names = append(names, start.Name)
	}
	return app.Details().Class("brief", "starts").Body(
		app.Summary().Body(
			app.Span().Text(v.Labels.Starts+v.Words.Colon), quote(v.Original, app.Span().Text(v.Words.Join(names))),
		),
		app.Ul().Class("covers").Body(app.Range(v.Starts).Slice(func(i int) app.UI {
			return app.Li().Body(
				quote(v.Original, app.Strong().Text(v.Starts[i].Name)), app.Text(" "),
				quote(v.Original, app.Span().Text(v.Starts[i].About)),
			)
		})),
	)
}

// renderCases names what is asked about case by case.
func (v LaunchView) renderCases() app.UI {
	var names []string
	for _, c := range v.Cases {
		names = append(names, c.Name)
	}
	return app.Div().Class("cases").Hidden(len(names) == 0).Body(
		app.P().Body(
			app.Strong().Text(v.Words.PerCase+v.Words.Colon), quote(v.Original, app.Span().Text(v.Words.Join(names))),
		),
		app.P().Class("small").Text(v.Words.PerCaseIntro),
	)
}

func (v LaunchView) renderFacts(list []Fact) app.UI {
	var facts []app.UI
	for _, f := range list {
		facts = append(facts, app.Div().Body(app.Dt().Text(f.Label), quote(v.Original, app.Dd().Text(f.Values[0]))))
	}
	return app.Dl().Class("facts").Body(facts...)
}

// QuestionScreen asks for one purpose, with two equal buttons.
type QuestionScreen struct {
	app.Compo
	View     LaunchView
	Question Question
}

// Render implements app.Composer.
func (a *QuestionScreen) Render() app.UI {
	v, w, q := a.View, a.View.Labels, a.Question
	return v.renderScreen("q-"+q.ID, quote(v.Original, app.H1().Text(q.Name)),
		app.Div().Class("hero").Body(renderIcon(q.Strokes)),
		app.Div().Class("words").Body(
			quote(v.Original, app.P().Class("why").Text(q.Summary)),
			app.P().Class("note", "locked").Hidden(true).Text(w.LockedBy),
			app.P().Class("system").Hidden(true).Body(
				app.Span().Text(w.SystemPermission+v.Words.Colon), app.Span().Class("state"), app.Text(" "),
				renderButton("settings", w.Settings),
			),
			v.renderFacts(q.Facts),
			app.Details().Class("brief").Hidden(len(q.More) == 0).Body(
				app.Summary().Body(app.Span().Text(v.Words.Details)),
				v.renderFacts(q.More),
			),
			app.P().Class("small").Text(w.ChangeLater),
		),
		app.Footer().Class("choice").Body(renderButton("refuse", v.Words.Reject), renderButton("grant", v.Words.Accept)),
	)
}
