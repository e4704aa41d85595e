package widget

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// Placeholder is shown instead of a blocked embed. It says what would load there, from whom, and for what. Its two
// buttons look the same: neither choice is favoured.
type Placeholder struct {
	app.Compo
	View View
}

// Render implements app.Composer.
func (p *Placeholder) Render() app.UI {
	v, w := p.View, p.View.Words
	return app.Div().Class("placeholder").Lang(v.Language).Dir(v.Direction).Role("group").Body(
		app.P().Text(w.Placeholder),
		app.Div().Class("pair").Body(
			app.Button().Class("once").Text(w.LoadOnce),
			app.Button().Class("always").Text(w.LoadAlways),
		),
	)
}
