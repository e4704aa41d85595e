// Package loader holds the scripts that run in other people's pages and in ours, written in TypeScript in src:
//
//   - consent.js, which a host page embeds: it asks, stores the answer, and gates what the policy names. Few sites need
//     all of it, so there is a build for each set of options (Build). Adapters come before it.
//   - starter.js, which it imports for tagged elements; more.js, its second half, which it imports when the visitor
//     acts; placeholder.js, which draws placeholders;
//     native.js, which notifies an app of decisions; policy-changes.js, data about a changed policy
//   - boot.js of the preference centre, launch.js of the first launch, read.js of the policy and the lists, docs.js
//     of the documentation, receipt.js of the page that checks a receipt, admin.js of the administrators' page
//
// The folders of src are layers. A file imports from its own folder and from lower layers only, and there are no
// circles; a test holds both (graph_test.go). From the bottom to the top:
//
//	core       configuration, rules, identifiers, the document
//	storage    cookie, localStorage, requests with decisions
//	gate       what tags and scripts may load
//	ui         the parts on a page: banner, preferences, focus
//	consent, centre, launch, reading, adapters    the parts of consent.js, boot.js, launch.js, read.js, the adapters
//	entry      the bundles
//
// They are bundled into dist by
//
//	go generate ./web/loader
//
// and dist is kept in version control, so that a plain go build has them.
package loader

//go:generate go run ./build

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
)

// MaxConsent is the size budget of consent.js: the bytes of the whole response for the built-in site yunzhijia in
// Chinese (zh-CN), compressed with Brotli at quality 11. It is what each page of each visitor pays for first.
const MaxConsent = 9_955

// MaxMore is the budget of more.js in bytes of Brotli. A page loads it when a visitor acts, or is about to. The hash
// in placeholder.js's name is part of it, and makes some 40 bytes more or less. A tenth of it is ES2018, which has
// longer ways to say the same, and the cookies that consent.js leaves to it. Some 600 bytes are the reasons of separate
// purposes, which have to be in view beside their switches.
const MaxMore = 14_780

// MaxPreferences is the budget of the preference centre's page, with the same reasons in it.
const MaxPreferences = 5_600

//go:embed dist
var dist embed.FS

//go:embed nod.d.ts
var types string

// Scripts are the bundles of one build. The zero value is the one in dist.
type Scripts struct {
	files fs.FS
}

// ScriptsIn returns the bundles in a folder that bundle.Write made, instead of those in dist.
func ScriptsIn(folder fs.FS) Scripts { return Scripts{folder} }

// Script returns a script that takes no configuration by its name, such as "boot.js". It fails for other names.
func (s Scripts) Script(name string) ([]byte, error) {
	folder := s.files
	if folder == nil {
		var err error
		if folder, err = fs.Sub(dist, "dist"); err != nil {
			return nil, err
		}
	}
	program, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, fmt.Errorf("script %s: %w", name, err)
	}
	return program, nil
}

// Build selects what consent.js has beside the usual.
type Build struct {
	Strict bool // hosts and entries that the policy does not name are blocked too
	Hold   bool // some services want their requests held

	// Equivalents is set if the policy has earlier versions: answers to them may still count, and visitors see what
	// changed.
	Equivalents bool
}

func (b Build) name() string {
	name := "consent"
	if b.Strict {
		name += "-strict"
	}
	if b.Hold {
		name += "-hold"
	}
	if b.Equivalents {
		name += "-equivalents"
	}
	return name + ".js"
}

// compileHint makes Chromium (since 136) compile the whole file beforehand, beside the page, instead of each function
// when it is first called: nearly all of them are called while the page loads
// (https://github.com/v8/v8/wiki/Explicit-JavaScript-Compile-Hints). Other browsers read a comment.
const compileHint = "//# allFunctionsCalledOnLoad\n"

// Consent returns consent.js: the program around its configuration, one JSON value (Config in src/core/config.ts).
func (s Scripts) Consent(config []byte, build Build) ([]byte, error) {
	program, err := s.Script(build.name())
	if err != nil {
		return nil, err
	}
	start := []byte(compileHint + "(()=>{const __NOD__=")
	return slices.Concat(start, config, []byte(";\n"), program, []byte("})();\n")), nil
}

// Starter returns starter.js.
func (s Scripts) Starter() ([]byte, error) {
	program, err := s.Script("starter.js")
	return append([]byte(compileHint), program...), err
}

// Adapter returns an adapter: the program around its options, one JSON value. Whatever happens in it, the script after
// it runs. If the page has a consent.js already, the adapter does nothing. Adapter fails for unknown names.
func (s Scripts) Adapter(name string, options []byte) ([]byte, error) {
	program, err := s.Script("adapter-" + name + ".js")
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte(`(function(__OPTIONS__){try{if(typeof(window.nod||0).has!="function"){`), program,
		[]byte("}}catch(e){}})("), options, []byte(");\n")), nil
}

// More returns the second half of consent.js, a module around its own configuration (MoreConfig in src/core/config.ts).
func (s Scripts) More(config []byte) ([]byte, error) { return s.module("more.js", config) }

// Placeholder returns the script that draws placeholders, a module around its own configuration (PlaceholderConfig in
// src/core/config.ts).
func (s Scripts) Placeholder(config []byte) ([]byte, error) {
	return s.module("placeholder.js", config)
}

func (s Scripts) module(name string, config []byte) ([]byte, error) {
	program, err := s.Script(name)
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte("const __NOD__="), config, []byte(";\n"), program), nil
}

// Launch returns the script of the first launch in an app, around the configuration in its page.
func (s Scripts) Launch() ([]byte, error) {
	program, err := s.Script("launch.js")
	if err != nil {
		return nil, err
	}
	const config = `(()=>{const __NOD__=JSON.parse(document.getElementById("nod-page").textContent);` + "\n"
	return slices.Concat([]byte(config), program, []byte("})();\n")), nil
}

// News returns what visitors see who decided under an earlier version, a module without a program (ChangeBanners in
// src/core/config.ts).
func News(config []byte) []byte {
	return slices.Concat([]byte("export const changes="), config, []byte(";\n"))
}

// Types returns the types of consent.js's API for TypeScript. The sources are checked against them.
func Types() []byte { return []byte(types) }
