//go:build !js

package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
)

func keyCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "key", Short: "Make and show the key that signs checkpoints",
		Args: cobra.NoArgs, // else an unknown subcommand would pass for a call of help
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	var name string
	made := &cobra.Command{
		Use:   "new [FILE]",
		Short: "Make a signing key in a new file, nod.key if none is named",
		Args:  cobra.MaximumNArgs(1),
		RunE: work(func(c *cobra.Command, args []string) error {
			key, err := ledger.NewKey(name)
			if err != nil {
				return err
			}
			file := "nod.key"
			if len(args) > 0 {
				file = args[0]
			}
			if err := ledger.WriteKey(file, key); err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), key.Verifier())
			return nil
		}),
	}
	made.Flags().StringVar(&name, "name", "nod", "name of the server in checkpoints, such as consent.example.com")
	c.AddCommand(made, &cobra.Command{
		Use:   "show FILE",
		Short: "Print the verifier key that belongs to a signing key",
		Args:  cobra.ExactArgs(1),
		RunE: work(func(c *cobra.Command, args []string) error {
			key, err := ledger.ReadKey(args[0])
			if err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), key.Verifier())
			return nil
		}),
	})
	return c
}
