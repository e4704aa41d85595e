package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// table is a table that a backup copies, in the order of its key.
type table struct{ name, columns, key string }

var backupTables = []table{
	{"signing_keys", "verifier, added_at, number, statement", "verifier"},
	{"trees", "tree, site, size", "tree"},
	{"checkpoints", "tree, size, note, verifier", "tree, size"},
	{
		"records", "tree, leaf_index, tree_size, id, leaf, nodes, ordinal, restricted, subject, secret_hash, body_hash, " +
			"salt, content", "tree, leaf_index",
	},
	{"admin_actions", "at, action, site, records", "at"},
	{"texts", "hash, text", "hash"},
	{"presentations", "site, hash, kind, language, policy, html, texts_hash, shown", "site, hash"},
	{"announcements", "site, version, at", "site, version"},
	{
		"cases", "id, site, reference, secret_hash, body_hash, policy, language, platform, received_at, version, " +
			"identity, identity_at, fee, closed_at, erased, contact, text, tenant, account, subject, " +
			"text_salt, letter_salt", "id",
	},
	{
		"case_items", "case_id, item, kind, state, verified_at, closed_at, answer_due, outer_from, outer_due, outer_known, " +
			"overdue_at, soon_at, outcome, ground, letter", "case_id, item",
	},
	{"case_events", "case_id, number, event, type, at", "case_id, number"},
	{
		"outbox", "id, site, target, type, payload, created_at, next_at, lease_until, attempts, last_status, state",
		"id, target",
	},
	{"used_assertions", "site, hash, expires_at", "site, hash"},
}

// backupRows is the number of rows that one transaction of a backup copies.
const backupRows = 2000

// ErrNotEmpty: a backup would overwrite something.
var ErrNotEmpty = errors.New("the database for the backup is not empty; name a new one")

// Backup copies the whole database, as it is at one moment, into an empty one of either kind. A server can then be
// started with the copy. Appends continue meanwhile. Backup calls progress with the number of rows copied so far.
func (s *Store) Backup(ctx context.Context, dsn string, progress func(rows int)) error {
	return s.backUp(ctx, dsn, backupRows, progress)
}

func (s *Store) backUp(ctx context.Context, dsn string, rowsPerTx int, progress func(rows int)) error {
	to, err := openDatabase(ctx, Options{DSN: dsn}.withDefaults())
	if err != nil {
		return err
	}
	err = s.copyTo(ctx, to, rowsPerTx, progress)
	if closeErr := to.close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("back up the database: %w", err)
	}
	return nil
}

const countAll = `SELECT (SELECT count(*) FROM signing_keys) + (SELECT count(*) FROM trees) +
	(SELECT count(*) FROM presentations)`

func (s *Store) copyTo(ctx context.Context, to *database, rowsPerTx int, progress func(rows int)) error {
	var existing int
	if err := to.write.db.QueryRowContext(ctx, countAll).Scan(&existing); err != nil {
		return err
	}
	if existing > 0 {
		return ErrNotEmpty
	}
	snapshot, err := s.read.db.BeginTx(ctx, s.engine.SnapshotTx())
	if err != nil {
		return err
	}
	defer snapshot.Rollback()
	copied := 0
	for _, t := range backupTables {
		err := t.copyRows(ctx, snapshot, to, rowsPerTx, func(rows int) {
			copied += rows
			progress(copied)
		})
		if err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	return nil
}

// copyRows copies a table. It calls progress after each transaction with its number of rows.
func (t table) copyRows(
	ctx context.Context, from *sql.Tx, to *database, rowsPerTx int, progress func(rows int),
) error {
	rows, err := from.QueryContext(ctx, fmt.Sprintf(`SELECT %s FROM %s ORDER BY %s`, t.columns, t.name, t.key))
	if err != nil {
		return err
	}
	defer rows.Close()
	columns := strings.Count(t.columns, ",") + 1
	insert := fmt.Sprintf(`INSERT INTO %s (%s) VALUES %s`, t.name, t.columns, formatParameters(1, columns))
	for hasMore := true; hasMore; {
		var n int
		if n, hasMore, err = copyNextRows(ctx, rows, columns, rowsPerTx, to.write.db, insert); err != nil {
			return err
		}
		progress(n)
	}
	return errors.Join(rows.Err(), rows.Close())
}

// copyNextRows copies the next rows in one transaction. hasMore says that there can be others.
func copyNextRows(
	ctx context.Context, rows *sql.Rows, columns, rowsPerTx int, to *sql.DB, insert string,
) (n int, hasMore bool, err error) {
	tx, err := to.BeginTx(ctx, nil)
	if err != nil {
		return 0, false, err
	}
	defer tx.Rollback()
	statement, err := tx.PrepareContext(ctx, insert)
	if err != nil {
		return 0, false, err
	}
	values, pointers := make([]any, columns), make([]any, columns)
	for i := range values {
		pointers[i] = &values[i]
	}
	for n < rowsPerTx {
		if !rows.Next() {
			return n, false, errors.Join(rows.Err(), tx.Commit())
		}
		if err := rows.Scan(pointers...); err != nil {
			return n, false, err
		}
		if _, err := statement.ExecContext(ctx, values...); err != nil {
			return n, false, err
		}
		n++
	}
	return n, true, tx.Commit()
}
