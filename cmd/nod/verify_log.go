//go:build !js

package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

// verifyLog audits the logs of a site on a running server: that of the decisions, and that of the requests of persons.
func verifyLog(c *cobra.Command, address, stateDir string, keys []string, asJSON bool) error {
	a, err := newAudit(address, stateDir)
	if err != nil {
		return err
	}
	w := c.OutOrStdout()
	tree := a.tree
	r, err := a.run(c.Context(), keys)
	if err == nil {
		tree = ledger.DeskTree(a.tree)
		r.Requests, err = a.runRequests(c.Context(), r.Keys)
	}
	var failed *proof.AuditError
	if asJSON && errors.As(err, &failed) {
		failure := map[string]any{"valid": false, "log": tree, "step": failed.Step, "error": failed.Err.Error()}
		if failed.Leaf >= 0 {
			failure["leaf"] = failed.Leaf
		}
		if err := writeJSON(w, failure); err != nil {
			return err
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	if asJSON {
		return writeJSON(w, r)
	}
	fmt.Fprintln(w, "The log is valid.")
	r.print(w)
	if r.Requests != nil {
		fmt.Fprintln(w, "\nThe log of persons' requests is valid.")
		r.Requests.print(w)
	}
	return nil
}

func (r auditResult) print(w io.Writer) {
	leaves := fmt.Sprintf("%d, %d more than at the last audit", r.Leaves, r.Grown)
	if r.IsFirst {
		leaves = fmt.Sprint(r.Leaves)
	}
	fmt.Fprintf(w, "\norigin    %s\nleaves    %s\nroot      %s\nsigned by %s\n",
		r.Origin, leaves, r.Root, r.SignedBy)
	if r.IsReplaced {
		fmt.Fprintf(w, "\nThe key was replaced: the one that you gave, or that signed at the last audit, signed its "+
			"successor. Ask the server's owner whether they rotated it.\n")
	}
	if r.IsFirst {
		fmt.Fprintf(w, "\nThis is the first audit: there is no earlier state to compare with. "+
			"The next one compares with the state in %s.\n", r.StateDir)
	}
	if r.IsFirstUse {
		fmt.Fprintf(w, "The key comes from the server itself. To check whose it is, give it with --verifier.\n")
	}
}
