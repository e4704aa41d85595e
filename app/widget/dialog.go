package widget

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// Dialog is the preference centre as it opens on a host page. It shows the same form at once, and the frame with the
// preference centre replaces it without a flash. If the page blocks the frame, it shows a link to open a window.
type Dialog struct {
	app.Compo
	View   View
	IsOpen bool // else the script opens it
}

// Render implements app.Composer.
func (d *Dialog) Render() app.UI {
	v, w := d.View, d.View.Words
	return app.Dialog().ID("nod-dialog").Open(d.IsOpen).Lang(v.Language).Dir(v.Direction).Aria("label", w.Title).Body(
		app.P().ID("nod-blocked").Class("note").Hidden(true).Body(
			app.Span().Text(w.FrameBlocked), app.Text(" "),
			app.A().Href("#").DataSet("page", v.Centre).Target("_blank").Rel("opener").Text(w.OpenWindow),
		),
		&Preferences{View: v, isInDialog: true},
	)
}
