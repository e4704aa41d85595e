package site

import (
	"bufio"
	"context"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger"
	"github.com/nod-consent/nod/app/ledger/consentrecord"
)

// Exporter reads records with their proofs.
type Exporter interface {
	Head(ctx context.Context, site string) (ledger.Head, error)
	Export(
		ctx context.Context, which ledger.Selection, head ledger.Head, hasProofs bool, each func(ledger.Evidence) error,
		progress func(leaves int64),
	) error
}

// ExportOwn writes all records of a subject as JSON-LD, with their proofs against the head. A file that ends early is
// not valid: its last member is missing.
func (s *Site) ExportOwn(
	ctx context.Context, w io.Writer, from Exporter, head ledger.Head, subject uuid.UUID, now time.Time,
) error {
	buffered := bufio.NewWriter(w)
	writer, err := consentrecord.NewJSON(buffered, s.Site, consentrecord.Header{
		Site: s.ID, Subject: &subject, Exported: now.UTC().Truncate(time.Second),
		TreeSize: head.Size, Checkpoint: head.Checkpoint, Key: head.Key,
	})
	if err != nil {
		return err
	}
	which := ledger.Selection{Site: s.ID, Subject: subject}
	if err := from.Export(ctx, which, head, true, writer.Write, func(int64) {}); err != nil {
		return err
	}
	if err := writer.Close(); err != nil {
		return err
	}
	return buffered.Flush()
}
