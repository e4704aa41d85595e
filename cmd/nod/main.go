//go:build !js

// Command nod serves a consent banner and preference centre, stores what visitors answered, and can prove it.
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
	c, err := newRootCommand().ExecuteC()
	var failed failure
	switch {
	case err == nil:
	case errors.As(err, &failed):
		fmt.Fprintln(os.Stderr, "nod:", err)
		os.Exit(exitFailure)
	default:
		fmt.Fprintf(os.Stderr, "nod: %v\nSee \"%s --help\".\n", err, c.CommandPath())
		os.Exit(exitUsage)
	}
}

// failure marks an error of the command itself. Every other error is one of the command line.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }

// usageError marks an error of the command line that only the command finds, such as an unknown site in --site.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// newUsageError formats a usageError.
func newUsageError(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// runE makes a command's RunE: its errors are failures, except for each usageError.
func runE(run func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		err := run(c, args)
		var wrong usageError
		if err == nil || errors.As(err, &wrong) {
			return err
		}
		return failure{err}
	}
}

// requireOneArg checks that a command has one argument. If not, the error is the problem and the remedy.
func requireOneArg(problem string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return errors.New(problem)
		}
		return nil
	}
}

// newGroupCommand makes a command that only holds others.
func newGroupCommand(name, short string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use: name, Short: short,
		Args: cobra.NoArgs, // otherwise an unknown subcommand prints the help
		RunE: func(c *cobra.Command, _ []string) error {
			var names []string
			for _, of := range c.Commands() {
				names = append(names, of.Name())
			}
			return fmt.Errorf("%s: the command is missing. Give one of %s", name, strings.Join(names, ", "))
		},
	}
	c.AddCommand(commands...)
	return c
}

func newRootCommand() *cobra.Command {
	c := &cobra.Command{
		Use:           "nod",
		Short:         "A consent banner and preference centre that can prove each answer",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       readThisBuild().String(),
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			return setFlagsFromEnvironment(c.Flags())
		},
	}
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		var bad *pflag.InvalidValueError
		if errors.As(err, &bad) {
			return fmt.Errorf("--%s: %s", bad.GetFlag().Name, describeBadValue(bad.GetFlag(), bad.GetValue()))
		}
		return err
	})
	c.CompletionOptions.DisableDefaultCmd = true
	c.AddCommand(newServeCommand(), newInitCommand(), newLintCommand(), newDiffCommand(), newBundleCommand(),
		newExportDeclarationsCommand(),
		newRecordsCommand(), newVerifyCommand(), newKeyCommand(), newDoctorCommand(), newScanCommand(), newHealthCommand(),
		newTypesCommand(), newOutboxCommand(), newVersionCommand())
	return c
}

// setFlagsFromEnvironment sets the flags that the command line leaves out from NOD_… variables: --base-path is
// NOD_BASE_PATH.
func setFlagsFromEnvironment(flags *pflag.FlagSet) error {
	var err error
	flags.VisitAll(func(f *pflag.Flag) {
		name := "NOD_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if v, ok := os.LookupEnv(name); ok && !f.Changed && err == nil {
			if flags.Set(f.Name, v) != nil {
				err = fmt.Errorf("%s: %s", name, describeBadValue(f, v))
			}
		}
	})
	return err
}

// describeBadValue says what is wrong with a value that a flag does not take.
func describeBadValue(f *pflag.Flag, value string) string {
	switch f.Value.Type() {
	case "int":
		return fmt.Sprintf("%q is not a whole number", value)
	case "bool":
		return fmt.Sprintf("%q is not true or false", value)
	}
	return fmt.Sprintf("%q is not valid (%s)", value, f.Usage)
}
