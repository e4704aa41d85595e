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

// testView returns the view of a small policy in English.
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

// render returns the tree of a component's HTML.
func render(t *testing.T, component app.UI) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(app.HTMLString(component)))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// elements lists the elements of the name below the node, in order.
func elements(below *html.Node, name string) (found []*html.Node) {
	for n := range below.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			found = append(found, n)
		}
	}
	return found
}

// findByID finds the element with the id, which must exist.
func findByID(t *testing.T, below *html.Node, id string) *html.Node {
	t.Helper()
	return findByAttribute(t, below, "id", id)
}

// findByAttribute finds the first element whose attribute has just this value, which must exist.
func findByAttribute(t *testing.T, below *html.Node, name, value string) *html.Node {
	t.Helper()
	for n := range below.Descendants() {
		if attribute(n, name) == value {
			return n
		}
	}
	t.Fatalf("%s=%q: not found", name, value)
	return nil
}

// attribute returns the value of an attribute; "" if the element does not have it.
func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// hasAttribute reports whether the element has the attribute. go-app prints "false" for one that it does not have.
func hasAttribute(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name && a.Val != "false" })
}

// textOf returns the visible text below the node, with single spaces.
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

// checkEqual reports buttons that differ in more than their actions and texts.
func checkEqual(t *testing.T, buttons []*html.Node) {
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

// checkInert reports scripts and images in a tree that must not have any.
func checkInert(t *testing.T, root *html.Node) {
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
