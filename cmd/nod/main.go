//go:build !js

// Command nod serves a consent banner and preference centre, keeps what visitors answered, and can prove it.
// See "nod help".
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Exit statuses.
const (
	exitFailure = 1 // findings, or something failed
	exitUsage   = 2 // the command line is wrong
)

func main() {
	err := root().Execute()
	var failed failure
	switch {
	case err == nil:
	case errors.As(err, &failed):
		fmt.Fprintln(os.Stderr, "nod:", err)
		os.Exit(exitFailure)
	default:
		fmt.Fprintf(os.Stderr, "nod: %v\nSee \"nod help\".\n", err)
		os.Exit(exitUsage)
	}
}

// failure marks an error of the work itself, as opposed to one of the command line.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }

// misuse marks an error of the command line that only the work itself could find: a flag's value that is none.
type misuse struct{ error }

// work makes a command's function whose errors are failures.
func work(run func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		err := run(c, args)
		var wrong misuse
		if err == nil || errors.As(err, &wrong) {
			return err
		}
		return failure{err}
	}
}

func root() *cobra.Command {
	c := &cobra.Command{
		Use:           "nod",
		Short:         "A consent banner and preference centre that can prove what was answered",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       thisBuild().String(),
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			return fromEnvironment(c.Flags())
		},
	}
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		var bad *pflag.InvalidValueError
		if errors.As(err, &bad) {
			return fmt.Errorf("--%s: %q is none; want %s", bad.GetFlag().Name, bad.GetValue(), kindOf(bad.GetFlag()))
		}
		return err
	})
	c.CompletionOptions.DisableDefaultCmd = true
	c.AddCommand(serveCommand(), initCommand(), lintCommand(), diffCommand(), bundleCommand(),
		recordsCommand(), verifyCommand(), keyCommand(), versionCommand())
	return c
}

// fromEnvironment sets flags that were not given from NOD_… variables: --base-path is NOD_BASE_PATH.
func fromEnvironment(flags *pflag.FlagSet) error {
	var err error
	flags.VisitAll(func(f *pflag.Flag) {
		name := "NOD_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if v, ok := os.LookupEnv(name); ok && !f.Changed && err == nil {
			if flags.Set(f.Name, v) != nil {
				err = fmt.Errorf("%s: %q is none; want %s", name, v, kindOf(f))
			}
		}
	})
	return err
}

// kindOf says what a flag takes.
func kindOf(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "int":
		return "a whole number"
	case "bool":
		return "true or false"
	}
	return "the " + f.Usage
}
