package web_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"golang.org/x/net/html"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/web"
)

// pagePolicy is the Content-Security-Policy of a page that these origins may frame.
func pagePolicy(origins ...string) string {
	return "default-src 'none'; base-uri 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; " +
		"connect-src 'self'; form-action 'self'; frame-ancestors " +
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
		for _, page := range []string{"preferences", "policy", "policy?lang=en", "policy?q=x", "preferences?lang=en&platform=android", "lists/purposes", "lists/purposes?q=x", "receipt"} {
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
	with.get("/acme/preferences").is(http.StatusOK).has("Content-Security-Policy", pagePolicy(slices.Concat(acmeOrigins, demo)...))
	for _, page := range []string{"/demo/", "/demo/?lang=ar", "/demo/elsewhere", "/demo/?site=hostile", "/demo/?site=%22%3E%3Cscript%3E&lang=%22%3E%3Cscript%3E"} {
		a := with.get(page).is(http.StatusOK).lacks("Set-Cookie")
		if csp := a.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'; ") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe-inline") {
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

// pages is every page that a visitor can get.
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

func TestPagesSayWhatLanguageTheyAreIn(t *testing.T) {
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
			if !strings.Contains(strings.Join(a.Header.Values("Vary"), ", "), "Accept-Language") {
				t.Errorf("Vary is %q; the page depends on Accept-Language", a.Header.Values("Vary"))
			}
		})
	}
}

// C-01.
// WCAG 2.2, 3.1.2: where only the interface is in the reader's language, each text of the policy says which it is in.
func TestTextsInAnotherLanguageThanTheInterfacesSaySo(t *testing.T) {
	site := builtIn(t, "yunzhijia")
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
				} else if n.Type == html.ElementNode && slices.Contains([]string{"button", "h1", "label"}, n.Data) && inherited(n, "lang") != lang && !strings.Contains(page, "policy") {
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
			if _, is := lookUp(n, "lang"); is && n.Data != "html" {
				t.Errorf("in %s: a %s is marked, and all is in one language", lang, n.Data)
			}
		}
	}
}

// inherited is the value of the attribute that holds for the node.
func inherited(n *html.Node, name string) string {
	for ; n != nil; n = n.Parent {
		if value, ok := lookUp(n, name); ok {
			return value
		}
	}
	return ""
}

func TestReadingSetsNoCookie(t *testing.T) {
	s := shared(t)
	for _, page := range append(slices.Clone(pagePaths), "/acme/consent.js", "/v1/acme/policy", "/v1/acme/log/checkpoint", "/v1/acme/status/analytics", "/nod.d.ts", "/healthz", "/readyz") {
		for _, headers := range [][]string{nil, {"Sec-GPC: 1"}, {"Accept-Language: en"}, {"Cookie: nod=garbage"}, {"Cookie: nod=" + grantedCookie(t, s, page)}} {
			s.get(page, headers...).is(http.StatusOK).lacks("Set-Cookie")
		}
	}
}

func TestHostileTextsAreTextOnEveryPage(t *testing.T) {
	s := shared(t)
	for page, texts := range shown() {
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
					if diff := cmp.Diff(skeleton(harmless), skeleton(hostile)); diff != "" {
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

// ticked gives the names of the boxes of a page that are ticked, and of those that can't be changed.
func ticked(doc *html.Node) (on, fixed []string) {
	for _, box := range all(doc, "input") {
		if _, ok := lookUp(box, "checked"); ok {
			on = append(on, attribute(box, "name"))
		}
		if _, ok := lookUp(box, "disabled"); ok {
			fixed = append(fixed, attribute(box, "name"))
		}
	}
	return on, fixed
}

// C-02.
func TestNothingIsTickedThatCanBeRefused(t *testing.T) {
	s := shared(t)
	for _, test := range []struct {
		page    string
		headers []string
		want    []string
	}{
		{"/yunzhijia/preferences", nil, []string{"necessary", "announcements"}},
		{"/yunzhijia/preferences?platform=android", nil, []string{"necessary", "app-core", "announcements"}},
		{"/acme/preferences", nil, []string{"necessary", "login"}},
		{"/acme/preferences?saved=1", nil, []string{"necessary", "login"}},
		{"/acme/preferences?analytics=granted", nil, []string{"necessary", "login"}},
		{"/acme/preferences", []string{"Sec-GPC: 1"}, []string{"necessary", "login"}},
		{"/acme/preferences", []string{"Cookie: nod=1.AAAA.AAAA.analytics:gAAAAAA"}, []string{"necessary", "login"}},
	} {
		t.Run(test.page+strings.Join(test.headers, ""), func(t *testing.T) {
			s := s.in(t)
			doc := parse(t, string(s.get(test.page, test.headers...).is(http.StatusOK).body))
			on, fixed := ticked(doc)
			if diff := cmp.Diff(test.want, on); diff != "" {
				t.Errorf("ticked (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.want, fixed); diff != "" {
				t.Errorf("not to be changed (-want +got):\n%s", diff)
			}
			if _, hidden := lookUp(byID(doc, "nod-decided"), "hidden"); !hidden {
				t.Error("the page speaks of a decision before there is one")
			}
		})
	}
}

// C-39: without a script the page itself has to say it.
// Switches have the ids of their purposes and services. One that had an id of the page's own would be read as something
// else, so the policy is refused, with the place of that id.
func TestNoPurposeHasANameOfThePagesOwn(t *testing.T) {
	s := shared(t)
	doc := parse(t, string(s.get("/acme/preferences").is(http.StatusOK).body))
	own := map[string]bool{}
	for _, n := range all(first(doc, "body")) {
		if attribute(n, "class") == "switch" {
			continue
		}
		if id, ok := strings.CutPrefix(attribute(n, "id"), "nod-"); ok && !strings.HasSuffix(id, "-about") {
			own[id] = true
		}
		if name := attribute(n, "name"); name != "" {
			own[name] = true
		}
	}
	if !own["policy"] || !own["previous"] || !own["withdrawal"] {
		t.Fatalf("names %v: some are not found", own)
	}
	for name := range own {
		made := madeSite("acme", plainText)
		made.Policies[1].Purposes[1].ID = name
		_, err := loadWritten(made)
		var problems load.Problems
		if !errors.As(err, &problems) {
			t.Errorf("a purpose with id %q is loaded, error %v", name, err)
			continue
		}
		p := problems[0]
		if p.File != "acme/policy/"+acmeVersion+".yaml" || p.Line == 0 || !strings.Contains(p.Message, name) {
			t.Errorf("a purpose with id %q is refused with %v", name, p)
		}
	}
}

func TestThePageTellsThatASignalIsHonoured(t *testing.T) {
	s := shared(t)
	for _, test := range []struct {
		name    string
		headers []string
		want    bool
	}{
		{"no signal", nil, false},
		{"a signal before any choice", []string{"Sec-GPC: 1"}, true},
		{"a signal after a grant that did not know of it", []string{"Sec-GPC: 1", "Cookie: nod=" + grantedCookie(t, s, "/acme")}, true},
		{"no signal after a grant", []string{"Cookie: nod=" + grantedCookie(t, s, "/acme")}, false},
		{"something that is no signal", []string{"Sec-GPC: true"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			a := s.get("/acme/preferences", test.headers...).is(http.StatusOK)
			if !strings.Contains(a.Header.Get("Vary"), "Sec-GPC") {
				t.Errorf("Vary is %q; the page depends on Sec-GPC", a.Header.Get("Vary"))
			}
			doc := parse(t, string(a.body))
			if _, hidden := lookUp(byID(doc, "nod-signal"), "hidden"); hidden == test.want {
				t.Errorf("the note is hidden: %v", hidden)
			}
			if on, _ := ticked(doc); test.want && slices.Contains(on, "analytics") {
				t.Error("analytics is ticked against the signal")
			}
		})
	}
}

func TestThePageShowsTheAnswersOfItsCookie(t *testing.T) {
	s := shared(t)
	granted := grantedCookie(t, s, "/acme")
	for _, test := range []struct {
		name, cookie string
		want         []string
	}{
		{"a grant", "nod=" + granted, []string{"necessary", "login", "analytics", "heatmap", "counter", "beacons", "transfer", "partner"}},
		{"an older cookie beside it", "nod=" + olderCookie(t, granted) + "; nod=" + granted, []string{"necessary", "login", "analytics", "heatmap", "counter", "beacons", "transfer", "partner"}},
		{"the same in the other order", "nod=" + granted + "; nod=" + olderCookie(t, granted), []string{"necessary", "login", "analytics", "heatmap", "counter", "beacons", "transfer", "partner"}},
		{"an unreadable cookie beside it", "nod=x; nod=" + granted, []string{"necessary", "login", "analytics", "heatmap", "counter", "beacons", "transfer", "partner"}},
		{"one of the same decision that refuses, beside it", "nod=" + granted + "; nod=" + refusedCookie(t, granted), []string{"necessary", "login"}},
		{"the same refusal first", "nod=" + refusedCookie(t, granted) + "; nod=" + granted, []string{"necessary", "login"}},
		{"in quotation marks, which no script reads", `nod="` + granted + `"`, []string{"necessary", "login"}},
		{"a cookie that is cut off", "nod=" + granted[:len(granted)-2], []string{"necessary", "login"}},
		{"a cookie that is too long", "nod=" + granted + strings.Repeat(".gAAAAAA", 600), []string{"necessary", "login"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			a := s.get("/acme/preferences?saved=1", "Cookie: "+test.cookie).is(http.StatusOK)
			doc := parse(t, string(a.body))
			on, _ := ticked(doc)
			if diff := cmp.Diff(test.want, on); diff != "" {
				t.Errorf("ticked (-want +got):\n%s", diff)
			}
			if strings.HasPrefix(test.cookie, "nod=1.") && !strings.Contains(test.name, "cut off") && !strings.Contains(test.name, "too long") {
				a.has("Cache-Control", "private, no-store").lacks("ETag")
				if at := textOf(byID(doc, "nod-decided")); !strings.Contains(at, time.Now().UTC().Format("2006-01-")) {
					t.Errorf("the page does not say when: %q", at)
				}
			}
		})
	}
}

// refusedCookie is one of the same decision in which all of it is refused.
func refusedCookie(t testing.TB, granted string) string {
	t.Helper()
	stored, err := consent.DecodeCookie(granted)
	if err != nil {
		t.Fatal(err)
	}
	for i := range stored.Answers {
		stored.Answers[i].State = consent.Denied
	}
	return consent.EncodeCookie(stored)
}

// grantedCookie is the value of a cookie in which everything is granted of the page's site.
func grantedCookie(t testing.TB, s *server, page string) string {
	t.Helper()
	site := strings.Split(strings.SplitN(page, "?", 2)[0], "/")[1]
	if site != "hostile" && site != "yunzhijia" {
		site = "acme"
	}
	var p *consent.Form
	if site == "yunzhijia" {
		b := builtIn(t, "yunzhijia")
		f := consent.FormOf(b, b.CurrentPolicy())
		p = &f
	} else {
		made, err := loaded()
		if err != nil {
			t.Fatal(err)
		}
		f := consent.FormOf(made[site], made[site].CurrentPolicy())
		p = &f
	}
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	d := &consent.Decision{ID: id, Subject: uuid.New(), Answers: map[string]consent.State{}}
	for _, purpose := range p.Purposes {
		d.Answers[purpose.ID] = consent.Granted
	}
	value := consent.EncodeCookie(consent.Stored{Subject: d.Subject}.Apply(*p, d))
	s.private(id.String())
	s.private(d.Subject.String())
	s.private(value)
	return value
}

// olderCookie refuses what the cookie grants, a day before it.
func olderCookie(t testing.TB, value string) string {
	t.Helper()
	s, err := consent.DecodeCookie(value)
	if err != nil {
		t.Fatal(err)
	}
	s.Decision[4]-- // of the milliseconds, the one that counts 65536
	if s.Decision[4] == 0xff {
		s.Decision[3]--
	}
	for i := range s.Answers {
		s.Answers[i].State = consent.Denied
	}
	return consent.EncodeCookie(s)
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
		{"/", 404, "unknown-address"},
		{"/nobody", 404, "unknown-site"},
		{"/nobody/", 404, "unknown-site"},
	} {
		t.Run(test.path, func(t *testing.T) {
			s := s.in(t)
			s.get(test.path).problem(test.status, test.kind).lacks("ETag", "Content-Encoding", "Set-Cookie")
		})
	}
	for _, address := range []string{"/acme", "/acme/"} { // which people try
		s.get(address).is(http.StatusFound).has("Location", "/acme/policy")
	}
	for _, platform := range []string{"", "web", "android", "ios", "harmony"} {
		s.get("/acme/preferences?platform=" + platform).is(http.StatusOK)
	}
}

func TestThePolicysFullTextIsSanitized(t *testing.T) {
	s := shared(t)
	for _, page := range []string{"/hostile/policy", "/hostile/policy?lang=ar", "/hostile/policy/" + acmeVersion, "/hostile/policy/" + acmeBefore} {
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
				"img alt=picture", "img src=x.png",
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
			if title := textOf(first(doc, "title")); !strings.HasPrefix(title, "title") || !strings.Contains(title, `"><img src=x onerror=alert(1)></script><script>'`) {
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
	if a, b := s.get("/acme/policy").is(200).body, s.get("/acme/policy/"+acmeVersion).is(200).body; string(a) != string(b) {
		t.Error("/policy is not the version in force")
	}
}
