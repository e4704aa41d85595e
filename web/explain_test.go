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
