package ledger

import (
	"bytes"
	"context"
)

// checkedRow is all of a record's row.
type checkedRow struct {
	storedContent
	leafIndex, ordinal                       int64
	id, nodes, subject, secretHash, bodyHash []byte
}

func (t *treeCheck) readRows(ctx context.Context, from, to int64) (page []checkedRow, err error) {
	rows, err := t.store.read.queryRows(ctx, `SELECT leaf_index, ordinal, id, leaf, nodes, subject, secret_hash, body_hash,
		salt, content FROM records WHERE tree = $1 AND leaf_index >= $2 AND leaf_index < $3 ORDER BY leaf_index`,
		t.number, from, to)
	if err != nil {
		return nil, wrapUnavailable("read records", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r checkedRow
		if err := rows.Scan(&r.leafIndex, &r.ordinal, &r.id, &r.leaf, &r.nodes, &r.subject, &r.secretHash, &r.bodyHash,
			&r.salt, &r.content); err != nil {
			return nil, wrapUnavailable("read records", err)
		}
		page = append(page, r)
	}
	if err := rows.Err(); err != nil {
		return nil, wrapUnavailable("read records", err)
	}
	return page, nil
}

// checkEvent checks that a row of a tree of requests is of its event.
func (t *treeCheck) checkEvent(row checkedRow) {
	if err := row.check(); err != nil {
		t.fault(row.leafIndex, "the event is not the one that was stored: its leaf commits to a different content")
		return
	}
	event, err := parseDeskEvent(row.content)
	switch {
	case err != nil:
		t.fault(row.leafIndex, "%v", err)
	case event.Site != t.tree.Site || !bytes.Equal(event.ID[:], row.id) || row.subject != nil:
		t.fault(row.leafIndex, "the row is of a different site or event than event %s", event.ID)
	default:
		t.tree.Records++
	}
}

// checkedCheckpoint is a stored checkpoint.
type checkedCheckpoint struct {
	size           int64
	note, verifier string
}

// readCheckpoints reads the checkpoints of the trees that end after from and not after to.
func (t *treeCheck) readCheckpoints(ctx context.Context, from, to int64) (page []checkedCheckpoint, err error) {
	rows, err := t.store.read.queryRows(ctx, `SELECT size, note, verifier FROM checkpoints
		WHERE tree = $1 AND size > $2 AND size <= $3 ORDER BY size`, t.number, from, to)
	if err != nil {
		return nil, wrapUnavailable("read checkpoints", err)
	}
	defer rows.Close()
	for rows.Next() {
		var c checkedCheckpoint
		if err := rows.Scan(&c.size, &c.note, &c.verifier); err != nil {
			return nil, wrapUnavailable("read checkpoints", err)
		}
		page = append(page, c)
	}
	if err := rows.Err(); err != nil {
		return nil, wrapUnavailable("read checkpoints", err)
	}
	return page, nil
}
