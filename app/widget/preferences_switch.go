package widget

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"github.com/nod-consent/nod/app/consent"
)

// renderGroup renders a card with the purposes that belong to it, below a heading. Without any it is hidden.
func (p *Preferences) renderGroup(title, class string, belongs func(Purpose) bool) app.UI {
	list := p.selectPurposes(belongs)
	return app.Div().Class("group", class).Hidden(len(list) == 0).Body(
		p.renderHeading(2, app.Text(title), false),
		p.renderPurposes(list),
	)
}

// renderSeparate renders what "accept all" leaves out, and what has no switch because each case is asked about when it
// arises. It is folded: few visitors come for it.
func (p *Preferences) renderSeparate() app.UI {
	v, w := p.View, p.View.Words
	list := p.selectPurposes(func(u Purpose) bool { return u.Separate })
	return app.Details().Class("group", "separate").Hidden(len(list)+len(v.Cases) == 0).Body(
		app.Summary().Body(
			p.renderHeading(2, app.Text(w.Separate), false),
			app.Span().Class("count").Text(strconv.Itoa(len(list)+len(v.Cases))),
		),
		app.P().Text(w.SeparateIntro),
		p.renderPurposes(list),
		app.Div().Class("cases").Hidden(len(v.Cases) == 0).Body(
			p.renderHeading(3, app.Text(w.PerCase), false),
			app.P().Text(w.PerCaseIntro),
			app.Ul().Body(app.Range(v.Cases).Slice(func(i int) app.UI {
				return app.Li().Body(
					quote(v.Original, app.Span().Class("name").Text(v.Cases[i].Name)),
					quote(v.Original, app.P().Text(v.Cases[i].Summary)),
				)
			})),
		),
	)
}

func (p *Preferences) selectPurposes(belongs func(Purpose) bool) (list []Purpose) {
	for _, u := range p.View.Purposes {
		if belongs(u) {
			list = append(list, u)
		}
	}
	return list
}

func (p *Preferences) renderPurposes(list []Purpose) app.UI {
	return app.Ul().Class("purposes").Body(
		app.Range(list).Slice(func(i int) app.UI { return p.renderPurpose(list[i]) }),
	)
}

// renderPurpose renders a purpose: a row that opens its details, and a switch. The details are on another page: a
// script loads them when the visitor opens them. Without a script, a link leads there. What is always on has no switch.
func (p *Preferences) renderPurpose(u Purpose) app.UI {
	w := p.View.Words
	isRefused := p.Status.isRefusedButRequired(u)
	return app.Li().Class("purpose").DataSet("id", u.ID).Body(
		renderIcon(u.Strokes),
		app.If(u.hasSwitch(), p.renderSwitch(u, u.ID)),
		app.If(u.WasRefusable, app.Span().Class("fixed").Hidden(isRefused).Text(w.Required)),
		p.renderDetails(u),
		p.renderReasons(u),
		app.If(u.WasRefusable, app.P().Class("note", "refused").Hidden(!isRefused).Text(w.RefusedEarlier)),
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

// renderDetails renders the row of a purpose, and what it opens: below it, or beside the list where there is room.
func (p *Preferences) renderDetails(u Purpose) app.UI {
	w := p.View.Words
	page := p.View.PurposeLink(u.ID)
	detail := app.Div().Class("detail")
	if !p.isInDialog {
		detail = detail.DataSet("name", u.Name) // heads it beside the list
	}
	return app.Details().Body(
		app.Summary().Body(
			p.renderHeading(3, p.renderName(u, u.ID, u.Name), false),
			quote(p.View.Original, app.Span().ID(p.elementID(u.ID)+"-about").Class("about").Text(u.Summary)),
			app.Text(" "), app.Span().Class("sum").Text(u.Details),
		),
		detail.Body(
			app.If(!p.isInDialog, app.Div().Class("part").DataSet("part", page)), // in the dialog, the frame has it
			app.P().Class("more").Body(app.A().Href(page).Target("_blank").Rel("noopener").Text(w.AllDetails)),
			app.If(len(u.Services) > 0, p.renderHeading(3, app.Text(w.Services), false)),
			app.If(len(u.Services) > 0, app.Ul().Class("services").Body(
				app.Range(u.Services).Slice(func(i int) app.UI { return p.renderService(u, u.Services[i]) }),
			)),
		),
	)
}

func (p *Preferences) renderService(u Purpose, s Service) app.UI {
	return app.Li().DataSet("id", s.ID).Body(
		app.Div().Class("row").Body(
			p.renderName(u, s.ID, s.Name),
			app.If(u.hasSwitch(), p.renderSwitch(u, s.ID)),
		),
		quote(p.View.Original, app.P().ID(p.elementID(s.ID)+"-about").Text(s.Summary)),
	)
}

// hasSwitch reports whether there is something to switch: not if the purpose is always on.
func (u Purpose) hasSwitch() bool { return !u.Required || u.WasRefusable }

// renderName renders the name of a purpose, or of a service of it that has the id. It belongs to the switch, if any.
func (p *Preferences) renderName(u Purpose, id, name string) app.UI {
	text := quote(p.View.Original, app.Span().Class("name").Text(name))
	if !u.hasSwitch() {
		return text
	}
	return app.Label().For(p.elementID(id)).Body(text)
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
	input := app.Input().Type("checkbox").Role("switch").ID(p.elementID(id)).Class("switch").Name(id).Value("granted").
		DataSet("of", purpose).
		Aria("describedby", p.elementID(id)+"-about").
		Disabled(isFixed).
		Hidden(isFixed).
		Checked(isOn).
		OnChange(func(ctx app.Context, _ app.Event) {
			p.applySwitch(id, ctx.JSSrc().Get("checked").Bool())
		}, id)
	if p.isInDialog {
		return input
	}
	w := p.View.Words
	return input.DataSet("on", w.SwitchedOn).DataSet("off", w.SwitchedOff) // printed instead of the switch
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
