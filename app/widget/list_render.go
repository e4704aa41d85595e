package widget

import (
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

func (l *List) renderEntries() app.UI {
	rows := make([]app.UI, len(l.Entries))
	group := ""
	for i, e := range l.Entries {
		isShown := l.Filter.Matches(e)
		rows[i] = l.renderEntry(e, isShown && e.Group != "" && e.Group == group)
		if isShown {
			group = e.Group
		}
	}
	return app.Ul().Class("entries").Body(app.Range(rows).Slice(func(i int) app.UI { return rows[i] }))
}

// renderEntry renders an entry. A table shows the group once, at the first of its entries.
func (l *List) renderEntry(e Entry, isSameGroup bool) app.UI {
	li := app.Li().ID(e.ID).Class("entry").Hidden(!l.Filter.Matches(e))
	if isSameGroup {
		li = li.Class("same")
	}
	if e.Enterprise {
		li = li.DataSet("enterprise", "decides")
	}
	for name, value := range map[string]string{
		"platform": strings.Join(e.Platforms, " "), "kind": strings.Join(e.Kinds, " "),
		"marks": strings.Join(e.Marks, " "), "group": e.Group, "ranks": l.joinRanks(e),
	} {
		li = li.DataSet(name, value)
	}
	return li.DataSet("size", e.size()).Body(
		app.Range(e.Editions).Slice(func(i int) app.UI { return app.Span().ID(e.Editions[i].ID) }),
		app.H2().Body(
			quote(l.originalOf(e.Own), app.Span().Text(e.Name)),
			app.Span().Class("of").Hidden(e.Qualifier == "").Text(" "+e.Qualifier),
		),
		app.P().Class("tags").Hidden(len(e.Tags)+len(e.Missing) == 0).Body(
			app.Range(e.Tags).Slice(func(i int) app.UI { return app.Span().Class("tag").Text(e.Tags[i]) }),
			app.Range(e.Missing).Slice(func(i int) app.UI { return app.Span().Class("tag missing").Text(e.Missing[i]) }),
		),
		quote(l.Original, app.P().Hidden(e.Text == "").Text(e.Text)),
		renderFacts(e.listFacts(false), l.Original),
		l.renderAside(e),
	)
}

// joinRanks returns the places of an entry in the orders of the list, in the order of Sorts.
func (l *List) joinRanks(e Entry) string {
	ranks := make([]string, len(l.Sorts))
	for i, s := range l.Sorts {
		ranks[i] = strconv.Itoa(e.Ranks[s.ID])
	}
	return strings.Join(ranks, " ")
}

// listFacts returns the facts that are in the row, or those that open below it.
func (e Entry) listFacts(isAside bool) []Fact {
	return slices.DeleteFunc(slices.Clone(e.Facts), func(f Fact) bool { return f.Aside != isAside })
}

// renderAside renders what opens below a row. It is open from the start for who searches: the words may be in it.
func (l *List) renderAside(e Entry) app.UI {
	facts := e.listFacts(true)
	return app.Details().Class("aside").Hidden(len(facts) == 0).Open(l.Filter.Query != "").Body(
		app.Summary().Body(app.Text(l.Words.More), quote(l.originalOf(e.Own), app.Span().Class("of").Text(" "+e.Name))),
		renderFacts(facts, l.Original),
	)
}

// originalOf returns the language of a text, which is the interface's for the interface's own words.
func (l *List) originalOf(isOwn bool) Original {
	if isOwn {
		return Original{}
	}
	return l.Original
}

func renderFacts(facts []Fact, o Original) app.UI {
	return app.Dl().Body(app.Range(facts).Slice(func(i int) app.UI {
		f := facts[i]
		label, row := app.Dt().Text(f.Label), app.Div()
		if f.Of != "" {
			label = app.Dt().Body(app.Text(f.Label+" "), app.Span().Class("tag").Text(f.Of))
		}
		if f.Column > 0 {
			row = row.DataSet("column", f.Column)
		}
		if f.Named {
			label, row = quote(o, label), row.Class("service")
		}
		if f.Chips {
			row = row.Class("chips")
		}
		return row.Body(
			label,
			app.Range(f.Values).Slice(func(j int) app.UI { return f.renderValue(j, o) }),
		)
	}))
}

func (f Fact) renderValue(i int, o Original) app.UI {
	value := f.Values[i]
	switch {
	case f.Link:
		return app.Dd().Body(app.A().Href(f.Address).Rel("noopener noreferrer").Target("_blank").Text(value))
	case f.Address != "":
		return app.Dd().Body(quote(o, app.A().Href(f.Address).Text(value)))
	case f.Gap:
		return app.Dd().Class("gap").Text(value)
	case f.Own:
		return app.Dd().Text(value)
	}
	return quote(o, app.Dd().Text(value))
}
