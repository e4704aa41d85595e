// Package loader holds the scripts that run in other people's pages and in ours, written in TypeScript in src:
// consent.js, which a host page embeds, more.js, which consent.js brings when somebody acts, boot.js, which the
// preferences run, and read.js of the policy and the lists. They are bundled into dist by
//
//	go generate ./web/loader
//
// and dist is kept with the sources, so that a plain go build has them whole.
package loader

//go:generate go run ./build

import (
	_ "embed"
	"slices"
	"strings"
)

//go:embed dist/consent.js
var consent string

//go:embed dist/more.js
var more string

//go:embed dist/boot.js
var boot string

//go:embed dist/read.js
var read string

//go:embed nod.d.ts
var types string

// Consent is the program of consent.js around the configuration, which is one JSON value (config.ts says its form).
func Consent(config []byte) []byte {
	var b strings.Builder
	b.Grow(len(consent) + len(config) + 32)
	b.WriteString("(function(__NOD__){")
	b.WriteString(consent)
	b.WriteString("})(")
	b.Write(config)
	b.WriteString(");\n")
	return []byte(b.String())
}

// More is the second half of consent.js, a module, around its own configuration (Dialog in config.ts).
func More(config []byte) []byte {
	return slices.Concat([]byte("const __NOD__="), config, []byte(";\n"), []byte(more))
}

// Types are the API of consent.js for TypeScript, which its own source is checked against.
func Types() []byte { return []byte(types) }

// Boot is the script of the preferences.
func Boot() []byte { return []byte(boot) }

// Read is the script of the policy's page and of the lists.
func Read() []byte { return []byte(read) }
