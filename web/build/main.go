// Command build makes bin/nod with what its pages load, and says what it is doing.
//
//	go run -trimpath ./web/build [-o bin/nod]
//	go run -trimpath ./web/build -serve [flags of nod serve]
//
// With -serve it first checks that the address is free, so that nothing is built or written for a server that cannot
// start. -trimpath lets this program and nod share what the go command has compiled.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

func main() {
	out := flag.String("o", "bin/nod", "file to write the program to")
	ldflags := flag.String("ldflags", "", "flags for the linker of the program")
	isServing := flag.Bool("serve", false, "check the address of the flags of nod serve that follow")
	flag.Parse()

	if err := run(program{*out, *ldflags}, *isServing, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

// program is what is built.
type program struct {
	out     string // file
	ldflags string // for the linker
}

func run(p program, isServing bool, serveFlags []string) error {
	if isServing {
		if err := checkAddress(findAddress(serveFlags, os.Getenv("NOD_ADDR"))); err != nil {
			return err
		}
	}
	report := newReporter(os.Stderr, time.Now)
	stop := report.repeat(10 * time.Second)
	defer stop()
	return build(p, isServing, report, runGo)
}

// build runs the steps; a quick one compresses WebAssembly less. The times are those of a machine with two cores
// that has compiled nothing yet.
func build(p program, isQuick bool, report *reporter, runGo func(...string) error) error {
	report.start("1/3 WebAssembly and libraries, about 2 minutes the first time")
	// The compiler of one and the compressor of the other use one core each.
	webAssembly := []string{"run", "-trimpath", "./web/wasm/build"}
	if isQuick {
		webAssembly = append(webAssembly, "-quick")
	}
	var compiled, libraries error
	var both sync.WaitGroup
	both.Go(func() { compiled = runGo(webAssembly...) })
	both.Go(func() { libraries = compileLibraries(runGo) })
	both.Wait()
	if compiled != nil {
		return compiled
	}
	if libraries != nil {
		return libraries
	}
	report.start("2/3 the program, about 20 s")
	if err := runGo("build", "-trimpath", "-ldflags", p.ldflags, "-o", p.out, "./cmd/nod"); err != nil {
		return err
	}
	report.start("3/3 done: " + p.out)
	return nil
}

// compileLibraries compiles what the program links besides this module. This module has to wait for app.wasm, which it
// embeds.
func compileLibraries(runGo func(args ...string) error) error {
	const format = "{{if not .Standard}}{{.ImportPath}}{{end}}"
	listed, err := exec.Command(goCommand(), "list", "-deps", "-f", format, "./cmd/nod").Output()
	if err != nil {
		return fmt.Errorf("list packages: %w", err)
	}
	args := []string{"build", "-trimpath"}
	for pkg := range strings.FieldsSeq(string(listed)) {
		if !strings.HasPrefix(pkg, "github.com/nod-consent/nod/") {
			args = append(args, pkg)
		}
	}
	return runGo(args...)
}

// goCommand is the go command that make uses.
func goCommand() string {
	if command := os.Getenv("GO"); command != "" {
		return command
	}
	return "go"
}

// runGo runs a go command and shows what it prints.
func runGo(args ...string) error {
	cmd := exec.Command(goCommand(), args...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go %s: %w", args[0], err)
	}
	return nil
}
