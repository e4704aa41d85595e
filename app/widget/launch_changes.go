//go:build !js

package widget

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// ChangesScreen shows in an app what ChangeBanner shows on a page.
type ChangesScreen struct {
	app.Compo
	View   LaunchView
	Change ChangeBanner
}

// Render implements app.Composer.
func (s *ChangesScreen) Render() app.UI {
	v, c := s.View, &s.Change
	words := c.renderWords()
	if c.needsConsent() {
		words = append(words, app.P().Body(
			quote(v.Original, app.Strong().Text(v.Controller+v.Words.Colon)),
			quote(v.Original, app.Span().Text(v.Text)),
		))
	}
	words = append(words,
		app.P().Class("small").Body(v.renderContactLine()...),
		app.P().Body(v.renderLink("policy", v.Labels.FullPolicy)),
	)
	return v.renderScreen("changes", app.H1().Text(c.title()),
		app.Div().Class("words").Body(words...),
		app.Footer().Class("choice").Body(s.renderButtons()...),
	)
}

// renderButtons renders the buttons: two of the same size where there is something to answer.
func (s *ChangesScreen) renderButtons() []app.UI {
	w := s.View.Words.Changes
	switch {
	case s.Change.Reduces:
		return []app.UI{renderButton("keep-earlier", w.KeepEarlier), renderButton("accept-change", w.Agree)}
	case s.Change.needsConsent():
		return []app.UI{
			renderButton("refuse-changed", s.View.Labels.Disagree), renderButton("agree-changed", s.View.Labels.Agree),
		}
	}
	return []app.UI{renderButton("open-preferences", s.View.Words.Preferences), renderButton("understood", w.Done)}
}
