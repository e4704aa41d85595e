// Package loader holds the scripts that run in other people's pages and in ours, written in TypeScript in src:
// consent.js, which a host page embeds, more.js, which consent.js brings when somebody acts, news.js, which it brings where the policy changed, card.js, which draws in the
// place of refused frames, boot.js, which the preferences run, launch.js of the first launch in an app, read.js of the policy and the lists, receipt.js of the page that checks one, and admin.js of the page for administrators. consent.js comes
// in eight builds, since few sites need all of it, and sites name the adapters that stand before it. They are bundled into dist by
//
//	go generate ./web/loader
//
// and dist is kept with the sources, so that a plain go build has them whole.
package loader

//go:generate go run ./build

import (
	"embed"
	"slices"
)

// MaxConsent is the size budget of consent.js: the bytes of the whole response for the built-in site yunzhijia in
// Chinese (zh-CN), compressed with Brotli at quality 11. It is what each page of each visitor pays for first.
const MaxConsent = 9_800

//go:embed dist
var dist embed.FS

//go:embed dist/more.js
var more string

//go:embed dist/card.js
var card string

//go:embed dist/native.js
var native string

//go:embed dist/boot.js
var boot string

//go:embed dist/launch.js
var launch string

//go:embed dist/read.js
var read string

//go:embed dist/receipt.js
var receipt string

//go:embed dist/admin.js
var admin string

//go:embed nod.d.ts
var types string

// Build says what consent.js has beside the usual.
type Build struct {
	Strict bool // what no purpose names is stopped too
	Hold   bool // requests that wait for the answer
	Same   bool // earlier versions of the policy: answers to them that stand, and what is told of what changed
}

func (b Build) name() string {
	name := "consent"
	if b.Strict {
		name += "-strict"
	}
	if b.Hold {
		name += "-hold"
	}
	if b.Same {
		name += "-same"
	}
	return "dist/" + name + ".js"
}

// Consent is the program of consent.js around the configuration, which is one JSON value (config.ts says its form). The
// error says that there is no such build.
func Consent(config []byte, build Build) ([]byte, error) {
	program, err := dist.ReadFile(build.name())
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte("(()=>{const __NOD__="), config, []byte(";\n"), program, []byte("})();\n")), nil
}

// Adapter is the program of an adapter around what it is told, one JSON value. Whatever it meets on a page, the script after
// it runs; where that is there already, the adapter does nothing. The error says that there is no adapter of that name.
func Adapter(name string, options []byte) ([]byte, error) {
	program, err := dist.ReadFile("dist/adapter-" + name + ".js")
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte(`(function(__OPTIONS__){try{if(typeof(window.nod||0).has!="function"){`), program, []byte("}}catch(e){}})("), options, []byte(");\n")), nil
}

// More is the second half of consent.js, a module, around its own configuration (Dialog in config.ts).
func More(config []byte) []byte { return module(more, config) }

// Card is what draws in the place of refused frames, a module, around its own configuration (Card in config.ts).
func Card(config []byte) []byte { return module(card, config) }

// Native is what tells an app of decisions on a host page, a module.
func Native() []byte { return []byte(native) }

// News is what is told those who decided under an earlier version, a module without a program (Told in config.ts).
func News(config []byte) []byte {
	return slices.Concat([]byte("export const news="), config, []byte(";\n"))
}

func module(program string, config []byte) []byte {
	return slices.Concat([]byte("const __NOD__="), config, []byte(";\n"), []byte(program))
}

// Types are the API of consent.js for TypeScript, which its own source is checked against.
func Types() []byte { return []byte(types) }

// Boot is the script of the preferences.
func Boot() []byte { return []byte(boot) }

// Launch is the script of the first launch in an app.
func Launch() []byte {
	return slices.Concat([]byte(`(()=>{const __NOD__=JSON.parse(document.getElementById("nod-page").textContent);`+"\n"), []byte(launch), []byte("})();\n"))
}

// Read is the script of the policy's page and of the lists.
func Read() []byte { return []byte(read) }

// Receipt is the script of the page that checks a receipt.
func Receipt() []byte { return []byte(receipt) }

// Admin is the script of the page for administrators.
func Admin() []byte { return []byte(admin) }
