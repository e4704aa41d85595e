// Command bench measures what the README promises and prints the figures with their units: sizes, what a visitor waits
// for in a real Chromium, what a returning visitor's page pays, and how many decisions a second the server keeps.
//
//	go run ./web/e2e/bench [-only sizes,server,memory,browser] [-program bin/nod]
//
// Times depend on the machine; figures to compare are taken in one run, in turn. It fails nothing: sizes have their
// limits in tests.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	only := flag.String("only", "sizes,server,memory,browser", "parts to measure")
	program := flag.String("program", "bin/nod", "the built program")
	flag.Parse()
	parts := []struct {
		name    string
		measure func() error
	}{
		{"sizes", sizes},
		{"server", server},
		{"memory", func() error { return memory(*program) }},
		{"browser", browser},
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
}

// row prints one figure. limit says what it should be, "" for nothing in particular.
func row(what string, value float64, unit, limit string) {
	if limit != "" {
		limit = "(" + limit + ")"
	}
	fmt.Printf("  %-52s %10.4g %-14s %s\n", what, value, unit, limit)
}
