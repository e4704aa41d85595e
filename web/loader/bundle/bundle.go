// Package bundle makes the scripts of the loader from their TypeScript, with esbuild, terser and UglifyJS: consent.js
// in a build for each set of options, the other scripts, and each adapter.
package bundle

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// Options say what is made.
type Options struct {
	Source string // folder of the TypeScript: web/loader/src
	Out    string // folder to write to

	// TimeScale multiplies the pauses that the scripts make for people; 0 means 1, as in production. Browser tests use a
	// smaller one, to be faster.
	TimeScale float64

	// Shorten runs terser and UglifyJS after esbuild, as for production. It needs Node, and takes longer than all the
	// rest: browser tests do without it.
	Shorten bool
}

// script is one file of the output.
type script struct {
	name   string // without .js
	source string // of Source, without .ts
	format api.Format
	with   []string // options that this build has

	sharesMembers bool // its objects come from another bundle, or go to one
	comesLate     bool // on a host page, whose own scripts may have declared classes with the browser's names
}

// buildOptions are what builds of consent.js may have, as their names join them (loader.Build).
var buildOptions = []string{"strict", "hold", "equivalents"}

// ownNames are read from the window: a class, let or const that a script of the page declares hides the name from other
// scripts, but does not change the window's property (ECMA-262, 9.1.1.4).
const ownNames = "const{HTMLDocument,Element,Map,Set,WeakMap,WeakSet,URL,MessageChannel}=self;"

// constants are their names in the TypeScript (env.d.ts).
var constants = map[string]string{"strict": "STRICT", "hold": "HOLD", "equivalents": "HAS_EQUIVALENTS"}

func scripts(source string) ([]script, error) {
	all := []script{
		// consent.js imports more.js and starter.js, and more.js imports the two others.
		{name: "more", source: "entry/more", format: api.FormatESModule, sharesMembers: true, comesLate: true},
		{name: "placeholder", source: "entry/placeholder", format: api.FormatESModule, sharesMembers: true, comesLate: true},
		{name: "native", source: "entry/native", format: api.FormatESModule, sharesMembers: true, comesLate: true},
		{name: "starter", source: "entry/starter", format: api.FormatESModule, comesLate: true},
		{name: "boot", source: "entry/boot", format: api.FormatIIFE},
		{name: "launch", source: "entry/launch", format: api.FormatESModule, with: []string{"equivalents"}},
		{name: "read", source: "entry/read", format: api.FormatIIFE},
		{name: "docs", source: "entry/docs", format: api.FormatIIFE},
		{name: "receipt", source: "entry/receipt", format: api.FormatIIFE},
		{name: "admin", source: "entry/admin", format: api.FormatIIFE},
	}
	// The server puts consent.js and the adapters into a function.
	for set := range 1 << len(buildOptions) {
		s := script{name: "consent", source: "entry/consent", format: api.FormatESModule, sharesMembers: true}
		for i, option := range buildOptions {
			if set>>i&1 == 1 {
				s.name += "-" + option
				s.with = append(s.with, option)
			}
		}
		all = append(all, s)
	}
	adapters, err := filepath.Glob(filepath.Join(source, "adapters", "*.ts"))
	for _, file := range adapters {
		name := strings.TrimSuffix(filepath.Base(file), ".ts")
		if name != "adapter" {
			all = append(all, script{name: "adapter-" + name, source: "adapters/" + name, format: api.FormatESModule})
		}
	}
	return all, err
}

// Write makes all scripts. The error names the file and the line that esbuild stopped at.
func Write(o Options) error {
	source, err := filepath.Abs(o.Source)
	if err != nil {
		return err
	}
	all, err := scripts(source)
	if err != nil {
		return err
	}
	members, err := shortenMembers(filepath.Join(source, "core"), memberFiles...)
	if err != nil {
		return err
	}
	var files []string
	for _, s := range all {
		file := filepath.Join(o.Out, s.name+".js")
		files = append(files, file)
		options := api.BuildOptions{
			EntryPoints:       []string{filepath.Join(source, s.source+".ts")},
			Outfile:           file,
			Bundle:            true,
			Write:             true,
			Format:            s.format,
			Define:            Define(o.TimeScale, s.with...),
			Target:            api.ES2018,
			Charset:           api.CharsetUTF8,
			MinifyWhitespace:  true,
			MinifyIdentifiers: true,
			MinifySyntax:      true,
			LogLevel:          api.LogLevelWarning,
		}
		if s.comesLate {
			options.Banner = map[string]string{"js": ownNames}
		}
		if s.sharesMembers {
			options.MangleProps, options.MangleCache = members.pattern, members.names
		}
		if result := api.Build(options); len(result.Errors) > 0 {
			return fmt.Errorf("bundle %s.js: %s", s.name, result.Errors[0].Text)
		}
	}
	if o.Shorten {
		return shorten(filepath.Dir(filepath.Dir(source)), files)
	}
	return nil
}

// Define gives the constants that the TypeScript is compiled with (env.d.ts), for a build with these options.
func Define(timeScale float64, with ...string) map[string]string {
	if timeScale == 0 {
		timeScale = 1
	}
	define := map[string]string{"TIME_SCALE": strconv.FormatFloat(timeScale, 'g', -1, 64)}
	for _, option := range buildOptions {
		define[constants[option]] = strconv.FormatBool(slices.Contains(with, option))
	}
	return define
}
