//go:build !js

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

func keyCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "key", Short: "Make, show and replace the key that signs checkpoints",
		Args: cobra.NoArgs, // else an unknown subcommand would pass for a call of help
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newKeyCommand(), rotateCommand(), showKeyCommand())
	return c
}

func newKeyCommand() *cobra.Command {
	var name string
	var asJSON bool
	c := &cobra.Command{
		Use:   "new [FILE]",
		Short: "Make a signing key in a new file, nod.key if none is named",
		Args:  cobra.MaximumNArgs(1),
		RunE: work(func(c *cobra.Command, args []string) error {
			key, err := proof.NewKey(name)
			if err != nil {
				return err
			}
			file := "nod.key"
			if len(args) > 0 {
				file = args[0]
			}
			if err := proof.WriteKey(file, key); err != nil {
				return err
			}
			return printKey(c.OutOrStdout(), keyResult{Verifier: key.Verifier(), File: file}, asJSON)
		}),
	}
	c.Flags().StringVar(&name, "name", "nod", "name of the server in checkpoints, such as consent.example.com")
	c.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	return c
}

func showKeyCommand() *cobra.Command {
	var site string
	var asJSON bool
	c := &cobra.Command{
		Use:   "show FILE",
		Short: "Print the verifier key that belongs to a signing key",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("key show: want the file of a signing key, such as nod.key")
			}
			return nil
		},
		RunE: work(func(c *cobra.Command, args []string) error {
			key, err := proof.ReadKey(args[0])
			if err != nil {
				return err
			}
			of := key.Verifier()
			if site != "" {
				if of, err = proof.SiteVerifier(of, site); err != nil {
					return misuse{fmt.Errorf("--site: %w", err)}
				}
			}
			return printKey(c.OutOrStdout(), keyResult{Verifier: of}, asJSON)
		}),
	}
	c.Flags().StringVar(&site, "site", "", "print the one of this site, which its checkpoints and receipts carry")
	c.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	return c
}

// keyResult is what a command did with a key, as JSON.
type keyResult struct {
	Verifier string `json:"verifier"`           // the public half
	File     string `json:"file,omitempty"`     // of the new key
	Replaced string `json:"replaced,omitempty"` // file that the old key is in now
}

func printKey(w io.Writer, r keyResult, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(r)
	}
	_, err := fmt.Fprintln(w, r.Verifier)
	return err
}

func rotateCommand() *cobra.Command {
	var flags ledgerFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "rotate",
		Short: "Put a new signing key in the place of the one that a database is signed with",
		Long: `Put a new signing key in the place of the one that a database is signed with.

The new key takes the file's name, and the old one is kept beside it under a name that ends in its hash. Servers that run go
on with the old key; start them anew, with the new file. What the old key signed stays valid: the server publishes a
statement, signed with both keys, that the new one took over.`,
		Args: cobra.NoArgs,
		RunE: work(func(c *cobra.Command, _ []string) error {
			done, err := flags.rotate(c.Context())
			if err != nil {
				return err
			}
			if err := printKey(c.OutOrStdout(), done, asJSON); err != nil || asJSON {
				return err
			}
			_, err = fmt.Fprintf(c.ErrOrStderr(), "The new key is in %s, the old one in %s. Restart the servers.\n",
				done.File, done.Replaced)
			return err
		}),
	}
	flags.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	return c
}

// rotate puts a new key into the key file and the database.
func (f *ledgerFlags) rotate(ctx context.Context) (keyResult, error) {
	file, err := f.keyFile()
	if err != nil {
		return keyResult{}, err
	}
	old, err := proof.ReadKey(file)
	if err != nil {
		return keyResult{}, err
	}
	next, err := proof.NewKey(old.Name())
	if err != nil {
		return keyResult{}, err
	}
	// First the file: a key that the database wants and nobody has would be worse than one that nobody wants.
	fresh := file + ".new"
	if err := proof.WriteKey(fresh, next); err != nil {
		return keyResult{}, err
	}
	err = ledger.Rotate(ctx, ledger.Options{DSN: f.db}, old, next)
	switch {
	case errors.Is(err, ledger.ErrUnavailable):
		return keyResult{}, fmt.Errorf(
			"%w; whether it took the new key, which is in %s, shows when a server is started with the old one", err, fresh)
	case err != nil:
		return keyResult{}, errors.Join(err, os.Remove(fresh))
	}
	kept := file + "." + strings.SplitN(old.Verifier(), "+", 3)[1]
	if err := os.Rename(file, kept); err != nil {
		return keyResult{}, fmt.Errorf("the database has the new key, which is in %s: %w", fresh, err)
	}
	if err := os.Rename(fresh, file); err != nil {
		return keyResult{}, fmt.Errorf("the database has the new key, which is in %s: %w", fresh, err)
	}
	return keyResult{next.Verifier(), file, kept}, nil
}
