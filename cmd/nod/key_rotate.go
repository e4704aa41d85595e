//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

func newKeyRotateCommand() *cobra.Command {
	var flags ledgerFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "rotate",
		Short: "Rotate a database's signing key",
		Long: `Rotate a database's signing key: create a new key that replaces it.

The new key gets the file's name. The old key stays beside it, under a name that ends in its hash. Running
servers store nothing more; restart them with the new file. What the old key signed stays valid: the
server publishes a statement, signed with both keys, that the new key replaces it.`,
		Args: cobra.NoArgs,
		RunE: runE(func(c *cobra.Command, _ []string) error {
			rotated, err := rotateKey(c.Context(), flags)
			if err != nil {
				return err
			}
			if err := rotated.print(c.OutOrStdout(), asJSON); err != nil || asJSON {
				return err
			}
			_, err = fmt.Fprintf(c.ErrOrStderr(), "The new key is in %s, the old one in %s. Restart the servers.\n",
				rotated.File, rotated.Replaced)
			return err
		}),
	}
	flags.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, jsonUsage)
	return c
}

// rotateKey puts a new key into the key file and the database.
func rotateKey(ctx context.Context, flags ledgerFlags) (keyResult, error) {
	file, err := flags.findKeyFile()
	if err != nil {
		return keyResult{}, err
	}
	oldKey, err := proof.ReadKey(file)
	if err != nil {
		return keyResult{}, err
	}
	newKey, err := proof.NewKey(oldKey.Name())
	if err != nil {
		return keyResult{}, err
	}
	// The file comes first: if the database expected a key that nobody has, no server could start.
	newFile := file + ".new"
	if err := proof.WriteKey(newFile, newKey); err != nil {
		return keyResult{}, err
	}
	err = ledger.Rotate(ctx, ledger.Options{DSN: flags.db}, oldKey, newKey)
	switch {
	case errors.Is(err, ledger.ErrUnavailable):
		return keyResult{}, fmt.Errorf("%w. The new key is in %s. "+
			"To find out whether the database has it, start a server with the old key", err, newFile)
	case err != nil:
		return keyResult{}, errors.Join(err, os.Remove(newFile))
	}
	oldFile := file + "." + strings.SplitN(oldKey.Verifier(), "+", 3)[1]
	err = os.Rename(file, oldFile)
	if err == nil {
		err = os.Rename(newFile, file)
	}
	if err != nil {
		return keyResult{}, fmt.Errorf("%w. The database already has the new key, which is in %s", err, newFile)
	}
	return keyResult{newKey.Verifier(), file, oldFile}, nil
}
