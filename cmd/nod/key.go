//go:build !js

package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger/proof"
)

func newKeyCommand() *cobra.Command {
	return newGroupCommand("key", "Create, show and rotate the signing key",
		newKeyNewCommand(), newKeyRotateCommand(), newKeyShowCommand())
}

// keyResult is what a command did with a key, as JSON.
type keyResult struct {
	Verifier string `json:"verifier"`           // the public half
	File     string `json:"file,omitempty"`     // of the new key
	Replaced string `json:"replaced,omitempty"` // file that the old key is in now
}

func (r keyResult) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return writeJSON(w, r)
	}
	_, err := fmt.Fprintln(w, r.Verifier)
	return err
}

func newKeyNewCommand() *cobra.Command {
	var name string
	var asJSON, isOptional bool
	c := &cobra.Command{
		Use:   "new [FILE]",
		Short: "Create a signing key in a new file (default: nod.key)",
		Args:  cobra.MaximumNArgs(1),
		RunE: runE(func(c *cobra.Command, args []string) error {
			file := "nod.key"
			if len(args) > 0 {
				file = args[0]
			}
			if isOptional {
				if _, err := os.Stat(file); err == nil {
					key, err := proof.ReadKey(file)
					if err != nil {
						return err
					}
					return keyResult{Verifier: key.Verifier(), File: file}.print(c.OutOrStdout(), asJSON)
				}
			}
			key, err := proof.NewKey(name)
			if err != nil {
				return err
			}
			if err := proof.WriteKey(file, key); err != nil {
				return err
			}
			return keyResult{Verifier: key.Verifier(), File: file}.print(c.OutOrStdout(), asJSON)
		}),
	}
	c.Flags().BoolVar(&isOptional, "if-missing", false, "keep the key of a file that exists, and print it")
	c.Flags().StringVar(&name, "name", "nod", "name of the server in checkpoints, such as consent.example.com")
	c.Flags().BoolVar(&asJSON, "json", false, jsonUsage)
	return c
}

func newKeyShowCommand() *cobra.Command {
	var site string
	var asJSON bool
	c := &cobra.Command{
		Use:   "show FILE",
		Short: "Print the verifier key of a signing key",
		Args:  requireOneArg("key show: the file is missing. Name the file of a signing key, such as nod.key"),
		RunE: runE(func(c *cobra.Command, args []string) error {
			key, err := proof.ReadKey(args[0])
			if err != nil {
				return err
			}
			verifier := key.Verifier()
			if site != "" {
				if verifier, err = proof.SiteVerifier(verifier, site); err != nil {
					return newUsageError("--site: %w", err)
				}
			}
			return keyResult{Verifier: verifier}.print(c.OutOrStdout(), asJSON)
		}),
	}
	c.Flags().StringVar(&site, "site", "", "print this site's key, which its checkpoints and receipts carry")
	c.Flags().BoolVar(&asJSON, "json", false, jsonUsage)
	return c
}
