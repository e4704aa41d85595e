package ledger

import (
	"context"
	"errors"
)

// What a walk through the trees does not meet: records without a tree or a checkpoint, and what persons were shown.

// checkOrphans checks that every record is of a site's tree.
func (c *checker) checkOrphans(ctx context.Context) error {
	var orphans int64
	err := c.store.read.queryRow(ctx, `SELECT count(*) FROM records WHERE tree NOT IN (SELECT tree FROM trees)`,
		nil, &orphans)
	if err != nil {
		return wrapUnavailable("count the records without a tree", err)
	}
	if orphans > 0 {
		c.addFault("", -1, "%d records are of no site: their tree was deleted", orphans)
	}
	return nil
}

// checkSizes checks that each size at which records were stored has its checkpoint: their receipts hold it.
func (t *treeCheck) checkSizes(ctx context.Context) error {
	var unsigned int64
	err := t.store.read.queryRow(ctx, `SELECT count(*) FROM records r WHERE r.tree = $1 AND r.leaf_index < $2 AND
		(r.tree_size <= r.leaf_index OR NOT EXISTS
		(SELECT 1 FROM checkpoints c WHERE c.tree = r.tree AND c.size = r.tree_size))`,
		[]any{t.number, t.size}, &unsigned)
	if err != nil {
		return wrapUnavailable("look for checkpoints", err)
	}
	if unsigned > 0 {
		t.fault(-1, "%d records have no checkpoint of the size at which they were stored", unsigned)
	}
	return nil
}

// checkPresentations checks that each presentation has the content of its hash.
func (c *checker) checkPresentations(ctx context.Context) error {
	const action = "list the presentations"
	c.shown = map[[2]string]bool{}
	rows, err := c.store.read.queryRows(ctx, `SELECT site, hash FROM presentations ORDER BY site, hash`)
	if err != nil {
		return wrapUnavailable(action, err)
	}
	defer rows.Close()
	var list [][2]string
	for rows.Next() {
		var key [2]string
		if err := rows.Scan(&key[0], &key[1]); err != nil {
			return wrapUnavailable(action, err)
		}
		list = append(list, key)
	}
	if err := rows.Err(); err != nil {
		return wrapUnavailable(action, err)
	}
	for _, key := range list {
		c.shown[key] = true
		_, err := c.store.Presentation(ctx, key[0], key[1])
		switch {
		case errors.Is(err, ErrUnavailable):
			return err
		case err != nil:
			c.addFault(key[0], -1, "%v", err)
		}
	}
	return nil
}
