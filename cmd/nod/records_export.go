//go:build !js

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"syscall"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/consentrecord"
	"github.com/nod-consent/nod/app/policy"
)

func newExportCommand() *cobra.Command {
	var flags ledgerFlags
	var selection selectionFlags
	var target exportTarget
	c := &cobra.Command{
		Use:   "export",
		Short: "Write records as ISO/IEC TS 27560:2023 (JSON-LD) with their proofs, or as CSV",
		Long: `Write the records of a site, a person or a period as consent records of ISO/IEC TS 27560:2023, in JSON-LD
with the terms of the Data Privacy Vocabulary. Each record has its proof: "nod verify" checks an export
offline. A CSV file, for spreadsheets, has no proofs.

The export shows the database at one moment, and servers can use it meanwhile. Only the owner of the file
can read it, because it contains personal data.`,
		Args: cobra.NoArgs,
		RunE: runE(func(c *cobra.Command, _ []string) error {
			if err := target.check(); err != nil {
				return err
			}
			return flags.withStore(c.Context(), func(store *ledger.Store, site *policy.Site) error {
				selected, err := selection.parse(site.ID)
				if err != nil {
					return err
				}
				return exporter{c, store, site, selected, target}.run()
			})
		}),
	}
	flags.add(c)
	flags.addSite(c)
	selection.add(c)
	c.Flags().StringVar(&target.format, "format", "json", "json (JSON-LD) or csv")
	c.Flags().StringVar(&target.file, "out", "", "new file to write to (default: standard output)")
	c.Flags().BoolVar(&target.asJSON, "json", false, "with --out: print the number of records in the file, as JSON")
	return c
}

// exportTarget are the flags for the format of an export and where it goes.
type exportTarget struct {
	format, file string
	asJSON       bool
}

func (t exportTarget) check() error {
	if t.format != "json" && t.format != "csv" {
		return newUsageError("--format %q: is not a format. Formats: json, csv", t.format)
	}
	if t.asJSON && t.file == "" && t.format == "csv" {
		return newUsageError("--json: the export itself goes to standard output, as CSV. Name a file with --out")
	}
	return nil
}

// exportResult is what was written into a file, as JSON.
type exportResult struct {
	Records int    `json:"records"`
	File    string `json:"file"`
}

// exporter writes one export.
type exporter struct {
	command   *cobra.Command
	store     *ledger.Store
	site      *policy.Site
	selection ledger.Selection
	target    exportTarget
}

// run writes the export into a new file, or to standard output.
func (e exporter) run() error {
	stdout := e.command.OutOrStdout()
	if e.target.file == "" {
		signal.Ignore(syscall.SIGPIPE) // who reads the beginning only has read it: that is noted too
		_, err := e.writeAndNote(stdout)
		return err
	}
	file, err := createFile("--out", e.target.file)
	if err != nil {
		return err
	}
	defer file.Close()
	n, err := e.writeAndNote(file)
	if err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if e.target.asJSON {
		return writeJSON(stdout, exportResult{n, e.target.file})
	}
	fmt.Fprintf(e.command.ErrOrStderr(), "Records in %s: %d.\n", e.target.file, n)
	return nil
}

// writeAndNote writes the export, and notes it in the admin log.
func (e exporter) writeAndNote(to io.Writer) (n int, err error) {
	n, err = e.write(to)
	if of := e.selection.Subject; err == nil && n == 0 && of != uuid.Nil {
		fmt.Fprintf(e.command.ErrOrStderr(), "Site %s has no records of subject %s.\n", e.site.ID, of)
	}
	return n, errors.Join(err, e.store.NoteAdmin(e.command.Context(), "export", e.site.ID, n))
}

func (e exporter) write(to io.Writer) (n int, err error) {
	ctx := e.command.Context()
	head, err := e.store.Head(ctx, e.site.ID)
	if err != nil {
		return 0, err
	}
	buffered := bufio.NewWriterSize(to, 64<<10)
	writer, err := e.newWriter(buffered, head)
	if err != nil {
		return 0, err
	}
	read := newProgress(e.command, "records")
	err = e.store.Export(ctx, e.selection, head, e.target.format == "json", func(record ledger.Evidence) error {
		n++
		return writer.Write(record)
	}, func(leaves int64) { read.show(leaves, head.Size) })
	read.end()
	if err != nil {
		return n, err
	}
	if err := writer.Close(); err != nil {
		return n, err
	}
	return n, buffered.Flush()
}

func (e exporter) newWriter(w io.Writer, head ledger.Head) (consentrecord.Writer, error) {
	if e.target.format == "csv" {
		return consentrecord.NewCSV(w)
	}
	h := consentrecord.Header{
		Site: e.site.ID, Exported: time.Now().UTC().Truncate(time.Second),
		TreeSize: head.Size, Checkpoint: head.Checkpoint, Key: head.Key,
		From: convertTime(e.selection.From), To: convertTime(e.selection.To),
	}
	if e.selection.Subject != uuid.Nil {
		h.Subject = &e.selection.Subject
	}
	return consentrecord.NewJSON(w, e.site, h)
}

// convertTime makes the zero time nil.
func convertTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
