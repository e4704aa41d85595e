// Package loader holds the scripts that run in other people's pages and in ours, written in TypeScript in src:
//
//   - consent.js, which a host page embeds: it asks, keeps the answer and gates what the policy names. Few sites need all of it,
//     so there is a build for each set of options (Build). Adapters come before it.
//   - more.js, its second half, which it imports when somebody acts; card.js, which draws placeholders; native.js, which
//     tells an app of decisions; news.js, data about a changed policy
//   - boot.js of the preference centre, launch.js of the first launch, read.js of the policy and the lists, receipt.js of the page
//     that checks a receipt, admin.js of the administrators' page
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
const MaxConsent = 9_800

//go:embed dist
var dist embed.FS

//go:embed nod.d.ts
var types string

// Scripts are the bundles of one build. The zero value is the one in dist.
type Scripts struct {
	files fs.FS
}

// ScriptsIn gives the bundles in a folder that bundle.Write made, instead of those in dist.
func ScriptsIn(folder fs.FS) Scripts { return Scripts{folder} }

// Script gives one of the scripts that take no configuration by its name, such as "boot.js". The error says that there is none.
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

// Build says what consent.js has beside the usual.
type Build struct {
	Strict bool // what no purpose names is stopped too
	Hold   bool // requests that wait for the answer

	// Equivalents says that the policy has earlier versions: answers to them may still count, and visitors are shown what changed.
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

// Consent is the program of consent.js around the configuration, which is one JSON value (config.ts says its form).
func (s Scripts) Consent(config []byte, build Build) ([]byte, error) {
	program, err := s.Script(build.name())
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte("(()=>{const __NOD__="), config, []byte(";\n"), program, []byte("})();\n")), nil
}

// Adapter is the program of an adapter around its options, one JSON value. Whatever it meets on a page, the script after
// it runs; where that is there already, the adapter does nothing. The error says that there is no adapter of that name.
func (s Scripts) Adapter(name string, options []byte) ([]byte, error) {
	program, err := s.Script("adapter-" + name + ".js")
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte(`(function(__OPTIONS__){try{if(typeof(window.nod||0).has!="function"){`), program,
		[]byte("}}catch(e){}})("), options, []byte(");\n")), nil
}

// More is the second half of consent.js, a module, around its own configuration (Dialog in config.ts).
func (s Scripts) More(config []byte) ([]byte, error) { return s.module("more.js", config) }

// Card is what draws in the place of refused frames, a module, around its own configuration (Card in config.ts).
func (s Scripts) Card(config []byte) ([]byte, error) { return s.module("card.js", config) }

func (s Scripts) module(name string, config []byte) ([]byte, error) {
	program, err := s.Script(name)
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte("const __NOD__="), config, []byte(";\n"), program), nil
}

// Launch is the script of the first launch in an app, around the configuration that its page holds.
func (s Scripts) Launch() ([]byte, error) {
	program, err := s.Script("launch.js")
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte(`(()=>{const __NOD__=JSON.parse(document.getElementById("nod-page").textContent);`+"\n"), program, []byte("})();\n")), nil
}

// News is what those who decided under an earlier version are shown, a module without a program (Told in config.ts).
func News(config []byte) []byte {
	return slices.Concat([]byte("export const news="), config, []byte(";\n"))
}

// Types are the API of consent.js for TypeScript, which its own source is checked against.
func Types() []byte { return []byte(types) }
