package load

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/policy"
)

func TestThemeSetsOnlyItsOwnProperties(t *testing.T) {
	site := themed(t, `theme:
  accent: "#0a6b4f"
  radius: 0.5em
  font: '"PingFang SC", serif'
  dark:
    accent: "#7fd8b8"
`)
	want := `:root,:host{--nod-font:"PingFang SC", serif;--nod-radius:0.5em;}` +
		`@media not all and (prefers-color-scheme: dark)` +
		`{:root,:host{--nod-accent:#0a6b4f;--nod-button:#e2edea;--nod-on-accent:#fff;}}` +
		`@media (prefers-color-scheme: dark){:root,:host{--nod-accent:#7fd8b8;--nod-button:#293d3d;--nod-on-accent:#12151b;}}`
	if got := site.Theme.CSS(); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if css := (policy.Theme{}).CSS(); css != "" {
		t.Errorf("the CSS of no theme is %q", css)
	}
}

func TestIllegibleThemesAreRefused(t *testing.T) { // C-45
	for _, test := range []struct{ name, theme, at, what string }{
		{"a colour that ends the declaration", `accent: "red;}*{display:none"`, "theme.accent", "is not a colour"},
		{"a colour that loads a file", `background: "url(https://evil.example/)"`, "theme.background", "is not a colour"},
		{"an invalid colour", `text: "#12345"`, "theme.text", "is not a colour"},
		{"an invalid radius", `radius: "8px;color:red"`, "theme.radius", "is not a length"},
		{"a font that ends the declaration", `font: "serif}body{"`, "theme.font", "is not a list"},
		{"a font with half a string", `font: "'\"Half, serif'"`, "theme.font", "is not a list"},
		{"text too pale for the background", `text: "#999"`, "theme.text", "contrast of 2.8"},
		{"a background too dark for the text", `background: "#444"`, "theme.background", "contrast of"},
		{"links too pale", `accent: "#8db4ff"`, "theme.accent", "contrast of 2.1"},
		{"borders of buttons too pale", `line: "#ddd"`, "theme.line", "at least 3 to 1"},
		{"a dark palette that is not", `dark: {text: "#333"}`, "theme.dark.text", "contrast of"},
		{"an unknown key", `colour: red`, "colour", "unknown key"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := loadThemed(t, "theme:\n  "+test.theme+"\n")
			var problems Problems
			if !errors.As(err, &problems) && err == nil {
				t.Fatal("it is taken")
			}
			if got := err.Error(); !strings.Contains(got, test.at) || !strings.Contains(got, test.what) {
				t.Errorf("%s\nwant it to name %s and say %q", got, test.at, test.what)
			}
		})
	}
}

// The colours that a theme is compared with are those of the style sheet, and can be read themselves.
func TestDefaultColoursAreThoseOfTheStyleSheets(t *testing.T) { // C-45
	var light, dark string
	for _, sheet := range []string{"colours.css", "shades.css"} {
		css, err := os.ReadFile("../../../assets/styles/" + sheet)
		if err != nil {
			t.Fatal(err)
		}
		byDefault, preferred, _ := strings.Cut(string(css), "@media")
		light, dark = light+byDefault, dark+preferred
	}
	value := regexp.MustCompile(`var\(--nod-([a-z-]+), (#[0-9a-f]+)\)`)
	for name, part := range map[string]struct {
		css  string
		want policy.Palette
	}{"light": {light, policy.LightPalette}, "dark": {dark, policy.DarkPalette}} {
		found := value.FindAllStringSubmatch(part.css, -1)
		if len(found) != len(part.want.Colours()) {
			t.Errorf("%s: %d colours in the style sheet, %d here", name, len(found), len(part.want.Colours()))
		}
		for _, f := range found {
			if got := part.want.Colours()[f[1]]; got != f[2] {
				t.Errorf("%s: --nod-%s is %s in the style sheet and %s here", name, f[1], f[2], got)
			}
		}
		c := checker{}
		c.checkPalette("$", part.want, part.want)
		if len(c.problems) > 0 {
			t.Errorf("%s: %v", name, c.problems)
		}
	}
	if got, _ := policy.Contrast("#000", "#ffffff"); got != 21 {
		t.Errorf("black on white has a contrast of %g; want 21", got)
	}
}

func themed(t *testing.T, more string) *policy.Site {
	t.Helper()
	site, err := loadThemed(t, more)
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// loadThemed loads the good site with more in its site.yaml.
func loadThemed(t *testing.T, more string) (*policy.Site, error) {
	t.Helper()
	return Site(files(validSite+more, validPolicy), "shop")
}
