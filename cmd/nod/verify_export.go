//go:build !js

package main

import (
	"fmt"
	"io"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/ledger/consentrecord"
)

// verifyExport checks each record of an export, and prints what it contains.
func verifyExport(w io.Writer, name string, in io.Reader, keys []string, asJSON bool) error {
	var pinned func(site, proofKey string) ([]note.Verifier, error)
	if len(keys) > 0 {
		pinned = func(site, proofKey string) ([]note.Verifier, error) { return pinKeys(site, proofKey, keys) }
	}
	v, err := consentrecord.Verify(in, pinned)
	if asJSON && err != nil {
		failure := map[string]any{"valid": false, "records": v.Records, "error": err.Error()}
		if err := writeJSON(w, failure); err != nil {
			return err
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	h := v.Header
	if asJSON {
		return writeJSON(w, map[string]any{
			"valid": true, "site": h.Site, "subject": h.Subject, "from": h.From, "to": h.To, "records": v.Records,
			"tree_size": h.TreeSize, "key": h.Key, "pinned": v.Pinned, "exported": h.Exported,
			"unsigned": consentrecord.Unsigned,
		})
	}
	fmt.Fprintf(w, "The export is valid.\n\nsite      %s\nof        %s\nrecords   %d\n",
		h.Site, describeSelection(h), v.Records)
	fmt.Fprintf(w, "exported  %s\nleaves    %d\nsigned by %s\n", h.Exported.Format(timeLayout), h.TreeSize, h.Key)
	fmt.Fprintf(w, "\nSigned is each record: who decided what, when, and what was shown. Not signed:\n")
	for _, text := range consentrecord.Unsigned {
		fmt.Fprintf(w, "- %s\n", text)
	}
	if !v.Pinned {
		fmt.Fprintf(w, "\nThe key comes from the export itself. To check whose it is, give the server's with --verifier.\n")
	}
	return nil
}

// describeSelection says which records an export contains, as its header claims.
func describeSelection(h consentrecord.Header) string {
	text := "all subjects"
	if h.Subject != nil {
		text = "subject " + h.Subject.String()
	}
	if h.From != nil {
		text += ", received from " + h.From.Format(time.RFC3339)
	}
	if h.To != nil {
		text += ", received before " + h.To.Format(time.RFC3339)
	}
	return text
}
