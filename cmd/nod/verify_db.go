//go:build !js

package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
)

// maxFaults is the number of faults that are printed. JSON has them all.
const maxFaults = 20

// verifyDatabase checks every record, node, checkpoint and signature of a database.
func verifyDatabase(c *cobra.Command, flags ledgerFlags, asJSON bool) error {
	store, err := flags.openStore(c.Context())
	if err != nil {
		return err
	}
	defer store.Close()
	read := newProgress(c, "leaves")
	checked, err := store.CheckAll(c.Context(), func(_ string, leaves, size int64) { read.show(leaves, size) })
	read.end()
	if err != nil {
		return err
	}
	isValid := len(checked.Faults) == 0
	if asJSON {
		err = writeJSON(c.OutOrStdout(), struct {
			Valid bool `json:"valid"`
			ledger.Checked
		}{isValid, checked})
	} else {
		printChecked(c.OutOrStdout(), checked)
	}
	if err == nil && !isValid {
		err = errors.New("the database is not as it was written. Stop the servers, and compare it with a backup")
	}
	return err
}

func printChecked(w io.Writer, checked ledger.Checked) {
	if len(checked.Faults) == 0 {
		fmt.Fprintf(w, "The database is valid.\n")
	}
	for _, t := range checked.Trees {
		fmt.Fprintf(w, "\nsite        %s\nleaves      %d\nrecords     %d\nerased      %d\ncheckpoints %d\n",
			t.Site, t.Leaves, t.Records, t.Erased, t.Checkpoints)
	}
	if len(checked.Faults) == 0 {
		fmt.Fprintf(w, "\nNot signed, and so not checked: the hashes of the subjects' secrets, which records are\n"+
			"restricted, and whether a record was erased by right.\n")
		return
	}
	fmt.Fprintln(w)
	for i, f := range checked.Faults {
		if i == maxFaults {
			fmt.Fprintf(w, "and %d more; --json prints all\n", len(checked.Faults)-i)
			return
		}
		place := f.Site
		if f.Leaf >= 0 {
			place = fmt.Sprintf("%s, leaf %d", f.Site, f.Leaf)
		}
		fmt.Fprintf(w, "%s: %s\n", place, quoteControls(f.Problem))
	}
}
