// Command bench measures what the README promises: sizes, how long a visitor waits in a real Chromium, what the script
// costs a returning visitor's page, and how many decisions a second the server stores. It prints each figure with its
// unit, and the figure of the last run beside it.
//
//	go run ./web/e2e/bench [-only sizes,start,server,many,memory,browser,gate,opening,launch]
//	                       [-program bin/nod] [-last bin/bench.json]
//
// Times depend on the machine. Figures to compare are measured in one run, in turn. A figure over its limit is not a
// failure here: tests check the sizes.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// last has the figures of the last run by their labels, and present those of this run.
var last, present = map[string]float64{}, map[string]float64{}

func main() {
	only := flag.String("only", "sizes,start,server,many,memory,browser,gate,opening,launch", "parts to measure")
	program := flag.String("program", "bin/nod", "the built program")
	file := flag.String("last", "bin/bench.json", "file for the figures, which the next run compares")
	kind := flag.String("serve", "", "run a server to measure (storing or forgetful); the program starts itself so")
	flag.Parse()
	if *kind != "" {
		if err := serve(*kind); err != nil {
			fmt.Fprintf(os.Stderr, "bench: serve: %v\n", err)
			os.Exit(1)
		}
		return
	}
	if data, err := os.ReadFile(*file); err == nil {
		if err := json.Unmarshal(data, &last); err != nil {
			fmt.Fprintf(os.Stderr, "bench: %s: %v; going on without it\n", *file, err)
		}
	}
	parts := []struct {
		name    string
		measure func() error
	}{
		{"sizes", measureSizes},
		{"start", func() error { return measureStart(*program) }},
		{"server", measureServer},
		{"many", func() error { return measureManyRecords(*program) }},
		{"memory", func() error { return measureMemory(*program) }},
		{"browser", measureBrowser},
		{"gate", measureGate},
		{"opening", measureOpening},
		{"launch", measureLaunch},
	}
	for _, p := range parts {
		if !strings.Contains(*only, p.name) {
			continue
		}
		fmt.Printf("\n%s\n", p.name)
		if err := p.measure(); err != nil {
			fmt.Fprintf(os.Stderr, "bench %s: %v\n", p.name, err)
			os.Exit(1)
		}
	}
	if err := writeFigures(*file); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// writeFigures writes the figures to the file, with those of the last run that this run did not measure.
func writeFigures(file string) error {
	for what, value := range last {
		if _, ok := present[what]; !ok {
			present[what] = value
		}
	}
	data, err := json.MarshalIndent(present, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, append(data, '\n'), 0o644)
}

// printFigure prints one figure and that of the last run. limit is what it should be; "" for no limit.
func printFigure(what string, value float64, unit, limit string) {
	before := ""
	if v, ok := last[what]; ok {
		before = fmt.Sprintf("was %.4g", v)
	}
	present[what] = value
	if limit != "" {
		limit = "(" + limit + ")"
	}
	fmt.Printf("  %-62s %10.6g %-12s %-14s %s\n", what, value, unit, before, limit)
}
