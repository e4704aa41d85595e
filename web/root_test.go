package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/nod-consent/nod/web"
)

func TestTheServersOwnAddressIsAPageForPeople(t *testing.T) {
	for _, base := range []string{"", "/portal/consent"} {
		t.Run("below "+base+"/", func(t *testing.T) {
			s := start(t, sites(t, "acme"), func(o *web.Options) { o.BasePath, o.Version = base, "v1.2.3" })
			answer := s.get(base+"/").is(http.StatusOK).has("Cache-Control", "no-store").has("Vary", "Accept, Accept-Language")
			checkSafe(t, "/", s.overTLS("GET", routeExample{target: base + "/"}))
			page := parse(t, string(answer.body))
			tag := `<script src="` + ownOrigin + base + `/acme/consent.js" crossorigin></script>`
			if got := textOf(first(page, "pre")); got != tag {
				t.Errorf("the snippet is %q", got)
			}
			text := textOf(first(page, "main"))
			for _, want := range append(slices.Clone(acmeOrigins), acmeVersion) {
				if !strings.Contains(text, want) {
					t.Errorf("the page lacks %q", want)
				}
			}
			if !strings.Contains(string(answer.body), `<meta name="generator" content="Nod v1.2.3">`) {
				t.Error("the page lacks the version of the program")
			}
			for _, a := range all(page, "a") {
				if to := attribute(a, "href"); strings.HasPrefix(to, "/") {
					if s.get(to).StatusCode != http.StatusOK {
						t.Errorf("%s leads nowhere", to)
					}
				}
			}
		})
	}
}

func TestTheServersOwnPageListsEverySiteInOrder(t *testing.T) {
	page := parse(t, string(shared(t).get("/").is(http.StatusOK).body))
	var ids []string
	for _, h := range all(page, "h3") {
		ids = append(ids, attribute(h, "id"))
	}
	if len(ids) < 2 || !slices.IsSorted(ids) {
		t.Errorf("sites %q", ids)
	}
}

func TestTheServersOwnPageSpeaksTheReadersLanguage(t *testing.T) {
	s := shared(t)
	for _, test := range []struct {
		path, accept, language, docs string
	}{
		{"/", "", "en", "/docs/quick-start"},
		{"/", "zh-CN,zh;q=0.9,en;q=0.5", "zh-CN", "/docs/zh-CN/quick-start"},
		{"/", "fr", "en", "/docs/quick-start"},
		{"/", ";;;", "en", "/docs/quick-start"},
		{"/?lang=zh-CN", "en", "zh-CN", "/docs/zh-CN/quick-start"},
		{"/?lang=%22%3E", "en", "en", "/docs/quick-start"},
	} {
		answer := s.get(test.path, "Accept-Language: "+test.accept).is(http.StatusOK)
		page := parse(t, string(answer.body))
		if got := attribute(first(page, "html"), "lang"); got != test.language {
			t.Errorf("%s with %q is in %q; want %q", test.path, test.accept, got, test.language)
		}
		if !strings.Contains(string(answer.body), `href="`+test.docs+`"`) {
			t.Errorf("%s with %q does not lead to %s", test.path, test.accept, test.docs)
		}
	}
}

// The snippet has the address of the request, which anybody can write.
func TestAHostileHostStaysTextOnTheServersOwnPage(t *testing.T) {
	answer := shared(t).get("/", `Host: x"><script>alert(1)</script>`)
	if found := all(parse(t, string(answer.body)), "script"); len(found) > 0 {
		t.Errorf("the page has %d scripts", len(found))
	}
}

func TestWithTheDemoTheServersOwnAddressLeadsThere(t *testing.T) {
	s := start(t, func(o *web.Options) { o.Demo = true })
	s.get("/").is(http.StatusFound).has("Location", "/demo/")
}
