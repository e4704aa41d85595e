//go:build !js

package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// lintTheme finds colours whose contrast nobody checks: one that is not six or three hexadecimal digits, and one that
// YAML takes for a comment.
func (l *linter) lintTheme() {
	l.lintPalette("$.theme", l.site.Theme.Palette)
	l.lintPalette("$.theme.dark", l.site.Theme.Dark)
}

func (l *linter) lintPalette(at string, p policy.Palette) {
	chosen := p.Colours()
	for _, name := range slices.Sorted(maps.Keys(policy.LightPalette.Colours())) {
		place := at + "." + strings.ReplaceAll(name, "-", "_")
		colour, isChosen := chosen[name]
		switch _, isHex := policy.Contrast(colour, "#fff"); {
		case isChosen && !isHex:
			l.warn(load.RuleContrast, place, fmt.Sprintf("the contrast of %s is not checked", colour),
				`Write the colour as six hexadecimal digits, such as "#0b57d0"`)
		case !isChosen && l.doc.Has(place):
			l.warn(load.RuleContrast, place, "is empty: without quotes, # begins a comment",
				`Put the colour in quotes, such as "#0b57d0"`)
		}
	}
}
