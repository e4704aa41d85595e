package widget

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// Banner is the first layer: who asks, what for, which data, how long, which rights, and three equal buttons. It is a
// region beside the page, not over it: nothing is blocked until somebody answers.
type Banner struct {
	app.Compo
	View View
	Host BannerHost // nil on the server: consent.js answers the buttons by their data-nod
}

// BannerHost carries out the banner's buttons in a go-app program.
type BannerHost interface {
	Accept()
	Reject()
	Preferences()
}

// Render implements app.Composer.
func (b *Banner) Render() app.UI {
	v, w := b.View, b.View.Words
	words := append([]app.UI{quote(v.Original, app.H2().ID("nod-title").Text(v.Title))}, v.asks(true)...)
	return v.banner(words,
		app.Div().Class("actions").Body(
			b.button("accept", "accept-all", w.Accept, func() { b.Host.Accept() }),
			b.button("reject", "reject-all", w.Reject, func() { b.Host.Reject() }),
			b.button("preferences", "preferences", w.Preferences, func() { b.Host.Preferences() }),
		),
	)
}

// asks is who asks and what for, where it is to be told, and below how long, which rights, and where more is to be read.
func (v View) asks(told bool) (words []app.UI) {
	w := v.Words
	if told {
		words = append(words, app.P().Body(quote(v.Original, app.Strong().Text(v.Controller+w.Colon)), quote(v.Original, app.Span().Text(v.Text))))
	}
	return append(words,
		app.P().Class("small").Body(
			quote(v.Original, app.Span().Text(v.Retention)), app.Text(v.gap()),
			quote(v.Original, app.Span().Text(v.Rights)), app.Text(v.gap()),
			app.Span().Text(w.Contact+w.Colon+v.Contact), app.Text(" "),
			app.A().Href("#").DataSet("page", v.PolicyPage).Target("_blank").Text(w.More),
		),
		app.P().ID("nod-signal").Class("note").Hidden(true).Text(w.Signal),
	)
}

func (v View) banner(words []app.UI, actions app.UI) app.UI {
	return app.Section().ID("nod-banner").Class("banner", v.Layout).Lang(v.Language).Dir(v.Direction).Aria("labelledby", "nod-title").Body(
		app.Div().Class("words").Body(words...), actions,
	)
}

func (b *Banner) button(id, does, text string, run func()) app.UI {
	button := app.Button().ID("nod-"+id).DataSet("nod", does).Text(text)
	if b.Host == nil {
		return button
	}
	return button.OnClick(func(app.Context, app.Event) { run() })
}

// WayBack is the small button that stays in a corner after the choice.
type WayBack struct {
	app.Compo
	View View
}

// Render implements app.Composer.
func (b *WayBack) Render() app.UI {
	v := b.View
	return app.Button().ID("nod-reopen").Class("reopen").Lang(v.Language).Dir(v.Direction).
		DataSet("nod", "preferences").Title(v.Words.Return).Body(
		app.Span().Class("check").Aria("hidden", "true"),
		app.Span().Class("mark").Text("GPC"),
	)
}
