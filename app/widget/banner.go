package widget

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// Banner is the first layer: who asks, what for, which data, how long, which rights, and three buttons. The two that
// answer are equal. It is a region beside the page, not over it: visitors can use the page before they answer.
type Banner struct {
	app.Compo
	View View
	Host BannerHost // nil on the server: consent.js runs the buttons by their data-nod
}

// BannerHost runs the banner's buttons in a go-app program.
type BannerHost interface {
	Accept()
	Reject()
	Preferences()
}

// Render implements app.Composer.
func (b *Banner) Render() app.UI {
	v, w := b.View, b.View.Words
	words := append([]app.UI{quote(v.Original, app.H2().ID("nod-title").Text(v.Title))}, v.renderNotice(true)...)
	return v.renderBanner(words,
		app.Div().Class("actions").Body(
			b.renderButton("reject", "reject-all", w.Reject, func() { b.Host.Reject() }),
			b.renderButton("accept", "accept-all", w.Accept, func() { b.Host.Accept() }),
			b.renderButton("preferences", "preferences", w.Preferences, func() { b.Host.Preferences() }),
		),
	)
}

// renderNotice renders who asks and what for, if withText, and then how long, which rights, a link to the policy, and
// the contact. A text that names the controller itself needs no name before it.
func (v View) renderNotice(withText bool) (words []app.UI) {
	w := v.Words
	if withText {
		text := v.Text
		if !strings.Contains(text, v.Controller) {
			text = v.Controller + w.Colon + text
		}
		words = append(words, quote(v.Original, app.P().Text(text)))
	}
	policy := app.A().DataSet("page", v.PolicyPage).Target("_blank").Text(w.PolicyLink)
	return append(words,
		// One element for both: two in a line of the other direction would change places.
		quote(v.Original, app.P().Text(v.Retention+v.sentenceGap()+v.Rights)),
		app.P().Class("links").Body(append([]app.UI{policy}, v.renderContact()...)...),
		app.P().ID("nod-signal").Hidden(true).Text(w.SignalNotice),
	)
}

func (v View) renderBanner(words []app.UI, actions app.UI) app.UI {
	return app.Section().ID("nod-banner").Class("banner", v.Layout).Lang(v.Language).Dir(v.Direction).
		Aria("labelledby", "nod-title").Body(app.Div().Class("words").Body(words...), actions)
}

func (b *Banner) renderButton(id, action, text string, run func()) app.UI {
	button := app.Button().ID("nod-"+id).DataSet("nod", action).Text(text)
	if b.Host == nil {
		return button
	}
	return button.OnClick(func(app.Context, app.Event) { run() })
}

// ReopenButton is the small button in a corner that brings the preference centre back.
type ReopenButton struct {
	app.Compo
	View View
}

// Render implements app.Composer.
func (b *ReopenButton) Render() app.UI {
	v := b.View
	return app.Button().ID("nod-reopen").Class("reopen").Lang(v.Language).Dir(v.Direction).
		DataSet("nod", "preferences").Title(v.Words.Reopen).Body(
		app.Span().Class("mark").Hidden(true).Text("GPC"),
		app.Span().Class("check"),
	)
}
