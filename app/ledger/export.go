package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// Selection says which records are exported.
type Selection struct {
	Site     string
	Subject  uuid.UUID // uuid.Nil: all subjects
	From, To time.Time // by ReceivedAt, from From to before To; zero: no limit
}

// includes says whether a time is in the selected period.
func (s *Selection) includes(t time.Time) bool {
	return !t.Before(s.From) && (s.To.IsZero() || t.Before(s.To))
}

// Head is a tree at one moment. All proofs of an export lead to it.
type Head struct {
	Size       int64
	Checkpoint string // signed note; of an empty tree too
	Key        string // verifier key that signed it
}

// Evidence is a record with what proves it.
type Evidence struct {
	Record     jsontext.Value `json:"record"` // canonical
	Salt       proof.Hash     `json:"salt"`
	LeafIndex  int64          `json:"leaf_index"`
	Proof      []proof.Hash   `json:"proof"`                // against the head of the export
	Restricted bool           `json:"restricted,omitempty"` // stored as evidence only
}

// Parse reads the record.
func (e Evidence) Parse() (Record, error) { return parseRecord(e.Record) }

// exportRows is the number of rows that are read at once.
const exportRows = 500

// Head returns the head of a site's tree.
func (s *Store) Head(ctx context.Context, site string) (Head, error) {
	signed, err := s.Checkpoint(ctx, site)
	if err != nil {
		return Head{}, err
	}
	c, err := proof.ParseCheckpoint(signed)
	if err != nil {
		return Head{}, err
	}
	key, err := proof.SiteVerifier(s.key.Verifier(), site)
	return Head{Size: c.Size, Checkpoint: string(signed), Key: key}, err
}

// Export passes each selected record below the head to each, in the order of the log. With proofs, it adds the proof.
// Erased records are left out. It holds only a page of records at a time, and appends need not wait for it. It calls
// progress after each page with the number of leaves that were read. It fails with ErrChanged at a record that was
// changed in the database: no export is better than one that proves nothing.
func (s *Store) Export(
	ctx context.Context, which Selection, head Head, hasProofs bool, each func(Evidence) error,
	progress func(leaves int64),
) error {
	tree, size, err := s.findTree(ctx, which.Site)
	if err != nil {
		return err
	}
	var reader leafReader
	if hasProofs {
		reader = s.newLeafReader(ctx, tree).cacheRuns(head.Size)
	}
	for page, err := range s.selectRecords(ctx, which, tree, 0, min(head.Size, size)) {
		if err != nil {
			return err
		}
		for _, selected := range page.records {
			if err := selected.addProof(head.Size, reader); err != nil {
				return err
			}
			if err := each(selected.Evidence); err != nil {
				return err
			}
		}
		progress(page.end)
	}
	return nil
}

// selectedPage is the selected records among some leaves that were read at once.
type selectedPage struct {
	records []selectedRecord
	end     int64 // the leaf after the last one that was read
}

// selectedRecord is a record, and what is stored with it.
type selectedRecord struct {
	Evidence
	record Record
}

// addProof adds the proof against a tree of a size. Without a reader, it adds none.
func (r *selectedRecord) addProof(size int64, reader leafReader) error {
	if reader == nil {
		return nil
	}
	path, err := tlog.ProveRecord(size, r.LeafIndex, reader)
	if err != nil {
		return wrapUnavailable("prove a record", err)
	}
	r.Proof = proof.ConvertPath(path)
	return nil
}

// selectRecords returns the selected records of the leaves from from to before below, page by page. It ends at the
// first error.
func (s *Store) selectRecords(
	ctx context.Context, which Selection, tree, from, below int64,
) iter.Seq2[selectedPage, error] {
	return func(yield func(selectedPage, error) bool) {
		for next := from; next < below; {
			page, err := s.readSelected(ctx, which, tree, next, below)
			if !yield(page, err) || err != nil {
				return
			}
			next = page.end
		}
	}
}

// readSelected reads one page of selectRecords.
func (s *Store) readSelected(
	ctx context.Context, which Selection, tree, from, below int64,
) (page selectedPage, err error) {
	rows, err := s.readExportPage(ctx, which, tree, from, below)
	if err != nil {
		return page, err
	}
	for _, e := range rows {
		record, err := e.Parse()
		if err != nil {
			return page, fmt.Errorf("leaf %d: %w", e.LeafIndex, err)
		}
		if which.includes(record.ReceivedAt) {
			page.records = append(page.records, selectedRecord{e, record})
		}
	}
	page.end = below
	if len(rows) == exportRows {
		page.end = rows[len(rows)-1].LeafIndex + 1
	}
	return page, nil
}

const selectEvidence = `SELECT leaf_index, restricted, leaf, salt, content FROM records WHERE content IS NOT NULL AND `

func (s *Store) readExportPage(ctx context.Context, which Selection, tree, from, below int64) ([]Evidence, error) {
	query := selectEvidence + `tree = $1 AND leaf_index >= $2 AND leaf_index < $3 ORDER BY leaf_index LIMIT $4`
	args := []any{tree, from, below, exportRows}
	if which.Subject != uuid.Nil {
		query = selectEvidence + ofSubject + ` AND leaf_index >= $3 AND leaf_index < $4 ORDER BY leaf_index LIMIT $5`
		args = []any{tree, which.Subject[:], from, below, exportRows}
	}
	return s.readPage(ctx, query, args)
}

// readPage reads rows of selectEvidence.
func (s *Store) readPage(ctx context.Context, query string, args []any) ([]Evidence, error) {
	rows, err := s.read.queryRows(ctx, query, args...)
	if err != nil {
		return nil, wrapUnavailable("read records", err)
	}
	return scanEvidence(rows)
}

// scanEvidence reads and closes rows of selectEvidence.
func scanEvidence(rows *sql.Rows) ([]Evidence, error) {
	defer rows.Close()
	var page []Evidence
	for rows.Next() {
		var e Evidence
		var stored storedContent
		if err := rows.Scan(&e.LeafIndex, &e.Restricted, &stored.leaf, &stored.salt, &stored.content); err != nil {
			return nil, wrapUnavailable("read records", err)
		}
		if err := stored.check(); err != nil {
			return nil, fmt.Errorf("leaf %d: %w", e.LeafIndex, err)
		}
		e.Salt, e.Record = proof.Hash(stored.salt), stored.content
		page = append(page, e)
	}
	if err := rows.Err(); err != nil {
		return nil, wrapUnavailable("read records", err)
	}
	return page, nil
}

// Trusted is a head whose signature was checked.
type Trusted struct {
	site string
	proof.Checkpoint
}

// Open checks the signature of a site's head: by one of the pinned keys, or by the head's own if none are given.
func (h Head) Open(site string, pinned ...note.Verifier) (Trusted, error) {
	claim := proof.Claim{Site: site, TreeSize: h.Size, Checkpoint: h.Checkpoint, Key: h.Key}
	checkpoint, err := claim.OpenCheckpoint(pinned...)
	if err != nil {
		return Trusted{}, err
	}
	return Trusted{site, checkpoint}, nil
}

// Verify checks that a record is in the tree. The error is a *proof.VerifyError.
func (t Trusted) Verify(e Evidence) (Record, error) {
	r := Receipt{
		Site: t.site, Record: e.Record, Salt: e.Salt, LeafIndex: e.LeafIndex, TreeSize: t.Size, Proof: e.Proof,
	}
	record, canonical, err := r.readRecord()
	if err != nil {
		return Record{}, &proof.VerifyError{Step: proof.StepRecord, Err: err}
	}
	return record, r.makeClaim(canonical).CheckInclusion(t.Checkpoint)
}
