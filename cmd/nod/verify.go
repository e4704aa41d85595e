//go:build !js

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/consent"
	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/consentrecord"
	"github.com/nod-consent/nod/app/ledger/proof"
)

func verifyCommand() *cobra.Command {
	var given []string
	var asJSON bool
	var dir string
	c := &cobra.Command{
		Use:   "verify RECEIPT|EXPORT|PACKAGE|URL",
		Short: "Check a receipt, an export or an app's package off line, or the log of a running server",
		Long: `Check a receipt off line: that its record is the leaf of a tree whose head the server signed.

A receipt carries the key that signed it. Checked with that key alone it is shown to be of one piece; whose it is shows
only against a key that you have from elsewhere, given with --verifier ("nod key show FILE" prints it).

An export, as "nod records export" writes it, is checked in the same way, record by record.

The directory of an app's package, as "nod bundle --platform" writes it, is checked as the app does: that its manifest is signed with the key
given with --verifier, and that each file in it is there, unchanged, and no other.

Given the address of a site, such as https://consent.example.com/portal, its whole log is audited: every leaf is read, the
root is computed from them and held against the signed one, and the log is the one of the last audit, grown. What was
audited is remembered in a directory (--state), and the log is known again by its keys, at whatever address; the first time, without
--verifier, the server's key is taken as it is.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("verify: want a receipt or an export, a file or - for standard input; the directory of a package; or the address of a site")
			}
			return nil
		},
		RunE: work(func(c *cobra.Command, args []string) error {
			keys, err := keyTexts(given)
			if err != nil {
				return err
			}
			if strings.HasPrefix(args[0], "https://") || strings.HasPrefix(args[0], "http://") {
				return verifyLog(c, args[0], dir, keys, asJSON)
			}
			if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
				return verifyPackage(c.OutOrStdout(), args[0], keys, asJSON)
			}
			in, err := openProof(c.InOrStdin(), args[0])
			if err != nil {
				return err
			}
			defer in.Close()
			begin, err := in.Peek(512)
			if err != nil && err != io.EOF {
				return fmt.Errorf("read %s: %w", args[0], err)
			}
			if bytes.Contains(begin, []byte(`"@context"`)) {
				return verifyExport(c, args[0], in, keys, asJSON)
			}
			text, err := io.ReadAll(io.LimitReader(in, ledger.MaxReceipt+1))
			if err != nil {
				return fmt.Errorf("read %s: %w", args[0], err)
			}
			if bytes.HasPrefix(text, []byte("record,subject,")) {
				return fmt.Errorf("%s: an export as CSV has no proofs; export as JSON, which is the default", args[0])
			}
			pinned, err := verifiers(text, keys)
			if err != nil {
				return err
			}
			v, err := ledger.Verify(text, pinned...)
			var failed *proof.VerifyError
			if asJSON && errors.As(err, &failed) {
				json.NewEncoder(c.OutOrStdout()).Encode(map[string]any{"valid": false, "step": failed.Step, "error": failed.Err.Error()})
			}
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			if asJSON {
				return json.NewEncoder(c.OutOrStdout()).Encode(map[string]any{
					"valid": true, "site": v.Record.Site, "subject": v.Record.Subject, "decision": v.Record.ID,
					"decided_at": v.Record.DecidedAt, "received_at": v.Record.ReceivedAt, "policy": v.Record.Policy,
					"action": v.Record.Action, "answers": v.Record.Answers, "services": v.Record.Services,
					"leaf_index": v.LeafIndex, "tree_size": v.TreeSize, "key": v.Key, "pinned": v.Pinned,
				})
			}
			printVerified(c.OutOrStdout(), v)
			if !v.Pinned {
				fmt.Fprintf(c.OutOrStdout(), "\nThe key is the receipt's own. To know whose it is, give the server's with --verifier.\n")
			}
			return nil
		}),
	}
	c.Flags().StringSliceVar(&given, "verifier", nil, "verifier key of the server, or a file with it; may be repeated")
	c.Flags().StringVar(&dir, "state", "", "directory that remembers audited logs (default: nod/logs in the user's configuration)")
	c.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	return c
}

func verifyLog(c *cobra.Command, address, dir string, keys []string, asJSON bool) error {
	a, err := newAudit(address, dir)
	if err != nil {
		return err
	}
	r, err := a.run(c.Context(), keys)
	var failed *proof.AuditError
	if asJSON && errors.As(err, &failed) {
		out := map[string]any{"valid": false, "step": failed.Step, "error": failed.Err.Error()}
		if failed.Leaf >= 0 {
			out["leaf"] = failed.Leaf
		}
		json.NewEncoder(c.OutOrStdout()).Encode(out)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	if asJSON {
		return json.NewEncoder(c.OutOrStdout()).Encode(r)
	}
	w := c.OutOrStdout()
	leaves := fmt.Sprintf("%d, %d more than at the last audit", r.Leaves, r.Grown)
	if r.First {
		leaves = fmt.Sprint(r.Leaves)
	}
	fmt.Fprintf(w, "The log is valid.\n\norigin    %s\nleaves    %s\nroot      %s\nsigned by %s\n", r.Origin, leaves, r.Root, r.SignedBy)
	if r.First {
		fmt.Fprintf(w, "\nThis is the first audit: nothing is known of the log's past. What it was is remembered in %s.\n", r.Memory)
	}
	if r.FirstUse {
		fmt.Fprintf(w, "The key is the server's own word. To know whose it is, give it with --verifier.\n")
	}
	return nil
}

// keyTexts are verifier keys, or what stands in files of those names. A signing key in their place is not quoted.
func keyTexts(given []string) ([]string, error) {
	keys := slices.Clone(given)
	for i, k := range keys {
		name := "--verifier"
		if text, err := os.ReadFile(k); err == nil {
			name += " " + k
			keys[i] = strings.TrimSpace(string(text))
		}
		if strings.Contains(keys[i], "PRIVATE+KEY") {
			return nil, misuse{fmt.Errorf("%s: is a signing key, which stays with the server; \"nod key show FILE\" prints the verifier key that belongs to it", name)}
		}
	}
	return keys, nil
}

// proofFile is a receipt or an export that is read.
type proofFile struct {
	*bufio.Reader
	io.Closer
}

func openProof(stdin io.Reader, name string) (proofFile, error) {
	if name == "-" {
		return proofFile{bufio.NewReader(stdin), io.NopCloser(nil)}, nil
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("there is no file %s; the address of a site begins with https:// or http://", name)
	}
	return proofFile{bufio.NewReader(f), f}, err
}

func verifyExport(c *cobra.Command, name string, in io.Reader, keys []string, asJSON bool) error {
	var pinned func(site, own string) ([]note.Verifier, error)
	if len(keys) > 0 {
		pinned = func(site, own string) ([]note.Verifier, error) { return pin(site, own, keys) }
	}
	v, err := consentrecord.Verify(in, pinned)
	if asJSON && err != nil {
		json.NewEncoder(c.OutOrStdout()).Encode(map[string]any{"valid": false, "records": v.Records, "error": err.Error()})
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if asJSON {
		return json.NewEncoder(c.OutOrStdout()).Encode(map[string]any{
			"valid": true, "site": v.Header.Site, "subject": v.Header.Subject, "from": v.Header.From, "to": v.Header.To, "records": v.Records, "tree_size": v.Header.TreeSize, "key": v.Header.Key, "pinned": v.Pinned, "exported": v.Header.Exported,
		})
	}
	w := c.OutOrStdout()
	fmt.Fprintf(w, "The export is valid.\n\nsite      %s\nof        %s\nrecords   %d\nexported  %s\nleaves    %d\nsigned by %s\n",
		v.Header.Site, ofWhat(v.Header), v.Records, v.Header.Exported.Format("2006-01-02 15:04:05 UTC"), v.Header.TreeSize, v.Header.Key)
	if !v.Pinned {
		fmt.Fprintf(w, "\nThe key is the export's own. To know whose it is, give the server's with --verifier.\n")
	}
	return nil
}

// ofWhat says which records an export is of, as its head has it.
func ofWhat(h consentrecord.Header) string {
	text := "everybody"
	if h.Subject != nil {
		text = "subject " + h.Subject.String()
	}
	if h.From != nil {
		text += ", kept from " + h.From.Format(time.RFC3339)
	}
	if h.To != nil {
		text += ", kept before " + h.To.Format(time.RFC3339)
	}
	return text
}

// verifiers makes the keys that were given into those of the receipt's site.
func verifiers(receipt []byte, keys []string) ([]note.Verifier, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	r, err := ledger.ParseReceipt(receipt)
	if err != nil {
		return nil, nil // Verify says what is wrong with it
	}
	return pin(r.Site, r.Key, keys)
}

// pin makes keys into those of a site. own is the key that a proof of the site carries.
func pin(site, own string, keys []string) ([]note.Verifier, error) {
	var out []note.Verifier
	for _, k := range keys {
		// A key may be given for all sites of a server, or as the one of this site. Its name can't tell which: a server
		// may be called anything.
		if v, err := note.NewVerifier(k); err == nil && strings.HasPrefix(own, v.Name()+"+") {
			out = append(out, v)
			continue
		}
		of, err := proof.SiteVerifier(k, site)
		if err != nil {
			return nil, misuse{fmt.Errorf("--verifier: %w", err)}
		}
		v, err := note.NewVerifier(of)
		if err != nil {
			return nil, misuse{fmt.Errorf("--verifier: %w", err)}
		}
		out = append(out, v)
	}
	return out, nil
}

func printVerified(w io.Writer, v ledger.Verified) {
	r := v.Record
	fmt.Fprintf(w, "The receipt is valid.\n\n")
	fmt.Fprintf(w, "site      %s\nsubject   %s\ndecision  %s\ndecided   %s\nreceived  %s\npolicy    %s\naction    %s\n",
		r.Site, r.Subject, r.ID, r.DecidedAt.UTC().Format("2006-01-02 15:04:05 UTC"), r.ReceivedAt.UTC().Format("2006-01-02 15:04:05 UTC"), plain(r.Policy), plain(string(r.Action)))
	for _, answers := range []map[string]consent.State{r.Answers, r.Services} {
		ids := make([]string, 0, len(answers))
		for id := range answers {
			ids = append(ids, id)
		}
		sort.Strings(ids)
		for _, id := range ids {
			fmt.Fprintf(w, "answer    %s: %s\n", plain(id), answers[id])
		}
	}
	fmt.Fprintf(w, "leaf      %d of %d\nsigned by %s\n", v.LeafIndex, v.TreeSize, v.Key)
}

// plain is a text that a receipt brought, which may be by anybody: what could make lines of its own is quoted.
func plain(s string) string {
	if q := strconv.Quote(s); q != `"`+s+`"` {
		return q
	}
	return s
}
