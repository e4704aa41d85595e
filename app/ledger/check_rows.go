package ledger

import "context"

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
