package widget

import (
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
	Filter    Filter
	Language  string
	Original  Original // language of the entries, if it differs
	AllLink   string   // address of the list without a filter
	Columns   []string // labels of the facts, where all entries have the same: on a wide screen, the list is a table
}

// Entry is one entry of a list.
type Entry struct {
	ID         string // unique on the page
	Name       string
	Qualifier  string   // distinguishes it from entries of the same name, for people who hear only the names
	Tags       []string // short labels beside the name
	Text       string   // in one sentence
	Platforms  []string // that it is on; all if none is named
	Kinds      []string // of data
	Facts      []Fact
	Enterprise bool // the enterprise decides about it: an app shows its name there
	Own        bool // the name is the interface's own, and not the policy's
}

// Option is one value of a filter.
type Option struct{ ID, Name string }

// Filter is what a visitor searches for. The zero value matches everything.
type Filter struct {
	Query    string // words that must all be in the entry, in any order
	Platform string // id
	Kind     string // id
}

// MaxQuery is the length of the longest query, in characters.
const MaxQuery = 100

// LimitTo returns the filter without values that are not options of the list.
func (f Filter) LimitTo(l List) Filter {
	isOption := func(id string, options []Option) bool {
		return slices.ContainsFunc(options, func(o Option) bool { return o.ID == id })
	}
	if !isOption(f.Platform, l.Platforms) {
		f.Platform = ""
	}
	if !isOption(f.Kind, l.Kinds) {
		f.Kind = ""
	}
	return f
}

// ListWords are the lists' own words.
type ListWords struct {
	Collected   ListTitle `yaml:"collected"`
	Shared      ListTitle `yaml:"shared"`
	SDKs        ListTitle `yaml:"sdks"`
	Permissions ListTitle `yaml:"permissions"`
	Purposes    ListTitle `yaml:"purposes"`
	Rights      ListTitle `yaml:"rights"`
	Keeping     ListTitle `yaml:"keeping"`
	Terms       ListTitle `yaml:"terms"`
	Rules       RuleWords `yaml:"rules"`

	Lists             string            `yaml:"lists"` // names the links between them
	Search            string            `yaml:"search"`
	Platform          string            `yaml:"platform"`
	Kind              string            `yaml:"kind"`
	AnyValue          string            `yaml:"any_value"` // the filter is off
	Show              string            `yaml:"show"`
	FoundCount        string            `yaml:"found_count"` // with {shown} and {all}
	NoMatch           string            `yaml:"no_match"`
	ShowAll           string            `yaml:"show_all"`
	Gap               string            `yaml:"gap"` // the policy does not state it
	Use               string            `yaml:"use"`
	Scene             string            `yaml:"scene"`
	Method            string            `yaml:"method"` // of collection
	Policy            string            `yaml:"policy"` // of the provider
	Home              string            `yaml:"home"`
	Condition         string            `yaml:"condition"`
	Claimed           string            `yaml:"claimed"` // the policy's claim, if it claims more than is true
	Necessity         string            `yaml:"necessity"`
	Effect            string            `yaml:"effect"`
	Instead           string            `yaml:"instead"`
	Sensitive         string            `yaml:"sensitive"`
	Separate          string            `yaml:"separate"`
	Example           string            `yaml:"example"`            // of an invented cookie, host or service
	EnterpriseDecides string            `yaml:"enterprise_decides"` // the enterprise is the controller
	Platforms         map[string]string `yaml:"platforms"`          // by id
	Kinds             map[string]string `yaml:"recipients"`         // of recipients, by id
}

// ListTitle is the title of a list, and one sentence on what it contains.
type ListTitle struct {
	Short string `yaml:"short"` // in the strip of links
	Title string `yaml:"title"`
	Intro string `yaml:"intro"`
}

// Matches reports whether an entry matches the filter. The script of the page does the same
// (web/loader/src/entry/read.ts).
func (f Filter) Matches(e Entry) bool {
	if f.Platform != "" && len(e.Platforms) > 0 && !slices.Contains(e.Platforms, f.Platform) {
		return false
	}
	if f.Kind != "" && !slices.Contains(e.Kinds, f.Kind) {
		return false
	}
	text := Fold(e.searchText())
	for _, word := range splitWords(Fold(f.Query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// searchText returns the texts of an entry that a query searches. All entries have the same labels, so they are not in
// it.
func (e Entry) searchText() string {
	parts := append([]string{e.Name, e.Text}, e.Tags...)
	for _, f := range e.Facts {
		parts = append(parts, f.Values...)
	}
	return strings.Join(parts, "\n")
}

// Render implements app.Composer. Wide screens show a list with columns as a table, phones show its entries as cards.
func (l *List) Render() app.UI {
	w := l.Words
	shown := 0
	for _, e := range l.Entries {
		if l.Filter.Matches(e) {
			shown++
		}
	}
	section := app.Section().ID("nod-list-" + l.ID).Class("list")
	if n := len(l.Columns); n > 0 {
		section = section.Class("table").DataSet("columns", n)
	}
	return section.Body(
		app.H1().Text(l.Title),
		app.P().Class("intro").Text(l.Intro),
		app.Form().Class("filter").Method("get").Role("search").Aria("label", l.Title).Body(
			app.Input().Type("hidden").Name("lang").Value(l.Language),
			app.Label().Class("query").Body(
				app.Span().Text(w.Search),
				app.Input().Type("search").Name("q").MaxLength(MaxQuery).Value(l.Filter.Query),
			),
			renderFilter("platform", w.Platform, w.AnyValue, l.Platforms, l.Filter.Platform, Original{}),
			renderFilter("kind", w.Kind, w.AnyValue, l.Kinds, l.Filter.Kind, l.Original),
			app.Button().Type("submit").Text(w.Show),
		),
		app.P().Class("found").Role("status").DataSet("words", w.FoundCount).Text(l.countFound(shown)),
		app.P().Class("note none").Hidden(shown > 0).Body(
			app.Span().Text(w.NoMatch), app.Text(" "), app.A().Href(l.AllLink).Text(w.ShowAll),
		),
		l.renderColumns(),
		app.Ul().Class("entries").Body(app.Range(l.Entries).Slice(func(i int) app.UI { return l.renderEntry(l.Entries[i]) })),
	)
}

// renderFilter renders one filter. It is hidden if it has no options: the structure of a component does not change.
func renderFilter(name, label, anyValue string, options []Option, chosen string, o Original) app.UI {
	return app.Label().Hidden(len(options) == 0).Body(
		app.Span().Text(label),
		app.Select().Name(name).Disabled(len(options) == 0).Body(
			app.Option().Value("").Text(anyValue),
			app.Range(options).Slice(func(i int) app.UI {
				return quote(o, app.Option().Value(options[i].ID).Selected(options[i].ID == chosen).Text(options[i].Name))
			}),
		),
	)
}

// renderColumns renders the head of the table. Screen readers hear the label with each fact.
func (l *List) renderColumns() app.UI {
	return app.Div().Class("columns").Aria("hidden", true).Hidden(len(l.Columns) == 0).Body(
		app.Span(),
		app.Range(l.Columns).Slice(func(i int) app.UI { return app.Span().Text(l.Columns[i]) }),
	)
}

func (l *List) countFound(shown int) string {
	all := len(l.Entries)
	return strings.NewReplacer("{shown}", strconv.Itoa(shown), "{all}", strconv.Itoa(all)).Replace(l.Words.FoundCount)
}

func (l *List) renderEntry(e Entry) app.UI {
	li := app.Li().ID(e.ID).Class("entry").Hidden(!l.Filter.Matches(e))
	if e.Enterprise {
		li = li.DataSet("enterprise", "decides")
	}
	return li.DataSet("platform", strings.Join(e.Platforms, " ")).DataSet("kind", strings.Join(e.Kinds, " ")).Body(
		app.H2().Body(
			quote(l.originalOf(e.Own), app.Span().Text(e.Name)),
			app.Span().Class("of").Hidden(e.Qualifier == "").Text(" "+e.Qualifier),
		),
		app.P().Class("tags").Hidden(len(e.Tags) == 0).Body(app.Range(e.Tags).Slice(func(i int) app.UI {
			return app.Span().Class("tag").Text(e.Tags[i])
		})),
		quote(l.Original, app.P().Hidden(e.Text == "").Text(e.Text)),
		renderFacts(e.Facts, l.Original),
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
		if f.Column > 0 {
			row = row.DataSet("column", f.Column)
		}
		if f.Named {
			label, row = quote(o, label), row.Class("service")
		}
		return row.Body(
			label,
			app.Range(f.Values).Slice(func(j int) app.UI {
				if f.Address != "" {
					return app.Dd().Body(quote(o, app.A().Href(f.Address).Text(f.Values[j])))
				}
				if f.Link {
					return app.Dd().Body(app.A().Href(f.Values[j]).Rel("noopener noreferrer").Target("_blank").Text(f.Values[j]))
				}
				if f.Gap {
					return app.Dd().Class("gap").Text(f.Values[j])
				}
				if f.Own {
					return app.Dd().Text(f.Values[j])
				}
				return quote(o, app.Dd().Text(f.Values[j]))
			}),
		)
	}))
}
