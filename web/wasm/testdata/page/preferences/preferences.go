// Package preferences is a page of the size that Nod's preference centre has: thirty toggles in groups, a table of SDKs
// that can be searched and filtered, and a policy of some 40 KB. The tests prerender it, build it, measure it and click
// through it.
package preferences

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

const (
	groups         = 5
	togglesInGroup = 6
	rows           = 33
	paragraphs     = 80
)

type purpose struct {
	ID, Name, Text string
	Required       bool
}

type sdk struct {
	Name, Company, Purpose string
	Category               int
}

// Page is the component.
type Page struct {
	app.Compo

	purposes []purpose
	sdks     []sdk
	policy   []string
	granted  map[string]bool
	query    string
	category int
	saved    string
}

// New returns a page on which the given purposes are granted.
func New(granted ...string) *Page {
	p := &Page{granted: make(map[string]bool), category: -1}
	for _, id := range granted {
		p.granted[id] = true
	}
	for i := range groups * togglesInGroup {
		p.purposes = append(p.purposes, purpose{
			ID:       fmt.Sprintf("purpose-%d", i),
			Name:     fmt.Sprintf("Purpose %d", i),
			Text:     strings.Repeat(fmt.Sprintf("What purpose %d is for. ", i), 4),
			Required: i == 0,
		})
	}
	for i := range rows {
		p.sdks = append(p.sdks, sdk{
			Name:     fmt.Sprintf("SDK %d", i),
			Company:  fmt.Sprintf("Company %d", i%7),
			Purpose:  fmt.Sprintf("purpose-%d", i%30),
			Category: i % 4,
		})
	}
	for i := range paragraphs {
		p.policy = append(p.policy, strings.Repeat(fmt.Sprintf("Paragraph %d of the policy. ", i), 18))
	}
	return p
}

// OnInit takes over what is ticked in the form that the page came with.
func (p *Page) OnInit() {
	ticked := app.Window().GetElementByID("form").Call("querySelectorAll", "input:checked:enabled")
	for i := range ticked.Length() {
		p.granted[ticked.Index(i).Get("name").String()] = true
	}
}

func (p *Page) OnMount(ctx app.Context) {
	app.Window().Get("document").Get("documentElement").Call("setAttribute", "data-mounted", "true")
	ctx.ObserveState("/category").OnChange(func() { app.Log("category", p.category) }).Value(&p.category)
}

func (p *Page) Render() app.UI {
	return app.Main().ID("root").Class("page").Body(
		app.H1().Body(icon(), app.Text(" Preferences")),
		app.P().Class("count").ID("count").Textf("%d of %d granted", len(p.granted), len(p.purposes)),
		app.Form().ID("form").Method("post").Action("/site/preferences").OnSubmit(p.submit).Body(
			app.Range(p.purposes).Slice(p.toggle),
			app.Textarea().ID("note").Name("note").Text("A note\nof two lines & a <tag>"),
			app.Button().Type("submit").Text("Save"),
			app.Button().Type("button").ID("all").OnClick(p.all).Text("Accept all"),
		),
		app.P().ID("saved").Hidden(p.saved == "").Aria("live", "polite").Text(p.saved),
		app.Section().Aria("label", "SDKs").Body(
			app.Input().ID("search").Type("search").Placeholder("Search").OnInput(p.search),
			app.Select().ID("category").OnChange(p.choose).Body(
				app.Option().Value("-1").Selected(p.category == -1).Text("All"),
				app.Option().Value("0").Selected(p.category == 0).Text("Statistics"),
				app.Option().Value("1").Selected(p.category == 1).Text("Marketing"),
				app.Option().Value("2").Selected(p.category == 2).Text("Maps"),
				app.Option().Value("3").Selected(p.category == 3).Text("Payment"),
			),
			app.Table().Body(
				app.THead().Body(app.Tr().Body(
					app.Th().Scope("col").Text("Name"), app.Th().Scope("col").Text("Company"), app.Th().Scope("col").Text("Purpose"),
				)),
				app.TBody().Body(app.Range(p.sdks).Slice(p.row)),
			),
		),
		app.Details().Body(
			app.Summary().Text("Policy"),
			app.Article().Lang("en").Body(app.Range(p.policy).Slice(func(i int) app.UI {
				return app.P().Text(p.policy[i])
			})),
		),
		app.Nav().Body(
			app.A().ID("link").Href("/site/policy").Text("Full policy"),
			app.A().Href("tel:+4912345").Text("Call us"),
		),
	)
}

func icon() app.UI {
	svg := func(tag string) app.HTMLElem { return app.Elem(tag).XMLNS("http://www.w3.org/2000/svg") }
	return app.Span().Class("icon").Aria("hidden", true).Body(svg("svg").Attr("viewBox", "0 0 8 8").Body(
		svg("path").Attr("d", "M0 4l3 3 5-6").Attr("fill", "none").Attr("stroke", "currentColor"),
	))
}

func (p *Page) toggle(i int) app.UI {
	q := p.purposes[i]
	return app.FieldSet().Class("purpose").Body(
		app.If(i%togglesInGroup == 0, app.Legend().Textf("Group %d", i/togglesInGroup)),
		app.Label().For(q.ID).Body(
			app.Input().ID(q.ID).Name(q.ID).Type("checkbox").Class("switch").
				Checked(q.Required || p.granted[q.ID]).Disabled(q.Required).
				OnChange(p.change(q.ID), q.ID),
			app.Span().Text(q.Name),
		),
		app.P().Class("text").Text(q.Text),
	)
}

func (p *Page) change(id string) app.EventHandler {
	return func(ctx app.Context, e app.Event) {
		if ctx.JSSrc().Get("checked").Bool() {
			p.granted[id] = true
			return
		}
		delete(p.granted, id)
	}
}

func (p *Page) all(ctx app.Context, e app.Event) {
	for _, q := range p.purposes {
		p.granted[q.ID] = true
	}
}

func (p *Page) row(i int) app.UI {
	s := p.sdks[i]
	shown := strings.Contains(strings.ToLower(s.Name+" "+s.Company), strings.ToLower(p.query)) &&
		(p.category < 0 || p.category == s.Category)
	return app.Tr().Hidden(!shown).DataSet("purpose", s.Purpose).Body(
		app.Td().Text(s.Name), app.Td().Text(s.Company), app.Td().Text(s.Purpose),
	)
}

func (p *Page) search(ctx app.Context, e app.Event) { p.query = ctx.JSSrc().Get("value").String() }

func (p *Page) choose(ctx app.Context, e app.Event) {
	var category int
	fmt.Sscan(ctx.JSSrc().Get("value").String(), &category)
	ctx.SetState("/category", category, app.Persist, app.Broadcast) // of which the build keeps nothing
}

// submit sends the choice as JSON that the browser encodes.
func (p *Page) submit(ctx app.Context, e app.Event) {
	e.PreventDefault()
	answers := make(map[string]any)
	for _, q := range p.purposes {
		answers[q.ID] = p.granted[q.ID]
	}
	id := uuid.Must(uuid.NewV7())
	body := app.Window().Get("JSON").Call("stringify", map[string]any{
		"id": id.String(), "subject": uuid.NewString(), "answers": answers,
	})
	app.Window().Call("fetch", "/decisions", map[string]any{"method": "POST", "body": body}).Then(func(r app.Value) {
		ctx.Dispatch(func(app.Context) {
			p.saved = fmt.Sprintf("Saved as %s: %d", id, r.Get("status").Int())
		})
	})
}
