//go:build !js

package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/policy"
)

func statsCommand() *cobra.Command {
	var flags ledgerFlags
	var which selection
	var asJSON bool
	c := &cobra.Command{
		Use:   "stats",
		Short: "Count records by day, action, purpose, version and platform",
		Args:  cobra.NoArgs,
		RunE: work(func(c *cobra.Command, _ []string) error {
			return flags.on(c.Context(), func(store *ledger.Store, site *policy.Site) error {
				selected, err := which.of(site.ID)
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
				w := c.OutOrStdout()
				if asJSON {
					return json.NewEncoder(w).Encode(s)
				}
				fmt.Fprintf(w, "records   %d\n", s.Records)
				printCounts(w, "day", s.Days)
				printCounts(w, "action", s.Actions)
				printCounts(w, "platform", s.Platforms)
				printCounts(w, "policy", s.Policies)
				printCounts(w, "language", s.Languages)
				for _, id := range slices.Sorted(maps.Keys(s.Purposes)) {
					fmt.Fprintf(w, "purpose   %s: %d granted, %d denied\n", id, s.Purposes[id]["granted"], s.Purposes[id]["denied"])
				}
				fmt.Fprintf(w, "signal    %d with Global Privacy Control\n", s.GPC)
				return nil
			})
		}),
	}
	flags.add(c)
	flags.addSite(c)
	which.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	return c
}

func printCounts[K cmp.Ordered](w io.Writer, name string, counts map[K]int) {
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(w, "%-9s %v: %d\n", name, k, counts[k])
	}
}
