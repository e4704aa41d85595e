// Command bench measures what the README promises and prints the figures with their units, those of the last run beside
// them: sizes, what a visitor waits for in a real Chromium, what a returning visitor's page pays, and how many
// decisions a second the server keeps.
//
//	go run ./web/e2e/bench [-only sizes,server,many,memory,browser,gate,opening,launch] [-program bin/nod] [-last bin/bench.json]
//
// Times depend on the machine; figures to compare are taken in one run, in turn. It fails nothing: sizes have their
// limits in tests.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// last are the figures of the run before, by what they measure; present are those of this one.
var last, present = map[string]float64{}, map[string]float64{}

func main() {
	only := flag.String("only", "sizes,server,many,memory,browser,gate,opening,launch", "parts to measure")
	program := flag.String("program", "bin/nod", "the built program")
	file := flag.String("last", "bin/bench.json", "where the figures are kept for the next run")
	as := flag.String("serve", "", "be a server to measure, keeping or forgetting: what this program starts itself as")
	flag.Parse()
	if *as != "" {
		if err := serve(*as); err != nil {
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
		{"sizes", sizes},
		{"server", server},
		{"many", func() error { return many(*program) }},
		{"memory", func() error { return memory(*program) }},
		{"browser", browser},
		{"gate", gate},
		{"opening", opening},
		{"launch", launch},
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
	if err := keep(*file); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// keep writes the figures down, with those that this run did not take.
func keep(file string) error {
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

// row prints one figure, and that of the last run. limit says what it should be, "" for nothing in particular.
func row(what string, value float64, unit, limit string) {
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
