package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestBrowsersReadProblemsOnAPageInTheirLanguage(t *testing.T) {
	s := shared(t)
	for path, status := range map[string]int{
		"/yunzhijia/lists/other":                  http.StatusNotFound,
		"/yunzhijia/policy/1999-01-01":            http.StatusNotFound,
		"/yunzhijia/preferences?platform=windows": http.StatusBadRequest,
		"/yunzhijia/nothing":                      http.StatusNotFound,
		"/yunzhijia/nothing/here/":                http.StatusNotFound,
	} {
		a := s.get(path, "Accept: text/html,*/*;q=0.8", "Accept-Language: zh-CN").is(status).
			has("Content-Type", "text/html; charset=utf-8").has("Content-Language", "zh-CN").has("Cache-Control", "no-store")
		doc := parse(t, string(a.body))
		if heading := textOf(first(doc, "h1")); !strings.Contains(heading, "页面") {
			t.Errorf("%s: the heading is %q", path, heading)
		}
		if bad := unsafe(doc); len(bad) > 0 {
			t.Errorf("%s: the page has %q", path, bad)
		}
		s.get(path, "Accept: application/json").is(status).has("Content-Type", "application/problem+json")
	}
}

func TestBrowsersAreLedFromAnAddressOfNoSiteToTheSites(t *testing.T) {
	s := shared(t)
	for _, path := range []string{
		"/yunzhijai/policy", "/nothing", "/nothing/here/", "/docs/nothing", "/assets/nothing.css",
	} {
		a := s.get(path, "Accept: text/html,*/*;q=0.8", "Accept-Language: zh-CN").is(http.StatusNotFound).
			has("Content-Type", "text/html; charset=utf-8").has("Cache-Control", "no-store").
			has("Vary", "Accept, Accept-Language")
		doc := parse(t, string(a.body))
		if heading := textOf(first(doc, "h1")); heading != "没有这个页面" {
			t.Errorf("%s: the heading is %q", path, heading)
		}
		links := map[string]bool{}
		for _, link := range all(doc, "a") {
			links[attribute(link, "href")] = true
		}
		if !links["/yunzhijia/"] || !links["/docs/zh-CN/"] {
			t.Errorf("%s leads to %v", path, links)
		}
		if bad := unsafe(doc); len(bad) > 0 {
			t.Errorf("%s: the page has %q", path, bad)
		}
		s.get(path, "Accept: application/json").is(http.StatusNotFound).has("Content-Type", "application/problem+json")
		s.get(path, "Accept: text/html", "Sec-Fetch-Dest: iframe").has("Content-Type", "application/problem+json")
		s.get(path).is(http.StatusNotFound).has("Content-Type", "application/problem+json")
	}
}

// A reader of the paper sees where it is from, and which version of the policy it has.
func TestAPrintedPageNamesItsSiteAddressAndVersion(t *testing.T) {
	s := shared(t)
	for _, page := range []string{"policy", "lists/sdks", "lists/purposes", "receipt", "records", ""} {
		doc := parse(t, string(s.get("/yunzhijia/"+page+"?lang=en").is(http.StatusOK).body))
		want := "Yunzhijia · /yunzhijia/" + page + "?lang=en · Version of 2023-11-23"
		found := ""
		for _, n := range all(doc, "p") {
			if attribute(n, "class") == "printed" {
				found = strings.Join(strings.Fields(textOf(n)), " ")
			}
		}
		if found != want {
			t.Errorf("%s begins with %q on paper; want %q", page, found, want)
		}
	}
}
