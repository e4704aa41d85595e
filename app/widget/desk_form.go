package widget

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// RequestForm is the form with which a person asks for something. It works without script: the browser posts it.
type RequestForm struct {
	app.Compo
	View RequestFormView
}

// RequestFormView is what the form shows.
type RequestFormView struct {
	Words      DeskWords
	Action     string // address to post to
	ID, Secret string // of the request that is made
	Rights     []RequestRight
	Check      string   // the policy's words on how it is checked who asks
	Original   Original // of the policy's words
	HasBrowser bool     // the browser can prove whose choices it has
	Failure    string   // id of the field that is wrong; "": nothing was sent
	MaxText    int

	Text, Contact, Tenant string // as they were sent
}

// RequestRight is one thing that a person can ask for.
type RequestRight struct {
	Kind      string
	Name      string
	About     string // what the person gets, by when, and whether it is checked who asks
	IsChecked bool
}

// Render renders the form.
func (f *RequestForm) Render() app.UI {
	v, w := f.View, f.View.Words
	return app.Form().Class("request").Method("post").Action(v.Action).Body(
		app.Input().Type("hidden").Name("id").Value(v.ID),
		app.Input().Type("hidden").Name("secret").Value(v.Secret),
		f.renderFailure(),
		app.FieldSet().ID("nod-kinds").Body(
			app.Legend().Text(w.Ask),
			app.Range(v.Rights).Slice(func(i int) app.UI { return f.renderRight(v.Rights[i]) }),
		),
		app.Section().Body(
			app.H2().Text(w.Check),
			app.P().Text(w.CheckText),
			renderOriginal(v.Check, v.Original),
		),
		renderField("tenant", w.Tenant, w.TenantHint,
			app.Input().ID("nod-tenant").Name("tenant").Attr("maxlength", "64").AutoComplete(false).Value(v.Tenant).
				Attr("aria-describedby", f.describe("tenant", "nod-tenant-hint")).Attr("aria-invalid", f.isWrong("tenant"))),
		renderField("text", w.Text, w.TextHint,
			app.Textarea().ID("nod-text").Name("text").Rows(8).Attr("maxlength", v.MaxText).Text(v.Text).
				Attr("aria-describedby", f.describe("text", "nod-text-hint")).Attr("aria-invalid", f.isWrong("text"))),
		renderField("contact", w.Contact, w.ContactHint,
			app.Input().ID("nod-contact").Name("contact").Attr("maxlength", "200").Required(true).Value(v.Contact).
				Attr("aria-describedby", f.describe("contact", "nod-contact-hint")).Attr("aria-invalid", f.isWrong("contact"))),
		renderIf(v.HasBrowser, func() app.UI {
			return app.P().Body(app.Label().Class("check").Body(
				app.Input().Type("checkbox").Name("browser").Value("1"), app.Span().Text(w.Browser),
			))
		}),
		app.P().Body(app.Button().Type("submit").Text(w.Send)),
	)
}

func (f *RequestForm) renderFailure() app.UI {
	w := f.View.Words
	return renderIf(f.View.Failure != "", func() app.UI {
		text, ok := w.Failures[f.View.Failure]
		at := "#nod-" + f.View.Failure
		if !ok {
			text, at = w.Failures["again"], "#nod-words"
		}
		return app.P().ID("nod-failure").Class("note").Role("alert").Body(
			app.B().Text(w.Failed), app.Text(" "), app.A().Href(at).Text(text),
		)
	})
}

// isWrong returns the value of aria-invalid for a field.
func (f *RequestForm) isWrong(field string) string {
	return strconv.FormatBool(f.View.Failure == field)
}

// describe lists the ids of what describes a field: what is wrong with it, if anything, and its hint.
func (f *RequestForm) describe(field, hint string) string {
	if f.View.Failure == field {
		return "nod-failure " + hint
	}
	return hint
}

func (f *RequestForm) renderRight(r RequestRight) app.UI {
	id := "nod-kind-" + r.Kind
	return app.Div().Class("right").Body(
		app.Label().Class("check").Body(
			app.Input().Type("checkbox").Name("kind").Value(r.Kind).Checked(r.IsChecked).
				Attr("aria-describedby", f.describe("kinds", id)).Attr("aria-invalid", f.isWrong("kinds")),
			app.B().Text(r.Name),
		),
		app.P().ID(id).Text(r.About),
	)
}

func renderField(id, label, hint string, input app.UI) app.UI {
	return app.P().Class("field").Body(
		app.Label().For("nod-"+id).Text(label),
		app.Span().ID("nod-"+id+"-hint").Class("meta").Text(hint),
		input,
	)
}

// renderOriginal renders words of the policy, marked with their language if it differs from the page's.
func renderOriginal(text string, original Original) app.UI {
	return renderIf(text != "", func() app.UI {
		p := app.P().Text(text)
		if original.Language != "" {
			p = p.Lang(original.Language).Dir(original.Direction)
		}
		return p
	})
}

// renderIf renders something only where it is shown.
func renderIf(isShown bool, render func() app.UI) app.UI {
	if !isShown {
		return app.If(false)
	}
	return app.If(true, render())
}

// JoinSentences joins sentences as the language of the view does.
func (v View) JoinSentences(sentences ...string) string {
	return strings.Join(sentences, v.sentenceGap())
}
