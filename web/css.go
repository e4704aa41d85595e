package web

import (
	"regexp"
	"strings"
)

var (
	cssQuery   = regexp.MustCompile(`(\([a-z-]+): `) // of a media query
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s+`)
	cssAround  = regexp.MustCompile(`\s*([{};,>])\s*`)
	cssColon   = regexp.MustCompile(`([{;][a-z-]+):\s+`)
)

// minifyCSS takes comments and white space out of our own style sheets: the banner's is sent to every visitor. Strings
// in them hold neither runs of spaces nor brackets, which a test looks after.
func minifyCSS(css string) string {
	css = cssComment.ReplaceAllString(css, "")
	css = cssSpace.ReplaceAllString(css, " ")
	css = cssAround.ReplaceAllString(css, "$1")
	css = cssColon.ReplaceAllString(css, "$1:")
	css = cssQuery.ReplaceAllString(css, "$1:")
	css = strings.ReplaceAll(css, " !important", "!important")
	return strings.TrimSpace(strings.ReplaceAll(css, ";}", "}"))
}
