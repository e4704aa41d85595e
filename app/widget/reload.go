package widget

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// ReloadNotice says that something refused had already run, and offers to reload the page.
type ReloadNotice struct {
	app.Compo
	View View
}

// Render implements app.Composer.
func (r *ReloadNotice) Render() app.UI {
	v, w := r.View, r.View.Words
	return app.Section().ID("nod-reload").Class("banner", v.Layout).Lang(v.Language).Dir(v.Direction).
		Aria("labelledby", "nod-ran").Hidden(true).Body(
		app.P().ID("nod-ran").Class("words").Text(w.AlreadyRan),
		app.Div().Class("actions").Body(
			app.Button().Class("now").Text(w.ReloadNow),
			app.Button().Class("later").Text(w.ReloadLater),
		),
	)
}
