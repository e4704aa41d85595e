package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestThePolicysFullTextIsSanitized(t *testing.T) {
	s := shared(t)
	for _, page := range []string{"/hostile/policy", "/hostile/policy?lang=ar", "/hostile/policy/" + acmeVersion,
		"/hostile/policy/" + acmeBefore} {
		t.Run(page, func(t *testing.T) {
			s := s.in(t)
			doc := parse(t, string(s.get(page).is(http.StatusOK).body))
			article := first(doc, "article")
			var found []string
			for _, n := range all(article) {
				line := n.Data
				for _, a := range n.Attr {
					line += " " + a.Key + "=" + a.Val
				}
				found = append(found, line)
			}
			allowed := []string{
				"h1 id=policy", "p", "a href=https://acme.example/more rel=nofollow", "strong", "h2 id=second", "code",
				"img alt=picture", "img src=x.png", "table", "thead", "tbody", "tr", "th", "td",
			}
			for _, line := range found {
				if !slices.Contains(allowed, line) {
					t.Errorf("the text has <%s>", line)
				}
			}
			if !slices.Contains(found, "h2 id=second") || !slices.Contains(found, allowed[2]) {
				t.Errorf("the text lost what is harmless: %q", found)
			}
			if bad := unsafe(doc); len(bad) > 0 {
				t.Errorf("the page has %q", bad)
			}
			if title := textOf(first(doc, "title")); !strings.HasPrefix(title, "title") ||
				!strings.Contains(title, `"><img src=x onerror=alert(1)></script><script>'`) {
				t.Errorf("title %q", title)
			}
			if len(all(first(doc, "main"), "article")) != 1 || len(all(doc, "h1")) != 1 {
				t.Error("the text breaks out of its place")
			}
			if text := textOf(article); !strings.Contains(text, "<script>alert(2)</script>") {
				t.Errorf("what is code for the reader is gone: %q", text)
			}
		})
	}
}

func TestAPolicyWithoutATranslationSaysSo(t *testing.T) {
	s := shared(t)
	for _, test := range []struct {
		page, language, textLanguage string
		note                         bool
	}{
		{"/yunzhijia/policy", "zh-CN", "", false},
		{"/yunzhijia/policy?lang=en", "en", "zh-CN", true},
		{"/acme/policy?lang=en", "en", "", false},
		{"/acme/policy?lang=ar", "ar", "en", true},
	} {
		t.Run(test.page, func(t *testing.T) {
			s := s.in(t)
			doc := parse(t, string(s.get(test.page).is(http.StatusOK).body))
			article := first(doc, "article")
			if got := attribute(article, "lang"); got != test.textLanguage {
				t.Errorf("the text's lang is %q; want %q", got, test.textLanguage)
			}
			note := slices.ContainsFunc(all(doc, "p"), func(n *html.Node) bool {
				return attribute(n, "class") == "note" && strings.TrimSpace(textOf(n)) != ""
			})
			if note != test.note {
				t.Errorf("a note: %v; want %v", note, test.note)
			}
			if len(textOf(article)) < 100 {
				t.Errorf("the text is missing: %q", textOf(article))
			}
		})
	}
}

func TestEveryVersionOfThePolicyHasItsPage(t *testing.T) {
	s := shared(t)
	for version, other := range map[string]string{acmeVersion: acmeBefore, acmeBefore: acmeVersion} {
		text := textOf(parse(t, string(s.get("/acme/policy/"+version).is(http.StatusOK).body)))
		if !strings.Contains(text, version) || strings.Contains(text, other) {
			t.Errorf("the page of %s says %.200q", version, text)
		}
	}
	if a, b := s.get("/acme/policy").is(200).body, s.get("/acme/policy/"+acmeVersion).is(200).
		body; string(a) != string(b) {
		t.Error("/policy is not the version in force")
	}
}
