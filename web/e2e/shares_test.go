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

// shareVariable is set in a process that runs a share of the tests.
const shareVariable = "NOD_E2E_SHARE"

// shareCount is the number of processes that run tests at the same time. A test mostly waits for its browser, so there
// are more processes than processors. Each has a browser and a server of its own, which take seconds to start.
const shareCount = 3

// recordSeconds has a whole run record how long each test took: go test ./web/e2e -record-seconds
var recordSeconds = flag.Bool("record-seconds", false, "write how long each test took to "+secondsFile)

// secondsFile has a line "seconds name" for each test. It decides the shares, which should end at the same time.
const secondsFile = "testdata/seconds.txt"

// defaultSeconds is the time of a test that is not in the file yet.
const defaultSeconds = 3

// isWholeRun reports whether this process has to run all tests.
func isWholeRun() bool {
	flag.Parse()
	for _, name := range []string{"test.run", "test.list", "test.bench", "test.fuzz", "test.coverprofile", "test.skip"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return false
		}
	}
	return os.Getenv(shareVariable) == ""
}

// runShares runs all tests, each share in a process of its own. It prints the output of a share when that has ended.
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
		return strings.HasPrefix(a, "-test.testlogfile") // only one process may write it
	})
	if *recordSeconds {
		args = append(args, "-test.v") // only this prints how long each test took
	}
	var printed bytes.Buffer
	var printing sync.Mutex
	var all sync.WaitGroup
	code := 0
	for i, names := range deal(strings.Fields(string(list)), seconds, shareCount) {
		all.Go(func() {
			pattern := "^(" + strings.Join(names, "|") + ")$"
			c := exec.Command(os.Args[0], slices.Concat(args, []string{"-test.run", pattern})...)
			c.Env = append(os.Environ(), fmt.Sprintf("%s=%d", shareVariable, i+1))
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

// deal gives each test to the share with the shortest time so far. The longest tests come first.
func deal(names []string, seconds map[string]float64, count int) [][]string {
	duration := func(name string) float64 { return cmp.Or(seconds[name], defaultSeconds) }
	names = slices.SortedStableFunc(slices.Values(names),
		func(a, b string) int { return cmp.Compare(duration(b), duration(a)) })
	shares := make([][]string, count)
	durations := make([]float64, count)
	for _, name := range names {
		shortest := slices.Index(durations, slices.Min(durations))
		shares[shortest] = append(shares[shortest], name)
		durations[shortest] += duration(name)
	}
	return shares
}

// inFullRun returns the values in a full run, and none otherwise.
func inFullRun[T any](values ...T) []T {
	if !isFullRun {
		return nil
	}
	return values
}

func readSeconds() (map[string]float64, error) {
	text, err := os.ReadFile(secondsFile)
	if err != nil {
		return nil, err
	}
	seconds := map[string]float64{}
	for line := range strings.Lines(string(text)) {
		duration, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if seconds[name], err = strconv.ParseFloat(duration, 64); err != nil {
			return nil, fmt.Errorf("%s: %q: %w", secondsFile, line, err)
		}
	}
	return seconds, nil
}

// passLine is the line of a test that passed and is not a subtest.
var passLine = regexp.MustCompile(`(?m)^--- PASS: (\w+) \(([0-9.]+)s\)$`)

func writeSeconds(printed string) error {
	seconds := map[string]string{}
	for _, m := range passLine.FindAllStringSubmatch(printed, -1) {
		seconds[m[1]] = m[2]
	}
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(seconds)) {
		fmt.Fprintln(&lines, seconds[name], name)
	}
	return os.WriteFile(secondsFile, []byte(lines.String()), 0o644)
}

func TestTheLongestTestsAreDealtFirst(t *testing.T) {
	seconds := map[string]float64{"a": 9, "b": 1, "c": 5, "d": 4}
	got := deal([]string{"b", "a", "new", "d", "c"}, seconds, 2)
	if fmt.Sprint(got) != "[[a b] [c d new]]" && fmt.Sprint(got) != "[[a new] [c d b]]" {
		t.Errorf("dealt %v", got)
	}
}
