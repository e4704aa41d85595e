package widget

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// Card stands in the place of a frame that is kept from loading, and says what would load there, from whom, and for what.
// Its buttons are equal: loading once is no lesser choice than always.
type Placeholder struct {
	app.Compo
	View View
}

// Render implements app.Composer.
func (c *Placeholder) Render() app.UI {
	v, w := c.View, c.View.Words
	return app.Div().Class("card").Lang(v.Language).Dir(v.Direction).Role("group").Body(
		app.P().Text(w.Placeholder),
		app.Div().Class("pair").Body(
			app.Button().Class("once").Text(w.LoadOnce),
			app.Button().Class("always").Text(w.LoadAlways),
		),
	)
}
