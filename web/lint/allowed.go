package lint

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"slices"
)

// allowed is a list of the files that still break a rule, with the number of places in each.
type allowed map[string]int

// readAllowed reads a list: a number and a file in each line.
func readAllowed(content []byte) (allowed, error) {
	list := make(allowed)
	for in := bufio.NewScanner(bytes.NewReader(content)); in.Scan(); {
		var count int
		var file string
		if _, err := fmt.Sscan(in.Text(), &count, &file); err != nil {
			return nil, fmt.Errorf("line %q: not a number and a file", in.Text())
		}
		list[file] = count
	}
	return list, nil
}

// format writes a list in the order of its files.
func (list allowed) format() []byte {
	var out bytes.Buffer
	for _, file := range slices.Sorted(maps.Keys(list)) {
		fmt.Fprintln(&out, list[file], file)
	}
	return out.Bytes()
}

func (list allowed) total() (sum int) {
	for _, count := range list {
		sum += count
	}
	return sum
}

// count returns the list that findings make.
func count(findings []Finding) allowed {
	list := make(allowed)
	for _, f := range findings {
		list[f.File]++
	}
	return list
}

// compare returns a problem for each file whose findings are not exactly as many as the list says. A list that allows
// too much is a problem too: it would let the places come back.
func (list allowed) compare(findings []Finding) []string {
	var problems []string
	now := count(findings)
	for _, f := range findings {
		if now[f.File] > list[f.File] {
			problems = append(problems, f.String())
		}
	}
	for _, file := range slices.Sorted(maps.Keys(list)) {
		if now[file] < list[file] {
			problems = append(problems, fmt.Sprintf("%s: %d places, but the list allows %d. %s",
				file, now[file], list[file], "Run go test ./web/lint -update to shorten the list."))
		}
	}
	return problems
}
