// Command build compiles the npm package's TypeScript to modules and their types in dist. It needs the Node packages of
// "make deps".
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	out := flag.String("o", "dist", "folder to write to")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(out string) error {
	sources, err := filepath.Glob("src/*.ts")
	if err != nil {
		return err
	}
	// The modules stay readable: the bundler of those who use them shortens them.
	result := api.Build(api.BuildOptions{
		EntryPoints: sources, Outdir: out, Write: true,
		Format: api.FormatESModule, Target: api.ES2020, Charset: api.CharsetUTF8, LogLevel: api.LogLevelWarning,
	})
	if len(result.Errors) > 0 {
		return fmt.Errorf("compile the npm package: %s", result.Errors[0].Text)
	}
	types := exec.Command("node", "../../node_modules/typescript/bin/tsc", "-p", ".", "--noEmit", "false",
		"--declaration", "--emitDeclarationOnly", "--outDir", out)
	if report, err := types.CombinedOutput(); err != nil {
		return fmt.Errorf("declare the npm package's types: %w\n%s", err, report)
	}
	return nil
}
