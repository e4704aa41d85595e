//go:build !js

package load

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
)

// The patterns of valid values. None of them can end a declaration or load a file.
var (
	colourValue = regexp.MustCompile(`^(#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})|[a-zA-Z]{3,30}|` +
		`(rgba?|hsla?|hwb|lab|lch|oklab|oklch)\([0-9a-z.,%/ +-]{1,60}\))$`)
	radiusValue = regexp.MustCompile(`^(0|[0-9]{1,3}(\.[0-9]{1,3})?(px|em|rem))$`)
	fontValue   = regexp.MustCompile(`^` + fontName + `(, ?` + fontName + `){0,15}$`)
)

const fontName = `("[\p{L}\p{N} -]{1,60}"|[\p{L}\p{N} -]{1,60})`

func (c *checker) checkTheme(t policy.Theme) {
	t = t.Derive()
	c.checkPalette("$.theme", t.Palette, policy.LightPalette)
	c.checkPalette("$.theme.dark", t.Dark, policy.DarkPalette)
	if t.Radius != "" && !radiusValue.MatchString(t.Radius) {
		c.addInvalid("$.theme.radius", t.Radius, "a length", `Use "0", or one such as "8px" or "0.5em"`)
	}
	if t.Font != "" && !fontValue.MatchString(t.Font) {
		c.addInvalid("$.theme.font", t.Font, "a list of font families",
			`Put commas between the names, and double quotes around one of several words: '"PingFang SC", sans-serif'`)
	}
}

// contrastRules are the smallest contrasts of WCAG 2.2: 4.5 to 1 for text (1.4.3), 3 to 1 for controls (1.4.11).
var contrastRules = []struct {
	over, under string
	ratio       float64
}{
	{"text", "background", 4.5}, {"text-soft", "background", 4.5}, {"text", "button", 4.5},
	{"text-soft", "button", 4.5}, {"text", "page", 4.5}, {"text-soft", "page", 4.5}, {"accent", "background", 4.5},
	{"accent", "button", 4.5}, {"accent", "page", 4.5}, {"background", "choice", 4.5}, {"line", "background", 3},
	{"on-accent", "accent", 3},
}

// checkPalette checks the colours and their contrast. The contrast of colours that are not hexadecimal is not checked.
func (c *checker) checkPalette(at string, p, defaults policy.Palette) {
	changed := p.Colours()
	place := func(name string) string { return at + "." + strings.ReplaceAll(name, "-", "_") }
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		if value := changed[name]; !colourValue.MatchString(value) {
			c.addInvalid(place(name), value, "a colour", `Use one such as "#0b57d0", in quotes`)
		}
	}
	all := defaults.Colours()
	maps.Copy(all, changed)
	for _, rule := range contrastRules {
		name := rule.over
		if changed[name] == "" {
			name = rule.under
		}
		if changed[name] == "" {
			continue
		}
		over, under := all[rule.over], all[rule.under]
		if ratio, ok := policy.Contrast(over, under); ok && ratio < rule.ratio {
			c.addProblem(place(name), fmt.Sprintf("%s on %s has a contrast of %.1f to 1 (%s on %s)",
				rule.over, rule.under, ratio, over, under), fmt.Sprintf("Use at least %g to 1", rule.ratio))
		}
	}
}
