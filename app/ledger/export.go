//go:build !js

package ledger

import (
	"context"
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Selection says which records are exported.
type Selection struct {
	Site     string
	Subject  uuid.UUID // uuid.Nil: of all
	From, To time.Time // by ReceivedAt, From included and To not; zero: without end
}

// within says whether a time is in the selected period.
func (s *Selection) within(t time.Time) bool {
	return !t.Before(s.From) && (s.To.IsZero() || t.Before(s.To))
}

// Head is a tree at one moment, which all proofs of an export lead to.
type Head struct {
	Size       int64
	Checkpoint string // signed note; of an empty tree too
	Key        string // verifier key that signed it
}

// Evidence is a record with what proves it.
type Evidence struct {
	Record     jsontext.Value `json:"record"` // canonical
	Salt       Hash           `json:"salt"`
	LeafIndex  int64          `json:"leaf_index"`
	Proof      []Hash         `json:"proof"`                // against the head of the export
	Restricted bool           `json:"restricted,omitempty"` // kept as evidence only
}

// Parse reads the record.
func (e Evidence) Parse() (Record, error) { return parseRecord(e.Record) }

// exportPage is the number of rows that are read at once.
const exportPage = 500

// Head gives the head of a site's tree.
func (s *Store) Head(ctx context.Context, site string) (Head, error) {
	signed, err := s.Checkpoint(ctx, site)
	if err != nil {
		return Head{}, err
	}
	c, err := ParseCheckpoint(signed)
	if err != nil {
		return Head{}, err
	}
	key, err := SiteVerifier(s.key.Verifier(), site)
	return Head{Size: c.Size, Checkpoint: string(signed), Key: key}, err
}

// Export gives each selected record below the head, in the order of the log, with its proof where proofs is set. Erased
// records are not among them. It holds no more than a page of records at a time, and keeps nobody from appending. seen is told
// after each page how many leaves were looked at.
func (s *Store) Export(ctx context.Context, which Selection, head Head, proofs bool, each func(Evidence) error, seen func(leaves int64)) error {
	var known nodes
	return s.walk(ctx, which, head.Size, func(tree int64, e Evidence, _ Record) error {
		if !proofs {
			return each(e)
		}
		if known == nil {
			known = s.nodes(ctx, tree).inRuns(head.Size)
		}
		proof, err := tlog.ProveRecord(head.Size, e.LeafIndex, known)
		if err != nil {
			return unavailable("prove a record", err)
		}
		e.Proof = hashesOf(proof)
		return each(e)
	}, seen)
}

// walk gives each selected record below a size of the tree, without its proof.
func (s *Store) walk(ctx context.Context, which Selection, below int64, each func(tree int64, e Evidence, r Record) error, seen func(leaves int64)) error {
	tree, size, err := s.treeOf(ctx, which.Site)
	if err != nil {
		return err
	}
	for from := int64(0); from < min(below, size); {
		page, err := s.exportPage(ctx, which, tree, from, below)
		if err != nil {
			return err
		}
		for _, e := range page {
			from = e.LeafIndex + 1
			record, err := e.Parse()
			if err != nil {
				return fmt.Errorf("leaf %d: %w", e.LeafIndex, err)
			}
			if !which.within(record.ReceivedAt) {
				continue
			}
			if err := each(tree, e, record); err != nil {
				return err
			}
		}
		if len(page) < exportPage {
			from = min(below, size)
		}
		seen(from)
	}
	return nil
}

func (s *Store) exportPage(ctx context.Context, which Selection, tree, from, below int64) ([]Evidence, error) {
	query := `SELECT leaf_index, restricted, salt, content FROM records
		WHERE tree = $1 AND leaf_index >= $2 AND leaf_index < $3 AND content IS NOT NULL ORDER BY leaf_index LIMIT $4`
	args := []any{tree, from, below, exportPage}
	if which.Subject != uuid.Nil {
		query = `SELECT leaf_index, restricted, salt, content FROM records
			WHERE ` + ofSubject + ` AND leaf_index >= $4 AND leaf_index < $5 AND content IS NOT NULL ORDER BY leaf_index LIMIT $6`
		args = []any{tree, s.subjectKey(which.Subject), which.Subject[:], from, below, exportPage}
	}
	return s.readPage(ctx, query, args)
}

// readPage reads rows of leaf_index, restricted, salt and content.
func (s *Store) readPage(ctx context.Context, query string, args []any) ([]Evidence, error) {
	statement, err := s.read.prepared(ctx, query)
	if err != nil {
		return nil, unavailable("read records", err)
	}
	rows, err := statement.QueryContext(ctx, args...)
	if err != nil {
		return nil, unavailable("read records", err)
	}
	defer rows.Close()
	var page []Evidence
	for rows.Next() {
		var e Evidence
		var salt, content []byte
		if err := rows.Scan(&e.LeafIndex, &e.Restricted, &salt, &content); err != nil {
			return nil, unavailable("read records", err)
		}
		if len(salt) != len(e.Salt) {
			return nil, fmt.Errorf("leaf %d has a salt of %d bytes: want %d", e.LeafIndex, len(salt), len(e.Salt))
		}
		e.Salt, e.Record = Hash(salt), content
		page = append(page, e)
	}
	if err := rows.Err(); err != nil {
		return nil, unavailable("read records", err)
	}
	return page, nil
}

// Trusted is a head whose signature was checked.
type Trusted struct {
	site string
	Checkpoint
}

// Open checks the signature of a site's head: by one of the pinned keys where some are given, else by the head's own.
func (h Head) Open(site string, pinned ...note.Verifier) (Trusted, error) {
	claim := Claim{Site: site, TreeSize: h.Size, Checkpoint: h.Checkpoint, Key: h.Key}
	c, err := claim.checkpoint()
	if err != nil {
		return Trusted{}, &VerifyError{StepCheckpoint, err}
	}
	if _, err := claim.checkSignature(c.Origin, pinned); err != nil {
		return Trusted{}, &VerifyError{StepSignature, err}
	}
	return Trusted{site, c}, nil
}

// Verify checks that a record is in the tree. The error is a *VerifyError.
func (t Trusted) Verify(e Evidence) (Record, error) {
	r := Receipt{Site: t.site, Record: e.Record, Salt: e.Salt, LeafIndex: e.LeafIndex, TreeSize: t.Size, Proof: e.Proof}
	record, canonical, err := r.record()
	if err != nil {
		return Record{}, &VerifyError{StepRecord, err}
	}
	return record, r.claim(canonical).checkInclusion(t.Checkpoint)
}
