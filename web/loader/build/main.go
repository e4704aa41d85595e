// Command build bundles the loader's TypeScript into dist, or another folder with -o: consent.js in four builds of one source,
// the other scripts, and each adapter.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	out := flag.String("o", "dist", "folder to write to")
	flag.Parse()
	if err := bundle(*out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// script is one file of dist.
type script struct {
	name   string // without .js
	source string // of src, without .ts
	format api.Format
	with   []string // what only some builds of consent.js have
}

// options are what builds of consent.js may have, as their names put them behind each other (loader.Build).
var options = []string{"strict", "hold", "same"}

func scripts(src string) ([]script, error) {
	all := []script{
		{name: "more", source: "more", format: api.FormatESModule},  // consent.js imports it
		{name: "card", source: "card", format: api.FormatESModule},  // more.js does
		{name: "native", source: "app", format: api.FormatESModule}, // likewise
		{name: "boot", source: "boot", format: api.FormatIIFE},
		{name: "launch", source: "launch/launch", format: api.FormatESModule, with: []string{"same"}},
		{name: "read", source: "read", format: api.FormatIIFE},
		{name: "receipt", source: "receipt", format: api.FormatIIFE},
		{name: "admin", source: "admin", format: api.FormatIIFE},
	}
	// What consent.js and the adapters stand in is a function already.
	for set := range 1 << len(options) {
		s := script{name: "consent", source: "consent", format: api.FormatESModule}
		for i, option := range options {
			if set>>i&1 == 1 {
				s.name += "-" + option
				s.with = append(s.with, option)
			}
		}
		all = append(all, s)
	}
	adapters, err := filepath.Glob(filepath.Join(src, "adapters", "*.ts"))
	for _, file := range adapters {
		name := strings.TrimSuffix(filepath.Base(file), ".ts")
		if name != "adapter" {
			all = append(all, script{name: "adapter-" + name, source: "adapters/" + name, format: api.FormatESModule})
		}
	}
	return all, err
}

func bundle(out string) error {
	src, err := filepath.Abs("src")
	if err != nil {
		return err
	}
	all, err := scripts(src)
	if err != nil {
		return err
	}
	for _, s := range all {
		define := map[string]string{}
		for _, option := range options {
			define[strings.ToUpper(option)] = strconv.FormatBool(slices.Contains(s.with, option))
		}
		result := api.Build(api.BuildOptions{
			EntryPoints:       []string{filepath.Join(src, s.source+".ts")},
			Outfile:           filepath.Join(out, s.name+".js"),
			Bundle:            true,
			Write:             true,
			Format:            s.format,
			Define:            define,
			Target:            api.ES2020,
			Charset:           api.CharsetUTF8,
			MinifyWhitespace:  true,
			MinifyIdentifiers: true,
			MinifySyntax:      true,
			LogLevel:          api.LogLevelWarning,
		})
		if len(result.Errors) > 0 {
			return fmt.Errorf("bundle the loader: %s", result.Errors[0].Text)
		}
	}
	return nil
}
