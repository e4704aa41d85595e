//go:build !js

package main

import (
	"cmp"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

func newStatsCommand() *cobra.Command {
	var flags ledgerFlags
	var selection selectionFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "stats",
		Short: "Count records by day, action, purpose, version and platform",
		Args:  cobra.NoArgs,
		RunE: runE(func(c *cobra.Command, _ []string) error {
			return flags.withStore(c.Context(), func(store *ledger.Store, site *policy.Site) error {
				selected, err := selection.parse(site.ID)
				if err != nil {
					return err
				}
				s, err := store.Statistics(c.Context(), selected)
				if err != nil {
					return err
				}
				if err := store.NoteAdmin(c.Context(), "count", site.ID, s.Records); err != nil {
					return err
				}
				if asJSON {
					return writeJSON(c.OutOrStdout(), s)
				}
				printStatistics(c.OutOrStdout(), s)
				return nil
			})
		}),
	}
	flags.add(c)
	flags.addSite(c)
	selection.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, jsonUsage)
	return c
}

func printStatistics(w io.Writer, s ledger.Statistics) {
	fmt.Fprintf(w, "records   %d\n", s.Records)
	printCounts(w, "day", s.Days)
	printCounts(w, "action", s.Actions)
	printCounts(w, "platform", s.Platforms)
	printCounts(w, "policy", s.Policies)
	printCounts(w, "language", s.Languages)
	for _, id := range sortedKeys(s.Purposes) {
		counts := s.Purposes[id]
		fmt.Fprintf(w, "purpose   %s: %d granted, %d denied\n", id, counts["granted"], counts["denied"])
	}
	fmt.Fprintf(w, "signal    %d with Global Privacy Control\n", s.GPC)
}

func printCounts[K cmp.Ordered](w io.Writer, name string, counts map[K]int) {
	for _, k := range sortedKeys(counts) {
		fmt.Fprintf(w, "%-9s %v: %d\n", name, k, counts[k])
	}
}
