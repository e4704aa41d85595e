//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/web/pages"
)

func newShowCommand() *cobra.Command {
	var flags ledgerFlags
	var htmlFile string
	var asJSON bool
	c := &cobra.Command{
		Use:   "show ID",
		Short: "Show a record, and what the person saw",
		Long: `Show the record of a decision. With --html, also write what the person saw into a new file, as it was
rendered then. That page loads nothing and runs no scripts.`,
		Args: requireOneArg("show: the id is missing. Give the id of a decision"),
		RunE: runE(func(c *cobra.Command, args []string) error {
			id, err := parseID("show", args[0])
			if err != nil {
				return err
			}
			return flags.withStore(c.Context(), func(store *ledger.Store, site *policy.Site) error {
				receipt, v, err := readRecord(c.Context(), store, site.ID, id)
				if err != nil {
					return err
				}
				if htmlFile != "" {
					if err := writePresentation(c.Context(), store, v.Record, htmlFile); err != nil {
						return err
					}
					fmt.Fprintf(c.ErrOrStderr(), "What the person saw is in %s.\n", htmlFile)
				}
				if asJSON {
					return writeJSON(c.OutOrStdout(), receipt)
				}
				printVerified(c.OutOrStdout(), v)
				return printNativeWords(c.Context(), c.OutOrStdout(), store, v.Record)
			})
		}),
	}
	flags.add(c)
	flags.addSite(c)
	c.Flags().StringVar(&htmlFile, "html", "", "new file for what the person saw")
	c.Flags().BoolVar(&asJSON, "json", false, "print the record's receipt")
	return c
}

// readRecord reads a record with its proof, and notes the access.
func readRecord(
	ctx context.Context, store *ledger.Store, site string, id uuid.UUID,
) (receipt ledger.Receipt, v ledger.Verified, err error) {
	receipt, err = store.Receipt(ctx, site, id)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		return receipt, v, fmt.Errorf("%w. Check the id, --site and --db", err)
	case err != nil:
		return receipt, v, err
	}
	encoded, err := receipt.Encode()
	if err != nil {
		return receipt, v, err
	}
	if v, err = ledger.Verify(encoded); err != nil {
		return receipt, v, fmt.Errorf("record %s: the database was changed: %w", id, err)
	}
	return receipt, v, store.NoteAdmin(ctx, "show", site, 1)
}

// writePresentation writes what the person saw into a new file.
func writePresentation(ctx context.Context, store *ledger.Store, r ledger.Record, file string) error {
	switch r.Presentation {
	case consent.CustomPresentation:
		return errors.New("--html: this decision comes from a page with its own interface, " +
			"which the server does not know. Leave out --html")
	case consent.PlatformPresentation:
		return errors.New("--html: this decision comes from a dialog that a platform drew, " +
			"and its words are unknown. Leave out --html")
	}
	presentation, err := store.Presentation(ctx, r.Site, r.Presentation)
	if err != nil {
		return err
	}
	html, err := pages.Record(r, presentation)
	if err != nil {
		return err
	}
	f, err := createFile("--html", file)
	if err != nil {
		return err
	}
	_, err = f.Write(html)
	return errors.Join(err, f.Close())
}
