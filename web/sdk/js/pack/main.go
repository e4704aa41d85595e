// Command pack writes the npm package to its standard output.
package main

import (
	"fmt"
	"os"

	"github.com/nod-consent/nod/web/sdk/js"
)

func main() {
	tarball, err := js.Tarball()
	if err == nil {
		_, err = os.Stdout.Write(tarball)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
