package widget

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"github.com/nod-consent/nod/app/policy"
)

// describeErasure says what the site does when a person deletes the records.
func (w Words) describeErasure(e policy.Evidence) *Erasure {
	out := &Erasure{
		Title: w.Erase, Text: w.EraseText, Button: w.EraseButton,
		Erased: w.Erased, Restricted: w.Restricted, Failed: w.EraseFailed,
	}
	if !e.Erases() {
		out.Title = w.Restrict
		out.Text = strings.ReplaceAll(w.RestrictText, "{years}", strconv.Itoa(e.Years))
		out.Button = w.RestrictButton
	}
	return out
}

// renderErasure renders how a person deletes the own records: what will happen, the button that does it, and then what
// was done. The text has to be opened, so nobody presses the button by mistake.
func (p *Preferences) renderErasure() []app.UI {
	v, s := p.View.Erasure, p.Status
	if v == nil {
		return nil
	}
	renderNote := func(state, text string) app.UI {
		return app.Span().DataSet("erasure", state).Hidden(s.Erasure != state).Text(text)
	}
	return []app.UI{
		app.Details().Hidden(s.Decided == "" || s.Erasure == "erased").Body(
			app.Summary().Text(v.Title),
			app.P().Text(v.Text),
			app.Button().Class("plain").Name("action").Value("erase").Text(v.Button),
		),
		app.P().Role("status").Body(
			renderNote("erased", v.Erased),
			renderNote("restricted", v.Restricted),
			renderNote("failed", v.Failed),
			app.Time().Text(s.ErasedBy),
		),
	}
}
