package web_test

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web"
)

// listDocs returns the files of the documentation below assets/docs.
func listDocs(t *testing.T) (files []string) {
	t.Helper()
	err := fs.WalkDir(assets.Files, "docs", func(name string, _ fs.DirEntry, err error) error {
		if path.Ext(name) == ".md" {
			files = append(files, strings.TrimPrefix(name, "docs/"))
		}
		return err
	})
	if err != nil || len(files) < 60 {
		t.Fatalf("%d files, error %v", len(files), err)
	}
	return files
}

// readDoc returns a file of the documentation without its front matter.
func readDoc(t *testing.T, file string) string {
	t.Helper()
	text, err := assets.Files.ReadFile("docs/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return frontMatter.ReplaceAllString(string(text), "")
}

var frontMatter = regexp.MustCompile(`\A---\n(?s:.*?)\n---\n\n`)

// addressOfDoc returns the address of a file's page.
func addressOfDoc(base, file string) string {
	return base + "/docs/" + strings.TrimSuffix(strings.TrimSuffix(file, ".md"), "index")
}

func TestEachPageOfTheDocumentationIsServedAndCanBeReached(t *testing.T) {
	for _, base := range []string{"", "/portal/consent"} {
		t.Run("below "+base+"/", func(t *testing.T) {
			s := start(t, func(o *web.Options) { o.BasePath = base })
			files := listDocs(t)
			reached := crawl(s, base+"/docs/")
			for _, file := range files {
				if !reached[addressOfDoc(base, file)] {
					t.Errorf("no page leads to %s", file)
				}
			}
			for _, file := range files {
				title, _, _ := strings.Cut(strings.TrimPrefix(readDoc(t, file), "# "), "\n")
				doc := parse(t, string(s.get(addressOfDoc(base, file)).is(http.StatusOK).body))
				if got := textOf(first(doc, "h1")); got != strings.ReplaceAll(title, "`", "") {
					t.Errorf("%s begins with %q, want %q", file, got, title)
				}
			}
			s.get(base+"/docs/guides").is(http.StatusMovedPermanently).has("Location", base+"/docs/guides/")
			s.get(base+"/docs/nothing").problem(http.StatusNotFound, "unknown-page")
		})
	}
}

// crawl follows every link and picture from an address, and returns the addresses that it reached. Each must be there,
// and so must the part of the page that a link names.
func crawl(s *server, from string) map[string]bool {
	s.Helper()
	reached, waiting := map[string]bool{from: true}, []string{from}
	anchors := map[string][]string{} // by page, the parts that links name
	for len(waiting) > 0 {
		address := waiting[0]
		waiting = waiting[1:]
		answer := s.get(address).is(http.StatusOK)
		if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
			continue
		}
		at, err := url.Parse(address)
		if err != nil {
			s.Fatal(err)
		}
		page := parse(s, string(answer.body))
		var links []string
		for _, a := range all(page, "a") {
			links = append(links, attribute(a, "href"))
		}
		for _, img := range all(page, "img") {
			links = append(links, attribute(img, "src"))
		}
		for _, link := range links {
			to, err := url.Parse(link)
			if err != nil {
				s.Errorf("%s leads to %q", address, link)
				continue
			}
			if to = at.ResolveReference(to); to.Host != "" {
				continue
			}
			if to.Fragment != "" {
				anchors[to.Path] = append(anchors[to.Path], to.Fragment)
			}
			if !reached[to.Path] {
				reached[to.Path] = true
				waiting = append(waiting, to.Path)
			}
		}
	}
	for address, ids := range anchors {
		page := parse(s, string(s.get(address).body))
		for _, id := range ids {
			if byID(page, id) == nil {
				s.Errorf("a link leads to %s#%s, which does not exist", address, id)
			}
		}
	}
	return reached
}

func TestPagesOfTheDocumentationLoadNothingForeign(t *testing.T) {
	s := shared(t)
	for _, address := range []string{"/docs/", "/docs/concepts", "/docs/zh-CN/quick-start"} {
		answer := s.get(address).is(http.StatusOK).lacks("Set-Cookie").has("Content-Security-Policy",
			"default-src 'none'; base-uri 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "+
				"form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'")
		page := parse(t, string(answer.body))
		for element, name := range map[string]string{"script": "src", "link": "href", "img": "src"} {
			for _, e := range all(page, element) {
				if to := attribute(e, name); to == "" || strings.Contains(to, "//") {
					t.Errorf("%s loads %q", address, to)
				}
			}
		}
	}
}

func TestLongPathsInTablesMayBreakAfterTheirSlashes(t *testing.T) {
	page := string(shared(t).get("/docs/rules").is(http.StatusOK).body)
	if want := "web/<wbr/>e2e/<wbr/>before_choice_test.go, "; !strings.Contains(page, want) {
		t.Errorf("%q is not in the page of the rules", want)
	}
	if i := strings.Index(page, "web/e2e/"); i >= 0 {
		t.Errorf("a path cannot break: %q", page[i:min(i+60, len(page))])
	}
}

func TestPagesOfTheDocumentationAreOfferedInTheOtherLanguage(t *testing.T) {
	s := shared(t)
	for address, want := range map[string]string{
		"/docs/":                  "/docs/zh-CN/",
		"/docs/guides/react":      "/docs/zh-CN/guides/react",
		"/docs/ledger":            "/docs/zh-CN/", // has no translation
		"/docs/zh-CN/quick-start": "/docs/quick-start",
	} {
		page := parse(t, string(s.get(address).is(http.StatusOK).body))
		isOffered := false
		for _, a := range all(page, "a") {
			isOffered = isOffered || attribute(a, "href") == want && attribute(a, "hreflang") != ""
		}
		if !isOffered {
			t.Errorf("%s does not lead to %s", address, want)
		}
	}
	page := parse(t, string(s.get("/docs/zh-CN/concepts").is(http.StatusOK).body))
	if got := attribute(first(page, "html"), "lang"); got != "zh-CN" {
		t.Errorf("a Chinese page has the language %q", got)
	}
}

func TestEachPageOfTheDocumentationIsMarkdownToo(t *testing.T) {
	s := shared(t)
	list := string(s.get("/llms.txt").is(http.StatusOK).has("Content-Type", "text/plain; charset=utf-8").body)
	for _, file := range listDocs(t) {
		s.get("/docs/"+file).is(http.StatusOK).has("Content-Type", "text/markdown; charset=utf-8")
		if string(s.get("/docs/"+file).body) != readDoc(t, file) {
			t.Errorf("%s is not the file", file)
		}
		if !strings.Contains(list, "](/docs/"+file+")") {
			t.Errorf("llms.txt does not list %s", file)
		}
	}
}

func TestTheSearchReadsEveryPageOfALanguage(t *testing.T) {
	s := shared(t)
	for language, want := range map[string][]string{
		"en":    {"/docs/quick-start", "/docs/guides/react", "/docs/ledger"},
		"zh-CN": {"/docs/zh-CN/quick-start", "/docs/zh-CN/guides/react", "/docs/ledger"}, // what has no translation
	} {
		var entries []struct {
			Address, Title string
			Passages       []struct{ ID, Title, Text string }
		}
		s.get("/docs/search."+language+".json").is(http.StatusOK).has("Content-Type", "application/json")
		if err := json.Unmarshal(s.get("/docs/search."+language+".json").body, &entries); err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		for _, e := range entries {
			found[e.Address] = true
			if e.Title == "" || len(e.Passages) == 0 || e.Passages[0].Title != e.Title {
				t.Errorf("%s: %q has %d passages", language, e.Address, len(e.Passages))
			}
		}
		for _, address := range want {
			if !found[address] {
				t.Errorf("%s: the search does not find %s", language, address)
			}
		}
		if language == "zh-CN" && found["/docs/quick-start"] {
			t.Error("the Chinese search finds a page in both languages")
		}
	}
}

// A guide is one task that fits a page, and ends with a check.
func TestGuidesAreShortAndEndWithACheck(t *testing.T) {
	count := 0
	for _, file := range listDocs(t) {
		last := "## Check that it works"
		if strings.HasPrefix(file, "zh-CN/") {
			last = "## 确认生效"
		}
		if !strings.Contains(file, "guides/") || strings.HasSuffix(file, "index.md") {
			continue
		}
		count++
		text := readDoc(t, file)
		if n := strings.Count(text, "\n"); n > 60 {
			t.Errorf("%s has %d lines; at most 60", file, n)
		}
		if heading := text[strings.LastIndex(text, "\n## ")+1:]; !strings.HasPrefix(heading, last) {
			t.Errorf("%s does not end with %q", file, last)
		}
	}
	if count < 25 {
		t.Errorf("only %d guides", count)
	}
}

func TestAPageOfTheDocumentationIsInOneTabAtMost(t *testing.T) {
	s := shared(t)
	tab := regexp.MustCompile(`<a href="[^"]*" aria-current="page">`)
	for _, file := range listDocs(t) {
		body := string(s.in(t).get(addressOfDoc("", file)).is(http.StatusOK).body)
		_, tabs, _ := strings.Cut(body, `<nav class="tabs"`)
		tabs, _, isFound := strings.Cut(tabs, "</nav>")
		if !isFound {
			t.Fatalf("%s has no tabs", file)
		}
		if n := len(tab.FindAllString(tabs, -1)); n > 1 {
			t.Errorf("%s is in %d tabs", file, n)
		}
	}
}
