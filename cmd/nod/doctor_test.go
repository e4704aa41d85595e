//go:build !js

package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// examinedCase is a page, and what the doctor says about it. {{nod}} is the address of the server.
type examinedCase struct {
	name    string
	html    string
	headers map[string]string
	want    []string // "level (check): part of the text"; every problem must be among them
}

const goodTag = `<script src="{{nod}}/shop/consent.js"></script>`

var examinedCases = []examinedCase{
	{"a good page", goodTag + `<script type="text/plain" data-category="statistics" data-src="/s.js"></script>
		<iframe data-category="media" data-src="https://www.youtube-nocookie.com/embed/1"></iframe><img src="/a.png">
		<template><img src="https://elsewhere.example/"></template><a href="https://elsewhere.example/">A link</a>`, nil,
		[]string{
			"fine (tag): the page has one tag, for the site shop", "fine (origin): ", "fine (clock): ", "fine (hosts): ",
			"fine (names): tagged elements: 2", "fine (csp): the page has no", "fine (server): readyz?check=store is fine",
			"fine (version): ", "fine (cookie domain): ", "fine (place): ", "fine (mixed content): ",
		}},
	{"no tag", `<p>`, nil, []string{"problem (tag): the page has no tag of Nod"}},
	{"two tags", goodTag + goodTag, nil, []string{"problem (tag): the page has 2 tags of Nod (shop, shop)"}},
	{"async", `<script async src="{{nod}}/shop/consent.js"></script>`, nil,
		[]string{"problem (place): the tag has async"}},
	{"defer", `<script defer src="{{nod}}/shop/consent.js"></script>`, nil,
		[]string{"problem (place): the tag has defer"}},
	{"a module", `<script type="module" src="{{nod}}/shop/consent.js"></script>`, nil,
		[]string{"problem (place): the tag is a module"}},
	{"late", `<script>x</script><script src="https://stats.example.com/s.js"></script>` + goodTag, nil, []string{
		"problem (place): the tag is late: before it the page loads stats.example.com (script)",
		"note (place): inline scripts run before the tag: 1",
		"problem (hosts): stats.example.com is loaded before consent by <script>, but needs the purpose statistics",
	}},
	{"in the body", `</head><body>` + goodTag, nil, []string{"problem (place): the tag is not in the head"}},
	{"hosts of purposes and others", goodTag + `<img src="https://px.adverts.example.net/p.gif">
		<link rel="stylesheet" href="//fonts.example.org/f.css"><link rel="canonical" href="https://www.example.org/">`, nil,
		[]string{
			"problem (hosts): px.adverts.example.net is loaded before consent by <img>, but needs the purpose marketing",
			"problem (hosts): fonts.example.org is loaded before consent by <link>, and no purpose",
		}},
	{"unknown names", goodTag + `<img data-category="statistics video" data-service="tube" data-src="/p.gif">`, nil,
		[]string{"problem (names): tags name what the policy does not have, and never start: video, tube"}},
	{"a tag that starts at once", goodTag + `<iframe data-category="media" src="https://a.example/"></iframe>
		<script data-category="statistics">x</script>`, nil, []string{
		"problem (names): a tagged <iframe> starts before consent",
		"problem (names): a tagged <script> starts before consent",
	}},
	{"a policy that blocks all", goodTag, map[string]string{"Content-Security-Policy": "default-src 'self'"}, []string{
		"problem (csp): the Content-Security-Policy blocks consent.js (default-src)",
		"problem (csp): the Content-Security-Policy keeps decisions from the server (default-src)",
		"note (csp): the Content-Security-Policy blocks the preference centre's frame (default-src)",
	}},
	{"a policy with a nonce and trusted types",
		`<script nonce="abc" src="{{nod}}/shop/consent.js"></script>`,
		map[string]string{"Content-Security-Policy": "script-src 'nonce-abc' 'strict-dynamic'; connect-src *; " +
			"require-trusted-types-for 'script'; trusted-types mine"},
		[]string{"problem (csp): the Content-Security-Policy keeps the banner away (trusted-types)"}},
	{"a policy in the page", `<meta http-equiv="content-security-policy" content="connect-src 'none'">` + goodTag, nil,
		[]string{"problem (csp): the Content-Security-Policy keeps decisions from the server (connect-src)"}},
	{"a tag whose errors nobody can read", goodTag, nil, []string{"note (errors): the tag is of another origin"}},
	{"an unknown site", `<script src="{{nod}}/portal/consent.js"></script>`, nil,
		[]string{"problem (server): {{nod}}/portal/consent.js answers 404 Not Found"}},
	{"not Nod's script", `<script src="/shop/consent.js"></script>`, nil, []string{"problem (server): "}},
}

func TestTheDoctorSaysWhatIsWrongWithAPage(t *testing.T) {
	dir := t.TempDir()
	var html string
	var headers map[string]string
	pages := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		w.Write([]byte("<!doctype html><head>" + html))
	}))
	defer pages.Close()
	nod := serveShop(t, dir, pages.URL)
	for _, c := range examinedCases {
		t.Run(c.name, func(t *testing.T) {
			html, headers = strings.ReplaceAll(c.html, "{{nod}}", nod.address), c.headers
			checkExamination(t, examinePage(t, pages.URL, time.Now), c.want, nod.address)
		})
	}
	t.Run("a page of another origin", func(t *testing.T) {
		html, headers = strings.ReplaceAll(goodTag, "{{nod}}", nod.address), nil
		other := strings.Replace(pages.URL, "127.0.0.1", "localhost", 1)
		checkExamination(t, examinePage(t, other, time.Now), []string{
			"problem (origin): " + other + " is not among the origins of the site shop",
		}, nod.address)
	})
	t.Run("a clock that is wrong", func(t *testing.T) {
		yesterday := func() time.Time { return time.Now().Add(-24 * time.Hour) }
		checkExamination(t, examinePage(t, pages.URL, yesterday), []string{"problem (clock): "}, nod.address)
	})
	t.Run("a server that does not answer", func(t *testing.T) {
		html = `<script src="http://127.0.0.1:1/shop/consent.js"></script>`
		checkExamination(t, examinePage(t, pages.URL, time.Now),
			[]string{"problem (server): http://127.0.0.1:1/shop/consent.js cannot be loaded"}, nod.address)
	})
	t.Run("a bundle, whose server is at another address", func(t *testing.T) {
		served, err := http.Get(nod.address + "/shop/consent.js")
		if err != nil {
			t.Fatal(err)
		}
		defer served.Body.Close()
		script, err := io.ReadAll(served.Body)
		if err != nil {
			t.Fatal(err)
		}
		named := strings.Replace(string(script), "const __NOD__={", `const __NOD__={server:"`+nod.address+`/",`, 1)
		files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/shop/consent.en.js" {
				http.NotFound(w, r)
				return
			}
			w.Write([]byte(named))
		}))
		defer files.Close()
		html, headers = `<script src="`+files.URL+`/shop/consent.en.js"></script>`, nil
		checkExamination(t, examinePage(t, pages.URL, time.Now),
			[]string{"fine (origin): ", "fine (server): readyz?check=store is fine"}, nod.address)
		html = `<script src="` + files.URL + `/shop/consent.en.js" crossorigin></script>`
		checkExamination(t, examinePage(t, pages.URL, time.Now), []string{
			"problem (server): browsers do not run " + files.URL + "/shop/consent.en.js: the tag has crossorigin"}, nod.address)
	})
}

// serveShop serves a new site for pages of an origin.
func serveShop(t *testing.T, dir, origin string) *program {
	t.Helper()
	o := initOptions{dir: filepath.Join(dir, "sites", "shop"), origins: []string{origin}}.withDefaults(englishWords)
	if _, err := initSite(o, serverAddress{defaultAddr, "http://localhost:8080"}); err != nil {
		t.Fatal(err)
	}
	return serveIn(t, dir, "--sites", "sites")
}

func examinePage(t *testing.T, address string, now func() time.Time) *examination {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	d := doctor{client: &http.Client{Timeout: time.Minute}, now: now, version: readThisBuild().Version}
	e, err := d.examine(context.Background(), u)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// checkExamination checks that everything is found, and no other problem.
func checkExamination(t *testing.T, e *examination, want []string, nod string) {
	t.Helper()
	var printed strings.Builder
	e.print(&printed)
	problems := 0
	for _, text := range want {
		if strings.HasPrefix(text, "problem ") {
			problems++
		}
		if !strings.Contains(printed.String(), strings.ReplaceAll(text, "{{nod}}", nod)) {
			t.Errorf("the doctor does not say %q", text)
		}
	}
	if got := e.count(levelProblem); got != problems {
		t.Errorf("%d problems; want %d", got, problems)
	}
	if t.Failed() {
		t.Log(printed.String())
	}
}

// What the pages of a test server cannot show.
func TestTheDoctorChecksSchemesAndTheCookiesDomain(t *testing.T) {
	parse := func(address string) *url.URL {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	for _, test := range []struct{ page, server, domain, want string }{
		{"https://www.example.com/", "http://nod.example/", "", "problem (mixed content)"},
		{"http://www.example.com/", "https://nod.example/", "", "note (https)"},
		{"https://www.example.com/", "https://nod.example/", "", "fine (mixed content)"},
		{"https://www.example.com/", "https://nod.example/", "example.com", "fine (cookie domain)"},
		{"https://www.example.com/", "https://nod.example/", ".example.com", "fine (cookie domain)"},
		{"https://www.example.com/", "https://nod.example/", "ample.com", "problem (cookie domain)"},
		{"https://www.example.org/", "https://nod.example/", "example.com", "problem (cookie domain)"},
	} {
		page := &examinedPage{address: parse(test.page), headers: http.Header{"Server": {"cloudflare"}}}
		var e examination
		e.checkSecurity(page, pageTag{pageElement: pageElement{source: parse(test.server)}})
		e.checkCookieDomain(page, examinedConfig{Domain: test.domain})
		var printed strings.Builder
		e.print(&printed)
		for _, want := range []string{test.want, "note (optimiser)"} {
			if !strings.Contains(printed.String(), want) {
				t.Errorf("%+v: no %q in\n%s", test, want, printed.String())
			}
		}
	}
}

func TestHostsOfAContentSecurityPolicyMatchAsInABrowser(t *testing.T) {
	page, _ := url.Parse("https://www.example.com/")
	for _, test := range []struct {
		source, address string
		want            bool
	}{
		{"*", "https://a.example/", true}, {"'self'", "https://www.example.com/x", true},
		{"'self'", "https://a.example/", false}, {"https:", "https://a.example/", true},
		{"https:", "http://a.example/", false},
		{"http:", "https://a.example/", true}, {"'none'", "https://a.example/", false},
		{"a.example", "https://a.example/x", true},
		{"a.example", "http://a.example/", false}, {"http://a.example", "https://a.example/", true},
		{"*.example", "https://a.example/", true}, {"*.a.example", "https://a.example/", false},
		{"a.example:8443", "https://a.example:8443/", true}, {"a.example", "https://a.example:8443/", false},
		{"a.example:*", "https://a.example:8443/", true},
		{"https://a.example/nod/", "https://a.example/nod/s/consent.js", true},
		{"https://a.example/nod", "https://a.example/nod/s/consent.js", false}, {"A.EXAMPLE", "https://a.example/", true},
		{"", "https://a.example/", false}, {"://", "https://a.example/", false},
	} {
		address, err := url.Parse(test.address)
		if err != nil {
			t.Fatal(err)
		}
		if got := allowsAddress([]string{test.source}, page, address); got != test.want {
			t.Errorf("%q allows %s: %t", test.source, test.address, got)
		}
	}
}

func FuzzTheConfigurationOfAScriptIsReadWithoutAPanic(f *testing.F) {
	f.Add([]byte(`{__proto__:null,a:"b\"",c:'<p class="x">it\'s',d:[1.5,true,null,-2],"e f":{}}`))
	f.Add([]byte(`{a:'`))
	f.Add([]byte(`\`))
	f.Fuzz(func(_ *testing.T, literal []byte) { jsonOfLiteral(literal) })
}

func TestTheConfigurationOfAScriptIsJSON(t *testing.T) {
	got := jsonOfLiteral([]byte(`{__proto__:null,a:"b\"",c:'<p class="x">it\'s',d:[1.5,true,null,-2],"e f":{}}`))
	want := `{"__proto__":null,"a":"b\"","c":"<p class=\"x\">it's","d":[1.5,true,null,-2],"e f":{}}`
	if string(got) != want || !json.Valid(got) {
		t.Errorf("%s", got)
	}
}

func TestTheTagOfABundleNamesAnyLanguage(t *testing.T) {
	for path, want := range map[string]bool{
		"/shop/consent.js": true, "/shop/consent.zh-CN.js": true, "/shop/consent.es-419.js": true,
		"/shop/consent.es_419.js": false, "/shop/consents.js": false,
	} {
		if got := tagPath.MatchString(path); got != want {
			t.Errorf("%s is the address of a tag: %v", path, got)
		}
	}
}
