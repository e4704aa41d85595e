package e2e

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
)

// part is set in a process that runs some of the tests only.
const part = "NOD_E2E_PART"

// whole says whether all tests are to be run, here.
func whole() bool {
	flag.Parse()
	for _, name := range []string{"test.run", "test.list", "test.bench", "test.fuzz", "test.coverprofile", "test.skip"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return false
		}
	}
	return os.Getenv(part) == ""
}

// runHalves runs all tests in two processes at once, each with a browser and a server of its own: a test mostly waits. What the second
// prints follows on what the first does.
func runHalves() int {
	list, err := exec.Command(os.Args[0], "-test.list", ".").Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser tests: list them:", err)
		return 1
	}
	var halves [2][]string
	for i, name := range strings.Fields(string(list)) {
		halves[i%2] = append(halves[i%2], name)
	}
	args := slices.DeleteFunc(slices.Clone(os.Args[1:]), func(a string) bool { return strings.HasPrefix(a, "-test.testlogfile") }) // which one process writes
	var second bytes.Buffer
	var codes [2]int
	var both sync.WaitGroup
	for i, out := range []io.Writer{os.Stdout, &second} {
		both.Go(func() {
			c := exec.Command(os.Args[0], slices.Concat(args, []string{"-test.run", "^(" + strings.Join(halves[i], "|") + ")$"})...)
			c.Env = append(os.Environ(), fmt.Sprintf("%s=%d", part, i+1))
			c.Stdout, c.Stderr = out, out
			if err := c.Run(); err != nil {
				fmt.Fprintf(out, "browser tests, half %d: %v\n", i+1, err)
				codes[i] = 1
			}
		})
	}
	both.Wait()
	io.Copy(os.Stdout, &second)
	return max(codes[0], codes[1])
}
