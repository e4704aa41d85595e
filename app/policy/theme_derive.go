//go:build !js

package policy

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Derive returns the theme with the colours that follow from its accent. A site has to choose only that one. What the
// theme sets stays. Only from hexadecimal colours can others be derived.
func (t Theme) Derive() Theme {
	if t.Dark.Accent == "" {
		t.Dark.Accent = lightenAccent(t.Accent, firstSet(t.Dark.Background, DarkPalette.Background))
	}
	t.Palette = t.Palette.derive(LightPalette, 0.12)
	t.Dark = t.Dark.derive(DarkPalette, 0.18)
	return t
}

// derive fills in what follows from the accent: the fill of buttons, which has a share of it, and the knob of a switch.
func (p Palette) derive(defaults Palette, share float64) Palette {
	accent, ok := parseHex(p.Accent)
	if !ok {
		return p
	}
	if background, ok := parseHex(firstSet(p.Background, defaults.Background)); ok && p.Button == "" {
		p.Button = background.mix(accent, share).String()
	}
	if p.OnAccent == "" {
		p.OnAccent = "#fff"
		if white := (rgb{1, 1, 1}); accent.contrast(white) < accent.contrast(rgb{}) {
			p.OnAccent = "#12151b"
		}
	}
	return p
}

// textContrast is the contrast that an accent of the dark theme gets: links are text (WCAG 2.2, 1.4.6).
const textContrast = 7

// lightenAccent mixes white into an accent, until it can be read on a dark background.
func lightenAccent(accent, background string) string {
	colour, ok1 := parseHex(accent)
	under, ok2 := parseHex(background)
	if !ok1 || !ok2 {
		return ""
	}
	light := colour
	for share := 0.05; light.contrast(under) < textContrast && share < 1; share += 0.05 {
		light = colour.mix(rgb{1, 1, 1}, share)
	}
	return light.String()
}

func firstSet(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// Contrast returns WCAG 2.2's contrast ratio of two opaque hexadecimal colours, from 1 to 21.
func Contrast(a, b string) (ratio float64, ok bool) {
	first, ok1 := parseHex(a)
	second, ok2 := parseHex(b)
	return first.contrast(second), ok1 && ok2
}

// rgb is a colour of sRGB, its parts from 0 to 1.
type rgb [3]float64

// parseHex parses "#rgb" or "#rrggbb".
func parseHex(colour string) (c rgb, ok bool) {
	digits, ok := strings.CutPrefix(colour, "#")
	if ok && len(digits) == 3 {
		digits = strings.Repeat(digits[:1], 2) + strings.Repeat(digits[1:2], 2) + strings.Repeat(digits[2:], 2)
	}
	if !ok || len(digits) != 6 {
		return c, false
	}
	for i := range c {
		n, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			return c, false
		}
		c[i] = float64(n) / 255
	}
	return c, true
}

func (c rgb) String() string {
	part := func(v float64) int { return int(math.Round(v * 255)) }
	return fmt.Sprintf("#%02x%02x%02x", part(c[0]), part(c[1]), part(c[2]))
}

// mix returns the colour with a share of another, from 0 to 1.
func (c rgb) mix(other rgb, share float64) rgb {
	for i := range c {
		c[i] += (other[i] - c[i]) * share
	}
	return c
}

func (c rgb) contrast(other rgb) float64 {
	first, second := c.luminance(), other.luminance()
	return (max(first, second) + 0.05) / (min(first, second) + 0.05)
}

// luminance returns WCAG 2.2's relative luminance.
func (c rgb) luminance() float64 {
	sum := 0.0
	for i, weight := range [...]float64{0.2126, 0.7152, 0.0722} {
		v := c[i] / 12.92
		if c[i] > 0.04045 {
			v = math.Pow((c[i]+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}
