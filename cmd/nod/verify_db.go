//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/request"
)

// maxFaults is the number of faults that are printed. JSON has them all.
const maxFaults = 20

// verifyDatabase checks every record, node, checkpoint and signature of a database.
func verifyDatabase(c *cobra.Command, o verifyOptions) error {
	store, err := o.database.openStore(c.Context())
	if err != nil {
		return err
	}
	defer store.Close()
	read := newProgress(c, "leaves")
	options := ledger.CheckOptions{Progress: func(_ string, leaves, size int64) { read.show(leaves, size) }}
	if !o.fast {
		options.Rest = restAfterWork
	}
	checked, err := checkStore(c.Context(), store, options)
	read.end()
	if err == nil {
		err = compareWithKnown(c, o.database, store, &checked)
	}
	if err != nil {
		return err
	}
	isValid := len(checked.Faults) == 0
	if o.json {
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

// checkStore checks the trees, and then the requests of persons against their events.
func checkStore(ctx context.Context, store *ledger.Store, options ledger.CheckOptions) (ledger.Checked, error) {
	checked, err := store.CheckAll(ctx, options)
	if err != nil {
		return ledger.Checked{}, err
	}
	requests, err := request.CheckAll(ctx, store, options.Rest)
	if err != nil {
		return ledger.Checked{}, err
	}
	for i := range checked.Trees {
		checked.Trees[i].Requests = requests.Requests[checked.Trees[i].Site]
	}
	checked.Faults = append(checked.Faults, requests.Faults...)
	return checked, nil
}

// compareWithKnown compares the trees with the checkpoints beside the key. A copy from before has fewer records, which
// is no fault of it.
func compareWithKnown(c *cobra.Command, flags ledgerFlags, store *ledger.Store, checked *ledger.Checked) error {
	keyFile, err := flags.findKeyFile()
	if err != nil {
		return err
	}
	known := newKnownCheckpoints(keyFile, store, newLog(c.ErrOrStderr(), false))
	return known.compare(c.Context(), func(l lostRecords) {
		if l.found < l.known {
			fmt.Fprintf(c.ErrOrStderr(), "%s has %d leaves, and %s knows of %d: this is an older copy, or records were lost.\n",
				l.site, l.found, known.file, l.known)
			return
		}
		fault := ledger.Fault{Site: l.site, Leaf: -1, Problem: l.problem + ", in " + known.file}
		checked.Faults = append(checked.Faults, fault)
	})
}

// restPerWork is how many times as long as it works, a check rests. On a machine with two processors that both store
// decisions, a check without a rest takes up to a fifth of them.
const restPerWork = 2

// restAfterWork rests after some work, unless the context ends.
func restAfterWork(ctx context.Context, worked time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(restPerWork * worked):
		return nil
	}
}

// notSigned says what a check of a database cannot find.
const notSigned = `
Not signed, and so not checked: the hashes of secrets, which records are restricted, and whether
a record or a request was erased by right. Of requests also: the contact, the account, the
enterprise, the browser's id, the fee, the language, the platform, the reference, the time of the
identity check, and all of a request whose letters are erased, but for the ids of its events.
`

func printChecked(w io.Writer, checked ledger.Checked) {
	if len(checked.Faults) == 0 {
		fmt.Fprintf(w, "The database is valid.\n")
	}
	for _, t := range checked.Trees {
		fmt.Fprintf(w, "\nsite        %s\nleaves      %d\nrecords     %d\nerased      %d\ncheckpoints %d\n",
			t.Site, t.Leaves, t.Records, t.Erased, t.Checkpoints)
		if ledger.SiteOfTree(t.Site) != t.Site {
			fmt.Fprintf(w, "requests    %d\n", t.Requests)
		}
	}
	if len(checked.Faults) == 0 {
		fmt.Fprint(w, notSigned)
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
