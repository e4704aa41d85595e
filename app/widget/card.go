package widget

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// Card stands in the place of a frame that is kept from loading, and says what would load there, from whom, and for what.
// Its buttons are equal: loading once is no lesser choice than always.
type Card struct {
	app.Compo
	View View
}

// Render implements app.Composer.
func (c *Card) Render() app.UI {
	v, w := c.View, c.View.Words
	return app.Div().Class("placeholder").Lang(v.Language).Dir(v.Direction).Role("group").Body(
		app.P().Text(w.Card),
		app.Div().Class("pair").Body(
			app.Button().Class("once").Text(w.CardOnce),
			app.Button().Class("always").Text(w.CardAlways),
		),
	)
}
