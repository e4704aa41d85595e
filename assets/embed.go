// Package assets carries the program's data: the built-in sites, the interface's words, styles, icons and
// documentation.
package assets

import "embed"

// Files holds sites, what new ones begin with (starter), schemas, locales, styles, icons and documentation by their
// path below assets.
//
//go:embed sites starter schema locales styles icons docs/*.md docs/*/*.md docs/*/*/*.md docs/pictures/*.svg
var Files embed.FS
