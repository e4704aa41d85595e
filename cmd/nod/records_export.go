//go:build !js

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/consentrecord"
	"github.com/nod-consent/nod/app/policy"
)

func exportCommand() *cobra.Command {
	var flags ledgerFlags
	var which selection
	var to exportTarget
	c := &cobra.Command{
		Use:   "export",
		Short: "Write records as ISO/IEC TS 27560:2023 (JSON-LD), with their proofs, or as CSV",
		Long: `Write the records of a site, of one person or of a period, as consent records of ISO/IEC TS 27560:2023 in JSON-LD with the terms
of the Data Privacy Vocabulary. Each has its proof with it; "nod verify" checks an export off line. As CSV, which spreadsheets
read, there are no proofs.

The export is of one moment, and servers go on working. A file is for its owner alone: it holds personal data.`,
		Args: cobra.NoArgs,
		RunE: work(func(c *cobra.Command, _ []string) error {
			if err := to.check(); err != nil {
				return misuse{err}
			}
			return flags.on(c.Context(), func(store *ledger.Store, site *policy.Site) error {
				selected, err := which.of(site.ID)
				if err != nil {
					return err
				}
				return exportTo(c, store, site, selected, to)
			})
		}),
	}
	flags.add(c)
	flags.addSite(c)
	which.add(c)
	c.Flags().StringVar(&to.format, "format", "json", "json (JSON-LD) or csv")
	c.Flags().StringVar(&to.out, "out", "", "new file to write to (default: standard output)")
	c.Flags().BoolVar(&to.json, "json", false, "with --out: print how many records are in the file, as JSON")
	return c
}

// exportTarget are the flags that say in which form an export is written, and where.
type exportTarget struct {
	format, out string
	json        bool
}

func (t exportTarget) check() error {
	if t.format != "json" && t.format != "csv" {
		return fmt.Errorf("--format %q: want json or csv", t.format)
	}
	if t.json && t.out == "" && t.format == "csv" {
		return errors.New("--json: the export itself goes to standard output, as CSV. Name a file with --out")
	}
	return nil
}

// exported is what was written into a file, as JSON.
type exported struct {
	Records int    `json:"records"`
	File    string `json:"file"`
}

// exportTo writes the export into a new file, or to standard output.
func exportTo(
	c *cobra.Command, store *ledger.Store, site *policy.Site, which ledger.Selection, target exportTarget,
) error {
	to, out := c.OutOrStdout(), target.out
	var file *os.File
	if out != "" {
		var err error
		if file, err = newFile("--out", out); err != nil {
			return err
		}
		defer file.Close()
		to = file
	}
	n, err := export(c, store, site, which, target.format, to)
	if err != nil {
		return err
	}
	if err := store.NoteAdmin(c.Context(), "export", site.ID, n); err != nil {
		return err
	}
	if file != nil {
		if err := file.Sync(); err != nil {
			return err
		}
		if target.json {
			return json.NewEncoder(c.OutOrStdout()).Encode(exported{n, out})
		}
		fmt.Fprintf(c.ErrOrStderr(), "%d records are in %s.\n", n, out)
	}
	return nil
}

func export(c *cobra.Command, store *ledger.Store, site *policy.Site, which ledger.Selection, format string, to io.Writer) (n int, err error) {
	head, err := store.Head(c.Context(), site.ID)
	if err != nil {
		return 0, err
	}
	buffered := bufio.NewWriterSize(to, 64<<10)
	writer, err := exportWriter(buffered, site, which, head, format)
	if err != nil {
		return 0, err
	}
	shown := newProgress(c.ErrOrStderr(), "records")
	err = store.Export(c.Context(), which, head, format == "json", func(e ledger.Evidence) error {
		n++
		return writer.Write(e)
	}, func(leaves int64) { shown.at(leaves, head.Size) })
	shown.end()
	if err == nil {
		err = writer.Close()
	}
	if err == nil {
		err = buffered.Flush()
	}
	return n, err
}

func exportWriter(w io.Writer, site *policy.Site, which ledger.Selection, head ledger.Head, format string) (consentrecord.Writer, error) {
	if format == "csv" {
		return consentrecord.NewCSV(w)
	}
	h := consentrecord.Header{
		Site: site.ID, Exported: time.Now().UTC().Truncate(time.Second), TreeSize: head.Size, Checkpoint: head.Checkpoint, Key: head.Key,
	}
	if which.Subject != uuid.Nil {
		h.Subject = &which.Subject
	}
	for _, t := range []struct {
		in  time.Time
		out **time.Time
	}{{which.From, &h.From}, {which.To, &h.To}} {
		if !t.in.IsZero() {
			at := t.in.UTC()
			*t.out = &at
		}
	}
	return consentrecord.NewJSON(w, site, h)
}
