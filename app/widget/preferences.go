package widget

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"github.com/nod-consent/nod/app/consent"
)

// Preferences is the preference centre: a form with a switch for each purpose and service. Its structure never
// changes, only what is ticked and what is hidden: go-app matches children by their position, and an element that is
// built again loses the focus and its text.
type Preferences struct {
	app.Compo
	View   View
	Status Status
	Host   Host // nil on the server: a plain form

	ticked     map[string]bool // by id of a purpose or service
	isInDialog bool            // part of Dialog, with headings one level below
}

// Tick sets the switches that are on. Otherwise the component starts from View and Status.
func (p *Preferences) Tick(on map[string]bool) { p.ticked = on }

// update shows a new status, such as a choice made in another tab. The switches of what changed there follow it. What
// the visitor ticked only here stays.
func (p *Preferences) update(s Status) {
	for id, state := range s.States {
		if before, ok := p.Status.States[id]; !ok || before != state {
			p.ticked[id] = state == consent.Granted
		}
	}
	s.Saved = s.Saved || p.Status.Saved && !s.IsReopened
	for _, u := range p.View.Purposes {
		if s.isRefusedButRequired(u) && !p.Status.isRefusedButRequired(u) {
			p.ticked[u.ID] = false
		}
	}
	p.Status = s
	if s.IsReopened {
		p.tickGranted()
	}
}

// tickGranted turns on the switches of what is granted, and no others.
func (p *Preferences) tickGranted() {
	p.ticked = map[string]bool{}
	for id, s := range p.Status.States {
		p.ticked[id] = s == consent.Granted
	}
	for _, u := range p.View.Purposes {
		if p.Status.isRefusedButRequired(u) {
			p.ticked[u.ID] = false
		}
	}
}

// OnMount implements app.Mounter.
func (p *Preferences) OnMount(ctx app.Context) {
	if p.Host != nil {
		p.Host.Watch(func(s Status) { ctx.Dispatch(func(app.Context) { p.update(s) }) })
	}
}

// Render implements app.Composer.
func (p *Preferences) Render() app.UI {
	if p.ticked == nil {
		p.tickGranted()
	}
	form := app.Form().Method("post").OnSubmit(p.submit).Body(p.renderForm()...)
	withdrawal := app.Form().ID(p.elementID("withdrawal")).Method("post").OnSubmit(p.submit)
	if p.isInDialog {
		return app.Div().Class("preferences").Body(form, withdrawal)
	}
	return app.Main().ID(p.elementID("centre")).Aria("label", p.View.Words.Title).
		Body(form, withdrawal.Body(append(p.renderHiddenFields(), p.renderErasure()...)...))
}

func (p *Preferences) renderForm() []app.UI {
	w := p.View.Words
	parts := append(p.renderHiddenFields(),
		app.Header().Body(
			p.renderTitle(),
			app.Button().ID(p.elementID("close")).Class("icon").Type("button").Title(w.Close).OnClick(p.close),
		),
		p.renderLastDecision(),
		app.P().Class("intro").Text(w.Intro),
	)
	parts = append(parts, p.renderNews()...)
	return append(parts,
		app.P().ID(p.elementID("signal")).Class("note").Hidden(!p.Status.Signal).Text(w.SignalNotice),
		app.P().ID(p.elementID("saved")).Class("note").Role("status").Body(
			app.Span().Hidden(!p.Status.Saved).Text(w.Saved),
		),
		p.renderGroup(w.Optional, "optional", func(u Purpose) bool { return !u.Required && !u.Separate }),
		p.renderGroup(w.Required, "always", func(u Purpose) bool { return u.Required }),
		p.renderSeparate(),
		app.Footer().Hidden(len(p.View.Purposes) == 0).Body( // of a service that has ended
			// The Enter key presses the form's first button. This one saves what the switches show; nobody sees it.
			app.Input().Type("submit").Class("of").Name("action").Value("save").TabIndex(-1).Aria("hidden", true),
			app.Button().Type("submit").Name("action").Value("reject_all").Text(w.RejectAll),
			app.Button().Type("submit").Name("action").Value("accept_all").Text(w.AcceptAll),
			app.Button().Type("submit").Name("action").Value("save").Text(w.Save),
		),
	)
}

// renderHiddenFields renders what a posted form sends about the page that it was drawn from. The form of a dialog is
// never posted.
func (p *Preferences) renderHiddenFields() []app.UI {
	if p.isInDialog {
		return nil
	}
	return []app.UI{
		app.Input().Type("hidden").Name("policy").Value(p.View.Policy),
		app.Input().Type("hidden").Name("previous").Value(p.Status.Previous),
	}
}

// renderNews renders the line on the policy's versions. A policy with one version has none.
func (p *Preferences) renderNews() []app.UI {
	n := p.View.News
	if n.Text == "" {
		return nil
	}
	link := app.A().Href(n.Page).Target("_blank").Rel("noopener").Text(n.Link)
	return []app.UI{app.P().Class("news").Body(app.Span().Text(n.Text), app.Text(" "), link)}
}

// renderLastDecision renders the strip at the top: what is on, when the visitor decided, the receipt, and the way to
// withdraw.
func (p *Preferences) renderLastDecision() app.UI {
	w := p.View.Words
	return app.Div().ID(p.elementID("decided")).Class("decided").Hidden(p.Status.Decided == "").Body(
		app.P().Body(
			app.Strong().Class("count").Hidden(len(p.View.Purposes) == 0).DataSet("count", w.Count).Text(p.countGranted()),
			app.Span().Text(w.LastDecision+w.Colon), app.Time().Text(p.Status.Decided),
		),
		app.Button().ID(p.elementID("receipt")).Class("plain").Type("button").
			Hidden(!p.Status.Receipt).OnClick(p.download).Text(w.Receipt),
		app.Button().ID(p.elementID("withdraw")).Class("plain").Type("submit").
			Hidden(!p.hasGrants()).
			Form(p.elementID("withdrawal")).Name("action").Value("withdraw").Text(w.Withdraw),
	)
}

// elementID returns the id of an element. In a dialog it differs from the ids of the banner beside it.
func (p *Preferences) elementID(name string) string {
	if p.isInDialog {
		return "nod-form-" + name
	}
	return "nod-" + name
}

func (p *Preferences) renderTitle() app.UI {
	if p.isInDialog {
		return app.H2().TabIndex(-1).Text(p.View.Words.Title)
	}
	return app.H1().Text(p.View.Words.Title)
}

// renderHeading renders a heading of the level, or of the next one in a dialog.
func (p *Preferences) renderHeading(level int, text app.UI, isHidden bool) app.UI {
	if p.isInDialog {
		level++
	}
	switch level {
	case 2:
		return app.H2().Hidden(isHidden).Body(text)
	case 3:
		return app.H3().Hidden(isHidden).Body(text)
	}
	return app.H4().Hidden(isHidden).Body(text)
}

// hasGrants reports whether anything is on that can be withdrawn.
func (p *Preferences) hasGrants() bool {
	for _, u := range p.View.Purposes {
		isOn := p.Status.States[u.ID] == consent.Granted
		for _, s := range u.Services {
			isOn = isOn || p.Status.States[s.ID] == consent.Granted
		}
		if isOn && !u.Required {
			return true
		}
	}
	return false
}

// countGranted writes how many of the optional purposes are granted.
func (p *Preferences) countGranted() string {
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
	text := strings.ReplaceAll(p.View.Words.Count, "{on}", strconv.Itoa(on))
	return strings.ReplaceAll(text, "{all}", strconv.Itoa(all)) // a Replacer would make the program 1 % larger
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
		p.Status.Saved = action == "withdraw" // after the other actions the preference centre is closed
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
