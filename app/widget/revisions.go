//go:build !js

package widget

import (
	"strings"
	"unicode/utf8"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// History is what each version of a policy changed. It is folded, unless the version is still to come.
type History struct {
	app.Compo
	View      View
	Revisions []Revision // the newest first
	IsOpen    bool
}

// Render implements app.Composer.
func (h *History) Render() app.UI {
	// The id is inside, so that a link to it opens the details.
	list := app.Div().ID("nod-changes").Body(renderRevisions(h.View, h.Revisions))
	return app.Details().Class("summary").Open(h.IsOpen).Body(
		app.Summary().Body(app.H2().Text(h.View.Words.Changes.Title)), list,
	)
}

// renderRevisions renders what changed, with the texts before and after.
func renderRevisions(v View, list []Revision) app.UI {
	w := v.Words.Changes
	var out []app.UI
	for _, r := range list {
		out = append(out, app.H3().Text(strings.ReplaceAll(w.Version, "{date}", r.Date)))
		if r.Summary != "" {
			out = append(out, quote(v.Original, app.P().Text(r.Summary)))
		}
		for _, g := range r.Groups {
			out = append(out, app.H4().Text(g.Kind))
			for _, c := range g.Changes {
				out = append(out, c.render(v))
			}
		}
	}
	return app.Div().Class("changes").Body(out...)
}

// isShort reports whether both texts fit on one line, with an arrow between them.
func (c Change) isShort() bool {
	const most = 16 // characters of each
	return c.Before != "" && c.After != "" &&
		utf8.RuneCountInString(c.Before) <= most && utf8.RuneCountInString(c.After) <= most
}

func (c Change) render(v View) app.UI {
	w := v.Words.Changes
	body := []app.UI{quote(v.Original, app.P().Class("item").Text(c.Item))}
	addSide := func(label, text string, isRemoved bool) {
		if text == "" {
			return
		}
		mark := app.UI(app.Ins().Text(text))
		if isRemoved {
			mark = app.Del().Text(text)
		}
		body = append(body, app.P().Body(app.B().Text(label+v.Words.Colon), quote(v.Original, app.Span().Body(mark))))
	}
	switch {
	case c.isShort():
		body = append(body, app.P().Class("short").Body(
			app.B().Text(w.Before+v.Words.Colon), quote(v.Original, app.Del().Text(c.Before)), app.Text(" "),
			app.B().Text(w.After+v.Words.Colon), quote(v.Original, app.Ins().Text(c.After)),
		))
	case c.Before == "" && c.After != "":
		addSide(w.Added, c.After, false)
	case c.Before != "" && c.After == "":
		addSide(w.Removed, c.Before, true)
	default:
		addSide(w.Before, c.Before, true)
		addSide(w.After, c.After, false)
	}
	return app.Div().Class("change").Body(body...)
}
