package e2e

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
)

// share is set in a process that runs some of the tests only.
const share = "NOD_E2E_SHARE"

// All tests are run in shares, some at once, for two processors: a test mostly waits. There are more shares than run at once, for some take
// much longer than others.
const (
	shares = 9
	atOnce = 3
)

// whole says whether all tests are to be run, here.
func whole() bool {
	flag.Parse()
	for _, name := range []string{"test.run", "test.list", "test.bench", "test.fuzz", "test.coverprofile", "test.skip"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return false
		}
	}
	return os.Getenv(share) == ""
}

// runShares runs all tests, each share in a process with a browser and a server of its own. What a share prints comes when it has ended.
func runShares() int {
	list, err := exec.Command(os.Args[0], "-test.list", ".").Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser tests: list them:", err)
		return 1
	}
	var names [shares][]string
	for i, name := range strings.Fields(string(list)) {
		names[i%shares] = append(names[i%shares], name)
	}
	args := slices.DeleteFunc(slices.Clone(os.Args[1:]), func(a string) bool { return strings.HasPrefix(a, "-test.testlogfile") }) // which one process writes
	code := 0
	var printing sync.Mutex
	var all sync.WaitGroup
	free := make(chan struct{}, atOnce)
	for i := range shares {
		free <- struct{}{}
		all.Go(func() {
			c := exec.Command(os.Args[0], slices.Concat(args, []string{"-test.run", "^(" + strings.Join(names[i], "|") + ")$"})...)
			c.Env = append(os.Environ(), fmt.Sprintf("%s=%d", share, i+1))
			printed, err := c.CombinedOutput()
			<-free
			printing.Lock()
			defer printing.Unlock()
			os.Stdout.Write(printed)
			if err != nil {
				fmt.Printf("browser tests, share %d: %v\n", i+1, err)
				code = 1
			}
		})
	}
	all.Wait()
	return code
}
