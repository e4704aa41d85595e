package widget

import (
	"cmp"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"github.com/nod-consent/nod/app/policy"
)

// Contact returns the controller's email address and telephone number in one line, or the postal address if it has
// neither.
func Contact(c policy.Controller, languages ...string) string {
	if c.Email == "" && c.Phone == "" {
		return c.Address.In(languages[0], languages[1:]...)
	}
	return strings.Trim(c.Email+" · "+c.Phone, " ·") // programs get it too: with usual spaces
}

// renderContact renders the links to reach the controller; the postal address where it has no other contact.
func (v View) renderContact() (links []app.UI) {
	if v.Email != "" {
		links = append(links, app.Text(" "), app.A().Href("mailto:"+v.Email).Text(v.Words.Contact))
	}
	address := PhoneAddress(v.Phone)
	switch a := app.A().Href(address); {
	case address != "" && v.Direction == "rtl":
		return append(links, app.Text(" "), a.Body(v.markFigures(v.Phone)))
	case address != "":
		return append(links, app.Text(" "), a.Text(v.Phone))
	case v.Phone != "":
		return append(links, app.Text(" "), v.markFigures(v.Phone))
	case v.Email == "":
		return append(links, app.Text(" "), quote(v.Original, app.Span().Text(v.Contact)))
	}
	return links
}

// renderContactLine renders the contact in a line of text.
func (v View) renderContactLine() []app.UI {
	line := []app.UI{app.Text(v.Words.Contact + v.Words.Colon)}
	switch {
	case v.Email != "" && v.Phone != "": // each marked by itself: the line may end between them
		return append(line, v.markFigures(v.Email), app.Text(partSeparator), v.markFigures(v.Phone))
	case v.Email != "" || v.Phone != "":
		return append(line, v.markFigures(cmp.Or(v.Email, v.Phone)))
	}
	return append(line, quote(v.Original, app.Span().Text(v.Contact)))
}

// markFigures marks a telephone number or a mail address: in a text from right to left, its groups would change places.
func (v View) markFigures(text string) app.UI {
	if v.Direction != "rtl" {
		return app.Span().Text(text)
	}
	return app.Span().Text(text).Dir("ltr")
}
