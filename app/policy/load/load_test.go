package load

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/nod-consent/nod/app/policy"
)

const validSite = `name:
  en: Shop
  de: Laden
origins:
  - https://shop.example
languages: [en, de]
policy: "1"
evidence: {erasure: erase}
`

const validPolicy = `version: "1"
updated: 2024-10-01
effective: 2024-10-04
title: {en: Privacy, de: Datenschutz}
controller:
  name: {en: Shop Ltd, de: Laden GmbH}
  email: privacy@shop.example
notice:
  title: {en: Your choice, de: Ihre Wahl}
  text: {en: We ask., de: Wir fragen.}
  retention: {en: A year., de: Ein Jahr.}
  rights: {en: Any time., de: Jederzeit.}
sections:
  - id: all
    title: {en: All, de: Alles}
    summary: {en: All., de: Alles.}
purposes:
  - id: analytics
    kind: cookie
    name: {en: Analytics, de: Statistik}
    summary: {en: Counts., de: Zählt.}
    refusal: {en: Free., de: Kostet nichts.}
    basis:
      law: GDPR 6(1)(a)
      text: {en: Consent, de: Einwilligung}
    data:
      - {en: Pages, de: Seiten}
    retention: {en: A month., de: Ein Monat.}
    recipients:
      - {en: Shop, de: Laden}
    cookies:
      - name: _id*
    storage:
      - name: queue
    hosts: ["*.stats.example"]
    services:
      - id: counter
        name: {en: Counter, de: Zähler}
        provider: {en: Count Ltd, de: Zähl GmbH}
        summary: {en: Counts., de: Zählt.}
        url: https://count.example/privacy
`

func files(site, policy string) fstest.MapFS {
	return fstest.MapFS{
		"shop/site.yaml":      {Data: []byte(site)},
		"shop/policy/1.yaml":  {Data: []byte(policy)},
		"shop/policy/1.en.md": {Data: []byte("# Privacy {#all}\n")},
	}
}

// C-06, C-53
func TestSmallSiteLoadsWithDefaults(t *testing.T) {
	site, err := Site(files(validSite, validPolicy), "shop")
	if err != nil {
		t.Fatal(err)
	}
	if site.ID != "shop" || site.Language() != "en" || site.CurrentPolicy() == nil || site.CurrentPolicy().Version != "1" {
		t.Errorf("site %q in %q with policy %v", site.ID, site.Language(), site.CurrentPolicy())
	}
	if site.Cookie.Days != 365 || site.Ask.GrantedDays != 365 || site.Ask.DeniedDays != 184 ||
		site.Layout != policy.LayoutBox {
		t.Errorf("defaults: cookie %d, ask %+v, layout %q", site.Cookie.Days, site.Ask, site.Layout)
	}
	half, err := Site(files(validSite+"cookie: {domain: shop.example}\nask: {denied_days: 90}\n", validPolicy), "shop")
	if err != nil || half.Cookie.Days != 365 || half.Ask.GrantedDays != 365 || half.Ask.DeniedDays != 90 {
		t.Errorf("defaults with some keys set: %+v %+v, error %v", half.Cookie, half.Ask, err)
	}
	p := site.CurrentPolicy()
	purpose := p.Purposes[0]
	if purpose.ID != "analytics" || purpose.Required || purpose.Separate || purpose.GPC {
		t.Errorf("purpose %+v", purpose)
	}
	if purpose.Cookies[0].Area != policy.AreaCookie || purpose.Storage[0].Area != policy.AreaLocal {
		t.Errorf("areas %q and %q", purpose.Cookies[0].Area, purpose.Storage[0].Area)
	}
	if service := purpose.Services[0]; service.Name.In("de") != "Zähler" {
		t.Errorf("service %+v", service)
	}
	if diff := cmp.Diff(map[string]string{"en": "# Privacy {#all}\n"}, p.FullText); diff != "" {
		t.Errorf("full text (-want +got):\n%s", diff)
	}
}

func TestTextFallsBack(t *testing.T) {
	text := policy.Text{"en": "a", "de": ""}
	if text.In("en") != "a" || text.In("de", "en") != "" || text.In("fr", "it", "en") != "a" || text.In("fr") != "" ||
		policy.Text(nil).In("en", "de") != "" {
		t.Error("Text.In takes the wrong language")
	}
}

// unreadableFiles are changes of the files of a valid site after which it is not loaded.
var unreadableFiles = []struct {
	name string
	edit func(fstest.MapFS)
	want string
}{
	{
		"no site.yaml", func(f fstest.MapFS) { delete(f, "shop/site.yaml") },
		"shop/site.yaml: is missing. Every site needs this file",
	},
	{
		"an empty site.yaml", func(f fstest.MapFS) { f["shop/site.yaml"].Data = nil },
		"shop/site.yaml: is empty. Add the keys of a site or a policy",
	},
	{
		"a site.yaml with only a comment", func(f fstest.MapFS) { f["shop/site.yaml"].Data = []byte("# soon\n") },
		"shop/site.yaml: is empty. Add the keys of a site or a policy",
	},
	{
		"no policy", func(f fstest.MapFS) { delete(f, "shop/policy/1.yaml") },
		`shop/site.yaml:7:9: policy: there is no version "1". Add the file shop/policy/1.yaml`,
	},
	{
		"an empty policy", func(f fstest.MapFS) { f["shop/policy/1.yaml"].Data = nil },
		"shop/policy/1.yaml: is empty. Add the keys of a site or a policy",
	},
	{
		"no full text in the original's language", func(f fstest.MapFS) { delete(f, "shop/policy/1.en.md") },
		"shop/policy/1.en.md: the full text is missing. Write the policy's text in Markdown, in the site's first language",
	},
	{
		"a huge site.yaml", func(f fstest.MapFS) { f["shop/site.yaml"].Data = make([]byte, 2<<20+1) },
		"shop/site.yaml: is longer than 2097152 bytes. Shorten it",
	},
	{
		"a huge policy", func(f fstest.MapFS) { f["shop/policy/1.yaml"].Data = make([]byte, 2<<20+1) },
		"shop/policy/1.yaml: is longer than 2097152 bytes. Shorten it",
	},
	{
		"a huge full text", func(f fstest.MapFS) { f["shop/policy/1.en.md"].Data = make([]byte, 2<<20+1) },
		"shop/policy/1.en.md: is longer than 2097152 bytes. Shorten it",
	},
	{"a second version with a mistake", func(f fstest.MapFS) {
		f["shop/policy/2.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(validPolicy, "kind: cookie", "kind: x", 1))}
		f["shop/policy/2.en.md"] = &fstest.MapFile{}
	}, `shop/policy/2.yaml:1:10: version: "1" is not the version of this file`},
}

func TestMissingAndHugeFilesAreRefused(t *testing.T) {
	for _, test := range unreadableFiles {
		t.Run(test.name, func(t *testing.T) {
			f := files(validSite, validPolicy)
			test.edit(f)
			_, err := Site(f, "shop")
			var problems Problems
			if !errors.As(err, &problems) || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

func TestInvalidVersionsAreRefused(t *testing.T) {
	for _, version := range []string{"a_b", "a b", ".a", "a-", "版本", strings.Repeat("1", 65)} {
		f := files(strings.Replace(validSite, `policy: "1"`, fmt.Sprintf("policy: %q", version), 1), "")
		text := strings.Replace(validPolicy, `"1"`, fmt.Sprintf("%q", version), 1)
		f["shop/policy/"+version+".yaml"] = &fstest.MapFile{Data: []byte(text)}
		f["shop/policy/"+version+".en.md"] = &fstest.MapFile{}
		delete(f, "shop/policy/1.yaml")
		if _, err := Site(f, "shop"); err == nil ||
			!strings.Contains(err.Error(), `at most 64 letters, digits, "." and "-"`) {
			t.Errorf("version %q: error %v", version, err)
		}
	}
}

func TestProblemsOfAFileAreReportedAtOnce(t *testing.T) {
	p := validPolicy
	for old, new := range map[string]string{
		"kind: cookie": "kind: x", "id: counter": "id: X", "2024-10-01": "soon", "law: GDPR 6(1)(a)": `law: ""`,
		"name: _id*": `name: "*"`,
	} {
		p = strings.Replace(p, old, new, 1)
	}
	f := files(validSite, p)
	delete(f, "shop/policy/1.en.md")
	_, err := Site(f, "shop")
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != 6 {
		t.Fatalf("error %v, want six problems", err)
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 6 {
		t.Errorf("six problems are in %d lines:\n%v", len(lines), err)
	}
	for _, problem := range problems {
		if problem.Hint == "" {
			t.Errorf("%v has no hint", problem)
		}
	}
}

func TestASitesDirectoryCanBeALink(t *testing.T) {
	dir, release := t.TempDir(), t.TempDir()
	for name, to := range map[string]string{"shop": release, "broken": filepath.Join(dir, "nowhere")} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if ids, err := ListSiteIDs(Dir(dir)); err != nil || !slices.Equal(ids, []string{"shop"}) {
		t.Errorf("sites %v, error %v", ids, err)
	}
}

func TestSites(t *testing.T) {
	both := files(validSite, validPolicy)
	for path, file := range files(validSite, validPolicy) {
		both[strings.Replace(path, "shop", "other", 1)] = file
	}
	both["README"] = &fstest.MapFile{}
	both[".git/config"] = &fstest.MapFile{}
	sites, err := Sites(both)
	if err != nil || len(sites) != 2 || sites[0].ID != "other" || sites[1].ID != "shop" {
		t.Errorf("sites %v, error %v", sites, err)
	}
	both["shop/site.yaml"] = &fstest.MapFile{Data: []byte("layot: box\n")}
	delete(both, "other/site.yaml")
	_, err = Sites(both)
	if err == nil || !strings.Contains(err.Error(), "other/site.yaml: is missing") ||
		!strings.Contains(err.Error(), "shop/site.yaml:1:1: ") {
		t.Errorf("error %v, want the problems of both sites", err)
	}
	if _, err := Sites(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "Add a directory per site") {
		t.Errorf("no site: error %v", err)
	}
	if _, err := Sites(os.DirFS("testdata/nowhere")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no directory: error %v", err)
	}
}

func FuzzSite(f *testing.F) {
	f.Add([]byte(validSite), []byte(validPolicy))
	f.Add([]byte(""), []byte(""))
	f.Add([]byte(validSite), []byte("purposes: [{id: a, name: {'': x, 'a.b': y, \"'\": z, '[': 1, '$': 2, '*': 3}}]"))
	f.Add([]byte("a: &a [*a]\nlanguages: *a"), []byte("<<: *x"))
	f.Add([]byte("languages: [en, de]\npolicy: \"1\"\nname: {? [a] : b}"), []byte("--- \n...\n---"))
	f.Add([]byte("? \n: \n- "), []byte("\xff\xfe\x00"))
	f.Fuzz(func(t *testing.T, site, policy []byte) {
		if s, err := Site(files(string(site), string(policy)), "shop"); err == nil {
			if s.CurrentPolicy() == nil || len(s.CurrentPolicy().Purposes) == 0 || s.Language() == "" {
				t.Fatalf("an incomplete site was loaded: %+v", s)
			}
		} else if s != nil || err.Error() == "" {
			t.Fatalf("site %v with error %q", s, err)
		}
		// The policy on its own, below a good site.
		if _, err := Site(files(validSite, string(policy)), "shop"); err != nil && err.Error() == "" {
			t.Fatal("an error without a text")
		}
	})
}
