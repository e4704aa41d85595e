package bundle

import (
	_ "embed"
	"fmt"
	"os/exec"
	"path/filepath"
)

//go:embed shorten.mjs
var shortener string

// shorten makes scripts shorter than esbuild does, with terser and UglifyJS of the Node packages in the folder web. One
// process shortens all files, because its start takes time.
func shorten(web string, files []string) error {
	absolute := make([]string, len(files))
	for i, file := range files {
		var err error
		if absolute[i], err = filepath.Abs(file); err != nil {
			return err
		}
	}
	run := exec.Command("node", append([]string{"--input-type=module", "--eval", shortener, "--"}, absolute...)...)
	run.Dir = web // Node looks for packages here
	if out, err := run.CombinedOutput(); err != nil {
		return fmt.Errorf("shorten the scripts: %w. Install Node 20 and run make deps.\n%s", err, out)
	}
	return nil
}
