// Package assets carries the program's data: the built-in sites, the interface's words, styles and icons.
package assets

import "embed"

// Files holds sites, what new ones begin with (starter), schemas, locales, styles and icons by their path below assets.
//
//go:embed sites starter schema locales styles icons
var Files embed.FS
