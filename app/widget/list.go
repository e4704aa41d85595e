package widget

import (
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// List is one of the policy's lists as a page: what is collected, who receives it, which SDKs and permissions an app
// has, and what each purpose is about. It is whole without a script: what does not match the filter is there and hidden,
// so that a script can filter at once what the server filters on request.
type List struct {
	app.Compo
	ID        string // name in addresses
	Title     string
	Intro     string
	Words     ListWords
	Entries   []Entry
	Platforms []Option // to filter by; none: no such filter
	Kinds     []Option // of data, likewise
	Filter    Filter
	Language  string
	Original  Original // language of the entries, where it is another
	All       string   // address of the list without a filter
}

// Entry is one entry of a list.
type Entry struct {
	ID         string // unique on the page
	Name       string
	Of         string   // tells it from others of its name, to those who hear the names alone
	Tags       []string // short labels beside the name
	Text       string   // in one sentence
	Platforms  []string // it is on; none: on all
	Kinds      []string // of data
	Facts      []Fact
	Enterprise bool // the enterprise decides about it: an app puts its name there
}

// Option is one value of a filter.
type Option struct{ ID, Name string }

// Filter is what a visitor looks for. The zero value matches everything.
type Filter struct {
	Query    string // words that all have to be there, in any order
	Platform string // id
	Kind     string // id
}

// MaxQuery is how much a visitor can look for, in characters.
const MaxQuery = 100

// Within leaves out of the filter what is no option of the list.
func (f Filter) Within(l List) Filter {
	among := func(id string, options []Option) bool {
		return slices.ContainsFunc(options, func(o Option) bool { return o.ID == id })
	}
	if !among(f.Platform, l.Platforms) {
		f.Platform = ""
	}
	if !among(f.Kind, l.Kinds) {
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

	Lists     string            `yaml:"lists"` // names the links between them
	Search    string            `yaml:"search"`
	Platform  string            `yaml:"platform"`
	Kind      string            `yaml:"kind"`
	Every     string            `yaml:"every"` // no filter
	Show      string            `yaml:"show"`
	Found     string            `yaml:"found"` // with {shown} and {all}
	None      string            `yaml:"none"`
	ShowAll   string            `yaml:"show_all"`
	Gap       string            `yaml:"gap"` // the policy does not tell
	Use       string            `yaml:"use"`
	Scene     string            `yaml:"scene"`
	Method    string            `yaml:"method"` // of collection
	Policy    string            `yaml:"policy"` // of the provider
	Home      string            `yaml:"home"`
	Condition string            `yaml:"condition"`
	Said      string            `yaml:"said"` // what the policy says, where less holds
	Necessity string            `yaml:"necessity"`
	Effect    string            `yaml:"effect"`
	Instead   string            `yaml:"instead"`
	Sensitive string            `yaml:"sensitive"`
	Separate  string            `yaml:"separate"`
	Employer  string            `yaml:"employer"`   // decides, as the controller
	Platforms map[string]string `yaml:"platforms"`  // by id
	Kinds     map[string]string `yaml:"recipients"` // of recipients, by id
}

// ListTitle is how a list is called, and one sentence on what it is.
type ListTitle struct {
	Title string `yaml:"title"`
	Intro string `yaml:"intro"`
}

// Matches says whether the filter lets the entry through. The script of the page does the same
// (web/loader/src/entry/read.ts).
func (f Filter) Matches(e Entry) bool {
	if f.Platform != "" && len(e.Platforms) > 0 && !slices.Contains(e.Platforms, f.Platform) {
		return false
	}
	if f.Kind != "" && !slices.Contains(e.Kinds, f.Kind) {
		return false
	}
	text := Fold(e.text())
	for _, word := range words(Fold(f.Query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// text is everything that an entry says; the labels are in all entries and tell none from another.
func (e Entry) text() string {
	parts := append([]string{e.Name, e.Text}, e.Tags...)
	for _, f := range e.Facts {
		parts = append(parts, f.Values...)
	}
	return strings.Join(parts, "\n")
}

// Render implements app.Composer.
func (l *List) Render() app.UI {
	w := l.Words
	shown := 0
	for _, e := range l.Entries {
		if l.Filter.Matches(e) {
			shown++
		}
	}
	return app.Section().ID("nod-list-"+l.ID).Class("list").Body(
		app.H1().Text(l.Title),
		app.P().Class("intro").Text(l.Intro),
		app.Form().Class("filter").Method("get").Role("search").Aria("label", l.Title).Body(
			app.Input().Type("hidden").Name("lang").Value(l.Language),
			app.Label().Class("query").Body(app.Span().Text(w.Search), app.Input().Type("search").Name("q").MaxLength(MaxQuery).Value(l.Filter.Query)),
			choice("platform", w.Platform, w.Every, l.Platforms, l.Filter.Platform, Original{}),
			choice("kind", w.Kind, w.Every, l.Kinds, l.Filter.Kind, l.Original),
			app.Button().Type("submit").Text(w.Show),
		),
		app.P().Class("found").Role("status").DataSet("words", w.Found).Text(l.found(shown)),
		app.P().Class("note none").Hidden(shown > 0).Body(app.Span().Text(w.None), app.Text(" "), app.A().Href(l.All).Text(w.ShowAll)),
		app.Ul().Class("entries").Body(app.Range(l.Entries).Slice(func(i int) app.UI { return l.entry(l.Entries[i]) })),
	)
}

// choice is one filter. It is there even without options, for the structure of a component does not change.
func choice(name, label, every string, options []Option, chosen string, o Original) app.UI {
	return app.Label().Hidden(len(options) == 0).Body(
		app.Span().Text(label),
		app.Select().Name(name).Disabled(len(options) == 0).Body(
			app.Option().Value("").Text(every),
			app.Range(options).Slice(func(i int) app.UI {
				return quote(o, app.Option().Value(options[i].ID).Selected(options[i].ID == chosen).Text(options[i].Name))
			}),
		),
	)
}

func (l *List) found(shown int) string {
	return strings.NewReplacer("{shown}", strconv.Itoa(shown), "{all}", strconv.Itoa(len(l.Entries))).Replace(l.Words.Found)
}

func (l *List) entry(e Entry) app.UI {
	li := app.Li().ID(e.ID).Class("entry").Hidden(!l.Filter.Matches(e))
	if e.Enterprise {
		li = li.DataSet("enterprise", "decides")
	}
	return li.DataSet("platform", strings.Join(e.Platforms, " ")).DataSet("kind", strings.Join(e.Kinds, " ")).Body(
		app.H2().Body(quote(l.Original, app.Span().Text(e.Name)), app.Span().Class("of").Hidden(e.Of == "").Text(" "+e.Of)),
		app.P().Class("tags").Hidden(len(e.Tags) == 0).Body(app.Range(e.Tags).Slice(func(i int) app.UI {
			return app.Span().Class("tag").Text(e.Tags[i])
		})),
		quote(l.Original, app.P().Hidden(e.Text == "").Text(e.Text)),
		factList(e.Facts, l.Original),
	)
}

func factList(facts []Fact, o Original) app.UI {
	return app.Dl().Body(app.Range(facts).Slice(func(i int) app.UI {
		f := facts[i]
		label, row := app.Dt().Text(f.Label), app.Div()
		if f.Named {
			label, row = quote(o, label), row.Class("service")
		}
		return row.Body(
			label,
			app.Range(f.Values).Slice(func(j int) app.UI {
				if f.Link {
					return app.Dd().Body(app.A().Href(f.Values[j]).Rel("noopener noreferrer").Target("_blank").Text(f.Values[j]))
				}
				if f.Gap {
					return app.Dd().Class("gap").Text(f.Values[j])
				}
				return quote(o, app.Dd().Text(f.Values[j]))
			}),
		)
	}))
}
