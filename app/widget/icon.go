package widget

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// The two drawings that do not depend on a policy.
const (
	sealStrokes = "M12 3 4.5 5.7v5.5c0 4.6 3 8 7.5 9.8 4.5-1.8 7.5-5.2 7.5-9.8V5.7zM8.6 11.9l2.5 2.5 4.4-5"
	tickStrokes = "m5 12.5 4.5 4.5L19 7"
)

// renderIcon renders an icon from its strokes. Screen readers pass over it: the words beside it say the same.
func renderIcon(strokes string) app.UI {
	const namespace = "http://www.w3.org/2000/svg"
	return app.Span().Class("glyph").Aria("hidden", true).Body(
		app.Elem("svg").XMLNS(namespace).Attr("viewBox", "0 0 24 24").Body(
			app.Elem("path").XMLNS(namespace).Attr("d", strokes),
		),
	)
}
