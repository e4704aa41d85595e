package widget

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// renderIcon renders an icon from its strokes. Screen readers pass over it: the words beside it say the same.
func renderIcon(strokes string) app.UI {
	const namespace = "http://www.w3.org/2000/svg"
	return app.Span().Class("glyph").Aria("hidden", true).Body(
		app.Elem("svg").XMLNS(namespace).Attr("viewBox", "0 0 24 24").Body(
			app.Elem("path").XMLNS(namespace).Attr("d", strokes),
		),
	)
}
