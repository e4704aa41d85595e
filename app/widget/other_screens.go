package widget

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// OtherScreens are the screens around the questions: the basic mode, the age, a guardian's consent, the menu, and the
// places for the preference centre and for texts.
type OtherScreens struct {
	app.Compo
	View LaunchView
}

// Render implements app.Composer.
func (l *OtherScreens) Render() app.UI {
	words := l.View.Words
	return app.Div().Body(
		l.renderBasic(),
		l.renderAge(),
		l.renderGuardian(),
		l.renderMenu(),
		app.Section().ID("nod-preferences").Class("screen").DataSet("screen", "preferences").
			Aria("label", words.Title).Hidden(true),
		app.Section().ID("nod-reader").Class("screen").DataSet("screen", "reader").
			Aria("label", words.PolicyLink).Hidden(true).Body(app.Div().Class("words").TabIndex(-1)),
	)
}

// renderBasic renders what works without consent.
func (l *OtherScreens) renderBasic() app.UI {
	v, w := l.View, l.View.Labels
	text := w.BasicText
	if len(v.Basic) == 0 {
		text = w.BasicNone
	}
	return v.renderScreen("basic", app.H1().Text(w.Basic),
		app.Div().Class("words").Body(
			app.P().Text(text),
			app.Ul().Class("works").Body(app.Range(v.Basic).Slice(func(i int) app.UI {
				return quote(v.Original, app.Li().Text(v.Basic[i]))
			})),
			v.renderStarts(),
		),
		app.Footer().Class("choice").Body(renderButton("again", w.ReadAgain), renderButton("close", w.ContinueBasic)),
	)
}

func (l *OtherScreens) renderMenu() app.UI {
	v, w := l.View, l.View.Labels
	return v.renderScreen("menu", app.H1().Text(w.Menu),
		app.Div().Class("words").Body(
			app.P().ID("nod-newer").Class("note").Hidden(true).Body(
				app.Span().Text(w.PolicyChanged), app.Text(" "), app.A().Href("#").Text(w.ReadNewVersion),
			),
			app.P().ID("nod-saved").Class("note").Role("status").Body(app.Span().Hidden(true).Text(v.Words.Saved)),
			v.renderMenuLinks(true),
			app.H2().Hidden(len(v.Questions) == 0).Text(w.SeparateConsents),
			app.Ul().Class("menu").Body(app.Range(v.Questions).Slice(func(i int) app.UI {
				q := v.Questions[i]
				return app.Li().Body(app.Button().Type("button").DataSet("do", "open").DataSet("question", q.ID).Body(
					quote(v.Original, app.Span().Class("name").Text(q.Name)),
					app.Span().Class("state").Text(w.Unasked),
				))
			})),
			v.renderCases(),
			app.H2().Text(v.Words.PolicyLink),
			v.renderMenuLinks(false),
		),
		app.Footer().Class("choice").Body(
			renderButton("withdraw", v.Words.Withdraw), renderButton("close", v.Words.Close),
		),
	)
}

// renderMenuLinks renders the link to the preferences, or those to the policy and its lists.
func (v LaunchView) renderMenuLinks(isToPreferences bool) app.UI {
	var links []app.UI
	for _, link := range v.MenuLinks {
		if (link.ID == "preferences") == isToPreferences {
			links = append(links, app.Li().Body(v.renderLink(link.ID, link.Name)))
		}
	}
	return app.Ul().Class("menu").Body(links...)
}

func (l *OtherScreens) renderAge() app.UI {
	v, w := l.View, l.View.Labels
	return v.renderScreen("age", app.H1().Text(w.Age),
		app.Div().Class("words").Body(
			app.P().Text(w.AgeText),
			app.Div().Class("menu").Body(
				renderButton("child", l.fillAges(w.Child)), renderButton("teen", l.fillAges(w.Teen)),
				renderButton("adult", l.fillAges(w.Adult)),
			),
		),
	)
}

// renderGuardian asks for the evidence of a guardian's consent: the method, the day, and a reference that
// the script makes: a random number holds no names.
func (l *OtherScreens) renderGuardian() app.UI {
	v, w := l.View, l.View.Labels
	methods := app.Range(v.Ages.Methods).Slice(func(i int) app.UI {
		return quote(v.Original, app.Option().Value(v.Ages.Methods[i].ID).Text(v.Ages.Methods[i].Name))
	})
	// On a telephone the reference takes two lines.
	reference := app.Textarea().Name("reference").Rows(2).ReadOnly(true).Required(true).
		Aria("describedby", "nod-nobody")
	return v.renderScreen("guardian", app.H1().Text(w.Guardian),
		app.Form().Body(
			app.Div().Class("words").Body(
				app.P().Class("of-child").Text(l.fillAges(w.ChildNotice)),
				app.P().Class("of-teen").Text(l.fillAges(w.TeenNotice)),
				app.Label().Body(app.Span().Text(w.Method), app.Select().Name("method").Body(methods)),
				app.Label().Body(app.Span().Text(w.Day), app.Input().Type("date").Name("day").Required(true)),
				app.Label().Body(app.Span().Text(w.Reference), reference),
				app.P().ID("nod-nobody").Class("small").Text(w.NoNames),
				app.Details().Class("brief").Body(
					app.Summary().Body(app.Span().Text(v.Words.Changes.Items["minors.text"])),
					quote(v.Original, app.P().Class("rule").Text(v.Ages.Rule)),
					quote(v.Original, app.P().Hidden(v.Ages.Evidence == "").Text(v.Ages.Evidence)),
				),
			),
			app.Footer().Class("choice").Body(
				renderButton("declines", w.Declines),
				app.Button().Type("submit").DataSet("do", "consents").Text(w.Consents),
			),
		),
	)
}

// fillAges writes the ages into a sentence.
func (l *OtherScreens) fillAges(sentence string) string {
	a := l.View.Ages
	return strings.NewReplacer(
		"{child}", strconv.Itoa(a.Child), "{adult}", strconv.Itoa(a.Adult), "{last}", strconv.Itoa(a.Adult-1),
	).Replace(sentence)
}
