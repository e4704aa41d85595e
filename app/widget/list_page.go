package widget

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// List is the page of one of the policy's lists: what is collected, who receives it, the SDKs and permissions of an
// app, or the purposes. The page is complete without a script: the server filters it on request. Entries that do not
// match are hidden, not left out, so that a script can filter them at once.
type List struct {
	app.Compo
	ID        string // name in addresses
	Title     string
	Intro     string
	Words     ListWords
	Entries   []Entry
	Platforms []Option // to filter by; without any, the page has no such filter
	Kinds     []Option // of data, to filter by; without any, the page has no such filter
	Marks     []Option // to filter by; without any, the page has no such filter
	Sorts     []Option // orders; without any, the page has only the policy's
	Filter    Filter
	Language  string
	Original  Original // language of the entries, if it differs
	AllLink   string   // address of the list without a filter
	FileLink  string   // address of the list as a file for a spreadsheet; "" for none
	Request   Link     // to the form in which people use what the list says; empty for none
	Columns   []string // labels of the facts, where all entries have the same: on a wide screen, the list is a table

	// MarkLinks are the addresses of the list with and without the filters by marks, in the order of Marks.
	MarkLinks []string
}

// Entry is one entry of a list.
type Entry struct {
	ID         string // unique on the page
	Key        string // the same for the same thing on several platforms; "" for what has no others
	Name       string
	Qualifier  string   // distinguishes it from entries of the same name, for people who hear only the names
	Tags       []string // short labels beside the name
	Missing    []string // what the policy leaves out, as short labels
	Text       string   // in one sentence
	Group      string   // name of what it belongs to: an SDK's provider
	Platforms  []string // that it is on; all if none is named
	Kinds      []string // of data
	Marks      []string
	Facts      []Fact
	Editions   []Option       // ids and names of the same on further platforms, which are joined in this entry
	Ranks      map[string]int // its place in each order of the list
	Enterprise bool           // the enterprise decides about it: an app shows its name there
	Own        bool           // the name is the interface's own, and not the policy's
}

// Option is one value of a filter.
type Option struct{ ID, Name string }

// Link leads to another page.
type Link struct{ Address, Text string }

// Orders of a list beside its first.
const (
	SortName   = "name"
	SortPolicy = "policy"
)

// Size is the number of entries, as the policy counts them: one for each platform.
func (l *List) Size() (n int) {
	for _, e := range l.Entries {
		n += e.size()
	}
	return n
}

// Order puts the entries into the order that the filter asks for.
func (l *List) Order() {
	slices.SortStableFunc(l.Entries, func(a, b Entry) int { return a.Ranks[l.Filter.Sort] - b.Ranks[l.Filter.Sort] })
}

// Render implements app.Composer. Wide screens show a list with columns as a table, phones show its entries as cards.
func (l *List) Render() app.UI {
	rows, shown := l.countMatches()
	section := app.Section().ID("nod-list-" + l.ID).Class("list")
	if n := len(l.Columns); n > 0 {
		section = section.Class("table").DataSet("columns", n)
	}
	return section.Body(
		app.H1().Text(l.Title),
		app.P().Class("intro").Text(l.Intro),
		app.P().Hidden(l.Request.Address == "").Body(
			app.A().Class("button").Href(cmp.Or(l.Request.Address, "#nod-list-"+l.ID)).Text(l.Request.Text),
		),
		l.renderForm(),
		app.Div().Class("results").Body(
			app.P().Class("found").Role("status").DataSet("words", l.foundWords()).Text(l.describeFound(rows, shown)),
			l.renderFileLink(),
		),
		app.Div().Class("none").Hidden(shown > 0).Body(
			renderIcon("M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5l5 5"),
			app.P().Text(l.Words.NoMatch),
			app.P().Body(app.A().Href(cmp.Or(l.AllLink, "#nod-list-"+l.ID)).Text(l.Words.ShowAll)),
		),
		l.renderColumns(),
		l.renderEntries(),
	)
}

// renderFileLink renders the link to the list as a file. A package of pages has no such file.
func (l *List) renderFileLink() app.UI {
	a := app.A().Class("file").Text(l.Words.Download)
	if l.FileLink == "" {
		return a.Hidden(true)
	}
	return a.Href(l.FileLink)
}

func (l *List) renderForm() app.UI {
	w := l.Words
	return app.Form().Class("filter").Method("get").Role("search").Aria("label", l.Title).Body(
		app.Input().Type("hidden").Name("lang").Value(l.Language),
		app.Input().Type("hidden").Name("only").Value(l.Filter.Mark).Disabled(len(l.Marks) == 0),
		app.Label().Class("query").Body(
			app.Span().Text(w.Search),
			app.Input().Type("search").Name("q").MaxLength(MaxQuery).Value(l.Filter.Query),
		),
		renderFilter("platform", w.Platform, withAny(w.AnyValue, l.Platforms), l.Filter.Platform, Original{}),
		renderFilter("kind", w.Kind, withAny(w.AnyValue, l.Kinds), l.Filter.Kind, l.Original),
		renderFilter("sort", w.Sort, l.Sorts, l.Filter.Sort, Original{}),
		app.Button().Type("submit").Text(w.Show),
		app.P().Class("marks").Hidden(len(l.Marks) == 0).Body(app.Range(l.Marks).Slice(l.renderMark)),
	)
}

// renderMark renders a filter by a mark: a link to the list with it, or without it if it is on.
func (l *List) renderMark(i int) app.UI {
	m, n := l.Marks[i], 0
	for _, e := range l.Entries {
		if slices.Contains(e.Marks, m.ID) {
			n += e.size()
		}
	}
	a := app.A().DataSet("only", m.ID).Body(app.Text(m.Name), app.Text(" "), app.Span().Text(strconv.Itoa(n)))
	if i < len(l.MarkLinks) {
		a = a.Href(l.MarkLinks[i])
	}
	if l.Filter.Mark == m.ID {
		a = a.Aria("current", true)
	}
	return a
}

func withAny(word string, options []Option) []Option {
	if len(options) == 0 {
		return nil
	}
	return append([]Option{{"", word}}, options...)
}

// renderFilter renders one filter. It is hidden if it has no options: the structure of a component does not change.
func renderFilter(name, label string, options []Option, chosen string, o Original) app.UI {
	return app.Label().Hidden(len(options) == 0).Body(
		app.Span().Text(label),
		app.Select().Name(name).Disabled(len(options) == 0).Body(
			app.Range(options).Slice(func(i int) app.UI {
				option := app.Option().Value(options[i].ID).Selected(options[i].ID == chosen).Text(options[i].Name)
				if options[i].ID == "" {
					return option
				}
				return quote(o, option)
			}),
		),
	)
}

// renderColumns renders the head of the table. Screen readers hear the label with each fact.
func (l *List) renderColumns() app.UI {
	return app.Div().Class("columns").Aria("hidden", true).Hidden(len(l.Columns) == 0).Body(
		app.Span().Text(l.Words.Name),
		app.Range(l.Columns).Slice(func(i int) app.UI { return app.Span().Text(l.Columns[i]) }),
	)
}

// countMatches counts the rows that match the filter, and the policy's entries in them.
func (l *List) countMatches() (rows, shown int) {
	for _, e := range l.Entries {
		if l.Filter.Matches(e) {
			rows++
			shown += l.Filter.count(e)
		}
	}
	return rows, shown
}

// foundWords returns the words for the number of matches. Where a row joins several of the policy's entries, they have
// both numbers: a reader sees the rows, and the policy counts the entries.
func (l *List) foundWords() string {
	if slices.ContainsFunc(l.Entries, func(e Entry) bool { return len(e.Editions) > 0 }) {
		return l.Words.JoinedCount
	}
	return l.Words.FoundCount
}

func (l *List) describeFound(rows, shown int) string {
	return strings.NewReplacer(
		"{rows}", strconv.Itoa(rows), "{shown}", strconv.Itoa(shown), "{all}", strconv.Itoa(l.Size()),
	).Replace(l.foundWords())
}
