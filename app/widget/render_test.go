package widget

import (
	"slices"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
	"golang.org/x/net/html"

	"github.com/nod-consent/nod/app/policy"
)

// hostile is a text that would be markup or code if it were not escaped.
const hostile = `</span><script>alert(1)</script><img src=x onerror="alert(2)">{{.}}`

// testView is a small policy as it is shown in English.
func testView(t *testing.T) View {
	t.Helper()
	return View{
		Policy: "2026-01", Platform: policy.Web, Language: "en", Direction: "ltr", Layout: "box", Words: wordsOf(t, "en"),
		Controller: "Acme Ltd", Contact: "privacy@acme.example", Title: "Your choices", Text: "We count visits.",
		Retention: "At most 180 days.", Rights: "Withdraw at any time.",
		PolicyPage: "acme/policy?lang=en", Centre: "acme/preferences?lang=en", Details: "lists/purposes?lang=en",
		Purposes: []Purpose{
			{ID: "necessary", Name: "Necessary", Summary: "Keeps you signed in.", Required: true},
			{ID: "analytics", Name: "Analytics", Summary: "Counts visits.", Services: []Service{{ID: "stats", Name: "Stats"}}},
			{ID: "face", Name: "Face recognition", Summary: "Unlocks doors.", Separate: true},
		},
	}
}

// render gives the tree of a component's HTML.
func render(t *testing.T, component app.UI) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(app.HTMLString(component)))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// elements are the elements of the name below the node, in order.
func elements(below *html.Node, name string) (found []*html.Node) {
	for n := range below.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			found = append(found, n)
		}
	}
	return found
}

// byID is the element with the id, which must be there.
func byID(t *testing.T, below *html.Node, id string) *html.Node {
	t.Helper()
	for n := range below.Descendants() {
		if attribute(n, "id") == id {
			return n
		}
	}
	t.Fatalf("there is no #%s", id)
	return nil
}

// attribute is the value of an attribute, "" where the element has none.
func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// hasAttribute takes "false" for none: that is what go-app prints, and what the server's rendering leaves out.
func hasAttribute(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name && a.Val != "false" })
}

// textOf is the text below the node, without what is hidden, with single spaces.
func textOf(n *html.Node) string {
	var words []string
	var collect func(n *html.Node)
	collect = func(n *html.Node) {
		if n.Type == html.TextNode {
			words = append(words, strings.Fields(n.Data)...)
		}
		if hasAttribute(n, "hidden") {
			return
		}
		for c := range n.ChildNodes() {
			collect(c)
		}
	}
	collect(n)
	return strings.Join(words, " ")
}

// areEqual reports buttons that differ in more than what they do and say.
func areEqual(t *testing.T, buttons []*html.Node) {
	t.Helper()
	style := func(n *html.Node) []string {
		var all []string
		for _, a := range n.Attr {
			if !slices.Contains([]string{"id", "value", "data-nod", "data-do"}, a.Key) {
				all = append(all, a.Key+"="+a.Val)
			}
		}
		slices.Sort(all)
		return all
	}
	if len(buttons) < 2 {
		t.Fatalf("%d buttons", len(buttons))
	}
	for _, b := range buttons[1:] {
		if !slices.Equal(style(b), style(buttons[0])) || b.Parent != buttons[0].Parent {
			t.Errorf("%s %q is not like %s %q", textOf(b), style(b), textOf(buttons[0]), style(buttons[0]))
		}
	}
}

// isInert reports scripts and images in a tree that should have none.
func isInert(t *testing.T, root *html.Node) {
	t.Helper()
	for _, name := range []string{"script", "img"} {
		if found := elements(root, name); len(found) > 0 {
			t.Errorf("a text became %d <%s>", len(found), name)
		}
	}
	if !strings.Contains(textOf(root), "alert(1)") {
		t.Error("the hostile text is not shown as text")
	}
}
