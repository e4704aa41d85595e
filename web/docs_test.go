package web_test

import (
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
			s.get(base+"/docs/embedding").has("Content-Security-Policy",
				"default-src 'none'; base-uri 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'none'; "+
					"frame-ancestors 'none'")
			s.get(base+"/docs/site.md").problem(http.StatusNotFound, "unknown-page")
		})
	}
}

func TestTheServerSaysThatItHonoursGPC(t *testing.T) { // C-49
	behind := start(t, func(o *web.Options) { o.BasePath = "/portal/consent" })
	for _, s := range []*server{shared(t), behind} {
		var got struct {
			GPC        bool
			LastUpdate string
		}
		s.get("/.well-known/gpc.json").is(http.StatusOK).has("Content-Type", "application/json").
			has("Access-Control-Allow-Origin", "*").json(&got)
		if !got.GPC || !regexp.MustCompile(`^\d{4}-\d\d-\d\d$`).MatchString(got.LastUpdate) {
			t.Errorf("%+v", got)
		}
		s.get("/.well-known/other.json").problem(http.StatusNotFound, "unknown-address")
	}
	behind.get("/portal/consent/.well-known/gpc.json").is(http.StatusNotFound)
}

// cited is how a test names a rule of assets/docs/rules.md.
var cited = regexp.MustCompile(`\bC-\d\d\b`)

func TestRulesAndTestsNameEachOther(t *testing.T) {
	text, err := os.ReadFile("../assets/docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(line, "|") // | id | rule | source | test |
		if len(cells) != 6 || !cited.MatchString(cells[1]) {
			continue
		}
		id, test := strings.TrimSpace(cells[1]), strings.TrimSpace(cells[4])
		if listed[id] {
			t.Errorf("%s is there twice", id)
		}
		listed[id] = true
		if test == "not yet held" {
			continue
		}
		for _, name := range strings.Split(test, ", ") {
			if _, err := os.Stat("../" + name); err != nil {
				t.Errorf("%s names a test that is not there: %v", id, err)
			}
		}
	}
	for _, dir := range []string{"app", "cmd", "web"} {
		err := filepath.WalkDir("../"+dir, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(name, "_test.go") || strings.Contains(name, "node_modules") {
				return err
			}
			source, err := os.ReadFile(name)
			for _, id := range cited.FindAllString(string(source), -1) {
				if !listed[id] {
					t.Errorf("%s cites %s, which rules.md does not have", name, id)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheChaptersAreTheFilesOfTheDocumentation(t *testing.T) {
	page := parse(t, string(shared(t).get("/docs/embedding").is(http.StatusOK).body))
	var got []string
	for _, a := range all(page, "a") {
		name, ok := strings.CutPrefix(attribute(a, "href"), "/docs/")
		if ok && !strings.Contains(name, "/") && !slices.Contains(got, name) {
			got = append(got, name)
		}
	}
	want := []string{"embedding", "site", "app", "operating", "api", "cookie", "ledger", "rights", "rules", "measured"}
	if !slices.Equal(got, want) {
		t.Errorf("chapters %q; want %q", got, want)
	}
	files, err := filepath.Glob("../assets/docs/*.md")
	if err != nil || len(files) != len(want) {
		t.Errorf("%d files for %d chapters, error %v", len(files), len(want), err)
	}
}
