package widget

import (
	"cmp"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// Banner is the first layer: who asks, what for, which data, how long, which rights, and three buttons. The two that
// answer are equal. It is a region beside the page, not over it: visitors can use the page before they answer.
type Banner struct {
	app.Compo
	View View
	Host BannerHost // nil on the server: consent.js runs the buttons by their data-nod
}

// BannerHost runs the banner's buttons in a go-app program.
type BannerHost interface {
	Accept()
	Reject()
	Preferences()
}

// Render implements app.Composer.
func (b *Banner) Render() app.UI {
	v, w := b.View, b.View.Words
	words := append([]app.UI{quote(v.Original, app.H2().ID("nod-title").Text(v.Title))}, v.renderNotice(true)...)
	return v.renderBanner(words,
		app.Div().Class("actions").Body(
			b.renderButton("reject", "reject-all", w.Reject, func() { b.Host.Reject() }),
			b.renderButton("accept", "accept-all", w.Accept, func() { b.Host.Accept() }),
			b.renderButton("preferences", "preferences", w.Preferences, func() { b.Host.Preferences() }),
		),
	)
}

// renderNotice renders who asks and what for, if withText, and then how long, which rights, a link to the policy, and
// the contact. A text that names the controller itself needs no line for it.
func (v View) renderNotice(withText bool) (words []app.UI) {
	w := v.Words
	// One element for all: two in a line of the other direction would change places.
	about := v.Retention + v.sentenceGap() + v.Rights
	if withText {
		about = v.Text + v.sentenceGap() + about
		if !strings.Contains(v.Text, v.Controller) {
			words = append(words, quote(v.Original, app.P().Text(v.Controller)))
		}
	}
	policy := app.A().DataSet("page", v.PolicyPage).Target("_blank").Text(w.PolicyLink)
	return append(words,
		quote(v.Original, app.P().Text(about)),
		app.P().Class("links").Body(append([]app.UI{policy}, v.renderContact()...)...),
		app.P().ID("nod-signal").Class("note").Hidden(true).Text(w.SignalNotice),
	)
}

// renderContact renders the links to reach the controller; the postal address where it has no other contact.
func (v View) renderContact() (links []app.UI) {
	if v.Email != "" {
		links = append(links, app.Text(" "), app.A().Href("mailto:"+v.Email).Text(v.Words.Contact))
	}
	if address := PhoneAddress(v.Phone); address != "" {
		a := app.A().Href(address)
		if v.Direction == "rtl" {
			return append(links, app.Text(" "), a.Body(v.markFigures(app.Span().Text(v.Phone))))
		}
		return append(links, app.Text(" "), a.Text(v.Phone))
	}
	if v.Phone != "" || len(links) == 0 {
		links = append(links, app.Text(" "), v.quoteContact(app.Span().Text(cmp.Or(v.Phone, v.Contact))))
	}
	return links
}

// quoteContact marks the contact in one line, which is a postal address of the policy if there is no other.
func (v View) quoteContact(e app.HTMLSpan) app.HTMLSpan {
	if v.Email == "" && v.Phone == "" {
		return quote(v.Original, e)
	}
	return v.markFigures(e)
}

// markFigures marks a telephone number or a mail address: in a text from right to left, its groups would change places.
func (v View) markFigures(e app.HTMLSpan) app.HTMLSpan {
	if v.Direction != "rtl" {
		return e
	}
	return e.Dir("ltr")
}

func (v View) renderBanner(words []app.UI, actions app.UI) app.UI {
	return app.Section().ID("nod-banner").Class("banner", v.Layout).Lang(v.Language).Dir(v.Direction).
		Aria("labelledby", "nod-title").Body(app.Div().Class("words").Body(words...), actions)
}

func (b *Banner) renderButton(id, action, text string, run func()) app.UI {
	button := app.Button().ID("nod-"+id).DataSet("nod", action).Text(text)
	if b.Host == nil {
		return button
	}
	return button.OnClick(func(app.Context, app.Event) { run() })
}

// ReopenButton is the small button in a corner that brings the preference centre back.
type ReopenButton struct {
	app.Compo
	View View
}

// Render implements app.Composer.
func (b *ReopenButton) Render() app.UI {
	v := b.View
	return app.Button().ID("nod-reopen").Class("reopen").Lang(v.Language).Dir(v.Direction).
		DataSet("nod", "preferences").Title(v.Words.Reopen).Body(
		app.Span().Class("mark").Hidden(true).Text("GPC"),
		app.Span().Class("check"),
	)
}
