package bundle

import (
	"context"
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
	"github.com/nod-consent/nod/app/policy/load/loadtest"
	"github.com/nod-consent/nod/assets"
	"github.com/nod-consent/nod/web/native"
	"github.com/nod-consent/nod/web/site"
)

// builtIn builds each of the built-in sites once for all tests.
var builtIn = map[string]func() offlineSite{
	"yunzhijia": sync.OnceValue(func() offlineSite { return buildBuiltIn("yunzhijia") }),
	"example":   sync.OnceValue(func() offlineSite { return buildBuiltIn("example") }),
}

type offlineSite struct {
	*site.Site
	pages *appPackage
	err   error
}

func buildBuiltIn(id string) offlineSite {
	files, err := fs.Sub(assets.Files, "sites")
	if err != nil {
		return offlineSite{err: err}
	}
	loaded, err := load.Site(files, id)
	if err != nil {
		return offlineSite{err: err}
	}
	made, styles, err := buildOffline(context.Background(), loaded, server)
	if err != nil {
		return offlineSite{err: err}
	}
	return offlineSite{made, newAppPackage(made, styles, server), nil}
}

func builtInSite(t *testing.T, id string) offlineSite {
	t.Helper()
	made := builtIn[id]()
	if made.err != nil {
		t.Fatal(made.err)
	}
	return made
}

func (s offlineSite) page(t *testing.T, language string, platform policy.Platform, page string) []byte {
	t.Helper()
	html, err := renderPage(s.pages.rendererOf(page), s.Site, s.Localized[language], platform, page)
	if err != nil {
		t.Fatal(err)
	}
	return html
}

func (s offlineSite) native(t *testing.T, language string, platform policy.Platform) native.Document {
	t.Helper()
	d, err := native.Parse(s.Localized[language].FirstLaunches[platform].Native)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// readVisible reads the text in the element with an id that is not hidden, without white space.
func readVisible(t *testing.T, page []byte, id string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(string(page)))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	var read func(n *html.Node, isRoot bool)
	read = func(n *html.Node, isRoot bool) {
		isHidden := slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "hidden" })
		if isHidden && !isRoot {
			return
		}
		if n.Type == html.TextNode {
			text.WriteString(n.Data)
		}
		for c := range n.ChildNodes() {
			read(c, false)
		}
	}
	for n := range doc.Descendants() {
		if slices.Contains(n.Attr, html.Attribute{Key: "id", Val: id}) {
			read(n, true)
		}
	}
	if text.Len() == 0 {
		t.Fatalf("the page has no text in #%s", id)
	}
	return dropSpace(text.String())
}

func dropSpace(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

// C-02, C-08, C-37: an app that draws the question says what the page says.
func TestTheNativeFirstLayerHasTheTextsOfThePage(t *testing.T) {
	for id := range builtIn {
		s := builtInSite(t, id)
		for _, language := range s.Offered() {
			policyText := readVisible(t, s.page(t, language, policy.Web, "policy"), "nod-text")
			for _, platform := range policy.Platforms { // the web's is a mini program's
				t.Run(id+" in "+language+" on "+string(platform), func(t *testing.T) {
					d := s.native(t, language, platform)
					page := s.page(t, language, platform, "first-launch")
					checkScreen(t, page, "nod-ask", d.Screen, "disagree", "agree")
					checkScreen(t, page, "nod-basic", d.Basic, "again", "close")
					got := dropSpace(strings.Join(d.Pages["policy"].Texts(), ""))
					if !strings.HasSuffix(got, policyText) { // after its title
						t.Error("the policy lacks something")
					}
				})
			}
		}
	}
}

// checkScreen checks that a screen says what the page says, and that it has these buttons.
func checkScreen(t *testing.T, page []byte, id string, screen native.Screen, buttons ...string) {
	t.Helper()
	want := readVisible(t, page, id)
	if got := dropSpace(strings.Join(screen.Texts(), "")); got != want {
		t.Errorf("#%s says\n%s\nand native.json\n%s", id, want, got)
	}
	var actions []string
	for _, b := range screen.Buttons {
		actions = append(actions, b.Do)
	}
	if !slices.Equal(actions, buttons) {
		t.Errorf("#%s has the buttons %q, want %q", id, actions, buttons)
	}
}

// C-07, C-20
func TestEveryLinkOfTheNativeFirstLayerLeadsToAPageInIt(t *testing.T) {
	s := builtInSite(t, "yunzhijia")
	for platform, sdks := range map[policy.Platform]int{policy.Android: 19, policy.IOS: 11} {
		d := s.native(t, "zh-CN", platform)
		if links := d.Links(); !slices.Equal(links, []string{"policy", "lists/sdks", "lists/permissions"}) {
			t.Errorf("links %q", links)
		}
		for _, page := range d.Links() {
			if len(d.Pages[page].Blocks) < 5 {
				t.Errorf("on %s the page %s has %d blocks", platform, page, len(d.Pages[page].Blocks))
			}
		}
		names := 0
		for _, b := range d.Pages["lists/sdks"].Blocks {
			if b.Type == native.Heading {
				names++
			}
		}
		if names != sdks {
			t.Errorf("%d SDKs on %s, want %d", names, platform, sdks)
		}
	}
}

// C-14
func TestWhatTheNativeFirstLayerCoversIsWhatAgreeingGrants(t *testing.T) {
	s := builtInSite(t, "yunzhijia")
	for _, platform := range policy.Platforms {
		d := s.native(t, "en", platform)
		var ids []string
		for _, c := range d.Covers {
			ids = append(ids, c.ID)
			if p, ok := s.Forms[s.Current].Purpose(c.ID); !ok || p.Hash != c.Hash || p.Required || p.Separate || p.PerCase {
				t.Errorf("on %s it covers %+v, which is %+v", platform, c, p)
			}
			if !slices.Contains(ledger.ParseShown(d.Shown, platform), c.ID) {
				t.Errorf("on %s it shows %q, without %s", platform, d.Shown, c.ID)
			}
		}
		if got := strings.Join(ids, " "); got != "functional analytics beacons" {
			t.Errorf("on %s it covers %q", platform, got)
		}
	}
}

func TestAPackageHasANativeFirstLayerInItsManifest(t *testing.T) {
	files, _ := makePackage(t)
	var m Manifest
	if err := json.Unmarshal(files["manifest.json"], &m); err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"zh-CN", "en"} {
		name := "yunzhijia/" + language + "/native.json"
		if !slices.ContainsFunc(m.Files, func(f ManifestFile) bool { return f.Path == name }) {
			t.Errorf("the manifest lacks %s", name)
		}
		d, err := native.Parse(files[name])
		if err != nil || d.Platform != policy.Android || d.Language != language || d.Template != "kt/1" {
			t.Errorf("%s is of %s in %s, drawn by %q: %v", name, d.Platform, d.Language, d.Template, err)
		}
	}
}

func TestThePackageOfTheWebHasTheFirstLayerOfAMiniProgram(t *testing.T) {
	files, err := ForWeb(t.Context(), loadtest.BuiltIn(t, "yunzhijia"), server)
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"zh-CN", "en", "zh-TW"} {
		d, err := native.Parse(files["yunzhijia/"+language+"/native.json"])
		if err != nil || d.Platform != policy.Web || d.Template != "wxml/1" || d.Language != language {
			t.Errorf("in %s: %s for %s, error %v", language, d.Template, d.Platform, err)
		}
	}
}
