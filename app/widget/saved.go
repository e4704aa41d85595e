package widget

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// SavedNotice says that a choice was saved, and offers to change it. It is on the page, and empty, before it says so: a
// screen reader hears only what changes.
type SavedNotice struct {
	app.Compo
	View View
}

// Render implements app.Composer.
func (s *SavedNotice) Render() app.UI {
	v := s.View
	return app.Div().Class("saved").Lang(v.Language).Dir(v.Direction).Body(
		app.Span().Role("status"),
		app.Button().DataSet("nod", "preferences").Text(v.Words.Change),
	)
}
