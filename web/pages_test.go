package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/nod-consent/nod/web"
)

// pagePolicy is the Content-Security-Policy of a page that these origins may frame.
func pagePolicy(origins ...string) string {
	return "default-src 'none'; base-uri 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
		"img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors " +
		strings.Join(append([]string{"'self'"}, origins...), " ") + "; require-trusted-types-for 'script'; trusted-types nod"
}

func TestPagesAreFramedByTheSitesOriginsOnly(t *testing.T) {
	s := shared(t)
	for _, test := range []struct {
		site    string
		origins []string
	}{
		{"yunzhijia", []string{"https://www.yunzhijia.com", "https://yunzhijia.com"}},
		{"acme", acmeOrigins},
		{"native", nil}, // "null" is no source
	} {
		for _, page := range []string{"preferences", "policy", "policy?lang=en", "policy?q=x",
			"preferences?lang=en&platform=android", "lists/purposes", "lists/purposes?q=x", "receipt"} {
			t.Run(test.site+" "+page, func(t *testing.T) {
				s := s.in(t)
				s.get("/"+test.site+"/"+page).is(http.StatusOK).
					has("Content-Security-Policy", pagePolicy(test.origins...)).
					has("Content-Type", "text/html; charset=utf-8").
					has("X-Content-Type-Options", "nosniff").
					has("Referrer-Policy", "strict-origin-when-cross-origin").
					lacks("X-Frame-Options", "Access-Control-Allow-Origin")
			})
		}
	}
}

func TestTheDemosOriginsMayFrameOnlyWithTheDemo(t *testing.T) {
	demo := []string{"http://localhost:8080", "http://127.0.0.1:8080"}
	with := start(t, sites(t, "acme", "hostile"), func(o *web.Options) { o.Demo, o.DemoOrigins = true, demo })
	with.get("/acme/preferences").is(http.StatusOK).
		has("Content-Security-Policy", pagePolicy(slices.Concat(acmeOrigins, demo)...))
	for _, page := range []string{"/demo/", "/demo/?lang=ar", "/demo/elsewhere", "/demo/?site=hostile",
		"/demo/?site=%22%3E%3Cscript%3E&lang=%22%3E%3Cscript%3E"} {
		a := with.get(page).is(http.StatusOK).lacks("Set-Cookie")
		if csp := a.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'; ") ||
			!strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe-inline") {
			t.Errorf("%s has the policy %q", page, csp)
		}
		if found := unsafe(parse(t, string(a.body))); len(found) > 0 {
			t.Errorf("%s has %q", page, found)
		}
	}
	without := start(t, func(o *web.Options) { o.DemoOrigins = demo })
	without.get("/acme/preferences").is(http.StatusOK).has("Content-Security-Policy", pagePolicy(acmeOrigins...))
	without.get("/demo/").is(http.StatusNotFound)
}

// pagePaths are the pages that a visitor can get.
var pagePaths = []string{
	"/acme/preferences", "/acme/preferences?lang=ar", "/acme/preferences?platform=ios",
	"/hostile/preferences", "/hostile/preferences?lang=ar&platform=harmony",
	"/hostile/policy", "/hostile/policy?lang=ar", "/hostile/policy/" + acmeBefore,
	"/yunzhijia/preferences", "/yunzhijia/preferences?lang=en", "/yunzhijia/policy", "/yunzhijia/policy?lang=en",
	"/hostile/receipt", "/hostile/receipt?lang=ar", "/yunzhijia/receipt?lang=en",
}

func TestPagesHaveNothingInline(t *testing.T) {
	s := shared(t)
	for _, page := range pagePaths {
		for _, headers := range [][]string{nil, {"Sec-GPC: 1"}, {"Cookie: nod=" + grantedCookie(t, s, page)}} {
			t.Run(page+" "+strings.Join(headers, ""), func(t *testing.T) {
				s := s.in(t)
				doc := parse(t, string(s.get(page, headers...).is(http.StatusOK).body))
				if found := unsafe(doc); len(found) > 0 {
					t.Errorf("the page has %q", found)
				}
			})
		}
	}
}

func TestReadingSetsNoCookie(t *testing.T) {
	s := shared(t)
	for _, page := range append(slices.Clone(pagePaths), "/acme/consent.js", "/v1/acme/policy",
		"/v1/acme/log/checkpoint", "/v1/acme/status/analytics", "/nod.d.ts", "/healthz", "/readyz") {
		for _, headers := range [][]string{nil, {"Sec-GPC: 1"}, {"Accept-Language: en"}, {"Cookie: nod=garbage"},
			{"Cookie: nod=" + grantedCookie(t, s, page)}} {
			s.get(page, headers...).is(http.StatusOK).lacks("Set-Cookie")
		}
	}
}

func TestPagesThatAreNotThere(t *testing.T) {
	s := shared(t)
	for _, test := range []struct {
		path   string
		status int
		kind   string
	}{
		{"/acme/preferences?platform=windows", 400, "unknown-platform"},
		{"/acme/preferences?platform=Android", 400, "unknown-platform"},
		{"/acme/preferences?platform=web%00", 400, "unknown-platform"},
		{"/acme/preferences?platform=%3Cscript%3E", 400, "unknown-platform"},
		{"/nobody/preferences", 404, "unknown-site"},
		{"/nobody/policy", 404, "unknown-site"},
		{"/nobody/consent.js", 404, "unknown-site"},
		{"/ACME/consent.js", 404, "unknown-site"},
		{"/v1/nobody/policy", 404, "unknown-site"},
		{"/v1/nobody/status/analytics", 404, "unknown-site"},
		{"/v1/nobody/log/checkpoint", 404, "unknown-site"},
		{"/acme/policy/1999-01-01", 404, "unknown-version"},
		{"/acme/policy/..%2f" + acmeVersion, 404, "unknown-version"},
		{"/acme/policy/%00", 404, "unknown-version"},
		{"/v1/acme/policy/1999-01-01", 404, "unknown-version"},
		{"/assets/page.css", 404, "unknown-file"},
		{"/acme/other", 404, "unknown-address"},
		{"/v1/acme/other", 404, "unknown-address"},
		{"/v1/acme/subjects/", 404, "unknown-address"},
		{"/nobody", 404, "unknown-site"},
		{"/nobody/", 404, "unknown-site"},
	} {
		t.Run(test.path, func(t *testing.T) {
			s := s.in(t)
			s.get(test.path).problem(test.status, test.kind).lacks("ETag", "Content-Encoding", "Set-Cookie")
		})
	}
	s.get("/acme").is(http.StatusFound).has("Location", "/acme/")
	for _, platform := range []string{"", "web", "android", "ios", "harmony"} {
		s.get("/acme/preferences?platform=" + platform).is(http.StatusOK)
	}
}
