package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/ledger/proof"
)

// Record returns the record of a decision: ErrNotFound, or ErrErased if its content was erased.
func (s *Store) Record(ctx context.Context, site string, id uuid.UUID) (Record, error) {
	row, err := s.readRow(ctx, site, id)
	if err != nil {
		return Record{}, err
	}
	if !row.content.Valid {
		return Record{}, fmt.Errorf("record %s: %w", id, ErrErased)
	}
	record, err := row.stored().parse()
	if err == nil && record.ID != id {
		err = ErrChanged
	}
	if err != nil {
		return Record{}, fmt.Errorf("record %s: %w", id, err)
	}
	return record, nil
}

// MaxRecords is the number of records of one subject that are read at once.
const MaxRecords = 1000

// Records returns the records of a subject that count for what is granted, in the order of the log: all but restricted
// ones. An unknown subject has none. The error is ErrTooMany for more than MaxRecords, which no person makes.
func (s *Store) Records(ctx context.Context, site string, subject uuid.UUID) ([]Record, error) {
	records, next, err := s.readSubject(ctx, selectCounting, site, subject, 0)
	if err == nil && next > 0 {
		return nil, fmt.Errorf("more than %d records: %w", MaxRecords, ErrTooMany)
	}
	return records, err
}

const (
	ofSubjectFrom = `SELECT r.ordinal, r.content, r.salt, r.leaf FROM trees t JOIN records r ON r.tree + 0 = t.tree
	WHERE t.site = $1 AND r.subject = $2 AND r.ordinal >= $3 AND r.content IS NOT NULL `
	inOrder = `ORDER BY r.ordinal LIMIT $4`

	selectSubject  = ofSubjectFrom + inOrder
	selectCounting = ofSubjectFrom + `AND r.restricted = 0 ` + inOrder
)

// RecordsFrom returns at most MaxRecords records of a subject, restricted ones too: the person can read them all. from
// is 0 at first, and then what the last call returned as next. next is 0 if there are no more.
// The error is ErrChanged if one of them was changed in the database.
func (s *Store) RecordsFrom(
	ctx context.Context, site string, subject uuid.UUID, from int64,
) (records []Record, next int64, err error) {
	return s.readSubject(ctx, selectSubject, site, subject, from)
}

func (s *Store) readSubject(
	ctx context.Context, query, site string, subject uuid.UUID, from int64,
) (records []Record, next int64, err error) {
	const action = "read the records of a subject"
	rows, err := s.read.queryRows(ctx, query, site, subject[:], max(from, 0), MaxRecords+1)
	if err != nil {
		return nil, 0, wrapUnavailable(action, err)
	}
	defer rows.Close()
	for rows.Next() {
		var ordinal int64
		var stored storedContent
		if err := rows.Scan(&ordinal, &stored.content, &stored.salt, &stored.leaf); err != nil {
			return nil, 0, wrapUnavailable(action, err)
		}
		if len(records) == MaxRecords {
			return records, ordinal, nil
		}
		record, err := stored.parseOf(site, subject)
		if err != nil {
			return nil, 0, fmt.Errorf("%s: record %d of the subject: %w", action, len(records)+1, err)
		}
		records = append(records, record)
	}
	if err := rows.Err(); err != nil {
		return nil, 0, wrapUnavailable(action, err)
	}
	return records, 0, nil
}

// Receipt returns the receipt of a decision again, identical to the one that Append returned: ErrNotFound, or ErrErased
// if the record's content was erased.
func (s *Store) Receipt(ctx context.Context, site string, id uuid.UUID) (Receipt, error) {
	row, err := s.readRow(ctx, site, id)
	if err != nil {
		return Receipt{}, err
	}
	if !row.content.Valid {
		return Receipt{}, fmt.Errorf("record %s: %w", id, ErrErased)
	}
	if err := row.stored().check(); err != nil {
		return Receipt{}, fmt.Errorf("record %s: %w", id, err)
	}
	r := Receipt{
		Type: ReceiptType, Site: site, Record: []byte(row.content.String), Salt: proof.Hash(row.salt),
		LeafIndex: row.leafIndex, TreeSize: row.treeSize,
	}
	err = s.read.queryRow(ctx, selectSigned, []any{row.tree, row.treeSize}, &r.Checkpoint, &r.Key)
	if err != nil {
		return Receipt{}, wrapUnavailable("read a checkpoint", err)
	}
	if r.Proof, err = s.proveLeaf(ctx, row.tree, row.leafIndex, row.treeSize); err != nil {
		return Receipt{}, err
	}
	return r, nil
}

// recordRow is a record as it is stored.
type recordRow struct {
	tree, leafIndex, treeSize int64
	leaf, salt                []byte
	content                   sql.NullString // not valid if erased
}

func (r recordRow) stored() storedContent {
	return storedContent{content: []byte(r.content.String), salt: r.salt, leaf: r.leaf}
}

func (s *Store) readRow(ctx context.Context, site string, id uuid.UUID) (recordRow, error) {
	var r recordRow
	err := s.read.queryRow(ctx, `SELECT r.tree, r.leaf_index, r.tree_size, r.leaf, r.salt, r.content
		FROM trees t JOIN records r ON r.tree = t.tree WHERE t.site = $1 AND r.id = $2`,
		[]any{site, id[:]}, &r.tree, &r.leafIndex, &r.treeSize, &r.leaf, &r.salt, &r.content)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return recordRow{}, fmt.Errorf("record %s of site %s: %w", id, site, ErrNotFound)
	case err != nil:
		return recordRow{}, wrapUnavailable("read a record", err)
	}
	return r, nil
}
