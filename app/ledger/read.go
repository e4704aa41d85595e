//go:build !js

package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"
)

// Record gives the record of a decision: ErrNotFound, or ErrErased where its content is gone.
func (s *Store) Record(ctx context.Context, site string, id uuid.UUID) (Record, error) {
	row, err := s.row(ctx, site, id)
	if err != nil {
		return Record{}, err
	}
	if !row.content.Valid {
		return Record{}, fmt.Errorf("record %s: %w", id, ErrErased)
	}
	return parseRecord([]byte(row.content.String))
}

// MaxRecords is the number of records of one subject that are read at once.
const MaxRecords = 1000

// Records gives all records of a subject in the order of the log, but those that are restricted; none for an unknown one. The
// error is ErrTooMany where there are more than MaxRecords, which no person makes.
func (s *Store) Records(ctx context.Context, site string, subject uuid.UUID) ([]Record, error) {
	records, next, err := s.RecordsFrom(ctx, site, subject, 0)
	if err == nil && next > 0 {
		return nil, fmt.Errorf("more than %d records: %w", MaxRecords, ErrTooMany)
	}
	return records, err
}

// RecordsFrom gives at most MaxRecords of them: those from the leaf on that the last call gave as next, at first 0. next is 0
// where there are no more.
func (s *Store) RecordsFrom(ctx context.Context, site string, subject uuid.UUID, from int64) (records []Record, next int64, err error) {
	statement, err := s.read.prepared(ctx,
		`SELECT r.ordinal, r.content FROM trees t JOIN records r ON r.tree + 0 = t.tree
			WHERE t.site = $1 AND r.subject_key = $2 AND r.subject = $3 AND r.ordinal >= $4 AND r.restricted = 0 AND r.content IS NOT NULL ORDER BY r.ordinal LIMIT $5`)
	if err != nil {
		return nil, 0, unavailable("read the records of a subject", err)
	}
	rows, err := statement.QueryContext(ctx, site, s.subjectKey(subject), subject[:], max(from, 0), MaxRecords+1)
	if err != nil {
		return nil, 0, unavailable("read the records of a subject", err)
	}
	defer rows.Close()
	for rows.Next() {
		var ordinal int64
		var content []byte
		if err := rows.Scan(&ordinal, &content); err != nil {
			return nil, 0, unavailable("read the records of a subject", err)
		}
		if len(records) == MaxRecords {
			return records, ordinal, nil
		}
		record, err := parseRecord(content)
		if err != nil {
			return nil, 0, err
		}
		records = append(records, record)
	}
	if err := rows.Err(); err != nil {
		return nil, 0, unavailable("read the records of a subject", err)
	}
	return records, 0, nil
}

// Receipt gives the receipt of a decision once more, the very same as Append gave: ErrNotFound, or ErrErased where the
// record's content is gone.
func (s *Store) Receipt(ctx context.Context, site string, id uuid.UUID) (Receipt, error) {
	row, err := s.row(ctx, site, id)
	if err != nil {
		return Receipt{}, err
	}
	if !row.content.Valid {
		return Receipt{}, fmt.Errorf("record %s: %w", id, ErrErased)
	}
	if len(row.salt) != len(Hash{}) {
		return Receipt{}, fmt.Errorf("record %s has a salt of %d bytes", id, len(row.salt))
	}
	r := Receipt{
		Type: ReceiptType, Site: site, Record: []byte(row.content.String), Salt: Hash(row.salt),
		LeafIndex: row.leafIndex, TreeSize: row.treeSize,
	}
	err = s.read.queryRow(ctx, `SELECT note, verifier FROM checkpoints WHERE tree = $1 AND size = $2`,
		[]any{row.tree, row.treeSize}, &r.Checkpoint, &r.Key)
	if err != nil {
		return Receipt{}, unavailable("read a checkpoint", err)
	}
	if r.Proof, err = s.prove(ctx, row.tree, row.leafIndex, row.treeSize); err != nil {
		return Receipt{}, err
	}
	return r, nil
}

// Proof is an inclusion proof (RFC 6962, 2.1.1) of one record against a checkpoint.
type Proof struct {
	LeafIndex  int64  `json:"leaf_index"`
	TreeSize   int64  `json:"tree_size"`
	Proof      []Hash `json:"proof"` // siblings on the way to the root, lowest first
	Checkpoint string `json:"checkpoint"`
}

// Proof proves a record against the latest checkpoint, of an erased record too.
func (s *Store) Proof(ctx context.Context, site string, id uuid.UUID) (Proof, error) {
	row, err := s.row(ctx, site, id)
	if err != nil {
		return Proof{}, err
	}
	p := Proof{LeafIndex: row.leafIndex}
	if p.TreeSize, p.Checkpoint, err = s.head(ctx, site); err != nil {
		return Proof{}, unavailable("read the head of a tree", err)
	}
	p.Proof, err = s.prove(ctx, row.tree, p.LeafIndex, p.TreeSize)
	return p, err
}

// Checkpoint gives the latest signed checkpoint of a site's tree. A tree without leaves has one too.
func (s *Store) Checkpoint(ctx context.Context, site string) ([]byte, error) {
	_, signed, err := s.head(ctx, site)
	if err == nil {
		return []byte(signed), nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, unavailable("read the head of a tree", err)
	}
	signer, _, err := s.key.signer(site)
	if err != nil {
		return nil, err
	}
	return signHead(signer, 0, nodes(nil)) // which no node is read for
}

// head reads the head of a tree that has leaves, signed with the key of now: after a rotation, until the tree grows, the one
// that is stored is signed with the key before.
func (s *Store) head(ctx context.Context, site string) (size int64, checkpoint string, err error) {
	var signedBy string
	err = s.read.queryRow(ctx, `SELECT t.size, c.note, c.verifier FROM trees t JOIN checkpoints c ON c.tree = t.tree AND c.size = t.size
		WHERE t.site = $1`, []any{site}, &size, &checkpoint, &signedBy)
	if err != nil {
		return 0, "", err
	}
	signer, verifier, err := s.key.signer(site)
	if err != nil || verifier == signedBy {
		return size, checkpoint, err
	}
	stated, err := ParseCheckpoint([]byte(checkpoint))
	if err != nil {
		return 0, "", err
	}
	signed, err := stated.sign(signer)
	return size, string(signed), err
}

// treeOf gives the number and the size of a site's tree; both are 0 where there is none yet.
func (s *Store) treeOf(ctx context.Context, site string) (tree, size int64, err error) {
	err = s.read.queryRow(ctx, selectTree, []any{site}, &tree, &size)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, 0, unavailable("read the head of a tree", err)
	}
	return tree, size, nil
}

// prove gives the path of a leaf in the tree as it was at some size. Nodes never change, so what was true stays so.
func (s *Store) prove(ctx context.Context, tree, index, size int64) ([]Hash, error) {
	proof, err := tlog.ProveRecord(size, index, s.nodes(ctx, tree))
	if err != nil {
		return nil, unavailable("prove a record", err)
	}
	return hashesOf(proof), nil
}

// nodes reads the nodes of a tree.
func (s *Store) nodes(ctx context.Context, tree int64) nodes {
	return func(leaves []int64) (map[int64]leafRow, error) {
		return readLeaves(tree, leaves, func(statement string, args []any) (*sql.Rows, error) {
			prepared, err := s.read.prepared(ctx, statement)
			if err != nil {
				return nil, err
			}
			return prepared.QueryContext(ctx, args...)
		})
	}
}

// recordRow is a record as it is stored.
type recordRow struct {
	tree, leafIndex, treeSize int64
	salt                      []byte
	content                   sql.NullString // not valid once erased
}

func (s *Store) row(ctx context.Context, site string, id uuid.UUID) (recordRow, error) {
	var r recordRow
	err := s.read.queryRow(ctx, `SELECT r.tree, r.leaf_index, r.tree_size, r.salt, r.content
		FROM trees t JOIN records r ON r.tree = t.tree WHERE t.site = $1 AND r.id = $2`,
		[]any{site, id[:]}, &r.tree, &r.leafIndex, &r.treeSize, &r.salt, &r.content)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return recordRow{}, fmt.Errorf("record %s of site %s: %w", id, site, ErrNotFound)
	case err != nil:
		return recordRow{}, unavailable("read a record", err)
	}
	return r, nil
}
