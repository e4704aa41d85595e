//go:build !js

package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

const timeLayout = "2006-01-02 15:04:05 UTC"

// verifyReceipt checks a receipt, and prints its record.
func verifyReceipt(w io.Writer, name string, text []byte, keys []string, asJSON bool) error {
	pinned, err := pinReceiptKeys(text, keys)
	if err != nil {
		return err
	}
	v, err := ledger.Verify(text, pinned...)
	var failed *proof.VerifyError
	if asJSON && errors.As(err, &failed) {
		failure := map[string]any{"valid": false, "step": failed.Step, "error": failed.Err.Error()}
		if err := writeJSON(w, failure); err != nil {
			return err
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if v.Event != nil {
		if asJSON {
			return writeJSON(w, map[string]any{
				"valid": true, "event": v.Event, "leaf_index": v.LeafIndex, "tree_size": v.TreeSize, "key": v.Key,
				"pinned": v.Pinned,
			})
		}
		printEvent(w, v)
		printTrust(w, v)
		return nil
	}
	if asJSON {
		result := map[string]any{
			"valid": true, "site": v.Record.Site, "subject": v.Record.Subject, "decision": v.Record.ID,
			"decided_at": v.Record.DecidedAt, "received_at": v.Record.ReceivedAt, "policy": v.Record.Policy,
			"action": v.Record.Action, "answers": v.Record.Answers, "services": v.Record.Services,
			"leaf_index": v.LeafIndex, "tree_size": v.TreeSize, "key": v.Key, "pinned": v.Pinned,
		}
		if v.Record.Kind != "" {
			result["presentation_kind"] = v.Record.Kind
		}
		return writeJSON(w, result)
	}
	printVerified(w, v)
	printTrust(w, v)
	return nil
}

// printSigner ends the text about a record or a step.
func printSigner(w io.Writer, v ledger.Verified) {
	fmt.Fprintf(w, "entry     %d of %d\nsigned by %s\n", v.LeafIndex+1, v.TreeSize, v.Key)
}

// printTrust says what a valid receipt does not prove by itself.
func printTrust(w io.Writer, v ledger.Verified) {
	if !v.Pinned {
		fmt.Fprintf(w, "\nThe key comes from the receipt itself. To check whose it is, give the server's with --verifier.\n")
	}
}

// pinReceiptKeys makes verifier keys into those of the receipt's site.
func pinReceiptKeys(receipt []byte, keys []string) ([]note.Verifier, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	r, err := ledger.ParseReceipt(receipt)
	if err != nil {
		return nil, nil // ledger.Verify reports what is wrong with it
	}
	return pinKeys(r.Site, r.Key, keys)
}

func printVerified(w io.Writer, v ledger.Verified) {
	r := v.Record
	fmt.Fprintf(w, "The receipt is valid.\n\n")
	for _, line := range []struct{ name, value string }{
		{"site", r.Site}, {"subject", r.Subject.String()}, {"decision", r.ID.String()},
		{"decided", formatTime(r.DecidedAt)}, {"received", formatTime(r.ReceivedAt)},
		{"policy", quoteControls(r.Policy)}, {"action", quoteControls(string(r.Action))},
	} {
		fmt.Fprintf(w, "%-9s %s\n", line.name, line.value)
	}
	for _, answers := range []map[string]consent.State{r.Answers, r.Services} {
		for _, id := range sortedKeys(answers) {
			fmt.Fprintf(w, "answer    %s: %s\n", quoteControls(id), answers[id])
		}
	}
	printKind(w, r)
	printSigner(w, v)
}

// printKind says what a record knows of a presentation that the server did not render.
func printKind(w io.Writer, r ledger.Record) {
	switch {
	case r.Kind == ledger.Native:
		fmt.Fprintf(w, "shown     %s\n", ledger.DrawnNatively)
	case r.Dialog != nil:
		fmt.Fprintf(w, "shown     %s\ndrawn by  %s\nstatement %s\nstate     %s, read %s\n", ledger.DrawnByPlatform,
			quoteControls(string(r.Dialog.By)), quoteControls(r.Dialog.Statement), quoteControls(r.Dialog.State),
			formatTime(r.Dialog.Time))
	}
}

// printEvent prints a step of a request.
func printEvent(w io.Writer, v ledger.Verified) {
	e := v.Event
	fmt.Fprintf(w, "The receipt is valid.\n\n")
	for _, line := range []struct{ name, value string }{
		{"site", e.Site}, {"request", e.Case.String()}, {"step", quoteControls(e.Type)}, {"time", formatTime(e.At)},
		{"policy", quoteControls(e.Policy)}, {"identity", quoteControls(e.Identity)},
	} {
		if line.value != "" {
			fmt.Fprintf(w, "%-9s %s\n", line.name, line.value)
		}
	}
	for _, i := range e.Items {
		fmt.Fprintf(w, "item %-4d %s: %s", i.Item, quoteControls(i.Kind), quoteControls(i.State))
		for _, part := range []struct{ name, value string }{
			{"outcome", i.Outcome}, {"ground", i.Ground}, {"due", i.Due}, {"SHA-256 of the letter", i.Letter},
		} {
			if part.value != "" {
				fmt.Fprintf(w, ", %s %s", part.name, quoteControls(part.value))
			}
		}
		fmt.Fprintln(w)
	}
	printSigner(w, v)
}

func formatTime(t time.Time) string { return t.UTC().Format(timeLayout) }

// quoteControls quotes a text of a receipt if it could write lines of its own: anybody can write a receipt.
func quoteControls(s string) string {
	if q := strconv.Quote(s); q != `"`+s+`"` {
		return q
	}
	return s
}
