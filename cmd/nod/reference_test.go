//go:build !js

package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

var update = flag.Bool("update", false, "write the reference of the commands again")

const commandReference = "../../assets/docs/command-line.md"

// The reference of the command line is written from the commands themselves. After a change of a command:
//
//	go test ./cmd/nod -run Reference -update
func TestTheReferenceOfTheCommandLineIsWrittenFromTheCommands(t *testing.T) {
	want := writeReference(newRootCommand())
	if *update {
		if err := os.WriteFile(commandReference, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(commandReference)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("assets/docs/command-line.md is not what the commands say. Run this test with -update")
	}
}

func TestEachCommandAndFlagHasAnExplanation(t *testing.T) {
	reference := writeReference(newRootCommand())
	for _, want := range []string{
		"## nod serve\n", "## nod records export\n", "| `--base-path` | `NOD_BASE_PATH` | `/` | path before every address",
		"    nod diff sites/shop sites/shop/policy/2027-01-01.yaml\n",
	} {
		if !strings.Contains(reference, want) {
			t.Errorf("the reference lacks %q", want)
		}
	}
	if strings.Contains(reference, "--help`") {
		t.Error("the reference explains --help with each command")
	}
}

// writeReference writes the reference of a command and all below it, as Markdown.
func writeReference(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString("# The command line\n\nThis page is written from the program: `nod help COMMAND` prints the same.\n\n" +
		"Every flag also reads a variable. The exit status is 0 if all is well, 1 for findings or a failure, and 2 if\n" +
		"the command line is wrong. Commands that print results take `--json`.\n")
	writeCommands(&b, root)
	return b.String()
}

func writeCommands(b *strings.Builder, parent *cobra.Command) {
	for _, c := range parent.Commands() {
		if c.Hidden || c.Name() == "help" {
			continue
		}
		if !c.HasSubCommands() {
			writeCommand(b, c)
		}
		writeCommands(b, c)
	}
}

func writeCommand(b *strings.Builder, c *cobra.Command) {
	text := c.Long
	if text == "" {
		text = c.Short + "."
	}
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n    %s\n", c.CommandPath(), text, c.UseLine())
	if c.Example != "" {
		fmt.Fprintf(b, "\nFor example:\n\n")
		for line := range strings.Lines(strings.Trim(c.Example, "\n")) {
			fmt.Fprintf(b, "    %s\n", strings.TrimSpace(line))
		}
	}
	var rows []string
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		variable := "NOD_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value := ""
		if f.DefValue != "" && f.DefValue != "[]" && f.DefValue != "false" {
			value = "`" + f.DefValue + "`"
		}
		rows = append(rows, fmt.Sprintf("| `--%s` | `%s` | %s | %s |", f.Name, variable, value, escapeCell(f.Usage)))
	})
	if len(rows) > 0 {
		fmt.Fprintf(b, "\n| flag | variable | default | |\n|---|---|---|---|\n%s\n", strings.Join(rows, "\n"))
	}
}

// escapeCell keeps a text within its cell of a Markdown table, without markup.
func escapeCell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`).Replace(text)
}
