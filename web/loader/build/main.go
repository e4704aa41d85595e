// Command build bundles the loader's TypeScript into dist, or another folder with -o: consent.js in four builds of one source,
// the other scripts, and each adapter.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
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
	strict bool
	hold   bool
}

func scripts(src string) ([]script, error) {
	all := []script{
		// What consent.js and the adapters stand in is a function already.
		{name: "consent", source: "consent", format: api.FormatESModule},
		{name: "consent-strict", source: "consent", format: api.FormatESModule, strict: true},
		{name: "consent-hold", source: "consent", format: api.FormatESModule, hold: true},
		{name: "consent-strict-hold", source: "consent", format: api.FormatESModule, strict: true, hold: true},
		{name: "more", source: "more", format: api.FormatESModule}, // consent.js imports it
		{name: "card", source: "card", format: api.FormatESModule}, // more.js does
		{name: "boot", source: "boot", format: api.FormatIIFE},
		{name: "read", source: "read", format: api.FormatIIFE},
		{name: "receipt", source: "receipt", format: api.FormatIIFE},
		{name: "admin", source: "admin", format: api.FormatIIFE},
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
		result := api.Build(api.BuildOptions{
			EntryPoints:       []string{filepath.Join(src, s.source+".ts")},
			Outfile:           filepath.Join(out, s.name+".js"),
			Bundle:            true,
			Write:             true,
			Format:            s.format,
			Define:            map[string]string{"STRICT": strconv.FormatBool(s.strict), "HOLD": strconv.FormatBool(s.hold)},
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
