package site

import (
	"regexp"
	"strings"
	"sync"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/assets"
)

// AddStyle adds a style sheet of our own pages in a site's theme: the one that all pages share, and more.
func (a *Assets) AddStyle(theme policy.Theme, name string, more ...string) (string, error) {
	css, err := ReadStyles(append([]string{"colours.css", "shades.css", "page.css"}, more...)...)
	if err != nil {
		return "", err
	}
	return a.Add(name, "text/css; charset=utf-8", []byte(css+theme.CSS())), nil
}

// ReadStyles reads style sheets, one after the other, without what a browser does not need.
func ReadStyles(names ...string) (string, error) {
	var all strings.Builder
	for _, name := range names {
		css, err := readStyle(name)
		if err != nil {
			return "", err
		}
		all.WriteString(css)
	}
	return all.String(), nil
}

// smallStyles has the style sheets that were read, by name. They are part of the program, so they never change.
var smallStyles sync.Map

func readStyle(name string) (string, error) {
	if known, ok := smallStyles.Load(name); ok {
		return known.(string), nil
	}
	css, err := assets.Files.ReadFile("styles/" + name)
	if err != nil {
		return "", err
	}
	small := minifyCSS(string(css))
	smallStyles.Store(name, small)
	return small, nil
}

// ReadShadowStyles reads style sheets for a shadow root alone, where :root matches nothing.
func ReadShadowStyles(names ...string) (string, error) {
	css, err := ReadStyles(names...)
	return strings.ReplaceAll(css, ":root,:host", ":host"), err
}

var (
	cssQuery   = regexp.MustCompile(`(\([a-z-]+): `) // of a media query
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s+`)
	cssAround  = regexp.MustCompile(`\s*([{};,>])\s*`)
	cssColon   = regexp.MustCompile(`([{;][a-z-]+):\s+`)
)

// minifyCSS removes comments and white space from our own style sheets: every visitor loads the banner's. A test checks
// that strings in them hold neither runs of spaces nor brackets. esbuild does this too, but it would make the program
// eight megabytes larger, and files that it made beforehand would have to be stored beside those that people edit.
func minifyCSS(css string) string {
	css = cssComment.ReplaceAllString(css, "")
	css = cssSpace.ReplaceAllString(css, " ")
	css = cssAround.ReplaceAllString(css, "$1")
	css = cssColon.ReplaceAllString(css, "$1:")
	css = cssQuery.ReplaceAllString(css, "$1:")
	css = strings.NewReplacer(" !important", "!important", "@media (", "@media(").Replace(css)
	return strings.TrimSpace(strings.ReplaceAll(css, ";}", "}"))
}
