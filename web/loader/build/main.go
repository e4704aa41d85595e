// Command build bundles the loader's TypeScript, one file of src for each script, into dist or another folder with -o.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

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

func bundle(out string) error {
	src, err := filepath.Abs("src")
	if err != nil {
		return err
	}
	for _, script := range []struct {
		name   string
		format api.Format
	}{
		{"consent", api.FormatIIFE},
		{"more", api.FormatESModule}, // consent.js imports it
		{"boot", api.FormatIIFE},
		{"read", api.FormatIIFE},
	} {
		result := api.Build(api.BuildOptions{
			EntryPoints:       []string{filepath.Join(src, script.name+".ts")},
			Outdir:            out,
			Bundle:            true,
			Write:             true,
			Format:            script.format,
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
