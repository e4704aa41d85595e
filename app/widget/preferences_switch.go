package widget

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"github.com/nod-consent/nod/app/consent"
)

// renderPurposes renders the list of the purposes that "accept all" covers, or of the separate ones.
func (p *Preferences) renderPurposes(isSeparate bool) app.UI {
	var list []Purpose
	for _, u := range p.View.Purposes {
		if u.Separate == isSeparate {
			list = append(list, u)
		}
	}
	class := "purposes"
	if isSeparate {
		class = "purposes separate"
	}
	return app.Ul().Class(class).Hidden(len(list) == 0).Body(app.Range(list).Slice(func(i int) app.UI {
		return p.renderPurpose(list[i])
	}))
}

// renderPurpose renders a purpose. Its details are on another page: a script loads them when the visitor opens them.
// Without a script, a link leads there.
func (p *Preferences) renderPurpose(u Purpose) app.UI {
	w := p.View.Words
	isRefused := p.Status.isRefusedButRequired(u)
	name := app.Label().For(p.elementID(u.ID)).Body(
		quote(p.View.Original, app.Span().Class("name").Text(u.Name)),
		app.Text(" "),
		app.Span().Class("always").Hidden(!u.Required || isRefused).Text(w.Required),
	)
	level := 2
	if u.Separate { // these are below a heading of their own
		level = 3
	}
	return app.Li().Class("purpose").Body(
		app.Div().Class("row").Body(
			p.renderHeading(level, name, false),
			p.renderSwitch(u, u.ID),
		),
		quote(p.View.Original, app.P().ID(p.elementID(u.ID)+"-about").Text(u.Summary)),
		p.renderReasons(u),
		app.If(u.WasRefusable, app.P().Class("note", "refused").Hidden(!isRefused).Text(w.RefusedEarlier)),
		p.renderDetails(u),
	)
}

// renderReasons renders why a purpose is needed and how it can affect the person. They are in the form itself, and not
// folded: consent to a sensitive purpose needs them in view (PIPL 30), and a page without them can grant nothing.
func (p *Preferences) renderReasons(u Purpose) app.UI {
	rows := app.Range(u.Reasons).Slice(func(i int) app.UI {
		reason := u.Reasons[i]
		return app.P().Body( // a list of terms would make the program 1 % larger
			app.Span().Class("label").Text(reason.Label), app.Text(p.View.Words.Colon),
			quote(p.View.Original, app.Span().Class("reason").Text(reason.Values[0])),
		)
	})
	return app.If(len(u.Reasons) > 0, app.Div().Class("reasons").Body(rows))
}

func (p *Preferences) renderDetails(u Purpose) app.UI {
	w := p.View.Words
	page := p.View.PurposeLink(u.ID)
	return app.Details().Body(
		app.Summary().Body(
			app.Span().Text(w.Details), quote(p.View.Original, app.Span().Class("of").Text(" "+u.Name)),
		),
		app.Div().Class("part").DataSet("part", page),
		app.P().Class("more").Body(app.A().Href(page).Target("_blank").Rel("noopener").Text(w.AllDetails)),
		p.renderHeading(3, app.Text(w.Services), len(u.Services) == 0),
		app.Ul().Class("services").Hidden(len(u.Services) == 0).Body(
			app.Range(u.Services).Slice(func(i int) app.UI { return p.renderService(u, u.Services[i]) }),
		),
	)
}

func (p *Preferences) renderService(u Purpose, s Service) app.UI {
	return app.Li().Body(
		app.Div().Class("row").Body(
			app.Label().For(p.elementID(s.ID)).Body(quote(p.View.Original, app.Span().Class("name").Text(s.Name))),
			p.renderSwitch(u, s.ID),
		),
		quote(p.View.Original, app.P().ID(p.elementID(s.ID)+"-about").Text(s.Summary)),
	)
}

// isRefusedButRequired reports whether a required purpose, or a service of it, is denied: the visitor refused it while
// that was possible.
func (s Status) isRefusedButRequired(u Purpose) bool {
	isDenied := s.States[u.ID] == consent.Denied
	for _, service := range u.Services {
		isDenied = isDenied || s.States[service.ID] == consent.Denied
	}
	return u.WasRefusable && isDenied
}

// renderSwitch renders the switch of a purpose, or of the service of it that has the id.
func (p *Preferences) renderSwitch(u Purpose, id string) app.UI {
	isPurpose := id == u.ID
	purpose, isFixed, isOn := u.ID, u.Required, p.ticked[id]
	if isPurpose {
		purpose = ""
	}
	if p.Status.isRefusedButRequired(u) {
		isFixed = !isPurpose // the services follow their purpose
	} else if u.Required {
		isOn = true
	}
	return app.Input().Type("checkbox").ID(p.elementID(id)).Class("switch").Name(id).Value("granted").
		DataSet("of", purpose).
		Aria("describedby", p.elementID(id)+"-about").
		Disabled(isFixed).
		Checked(isOn).
		OnChange(func(ctx app.Context, _ app.Event) {
			p.applySwitch(id, ctx.JSSrc().Get("checked").Bool())
		}, id)
}

// applySwitch applies what the visitor switched. A purpose takes its services with it. A service that is turned on
// turns its purpose on, too.
func (p *Preferences) applySwitch(id string, isOn bool) {
	p.ticked[id] = isOn
	p.Status.Saved = false
	for _, u := range p.View.Purposes {
		for _, s := range u.Services {
			if u.ID == id {
				p.ticked[s.ID] = isOn
			} else if s.ID == id && isOn {
				p.ticked[u.ID] = true
			}
		}
	}
}
