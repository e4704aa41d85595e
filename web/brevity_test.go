package web_test

import (
	"net/http"
	"testing"
	"unicode"

	"golang.org/x/net/html"
)

// countCharacters counts the letters that a reader sees in an element, in Chinese only the Chinese ones: numbers and
// addresses are read at a glance. What is hidden or folded does not count.
func countCharacters(n *html.Node, isChinese bool) (count int) {
	for c := range n.ChildNodes() {
		_, isHidden := findAttribute(c, "hidden")
		switch {
		case c.Type == html.TextNode:
			for _, r := range c.Data {
				if unicode.Is(unicode.Han, r) || !isChinese && unicode.IsLetter(r) {
					count++
				}
			}
		case isHidden && attribute(c, "id") != "nod-ask", c.Data == "button":
		case n.Data == "details" && c.Data != "summary":
		default:
			count += countCharacters(c, isChinese)
		}
	}
	return count
}

// The text of the first layer is what people read before they answer. If it grows, they read less of it.
func TestTheFirstLayersAreShort(t *testing.T) { // C-08
	s := shared(t)
	for _, test := range []struct {
		language        string
		banner, launch  int // the most characters
		isCountedAsHan  bool
		shortestAllowed int // a text that was not found is no short text
	}{
		{"zh-CN", 120, 165, true, 80},
		{"en", 260, 520, false, 150},
	} {
		c, _ := configIn(t, s.get("/yunzhijia/consent.js?lang="+test.language).is(http.StatusOK).body)
		page := s.get("/yunzhijia/first-launch?platform=android&lang=" + test.language).is(http.StatusOK)
		for name, got := range map[string]struct{ count, most int }{
			"the banner": {countCharacters(parse(t, c.HTML["banner"]), test.isCountedAsHan), test.banner},
			"the first launch": {
				countCharacters(byID(parse(t, string(page.body)), "nod-ask"), test.isCountedAsHan), test.launch,
			},
		} {
			t.Logf("%s: %s has %d characters", test.language, name, got.count)
			if got.count > got.most || got.count < test.shortestAllowed {
				t.Errorf("%s: %s has %d characters; want at most %d", test.language, name, got.count, got.most)
			}
		}
	}
}
