// Package assets carries the program's data: the built-in sites, the interface's words, styles, icons and
// documentation.
package assets

import "embed"

// Files holds calendars, sites, what new ones begin with (starter), schemas, locales, styles, icons and documentation
// by their path below assets, and the licences of the libraries.
//
//go:embed licenses.txt calendar sites starter schema locales styles icons
//go:embed docs/*.md docs/*/*.md docs/*/*/*.md docs/pictures/*.svg
var Files embed.FS
