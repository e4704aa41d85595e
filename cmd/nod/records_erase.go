//go:build !js

package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

func eraseCommand() *cobra.Command {
	var flags ledgerFlags
	var subject string
	var asJSON, all bool
	c := &cobra.Command{
		Use:   "erase --subject ID",
		Short: "Erase the records of a person; every proof still holds",
		Long: `Erase the records of a person: contents, salts and the subject's secret. What is left in the tree tells nothing of them, and
every proof still holds.

A site whose site.yaml says "evidence: erasure: restrict" keeps them as evidence to their term instead; --all erases those
too. Backups that were made before keep what they have.`,
		Args: cobra.NoArgs,
		RunE: work(func(c *cobra.Command, _ []string) error {
			if subject == "" {
				return misuse{errors.New("--subject: is missing; want the id of the subject")}
			}
			id, err := parseID("--subject", subject)
			if err != nil {
				return err
			}
			return flags.on(c.Context(), func(store *ledger.Store, site *policy.Site) error {
				restrict := site.Evidence.Erasure == policy.ErasureRestrict && !all
				drop, done := store.Erase, "erased"
				if restrict {
					drop, done = store.Restrict, "restricted"
				}
				n, err := drop(c.Context(), site.ID, id)
				if err == nil && n == 0 {
					return fmt.Errorf("--subject %s: site %s has no records of this subject; none were %s", id, site.ID, done)
				}
				if err == nil {
					err = store.Scrub(c.Context())
				}
				if err == nil {
					err = store.NoteAdmin(c.Context(), map[bool]string{true: "restrict", false: "erase"}[restrict], site.ID, n)
				}
				if err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(c.OutOrStdout()).Encode(map[string]any{done: n})
				}
				fmt.Fprintf(c.OutOrStdout(), "%d records %s.\n", n, done)
				return nil
			})
		}),
	}
	flags.add(c)
	flags.addSite(c)
	c.Flags().StringVar(&subject, "subject", "", "id of the subject")
	c.Flags().BoolVar(&all, "all", false, "erase also where the site restricts, and what is restricted already")
	c.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	return c
}
