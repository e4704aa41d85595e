// Package assets carries the program's data: the built-in sites, the interface's words, styles, icons and
// documentation.
package assets

import "embed"

// Files holds calendars, sites, what new ones begin with (starter), schemas, locales, styles, icons and documentation
// by their path below assets, the licences of the libraries, and the description of the API.
//
//go:embed licenses.txt openapi.yaml calendar sites starter schema locales styles icons
//go:embed docs/*.md docs/*/*.md docs/*/*/*.md docs/pictures/*.svg
var Files embed.FS
