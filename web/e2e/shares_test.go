package e2e

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// share is set in a process that runs some of the tests only.
const share = "NOD_E2E_SHARE"

// shares is the number of processes that the tests run in at once: a test mostly waits for its browser, so there are
// more than processors. Each has a browser and a server of its own, which take seconds to start.
const shares = 3

// recordSeconds has a whole run write down how long each test took: go test ./web/e2e -record-seconds
var recordSeconds = flag.Bool("record-seconds", false, "write how long each test took to "+secondsFile)

// secondsFile has a line for each test, "seconds name". The tests are dealt out by it, so that all shares end together.
const secondsFile = "testdata/seconds.txt"

// defaultSeconds is taken for a test that is not in the file yet.
const defaultSeconds = 3

// isWholeRun says whether all tests are to be run, from here.
func isWholeRun() bool {
	flag.Parse()
	for _, name := range []string{"test.run", "test.list", "test.bench", "test.fuzz", "test.coverprofile", "test.skip"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return false
		}
	}
	return os.Getenv(share) == ""
}

// runShares runs all tests, each share in a process of its own. The output of a share follows when it has ended.
func runShares() int {
	seconds, err := readSeconds()
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser tests:", err)
		return 1
	}
	list, err := exec.Command(os.Args[0], "-test.list", ".").Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser tests: list them:", err)
		return 1
	}
	args := slices.DeleteFunc(slices.Clone(os.Args[1:]), func(a string) bool {
		return strings.HasPrefix(a, "-test.testlogfile") // which only one process may write
	})
	if *recordSeconds {
		args = append(args, "-test.v") // only this prints how long each test took
	}
	var printed bytes.Buffer
	var printing sync.Mutex
	var all sync.WaitGroup
	code := 0
	for i, names := range deal(strings.Fields(string(list)), seconds, shares) {
		all.Go(func() {
			c := exec.Command(os.Args[0], slices.Concat(args, []string{"-test.run", "^(" + strings.Join(names, "|") + ")$"})...)
			c.Env = append(os.Environ(), fmt.Sprintf("%s=%d", share, i+1))
			out, err := c.CombinedOutput()
			printing.Lock()
			defer printing.Unlock()
			printed.Write(out)
			os.Stdout.Write(out)
			if err != nil {
				fmt.Printf("browser tests, share %d: %v\n", i+1, err)
				code = 1
			}
		})
	}
	all.Wait()
	if *recordSeconds && code == 0 {
		if err := writeSeconds(printed.String()); err != nil {
			fmt.Fprintln(os.Stderr, "browser tests:", err)
			return 1
		}
	}
	return code
}

// deal gives each test, the longest first, to the share that has least to do.
func deal(names []string, seconds map[string]float64, shares int) [][]string {
	took := func(name string) float64 { return cmp.Or(seconds[name], defaultSeconds) }
	names = slices.SortedStableFunc(slices.Values(names), func(a, b string) int { return cmp.Compare(took(b), took(a)) })
	dealt := make([][]string, shares)
	load := make([]float64, shares)
	for _, name := range names {
		least := slices.Index(load, slices.Min(load))
		dealt[least] = append(dealt[least], name)
		load[least] += took(name)
	}
	return dealt
}

func readSeconds() (map[string]float64, error) {
	text, err := os.ReadFile(secondsFile)
	if err != nil {
		return nil, err
	}
	seconds := map[string]float64{}
	for line := range strings.Lines(string(text)) {
		took, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if seconds[name], err = strconv.ParseFloat(took, 64); err != nil {
			return nil, fmt.Errorf("%s: %q: %w", secondsFile, line, err)
		}
	}
	return seconds, nil
}

// passed is the line of a test that is not part of another one.
var passed = regexp.MustCompile(`(?m)^--- PASS: (\w+) \(([0-9.]+)s\)$`)

func writeSeconds(printed string) error {
	took := map[string]string{}
	for _, m := range passed.FindAllStringSubmatch(printed, -1) {
		took[m[1]] = m[2]
	}
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(took)) {
		fmt.Fprintln(&lines, took[name], name)
	}
	return os.WriteFile(secondsFile, []byte(lines.String()), 0o644)
}

func TestTheLongestTestsAreDealtOutFirst(t *testing.T) {
	seconds := map[string]float64{"a": 9, "b": 1, "c": 5, "d": 4}
	got := deal([]string{"b", "a", "new", "d", "c"}, seconds, 2)
	if fmt.Sprint(got) != "[[a b] [c d new]]" && fmt.Sprint(got) != "[[a new] [c d b]]" {
		t.Errorf("dealt %v", got)
	}
}
