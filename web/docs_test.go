package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/nod-consent/nod/web"
)

func TestTheDocumentationIsServedAsPagesThatLeadToEachOther(t *testing.T) {
	for _, base := range []string{"", "/portal/consent"} {
		t.Run("below "+base+"/", func(t *testing.T) {
			s := start(t, func(o *web.Options) { o.BasePath = base })
			s.get(base+"/docs/").is(http.StatusFound).has("Location", base+"/docs/embedding")
			files, err := filepath.Glob("../assets/docs/*.md")
			if err != nil {
				t.Fatal(err)
			}
			decisions, err := filepath.Glob("../assets/docs/decisions/*.md")
			if err != nil || len(files) < 8 || len(decisions) < 12 {
				t.Fatalf("%d files and %d decisions, error %v", len(files), len(decisions), err)
			}
			led := map[string]bool{}
			for _, f := range append(files, decisions...) {
				text, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				title, _, _ := strings.Cut(strings.TrimPrefix(string(text), "# "), "\n")
				page := base + "/docs/" + strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(f), "../assets/docs/"), ".md")
				doc := parse(t, string(s.get(page).is(http.StatusOK).has("Content-Type", "text/html; charset=utf-8").body))
				if got := textOf(first(doc, "h1")); got != strings.ReplaceAll(title, "`", "") {
					t.Errorf("%s begins with %q, want %q", page, got, title)
				}
				for _, a := range all(doc, "a") {
					to, err := url.Parse(attribute(a, "href"))
					if err != nil {
						t.Errorf("%s leads to %q", page, attribute(a, "href"))
						continue
					}
					at, _ := url.Parse(page)
					if to = at.ResolveReference(to); to.Host == "" && !led[to.Path] {
						led[to.Path] = true
						s.get(to.Path).is(http.StatusOK)
					}
				}
			}
			if len(led) != len(files)+len(decisions) {
				t.Errorf("they lead to %d of %d pages", len(led), len(files)+len(decisions))
			}
			s.get(base+"/docs/embedding").has("Content-Security-Policy", "default-src 'none'; base-uri 'none'; style-src 'self'; img-src 'self'; form-action 'none'; frame-ancestors 'none'")
			s.get(base+"/docs/site.md").problem(http.StatusNotFound, "unknown-page")
		})
	}
}

func TestTheServerSaysThatItHonoursGPC(t *testing.T) { // C-49
	s := shared(t)
	var got struct {
		GPC        bool
		LastUpdate string
	}
	s.get("/.well-known/gpc.json").is(http.StatusOK).has("Content-Type", "application/json").json(&got)
	if !got.GPC || !regexp.MustCompile(`^\d{4}-\d\d-\d\d$`).MatchString(got.LastUpdate) {
		t.Errorf("%+v", got)
	}
}
