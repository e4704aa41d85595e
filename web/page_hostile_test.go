package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

func TestHostileTextsAreTextOnEveryPage(t *testing.T) {
	s := shared(t)
	for page, texts := range readableTexts() {
		for _, test := range []struct{ name, query, header string }{
			{"as everybody sees it", "", ""},
			{"in Arabic", "?lang=ar", ""},
			{"with a signal", "", "Sec-GPC: 1"},
			{"with answers", "", "Cookie: nod=" + grantedCookie(t, s, "/hostile")},
			{"looked for", "?lang=en&q=" + url.QueryEscape(attack), ""},
		} {
			if strings.HasPrefix(page, "lists/") && test.name == "looked for" {
				continue // what does not match is hidden, in acme all
			}
			t.Run(page+" "+test.name, func(t *testing.T) {
				s := s.in(t)
				var headers []string
				if test.header != "" {
					headers = append(headers, test.header)
				}
				harmless := parse(t, string(s.get("/acme/"+page+test.query, headers...).is(http.StatusOK).body))
				hostile := parse(t, string(s.get("/hostile/"+page+test.query, headers...).is(http.StatusOK).body))
				if !strings.HasPrefix(test.header, "Cookie") { // the cookie is of the one site, whose boxes it ticks
					isFind := func(element string) bool { return element == "mark" } // only one has what is looked for
					if diff := cmp.Diff(slices.DeleteFunc(skeleton(harmless), isFind),
						slices.DeleteFunc(skeleton(hostile), isFind)); diff != "" {
						t.Errorf("hostile texts change elements or attributes (-harmless +hostile):\n%s", diff)
					}
				}
				if found := unsafe(hostile); len(found) > 0 {
					t.Errorf("the page has %q", found)
				}
				text := textOf(hostile)
				for _, want := range texts {
					if test.name == "in Arabic" && !strings.HasPrefix(want, "phone") {
						want = strings.Replace(want, attack, " ar"+attack, 1)
					}
					if !strings.Contains(text, want) {
						t.Errorf("the page does not say %q", want)
					}
				}
				if page != "preferences" {
					return
				}
				if data := byID(hostile, "nod-page"); data == nil || strings.ContainsAny(textOfScript(data), "<>\u2028") {
					t.Error("the page's data has characters that a script element must not have")
				}
			})
		}
	}
}

func textOfScript(n *html.Node) string {
	if n.FirstChild == nil {
		return ""
	}
	return n.FirstChild.Data
}
