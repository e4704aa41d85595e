package widget

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"github.com/nod-consent/nod/app/consent"
)

// Preferences is the preference centre: a form with a switch for each purpose and service. Its structure never
// changes, only what is ticked and what is hidden: go-app matches children by their place, and what is rebuilt loses
// focus and text.
type Preferences struct {
	app.Compo
	View   View
	Status Status
	Host   Host // nil on the server: a plain form

	ticked map[string]bool
	pane   bool // drawn in Dialog, one level of headings below
}

// Tick says which switches are on; the component starts from View and Status otherwise.
func (p *Preferences) Tick(on map[string]bool) { p.ticked = on }

// show takes the state of things from outside, such as a choice made in another tab. Switches follow what changed;
// what else the visitor ticked meanwhile stays.
func (p *Preferences) show(s Status) {
	for id, state := range s.States {
		// What changed elsewhere counts, what is only ticked here stays.
		if before, ok := p.Status.States[id]; !ok || before != state {
			p.ticked[id] = state == consent.Granted
		}
	}
	s.Saved = s.Saved || p.Status.Saved && !s.Opened
	for _, u := range p.View.Purposes {
		if s.keeps(u) && !p.Status.keeps(u) {
			p.ticked[u.ID] = false
		}
	}
	p.Status = s
	if s.Opened {
		p.tickGranted()
	}
}

// tickGranted turns on what is granted, and nothing else.
func (p *Preferences) tickGranted() {
	p.ticked = map[string]bool{}
	for id, s := range p.Status.States {
		p.ticked[id] = s == consent.Granted
	}
	for _, u := range p.View.Purposes {
		if p.Status.keeps(u) {
			p.ticked[u.ID] = false
		}
	}
}

// OnMount implements app.Mounter.
func (p *Preferences) OnMount(ctx app.Context) {
	if p.Host != nil {
		p.Host.Watch(func(s Status) { ctx.Dispatch(func(app.Context) { p.show(s) }) })
	}
}

// Render implements app.Composer.
func (p *Preferences) Render() app.UI {
	if p.ticked == nil {
		p.tickGranted()
	}
	form := app.Form().Method("post").OnSubmit(p.submit).Body(p.form()...)
	withdrawal := app.Form().ID(p.id("withdrawal")).Method("post").OnSubmit(p.submit).Body(p.known()...)
	if p.pane {
		return app.Div().Class("preferences").Body(form, withdrawal)
	}
	return app.Main().ID(p.id("centre")).Aria("label", p.View.Words.Title).Body(form, withdrawal)
}

// news is a line on the policy's versions, which is not there where there is but one.
func (p *Preferences) news() []app.UI {
	n := p.View.News
	if n.Text == "" {
		return nil
	}
	return []app.UI{app.P().Class("news").Body(app.Span().Text(n.Text), app.Text(" "), app.A().Href(n.Page).Target("_blank").Rel("noopener").Text(n.Link))}
}

// known is what a posted form says of the page that it was drawn from. That of a pane is never posted.
func (p *Preferences) known() []app.UI {
	if p.pane {
		return nil
	}
	return []app.UI{
		app.Input().Type("hidden").Name("policy").Value(p.View.Policy),
		app.Input().Type("hidden").Name("previous").Value(p.Status.Previous),
	}
}

func (p *Preferences) form() []app.UI {
	v, w := p.View, p.View.Words
	decided := p.Status.Decided != ""
	begin := append(p.known(),
		app.Header().Body(
			p.title(),
			app.Button().ID(p.id("close")).Class("icon").Type("button").Title(w.Close).OnClick(p.close),
		),
		app.P().Class("intro").Text(w.Intro),
	)
	return append(append(begin, p.news()...),
		app.P().ID(p.id("signal")).Class("note").Hidden(!p.Status.Signal).Text(w.Signal),
		app.P().ID(p.id("saved")).Class("note").Role("status").Body(app.Span().Hidden(!p.Status.Saved).Text(w.Saved)),
		app.Div().ID(p.id("decided")).Class("decided").Hidden(!decided).Body(
			app.P().Body(app.Span().Text(w.Decided+w.Colon), app.Time().Text(p.Status.Decided), app.Span().Class("count").Text(" · "+p.count())),
			app.Button().ID(p.id("receipt")).Class("plain").Type("button").Hidden(!p.Status.Receipt).OnClick(p.download).Text(w.Receipt),
			app.Button().ID(p.id("withdraw")).Class("plain").Type("submit").Form(p.id("withdrawal")).Name("action").Value("withdraw").Text(w.Withdraw),
		),
		p.purposes(false),
		app.Div().Class("apart").Hidden(!v.separate()).Body(
			p.heading(2, app.Text(w.Separate), false),
			app.P().Text(w.SeparateIntro),
		),
		p.purposes(true),
		app.Footer().Body(
			// Enter presses the form's first button: the one that says no more than the switches do.
			app.Button().Type("submit").Name("action").Value("save").Text(w.Save),
			app.Button().Type("submit").Name("action").Value("reject_all").Text(w.RejectAll),
			app.Button().Type("submit").Name("action").Value("accept_all").Text(w.AcceptAll),
		),
	)
}

// id is the id of an element. In a pane it differs from those of the banner beside it.
func (p *Preferences) id(name string) string {
	if p.pane {
		return "nod-form-" + name
	}
	return "nod-" + name
}

func (p *Preferences) title() app.UI {
	if p.pane {
		return app.H2().TabIndex(-1).Text(p.View.Words.Title)
	}
	return app.H1().Text(p.View.Words.Title)
}

// heading is a heading of the level, or one below in a pane.
func (p *Preferences) heading(level int, text app.UI, hidden bool) app.UI {
	if p.pane {
		level++
	}
	switch level {
	case 2:
		return app.H2().Hidden(hidden).Body(text)
	case 3:
		return app.H3().Hidden(hidden).Body(text)
	}
	return app.H4().Hidden(hidden).Body(text)
}

// purposes are those that "agree to all" covers, or those that want a consent of their own.
func (p *Preferences) purposes(separate bool) app.UI {
	var list []Purpose
	for _, u := range p.View.Purposes {
		if u.Separate == separate {
			list = append(list, u)
		}
	}
	class := "purposes"
	if separate {
		class = "purposes separate"
	}
	return app.Ul().Class(class).Hidden(len(list) == 0).Body(app.Range(list).Slice(func(i int) app.UI { return p.purpose(list[i]) }))
}

// purpose has its details in another page: a script puts them here when they are opened, and a link leads there else.
func (p *Preferences) purpose(u Purpose) app.UI {
	w := p.View.Words
	page := p.View.Purpose(u.ID)
	name := app.Label().For(p.id(u.ID)).Body(
		quote(p.View.Original, app.Span().Class("name").Text(u.Name)),
		app.Text(" "),
		app.Span().Class("always").Hidden(!u.Required || p.Status.keeps(u)).Text(w.Required),
	)
	level := 2
	if u.Separate { // they stand under a heading of their own
		level = 3
	}
	return app.Li().Class("purpose").Body(
		app.Div().Class("row").Body(
			p.heading(level, name, false),
			p.toggle(u.ID, u, true),
		),
		quote(p.View.Original, app.P().ID(p.id(u.ID)+"-about").Text(u.Summary)),
		app.If(u.WasRefusable, app.P().Class("note", "refused").Hidden(!p.Status.keeps(u)).Text(w.Kept)),
		app.Details().Body(
			app.Summary().Body(app.Span().Text(w.Details), quote(p.View.Original, app.Span().Class("of").Text(" "+u.Name))),
			app.Div().Class("part").DataSet("part", page),
			app.P().Class("more").Body(app.A().Href(page).Target("_blank").Rel("noopener").Text(w.AllDetails)),
			p.heading(3, app.Text(w.Services), len(u.Services) == 0),
			app.Ul().Class("services").Hidden(len(u.Services) == 0).Body(
				app.Range(u.Services).Slice(func(i int) app.UI { return p.service(u, u.Services[i]) }),
			),
		),
	)
}

func (p *Preferences) service(u Purpose, s Service) app.UI {
	return app.Li().Body(
		app.Div().Class("row").Body(
			app.Label().For(p.id(s.ID)).Body(quote(p.View.Original, app.Span().Class("name").Text(s.Name))),
			p.toggle(s.ID, u, false),
		),
		quote(p.View.Original, app.P().ID(p.id(s.ID)+"-about").Text(s.Summary)),
	)
}

// keeps says whether the purpose, or a service of it, is off though it is required.
func (s Status) keeps(u Purpose) bool {
	off := s.States[u.ID] == consent.Denied
	for _, service := range u.Services {
		off = off || s.States[service.ID] == consent.Denied
	}
	return u.WasRefusable && off
}

// toggle is the switch of a purpose or, where it is not its own, of a service of it.
func (p *Preferences) toggle(id string, u Purpose, own bool) app.UI {
	of, fixed, on := u.ID, u.Required, p.ticked[id]
	if own {
		of = ""
	}
	if p.Status.keeps(u) {
		fixed = !own // its services go with it
	} else if u.Required {
		on = true
	}
	return app.Input().Type("checkbox").ID(p.id(id)).Class("switch").Name(id).Value("granted").DataSet("of", of).
		Aria("describedby", p.id(id)+"-about").
		Disabled(fixed).
		Checked(on).
		OnChange(func(ctx app.Context, _ app.Event) {
			p.change(id, ctx.JSSrc().Get("checked").Bool())
		}, id)
}

// change follows a switch. A purpose speaks for its services until they are changed by themselves, and none of them is on
// without it.
func (p *Preferences) change(id string, on bool) {
	p.ticked[id] = on
	p.Status.Saved = false
	for _, u := range p.View.Purposes {
		for _, s := range u.Services {
			if u.ID == id {
				p.ticked[s.ID] = on
			} else if s.ID == id && on {
				p.ticked[u.ID] = true
			}
		}
	}
}

// count says how many of the purposes that can be refused are granted.
func (p *Preferences) count() string {
	on, all := 0, 0
	for _, u := range p.View.Purposes {
		if u.Required {
			continue
		}
		all++
		if p.Status.States[u.ID] == consent.Granted {
			on++
		}
	}
	return strings.ReplaceAll(strings.ReplaceAll(p.View.Words.Count, "{on}", strconv.Itoa(on)), "{all}", strconv.Itoa(all))
}

func (p *Preferences) submit(ctx app.Context, e app.Event) {
	if p.Host == nil {
		return
	}
	action := "save"
	if button := e.Get("submitter"); button.Truthy() {
		action = button.Get("value").String()
	}
	if p.Host.Decide(action) {
		e.PreventDefault()
		p.Status.Saved = action == "withdraw" // after the others the preferences are closed
	}
}

func (p *Preferences) close(app.Context, app.Event) {
	p.Status.Saved = false
	if p.Host != nil {
		p.Host.Close()
	}
}

func (p *Preferences) download(app.Context, app.Event) {
	if p.Host != nil {
		p.Host.Download()
	}
}
