//go:build !js

package policy

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The colours by default, as colours.css, tones.css and shades.css in assets/styles have them.
var (
	lightPalette = Palette{"#fff", "#1d2129", "#565d6b", "#7b8494", "#d5d9e0", "#f3f5f8", "#1456d9", "#fff"}
	darkPalette  = Palette{"#1c1f26", "#eceef2", "#b3bac6", "#858e9e", "#3a404c", "#2a2e38", "#8db4ff", "#12151b"}
)

// colours are the palette's by the names of their custom properties, without those that are not given.
func (p Palette) colours() map[string]string {
	all := map[string]string{
		"background": p.Background, "text": p.Text, "text-soft": p.TextSoft, "line": p.Line,
		"rule": p.Rule, "button": p.Button, "accent": p.Accent, "on-accent": p.OnAccent,
	}
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

// CSS sets the custom properties that assets/styles use, on the page and on the parts of a host page; "" for a theme that
// changes nothing.
func (t Theme) CSS() string {
	var b strings.Builder
	shape := map[string]string{"radius": t.Radius, "font": t.Font}
	maps.DeleteFunc(shape, func(_, value string) bool { return value == "" })
	// A colour for light surroundings is none for dark ones.
	for _, block := range []struct {
		when   string
		values map[string]string
	}{{"", shape}, {"@media not all and (prefers-color-scheme: dark)", t.colours()}, {"@media (prefers-color-scheme: dark)", t.Dark.colours()}} {
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

// What the values may be. Nothing of it can end a declaration or load a file.
var (
	colourValue = regexp.MustCompile(`^(#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})|[a-zA-Z]{3,30}|(rgba?|hsla?|hwb|lab|lch|oklab|oklch)\([0-9a-z.,%/ +-]{1,60}\))$`)
	radiusValue = regexp.MustCompile(`^(0|[0-9]{1,3}(\.[0-9]{1,3})?(px|em|rem))$`)
	fontValue   = regexp.MustCompile(`^("[\p{L}\p{N} -]{1,60}"|[\p{L}\p{N} -]{1,60})(, ?("[\p{L}\p{N} -]{1,60}"|[\p{L}\p{N} -]{1,60})){0,15}$`)
)

func (c *checker) theme(t Theme) {
	c.palette("$.theme", t.Palette, lightPalette)
	c.palette("$.theme.dark", t.Dark, darkPalette)
	if t.Radius != "" && !radiusValue.MatchString(t.Radius) {
		c.say("$.theme.radius", fmt.Sprintf("%q is no length", t.Radius), `want "0" or one such as "8px" or "0.5em"`)
	}
	if t.Font != "" && !fontValue.MatchString(t.Font) {
		c.say("$.theme.font", fmt.Sprintf("%q is no list of font families", t.Font), `want names with commas between, those of several words in double quotes, such as '"PingFang SC", sans-serif'`)
	}
}

// palette looks at the colours, and whether what is written in them can be read: WCAG 2.2, 1.4.3 wants a contrast of 4.5
// to 1 for text, 1.4.11 one of 3 to 1 for what tells a control. Colours that are not hexadecimal are taken on trust.
func (c *checker) palette(at string, p, missing Palette) {
	given, standard := p.colours(), missing.colours()
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if value := given[name]; !colourValue.MatchString(value) {
			c.say(at+"."+strings.ReplaceAll(name, "-", "_"), fmt.Sprintf("%q is no colour", value), `want one such as "#1456d9" or "rgb(20 86 217)"`)
		}
	}
	value := func(name string) string {
		if v, ok := given[name]; ok {
			return v
		}
		return standard[name]
	}
	for _, pair := range []struct {
		over, under string
		want        float64
	}{
		{"text", "background", 4.5}, {"text-soft", "background", 4.5}, {"text", "button", 4.5}, {"text-soft", "button", 4.5},
		{"accent", "background", 4.5}, {"line", "background", 3}, {"on-accent", "accent", 3},
	} {
		changed := pair.over
		if given[changed] == "" {
			changed = pair.under
		}
		if given[changed] == "" {
			continue
		}
		got, ok := contrast(value(pair.over), value(pair.under))
		if ok && got < pair.want {
			c.say(at+"."+strings.ReplaceAll(changed, "-", "_"), fmt.Sprintf("%s on %s has a contrast of %.1f to 1 (%s on %s)", pair.over, pair.under, got, value(pair.over), value(pair.under)),
				fmt.Sprintf("want at least %g to 1", pair.want))
		}
	}
}

// contrast is WCAG 2.2's contrast ratio of two opaque hexadecimal colours.
func contrast(a, b string) (ratio float64, ok bool) {
	first, ok1 := luminance(a)
	second, ok2 := luminance(b)
	if !ok1 || !ok2 {
		return 0, false
	}
	return (max(first, second) + 0.05) / (min(first, second) + 0.05), true
}

// luminance is WCAG 2.2's relative luminance.
func luminance(colour string) (float64, bool) {
	digits, ok := strings.CutPrefix(colour, "#")
	if ok && len(digits) == 3 {
		digits = strings.Repeat(digits[:1], 2) + strings.Repeat(digits[1:2], 2) + strings.Repeat(digits[2:], 2)
	}
	if !ok || len(digits) != 6 {
		return 0, false
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			return 0, false
		}
		v := float64(n) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum, true
}
