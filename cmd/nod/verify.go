//go:build !js

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/proof"
)

// verifyOptions are the flags of nod verify.
type verifyOptions struct {
	verifiers []string // verifier keys, or files with them
	stateDir  string
	json      bool
	fast      bool        // with --db
	database  ledgerFlags // with --db
}

func newVerifyCommand() *cobra.Command {
	var o verifyOptions
	c := &cobra.Command{
		Use:   "verify RECEIPT|EXPORT|PACKAGE|URL|--db DATABASE",
		Short: "Check a receipt, an export or an app's package offline, a server's log, or a whole database",
		Long: `Check a receipt offline: its record must be a leaf of the tree whose head the server signed.

A receipt carries the key that signed it. With that key alone, the check shows only that the receipt is
consistent. To check who signed it, give the server's verifier key with --verifier. "nod key show FILE"
prints that key.

An export of "nod records export" is checked in the same way, record by record.

For the directory of an app's package ("nod bundle --platform"), the manifest must be signed with the
key given with --verifier. Every file in it must exist and be unchanged, and there must be no other file.

With the address of a site, such as https://consent.example.com/portal, nod audits the site's whole log
of decisions, and that of persons' requests if the server takes any. It reads every leaf, computes the
root, and compares it with the signed one. Each log must extend the one of the last audit. Each audit is
stored in a directory (--state), and found again by the log's keys, at any address. In the first audit
without --verifier, nod trusts the server's key.

With --db, nod reads a database, also while servers use it. The log holds only commitments to the records.
So only this check finds a record whose content was changed in the database. It computes every leaf from
its record again, the tree from the leaves, and every root that was signed. It compares the requests of
persons with the leaves of their steps: letters, outcomes and dates that were changed, and requests that
were deleted. It rests two thirds of the time, so that servers hardly notice; --fast does without.`,
		Args: func(c *cobra.Command, args []string) error { return checkVerifyArgs(c, args, o) },
		RunE: runE(func(c *cobra.Command, args []string) error {
			if o.database.db != "" {
				return verifyDatabase(c, o)
			}
			return verify(c, args[0], o)
		}),
	}
	c.Flags().StringVar(&o.database.db, "db", "", "database to check: sqlite:FILE or postgres://…")
	c.Flags().StringVar(&o.database.key, "key", "",
		"with --db: file with the signing key (default with SQLite: nod.key beside the database)")
	c.Flags().BoolVar(&o.fast, "fast", false, "with --db: never rest. Servers that use the database are slower meanwhile")
	c.Flags().StringSliceVar(&o.verifiers, "verifier", nil,
		"verifier key of the server, or a file with it; may be repeated")
	c.Flags().StringVar(&o.stateDir, "state", "",
		"directory for the results of audits (default: nod/logs in the user's configuration)")
	c.Flags().BoolVar(&o.json, "json", false, jsonUsage)
	return c
}

// checkVerifyArgs checks that there is one thing to verify.
func checkVerifyArgs(c *cobra.Command, args []string, o verifyOptions) error {
	if c.Flag("verifier").Changed && (len(o.verifiers) == 0 || slices.Contains(o.verifiers, "")) {
		return newUsageError("--verifier: is empty. Give a verifier key or a file with one")
	}
	if o.fast && o.database.db == "" {
		return newUsageError("verify --fast: is only for a database. Add --db, or leave it out")
	}
	if o.database.db == "" {
		return requireOneArg("verify: what to check is missing. Give a receipt or an export (a file, or - for standard "+
			"input), the directory of a package, the address of a site, or --db with a database")(c, args)
	}
	if len(args) > 0 {
		return newUsageError("verify: %q and --db: check one thing at a time", args[0])
	}
	return nil
}

// verify finds out what the argument is, and checks it.
func verify(c *cobra.Command, name string, o verifyOptions) error {
	keys, err := readVerifierKeys(o.verifiers)
	if err != nil {
		return err
	}
	if strings.HasPrefix(name, "https://") || strings.HasPrefix(name, "http://") {
		return verifyLog(c, name, o.stateDir, keys, o.json)
	}
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return verifyPackage(c.OutOrStdout(), name, keys, o.json)
	}
	in, err := openProof(c.InOrStdin(), name)
	if err != nil {
		return err
	}
	defer in.Close()
	begin, err := in.Peek(512)
	if err != nil && err != io.EOF {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if bytes.Contains(begin, []byte(`"@context"`)) {
		return verifyExport(c.OutOrStdout(), name, in, keys, o.json)
	}
	text, err := io.ReadAll(io.LimitReader(in, ledger.MaxReceipt+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if bytes.HasPrefix(text, []byte("record,subject,")) {
		return fmt.Errorf("%s: a CSV export has no proofs. Export as JSON, which is the default", name)
	}
	return verifyReceipt(c.OutOrStdout(), name, text, keys, o.json)
}

// readVerifierKeys reads each --verifier: a key, or a file with one in each line. An error never quotes a signing key.
func readVerifierKeys(verifiers []string) (keys []string, err error) {
	for _, given := range verifiers {
		name, lines := "--verifier", []string{given}
		if text, err := os.ReadFile(given); err == nil {
			name += " " + given
			if !utf8.Valid(text) {
				return nil, newUsageError("%s: is not a text in UTF-8. Save it as UTF-8", name)
			}
			lines = strings.Fields(strings.TrimPrefix(string(text), "\ufeff")) // Windows begins texts with this mark
		} else if !isPublicKey(given) {
			return nil, newUsageError("--verifier: the file %q is missing. Give a verifier key or a file with one, "+
				"which \"nod key show FILE\" prints", given)
		}
		if strings.Contains(strings.Join(lines, ""), "PRIVATE+KEY") {
			return nil, newUsageError("%s: is a signing key, which must stay on the server. "+
				"Give its verifier key, which \"nod key show FILE\" prints", name)
		}
		if len(lines) == 0 {
			return nil, newUsageError("%s: is empty. Put the line into it that \"nod key show FILE\" prints", name)
		}
		keys = append(keys, lines...)
	}
	return keys, nil
}

// isPublicKey says whether a text has the form of a key, and not of a file's name. An error must never quote a signing
// key, so that counts as a key here.
func isPublicKey(text string) bool {
	_, err := parsePublicKey(text)
	return err == nil || strings.Contains(text, "PRIVATE+KEY")
}

// proofFile is a receipt or an export.
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
		err = fmt.Errorf("%s: does not exist. The address of a site begins with https:// or http://", name)
	}
	return proofFile{bufio.NewReader(f), f}, err
}

// pinKeys makes verifier keys into those of a site. proofKey is the key that a proof of the site carries.
func pinKeys(site, proofKey string, keys []string) ([]note.Verifier, error) {
	var out []note.Verifier
	for _, k := range keys {
		// A key is that of a server, for all its sites, or that of this site. Its name does not show which: a server
		// can have any name.
		if v, err := note.NewVerifier(k); err == nil && strings.HasPrefix(proofKey, v.Name()+"+") {
			out = append(out, v)
			continue
		}
		siteKey, err := proof.SiteVerifier(k, site)
		if err != nil {
			return nil, newUsageError("--verifier: %w", err)
		}
		v, err := note.NewVerifier(siteKey)
		if err != nil {
			return nil, newUsageError("--verifier: %w", err)
		}
		out = append(out, v)
	}
	return out, nil
}
