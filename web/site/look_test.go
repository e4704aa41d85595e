package site

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/assets"
)

// visitorSheets are the style sheets of what a visitor sees on a host page, in the preferences and in an app.
var visitorSheets = []string{
	"banner.css", "centre.css", "dialog.css", "launch.css", "news.css", "page.css", "placeholder.css", "reopen.css",
}

func readWholeStyle(t *testing.T, name string) string {
	t.Helper()
	css, err := assets.Files.ReadFile("styles/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(string(css), "")
}

// readColours reads the colours of one theme from the style sheets, by the names of their custom properties.
func readColours(t *testing.T, isDark bool) map[string]string {
	t.Helper()
	colours := map[string]string{}
	for _, name := range []string{"colours.css", "shades.css"} {
		light, dark, _ := strings.Cut(readWholeStyle(t, name), "@media (prefers-color-scheme: dark)")
		css := light
		if isDark {
			css = dark
		}
		for _, m := range regexp.MustCompile(`--(\w+): var\(--nod-[\w-]+, (#\w+)\)`).FindAllStringSubmatch(css, -1) {
			colours[m[1]] = m[2]
		}
	}
	return colours
}

func TestTextsAndControlsHaveContrastInBothThemes(t *testing.T) { // C-45, C-62
	for theme, isDark := range map[string]bool{"light": false, "dark": true} {
		colours := readColours(t, isDark)
		if len(colours) != 9 {
			t.Fatalf("%s: %d colours: %v", theme, len(colours), colours)
		}
		for _, pair := range []struct {
			over, under string
			least       float64
		}{
			{"fg", "bg", 7}, {"fg", "page", 7}, {"fg", "face", 7}, {"bg", "fg", 7}, // the last: "Saved. Change"
			{"soft", "bg", 4.5}, {"soft", "page", 4.5}, {"soft", "face", 4.5},
			{"accent", "bg", 4.5}, {"accent", "page", 4.5}, {"accent", "face", 4.5},
			{"line", "bg", 3}, {"line", "page", 3}, {"line", "face", 3}, {"on", "accent", 3},
		} {
			ratio, ok := policy.Contrast(colours[pair.over], colours[pair.under])
			if !ok || ratio < pair.least {
				t.Errorf("%s: %s on %s has %.2f to 1; want %g", theme, pair.over, pair.under, ratio, pair.least)
			}
		}
	}
}

// A size in em is meant within text of 16 px. Large type has sizes of its own (C-54).
func TestStyleSheetsHaveSixTypeSizesAndNoneBelowTheFloor(t *testing.T) {
	sizes := []float64{13, 14, 16, 18, 22, 28}
	declared := regexp.MustCompile(`(?:font-size:|font:(?: \d+)?) ([\d.]+)(px|em|rem)`)
	for _, name := range visitorSheets {
		found := 0
		for _, rule := range strings.Split(readWholeStyle(t, name), "}") {
			if strings.Contains(rule, "[data-large") {
				continue
			}
			for _, m := range declared.FindAllStringSubmatch(rule, -1) {
				found++
				size, _ := strconv.ParseFloat(m[1], 64)
				if m[2] != "px" {
					size *= 16
				}
				isMark := strings.Contains(rule, ".mark") // beside the title of its button
				if !slices.Contains(sizes, size) || size < 14 && !isMark {
					t.Errorf("%s: %g px in %q", name, size, strings.TrimSpace(rule))
				}
			}
		}
		if found == 0 && name != "dialog.css" {
			t.Errorf("%s has no sizes", name)
		}
	}
}
