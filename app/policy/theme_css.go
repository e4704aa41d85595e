//go:build !js

package policy

import (
	"maps"
	"slices"
	"strings"
)

// The colours by default, as colours.css and shades.css in assets/styles have them.
var (
	LightPalette = Palette{"#fff", "#14202e", "#4a5666", "#6d7889", "#e3e7ed", "", "#dce8ff", "#f4f6fa", "#0b57d0", "#fff"}
	DarkPalette  = Palette{
		"#161b22", "#eef2f7", "#aeb8c6", "#8a96a8", "#2a313b", "", "#1d2a44", "#0f1318", "#9dbdff", "#12151b",
	}
)

// Colours returns the palette's colours by the names of their custom properties. Colours that are not set are left out.
func (p Palette) Colours() map[string]string {
	all := map[string]string{
		"background": p.Background, "text": p.Text, "text-soft": p.TextSoft, "line": p.Line,
		"rule": p.Rule, "choice": p.Choice, "button": p.Button, "page": p.Page, "accent": p.Accent, "on-accent": p.OnAccent,
	}
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

// CSS sets the custom properties that assets/styles use, on the page and on the parts of a host page. It is "" for a
// theme that changes nothing.
func (t Theme) CSS() string {
	t = t.Derive()
	var b strings.Builder
	shape := map[string]string{"radius": t.Radius, "font": t.Font}
	maps.DeleteFunc(shape, func(_, value string) bool { return value == "" })
	// The colours for light mode do not count in dark mode.
	for _, block := range []struct {
		when   string
		values map[string]string
	}{
		{"", shape},
		{"@media not all and (prefers-color-scheme: dark)", t.Colours()},
		{"@media (prefers-color-scheme: dark)", t.Dark.Colours()},
	} {
		if len(block.values) == 0 {
			continue
		}
		rule := ":root,:host{"
		for _, name := range slices.Sorted(maps.Keys(block.values)) {
			rule += "--nod-" + name + ":" + block.values[name] + ";"
		}
		rule += "}"
		if block.when != "" {
			rule = block.when + "{" + rule + "}"
		}
		b.WriteString(rule)
	}
	return b.String()
}
