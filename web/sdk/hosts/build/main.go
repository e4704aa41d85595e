// Command build makes nod.js of the WeChat mini program's component from its TypeScript.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/nod-consent/nod/web/loader/bundle"
)

const banner = `// Made by "go generate ./web/sdk/hosts" from src/nod.ts, where the comments are.`

func main() {
	out := flag.String("o", "miniprogram/dist", "folder to write to")
	flag.Parse()
	// It stays readable: the developer tools of WeChat shorten it.
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{"miniprogram/src/nod.ts"}, Outfile: filepath.Join(*out, "nod.js"), Bundle: true, Write: true,
		Format: api.FormatCommonJS, Target: api.ES2018, Charset: api.CharsetUTF8, LogLevel: api.LogLevelWarning,
		Define: bundle.Define(1), Inject: []string{"miniprogram/src/bytes.ts"}, Banner: map[string]string{"js": banner},
		MinifySyntax: true, // drops what this build does not have
	})
	if len(result.Errors) > 0 {
		fmt.Fprintln(os.Stderr, "bundle nod.js: "+result.Errors[0].Text)
		os.Exit(1)
	}
}
