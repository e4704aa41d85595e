package prerender

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// greeting is a component in a component in a component, with the fields that the tree is read from as names of its
// own.
type greeting struct {
	app.Compo
	tag, value string
	attributes map[string]string //nolint:unused // named like a field of go-app's elements
	children   []string          //nolint:unused // the same
	root       app.UI
	inner      bool
}

func (g *greeting) Render() app.UI {
	if g.inner {
		return app.Strong().Text(g.value)
	}
	return &greeting{inner: true, value: g.value, tag: "script", root: app.Raw("<script></script>")}
}

type embedding struct{ greeting }

func svg(tag string) app.HTMLElem { return app.Elem(tag).XMLNS(svgNamespace) }

// writtenElements are elements, with the HTML that is written of them.
var writtenElements = []struct {
	name string
	ui   app.UI
	want string
}{
	{"text is escaped", app.P().Text(`a<b & "c" 'd'`), `<p>a&lt;b &amp; &quot;c&quot; 'd'</p>`},
	{"an entity in a text stays what was typed", app.P().Text("&amp;nbsp;"), `<p>&amp;amp;nbsp;</p>`},
	{"empty texts print nothing", app.P().Body(app.Text(""), app.Text(nil)), `<p></p>`},
	{"nil elements print nothing", app.P().Body(nil, app.B().Text("x"), app.UI(nil)), `<p><b>x</b></p>`},
	{"no white space comes between elements", app.P().Body(app.B().Text("a"), app.I().Text("b"), app.Text("c")),
		`<p><b>a</b><i>b</i>c</p>`},
	{"a text on its own is a tree", app.Text("<>"), `&lt;&gt;`},
	{"components nest", app.Div().Body(&greeting{value: "hi"}), `<div><strong>hi</strong></div>`},
	{"a component may be embedded in another", &embedding{greeting{value: "hi"}}, `<strong>hi</strong>`},
	{"If and Range leave no trace", app.Ul().Body(
		app.If(false, app.Li().Text("no")).Else(app.Li().Text("else")),
		app.Range([]int{1, 2}).Slice(func(i int) app.UI { return app.Li().Text(i) }),
	), `<ul><li>else</li><li>0</li><li>1</li></ul>`},

	{"attributes are in alphabetical order", app.A().Title("t").Class("c").ID("i").Href("/h"),
		`<a class="c" href="/h" id="i" title="t"></a>`},
	{"a quotation mark does not end an attribute", app.P().Title(`" onclick="x`),
		`<p title="&quot; onclick=&quot;x"></p>`},
	{"attributes are trimmed as the client trims them", app.P().Title("  a  "), `<p title="a"></p>`},
	{"empty id and class are left out", app.P().ID("").Class(""), `<p></p>`},
	{"classes are joined", app.P().Class("a", "b").Class("c"), `<p class="a b c"></p>`},
	{"other empty attributes are kept", app.Img().Alt("").Src("x.png"), `<img alt="" src="x.png">`},
	{"a value that is true is kept", app.Input().Value("true"), `<input value="true">`},
	{"a value that is empty is kept", app.Input().Value(""), `<input value="">`},
	{"a name that is true is kept", app.Input().Name("true"), `<input name="true">`},
	{"aria states are spelled out", app.P().Aria("hidden", true).Aria("expanded", false),
		`<p aria-expanded="false" aria-hidden="true"></p>`},
	{"data attributes are spelled out", app.P().DataSet("on", true).DataSet("empty", ""),
		`<p data-empty="" data-on="true"></p>`},
	{"enumerated attributes are spelled out", app.P().Draggable(false).Spellcheck(true),
		`<p draggable="false" spellcheck="true"></p>`},
	{"autocomplete is on or off", app.Input().AutoComplete(false), `<input autocomplete="off">`},
	{"handlers leave no trace", app.Button().OnClick(func(app.Context, app.Event) {}), `<button></button>`},

	{"a box that is not checked is not", app.Input().Type("checkbox").Checked(false).Disabled(false),
		`<input type="checkbox">`},
	{"a box that is checked is", app.Input().Type("checkbox").Checked(true).Disabled(true),
		`<input checked disabled type="checkbox">`},
	{"hidden false shows", app.P().Hidden(false), `<p></p>`},
	{"hidden true hides", app.P().Hidden(true), `<p hidden></p>`},
	{"open, required, selected, multiple, readonly, autofocus are booleans", app.Div().Body(
		app.Details().Open(false), app.Details().Open(true),
		app.Select().Required(false).Multiple(true).Body(app.Option().Selected(true), app.Option().Selected(false)),
		app.Input().ReadOnly(true).AutoFocus(true), app.Input().ReadOnly(false).AutoFocus(false),
	), `<div><details></details><details open></details>` +
		`<select multiple><option selected></option><option></option></select>` +
		`<input autofocus readonly><input></div>`},
	{"novalidate true is there", app.Form().NoValidate(true), `<form novalidate></form>`},

	{"void elements have no end", app.P().Body(app.Br(), app.Wbr(), app.Hr()), `<p><br><wbr><hr></p>`},
	{"a textarea's text is its contents", app.Textarea().Name("n").Text("</textarea><b>"),
		"<textarea name=\"n\">\n&lt;/textarea&gt;&lt;b&gt;</textarea>"},
	{"the first line feed of a text counts", app.Pre().Text("\na"), "<pre>\n\na</pre>"},
	{"an icon is written", svg("svg").Attr("viewBox", "0 0 8 8").Aria("hidden", true).Body(
		svg("g").Attr("fill", "none").Body(svg("path").Attr("d", "M0 0L8,8z"), svg("circle").Attr("r", 3)),
	), `<svg aria-hidden="true" viewBox="0 0 8 8"><g fill="none">` +
		`<path d="M0 0L8,8z"></path><circle r="3"></circle></g></svg>`},

	{"relative addresses are links", app.A().Href("../a?b=c:d#e:f"), `<a href="../a?b=c:d#e:f"></a>`},
	{"an entity does not make a scheme", app.A().Href("javascript&colon;x"), `<a href="javascript&amp;colon;x"></a>`},
	{"the web is linked to", app.A().Href("HTTPS://example.org"), `<a href="HTTPS://example.org"></a>`},
	{"mail is linked to", app.A().Href("mailto:a@example.org"), `<a href="mailto:a@example.org"></a>`},
	{"the telephone is linked to", app.A().Href("tel:+49123"), `<a href="tel:+49123"></a>`},
}

func TestHTML(t *testing.T) {
	for _, test := range writtenElements {
		t.Run(test.name, func(t *testing.T) {
			got, err := HTML(test.ui)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// refusedElements are elements that are not written, with the reason.
var refusedElements = []struct {
	name string
	ui   app.UI
	want string // in the error
}{
	{"scripts", app.Div().Body(app.Script().Src("/a.js")), "<div> <script> is not an element"},
	{"styles", app.Elem("style"), "<style> is not an element"},
	{"frames", app.IFrame(), "<iframe> is not an element"},
	{"metadata", app.Meta(), "<meta> is not an element"},
	{"elements of a hostile name", app.Elem("p onclick=x"), "is not an element"},
	{"raw HTML", app.Div().Body(app.Raw("<p></p>")), "app.raw is neither"},
	{"attributes nobody knows", app.P().Attr("nonce", "x"), `attribute "nonce"`},
	{"attributes of a hostile name", app.P().DataSet(`x onclick`, "y"), `attribute "data-x onclick"`},
	{"attributes in upper case", app.P().Attr("onClick", "y"), `event handlers`},
	{"event handler attributes", app.P().Attr("onclick", "alert(1)"), "event handlers"},
	{"inline styles", app.P().Style("color", "red"), "use a class"},
	{"booleans that are neither", app.Input().Attr("checked", "checked"), `"checked" is neither true nor false`},
	{"booleans that are empty", app.Input().Attr("disabled", ""), `"" is neither true nor false`},
	{"what go-app's client would turn on", app.Form().NoValidate(false), "leave it out"},
	{"contents of a void element", app.Elem("br").Body(app.Text("x")), "cannot have contents"},
	{"markup in a textarea", app.Textarea().Body(app.B()), "takes Text"},
	{"icons without a namespace", app.Elem("svg"), svgNamespace},
	{"shapes outside of an icon", app.P().Body(svg("path")), "wrong side"},
	{"HTML in an icon", svg("svg").Body(app.P()), "wrong side"},
	{"classes of icons, which the client does not set", svg("svg").Class("a"), "around them"},
	{"icons that are hidden, which the client shows", svg("svg").Hidden(true), "around them"},
	{"drawings that load something", svg("svg").Body(svg("path").Attr("fill", "URL(#a)")), "more than a shape"},
	{"drawings that load something in disguise", svg("svg").Body(svg("path").Attr("fill", `u\72l(#a)`)),
		"more than a shape"},
	{"script addresses", app.A().Href("javascript:alert(1)"), "scheme"},
	{"script addresses in capitals", app.A().Href("JaVaScRiPt:alert(1)"), "scheme"},
	{"script addresses with a tab", app.A().Href("java\tscript:alert(1)"), "control characters"},
	{"script addresses after a control character", app.A().Href("\x01javascript:alert(1)"), "control characters"},
	{"data addresses", app.Img().Src("data:image/svg+xml,<svg/>"), "scheme"},
	{"script actions", app.Form().Action("javascript:alert(1)"), "scheme"},
	{"script actions of a button", app.Button().FormAction("vbscript:x"), "scheme"},
	{"mail as an image", app.Img().Src("mailto:a@example.org"), "scheme"},
}

func TestWhatIsRefused(t *testing.T) {
	for _, test := range refusedElements {
		t.Run(test.name, func(t *testing.T) {
			got, err := HTML(test.ui)
			if err == nil {
				t.Fatalf("written as %s", got)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q does not say %q", err, test.want)
			}
			if got != "" {
				t.Errorf("returned %q with an error", got)
			}
		})
	}
}

// form has many attributes, whose order in go-app's tree is random.
func form() app.UI {
	return app.Form().ID("f").Class("a").Method("post").Action("/x").Title("t").Lang("en").Dir("ltr").Body(
		app.Range(make([]int, 30)).Slice(func(i int) app.UI {
			return app.Label().Body(
				app.Input().ID("%d", i).Name("%d", i).Type("checkbox").Value("granted").Checked(i%2 == 0).Aria("label", i).
					DataSet("i", i),
				&greeting{value: fmt.Sprint(i)},
			)
		}),
	)
}

func TestOutputIsTheSameEachTime(t *testing.T) {
	want, err := HTML(form())
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if got, err := HTML(form()); err != nil || got != want {
			t.Fatalf("%v\n%s\n%s", err, want, got)
		}
	}
	tree := form()
	for range 2 {
		if got, err := HTML(tree); err != nil || got != want {
			t.Fatalf("one tree, written again: %v\n%s\n%s", err, want, got)
		}
	}
}

func TestConcurrentTreesAreWrittenAsTheyAre(t *testing.T) {
	want, err := HTML(form())
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 20 {
				if got, err := HTML(form()); err != nil || got != want {
					t.Errorf("%v\n%s", err, got)
				}
			}
		})
	}
	wg.Wait()
}

func TestMountedTreeIsWrittenAsItIs(t *testing.T) {
	tree := form()
	want, err := HTML(form())
	if err != nil {
		t.Fatal(err)
	}
	server := app.NewServerTester(tree)
	defer server.Close()
	if got, err := HTML(tree); err != nil || got != want {
		t.Errorf("%v\n%s\n%s", err, want, got)
	}
}

func BenchmarkHTML(b *testing.B) {
	for b.Loop() {
		if _, err := HTML(form()); err != nil {
			b.Fatal(err)
		}
	}
}
