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
	return app.Div().Class("card").Lang(v.Language).Dir(v.Direction).Role("group").Body(
		app.P().Text(w.Embed),
		app.Div().Class("pair").Body(
			app.Button().Class("once").Text(w.EmbedOnce),
			app.Button().Class("always").Text(w.EmbedAlways),
		),
	)
}

// Rerun says that something which was refused had run already, and offers to load the page anew.
type Rerun struct {
	app.Compo
	View View
}

// Render implements app.Composer.
func (r *Rerun) Render() app.UI {
	v, w := r.View, r.View.Words
	return app.Section().ID("nod-rerun").Class("banner", v.Layout).Lang(v.Language).Dir(v.Direction).Aria("label", w.Reload).Hidden(true).Body(
		app.P().Text(w.Ran),
		app.Div().Class("actions").Body(
			app.Button().Class("now").Text(w.Reload),
			app.Button().Class("later").Text(w.Later),
		),
	)
}
