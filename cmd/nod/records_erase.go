//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

func newEraseCommand() *cobra.Command {
	var flags ledgerFlags
	var subject string
	var asJSON, all bool
	c := &cobra.Command{
		Use:   "erase --subject ID",
		Short: "Erase a person's records; every proof stays valid",
		Long: `Erase a person's records: their contents, their salts and the subject's secret. The tree reveals nothing
about them, and every proof stays valid.

If site.yaml says "evidence: erasure: restrict", the records stay as evidence until their term is over,
but are restricted. --all erases them too. Older backups still contain the erased records.

The person's browser or app still has its answers: what was granted there stays granted, until the person
withdraws there or the answers expire. The person's own "Delete my records" withdraws first.`,
		Args: cobra.NoArgs,
		RunE: runE(func(c *cobra.Command, _ []string) error {
			if subject == "" {
				return newUsageError("--subject: is missing. Give the id of the subject")
			}
			id, err := parseID("--subject", subject)
			if err != nil {
				return err
			}
			return flags.withStore(c.Context(), func(store *ledger.Store, site *policy.Site) error {
				mode := restrictMode
				if all || site.Evidence.Erases() {
					mode = eraseMode
				}
				n, err := eraseOrRestrict(c.Context(), store, site.ID, id, mode)
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(c.OutOrStdout(), map[string]any{mode.done: n})
				}
				fmt.Fprintf(c.OutOrStdout(), "Records %s: %d.\n", mode.done, n)
				fmt.Fprintln(c.ErrOrStderr(), "The person's browser or app still has its answers, until the person withdraws "+
					"there or they expire.")
				return nil
			})
		}),
	}
	flags.add(c)
	flags.addSite(c)
	c.Flags().StringVar(&subject, "subject", "", "id of the subject")
	c.Flags().BoolVar(&all, "all", false, "also erase records that the site restricts")
	c.Flags().BoolVar(&asJSON, "json", false, jsonUsage)
	return c
}

// erasureMode is one of the two ways to remove a person's records.
type erasureMode struct {
	action string // in the admin log
	done   string // in the result
	run    func(*ledger.Store, context.Context, string, uuid.UUID) (int, error)
}

var (
	eraseMode    = erasureMode{"erase", "erased", (*ledger.Store).Erase}
	restrictMode = erasureMode{"restrict", "restricted", (*ledger.Store).Restrict}
)

// eraseOrRestrict erases or restricts a person's records, and returns their number. No records is an error.
func eraseOrRestrict(
	ctx context.Context, store *ledger.Store, site string, subject uuid.UUID, mode erasureMode,
) (int, error) {
	n, err := mode.run(store, ctx, site, subject)
	if err != nil {
		return n, err
	}
	if n == 0 {
		return 0, fmt.Errorf("--subject %s: site %s has no records of this subject; none were %s", subject, site, mode.done)
	}
	noted := store.NoteAdmin(ctx, mode.action, site, n) // first: what is done is noted, whatever follows
	return n, errors.Join(noted, store.Scrub(ctx))
}
