// Command build bundles the loader's TypeScript into dist, or into another folder with -o.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/nod-consent/nod/web/loader/bundle"
)

func main() {
	o := bundle.Options{Source: "src", Shorten: true}
	flag.StringVar(&o.Out, "o", "dist", "folder to write to")
	flag.Parse()
	if err := bundle.Write(o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
