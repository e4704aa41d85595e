// Command bench measures what the README promises: sizes, how long a visitor waits in a real Chromium, what the script
// costs a page, how soon the server starts, and how many decisions a second it stores. At the end it prints all figures
// in one table, beside those of the last run.
//
//	go run ./web/e2e/bench [-only sizes,start,server,many,memory,script,browser,gate,opening,launch]
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
	"slices"
	"strings"
	"time"
)

// last has the figures of the last run by their labels, and present those of this run.
var last, present = map[string]float64{}, map[string]float64{}

func main() {
	only := flag.String("only", "sizes,start,server,many,memory,script,browser,gate,opening,launch", "parts to measure")
	program := flag.String("program", "bin/nod", "the built program")
	file := flag.String("last", "bin/bench.json", "file for the figures, which the next run compares")
	kind := flag.String("serve", "", "run a server to measure (forgetful); the program starts itself so")
	toSend := flag.String("load", "", "send decisions, as this JSON says; the program starts itself so")
	flag.Parse()
	switch {
	case *kind != "":
		exitWith(serve(*kind))
	case *toSend != "":
		exitWith(sendLoad(*toSend))
	}
	readLast(*file)
	parts := []struct {
		name    string
		measure func() error
	}{
		{"sizes", measureSizes},
		{"start", func() error { return measureStart(*program) }},
		{"server", func() error { return measureServer(*program) }},
		{"many", func() error { return measureManyRecords(*program) }},
		{"memory", func() error { return measureMemory(*program) }},
		{"script", measureScript},
		{"browser", measureBrowser},
		{"gate", measureGate},
		{"opening", measureOpening},
		{"launch", measureLaunch},
	}
	for _, p := range parts {
		if !slices.Contains(strings.Split(*only, ","), p.name) {
			continue
		}
		fmt.Printf("\n%s\n", p.name)
		began := time.Now()
		if err := p.measure(); err != nil {
			fmt.Fprintf(os.Stderr, "bench %s: %v\n", p.name, err)
			os.Exit(1)
		}
		printFigure("bench: time of the part "+p.name, time.Since(began).Seconds(), "s", "")
	}
	printTable()
	if err := writeFigures(*file); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// readLast reads the figures of the last run, if there was one.
func readLast(file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		return
	}
	if err := json.Unmarshal(data, &last); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %s: %v; going on without it\n", file, err)
	}
}

// exitWith ends the program.
func exitWith(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
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

// figure is one measured value.
type figure struct {
	what, unit, limit string
	value             float64
	before            string // value of the last run; "" without one
}

var measured []figure

// printFigure prints one figure and that of the last run. limit is what it should be; "" for no limit.
func printFigure(what string, value float64, unit, limit string) {
	f := figure{what: what, unit: unit, limit: limit, value: value}
	if v, ok := last[what]; ok {
		f.before = fmt.Sprintf("%.4g", v)
	}
	present[what] = value
	measured = append(measured, f)
	fmt.Printf("  %-66s %10.6g %s\n", what, value, unit)
}

// printTable prints all figures of this run in one table, beside those of the last run.
func printTable() {
	fmt.Printf("\n| %-66s | %10s | %10s | %-22s | %s |\n|---|---:|---:|---|---|\n", "", "before", "now", "unit", "limit")
	for _, f := range measured {
		fmt.Printf("| %-66s | %10s | %10.6g | %-22s | %s |\n", f.what, f.before, f.value, f.unit, f.limit)
	}
}
