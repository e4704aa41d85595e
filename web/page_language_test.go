package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
	"github.com/nod-consent/nod/web"
)

func TestPagesNameTheirLanguage(t *testing.T) {
	s := shared(t)
	for _, page := range pagePaths {
		t.Run(page, func(t *testing.T) {
			s := s.in(t)
			want := "en"
			switch {
			case strings.Contains(page, "lang=ar"):
				want = "ar"
			case strings.HasPrefix(page, "/yunzhijia") && !strings.Contains(page, "lang=en"):
				want = "zh-CN"
			}
			a := s.get(page).is(http.StatusOK).has("Content-Language", want)
			doc := parse(t, string(a.body))
			root, title := first(doc, "html"), first(doc, "title")
			if got := attribute(root, "lang"); got != want {
				t.Errorf("lang is %q; want %q", got, want)
			}
			if title == nil || strings.TrimSpace(textOf(title)) == "" {
				t.Error("no title")
			}
			if got, want := attribute(root, "dir"), map[bool]string{true: "rtl", false: "ltr"}[want == "ar"]; got != want {
				t.Errorf("dir is %q; want %q", got, want)
			}
			varies := strings.Contains(strings.Join(a.Header.Values("Vary"), ", "), "Accept-Language")
			isByAddress := strings.Contains(page, "lang=") && !strings.Contains(page, "/preferences")
			if varies == isByAddress {
				t.Errorf("Vary is %q of a page with the language in its address: %v", a.Header.Values("Vary"), isByAddress)
			}
		})
	}
}

// C-01.
// WCAG 2.2, 3.1.2: where only the interface is in the reader's language, each text of the policy says which it is in.
func TestTextsInAnotherLanguageThanTheInterfaceAreMarked(t *testing.T) {
	site := loadtest.BuiltIn(t, "yunzhijia")
	site.Interface = append(site.Interface, "ar")
	s := start(t, func(o *web.Options) { o.Sites = []*policy.Site{site} })
	p := site.CurrentPolicy()
	own := map[string]bool{} // texts of the policy
	for i := range p.Purposes {
		own[p.Purposes[i].Name["zh-CN"]], own[p.Purposes[i].Summary["zh-CN"]] = true, true
	}
	for _, section := range p.Sections {
		own[section.Title["zh-CN"]], own[section.Summary["zh-CN"]] = true, true
	}
	for _, r := range p.Recipients {
		own[r.Name["zh-CN"]] = true
	}
	for _, lang := range []string{"zh-TW", "ar"} {
		for _, page := range []string{"preferences", "policy", "lists/purposes", "lists/shared"} {
			quoted := 0
			for n := range parse(t, string(s.get("/yunzhijia/"+page+"?lang="+lang).is(http.StatusOK).body)).Descendants() {
				if text := strings.TrimSpace(n.Data); n.Type == html.TextNode && own[text] {
					quoted++
					if got := inherited(n, "lang"); got != "zh-CN" {
						t.Errorf("%s in %s: %q is marked as %q", page, lang, text, got)
					}
					if got := inherited(n, "dir"); got != "ltr" {
						t.Errorf("%s in %s: %q is written %q", page, lang, text, got)
					}
				} else if n.Type == html.ElementNode && slices.Contains([]string{"button", "h1", "label"}, n.Data) &&
					inherited(n, "lang") != lang && !strings.Contains(page, "policy") {
					t.Errorf("%s in %s: the interface's own %q is marked as %q", page, lang, textOf(n), inherited(n, "lang"))
				}
			}
			if quoted < 8 {
				t.Errorf("%s in %s: %d texts of the policy; want more", page, lang, quoted)
			}
		}
	}
	for _, lang := range []string{"zh-CN", "en"} {
		for _, n := range all(parse(t, string(s.get("/yunzhijia/lists/purposes?lang="+lang).is(http.StatusOK).body))) {
			if _, is := findAttribute(n, "lang"); is && n.Data != "html" && attribute(n.Parent, "class") != "languages" {
				t.Errorf("in %s: a %s is marked, and all is in one language", lang, n.Data)
			}
		}
	}
}

// inherited is the value of the attribute that holds for the node.
func inherited(n *html.Node, name string) string {
	for ; n != nil; n = n.Parent {
		if value, ok := findAttribute(n, name); ok {
			return value
		}
	}
	return ""
}
