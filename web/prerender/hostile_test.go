package prerender

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/maxence-charriere/go-app/v9/pkg/app"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var hostile = []string{
	"", "true", "false", `"`, `'`, "`", "<", ">", "&", "&amp;", "&lt", "&#x3c;", "\\", `\u00a0`, `\"`, "\x00", "a\x00b",
	"\n", "\r", "\r\n", "\t\n a",
	"a\fb\vc\x7f", "\u00a0", "a\u00a0b", "\u200c", "\u200f", "a\u202eb", "\u2028", "a\u2029b", "\ufeff", "\U0001f36a",
	"\u0085", "\ufffe",
	"</script>", "<script>alert(1)</script>", "--><img src=x onerror=alert(1)>", `" onmouseover="alert(1)`, `x' y='z`,
	"]]>", "</textarea>", "</p></div>",
	"\xff", "a\xc0\xafb", "\xed\xa0\x80", "{{.}}", "%s%!d(MISSING)", "=", "/", "a/>",
}

// parsed is what a browser would show of a string.
func parsed(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// checkHostile writes s wherever a text can be, parses the result, and looks for the very tree that was written.
func checkHostile(t *testing.T, s string) {
	t.Helper()
	page := app.Main().Title("%s", s).Body(
		app.Text(s), app.B().Text(s), app.Text(s),
		app.Input().Value(s).Placeholder("%s", s).Aria("label", s).DataSet("x", s).Alt("%s", s).Name("%s", s).Attr("lang", s),
		app.Textarea().Text(s), app.Pre().Text(s),
		app.Select().Body(app.Option().Value(s).Label("%s", s).Text(s)),
	)
	got, err := HTML(page)
	if err != nil {
		t.Fatal(err)
	}
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	roots, err := html.ParseFragment(strings.NewReader(got), body)
	if err != nil || len(roots) != 1 {
		t.Fatalf("parsed as %d trees, %v: %s", len(roots), err, got)
	}

	// go-app trims attributes, on the client too.
	v, x := parsed(strings.TrimSpace(s)), parsed(s)
	input := fmt.Sprintf("<input alt=%q aria-label=%q data-x=%q lang=%q name=%q placeholder=%q value=%q>", v, v, v, v, v,
		v, v)
	want := fmt.Sprintf("<main title=%q>", v) + q(x) + "<b>" + q(x) + "</b>" + q(x) + input + "</input>" +
		"<textarea>" + q(v) + "</textarea><pre>" + q(x) + "</pre>" +
		fmt.Sprintf("<select><option label=%q value=%q>%s</option></select></main>", v, v, q(x))
	if diff := cmp.Diff(want, tree(roots[0])); diff != "" {
		t.Errorf("%q (-want +got):\n%s\n%s", s, diff, got)
	}
}

func q(s string) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf("%q", s)
}

func tree(n *html.Node) string {
	if n.Type == html.TextNode {
		return q(n.Data)
	}
	if n.Type != html.ElementNode {
		return fmt.Sprintf("node of type %d", n.Type)
	}
	var b strings.Builder
	b.WriteString("<" + n.Data)
	for _, a := range n.Attr {
		fmt.Fprintf(&b, " %s=%q", a.Key, a.Val)
	}
	b.WriteString(">")
	for c := range n.ChildNodes() {
		b.WriteString(tree(c))
	}
	return b.String() + "</" + n.Data + ">"
}

func TestHostileStringsComeBackAsTheyWere(t *testing.T) {
	for _, s := range hostile {
		checkHostile(t, s)
		checkHostile(t, "a"+s+"b")
	}
}

func FuzzHostileStringsComeBackAsTheyWere(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(checkHostile)
}

func FuzzLinksNeverRun(f *testing.F) {
	for _, s := range append(hostile, "javascript:x", " javascript:x", "java\nscript:x", "//a", "a:b", ":", "data:,x",
		"http:x") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, url string) {
		if _, err := HTML(app.A().Href("%s", url)); err != nil {
			return
		}
		// As a browser reads it: https://url.spec.whatwg.org/#concept-basic-url-parser
		read := strings.TrimLeftFunc(parsed(url), func(c rune) bool { return c <= ' ' })
		read = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(read)
		scheme, _, found := strings.Cut(strings.ToLower(read), ":")
		if !found || scheme == "" || strings.ContainsFunc(scheme, func(c rune) bool {
			return c > unicode.MaxASCII || !(unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune("+-.", c))
		}) {
			return // not a scheme: relative
		}
		if !strings.Contains(" http https mailto tel ", " "+scheme+" ") {
			t.Errorf("%q is written as a link", url)
		}
	})
}
