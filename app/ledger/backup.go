//go:build !js

package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// tables are what a backup copies, each in the order of its key.
var tables = []struct{ name, columns, key string }{
	{"signing_keys", "verifier, added_at, number, statement", "verifier"},
	{"trees", "tree, site, size", "tree"},
	{"checkpoints", "tree, size, note, verifier", "tree, size"},
	{"records", "tree, leaf_index, tree_size, id, leaf, nodes, ordinal, restricted, subject_key, subject, secret_hash, body_hash, salt, content", "tree, leaf_index"},
	{"admin_actions", "at, action, site, records", "at"},
	{"texts", "hash, text", "hash"},
	{"presentations", "site, hash, kind, language, policy, html, texts_hash", "site, hash"},
}

// backupRows is the number of rows that one transaction copies.
const backupRows = 2000

// ErrNotEmpty says that a backup would overwrite something.
var ErrNotEmpty = errors.New("the database that is to take the backup has content already; name a new one")

// Backup copies the whole database, as it is at one moment, into an empty one of either kind, which a server can then be
// started with. Decisions go on being kept meanwhile. progress is told how many rows were copied so far.
func (s *Store) Backup(ctx context.Context, dsn string, progress func(rows int)) error {
	to, err := openEngine(ctx, Options{DSN: dsn}.withDefaults())
	if err != nil {
		return err
	}
	err = s.backup(ctx, to, progress)
	if closeErr := to.close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("back up the database: %w", err)
	}
	return nil
}

func (s *Store) backup(ctx context.Context, to *engine, progress func(rows int)) error {
	var there int
	if err := to.write.db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM signing_keys) + (SELECT count(*) FROM trees) + (SELECT count(*) FROM presentations)`).Scan(&there); err != nil {
		return err
	}
	if there > 0 {
		return ErrNotEmpty
	}
	moment, err := s.read.db.BeginTx(ctx, s.moment)
	if err != nil {
		return err
	}
	defer moment.Rollback()
	if err := copySubjectKeySeed(ctx, moment, to); err != nil {
		return err
	}
	copied := 0
	for _, t := range tables {
		rows, err := moment.QueryContext(ctx, fmt.Sprintf(`SELECT %s FROM %s ORDER BY %s`, t.columns, t.name, t.key))
		if err != nil {
			return err
		}
		columns := strings.Count(t.columns, ",") + 1
		insert := fmt.Sprintf(`INSERT INTO %s (%s) VALUES %s`, t.name, t.columns, parameters(1, columns))
		for more := true; more; {
			var n int
			n, more, err = copyRows(ctx, rows, columns, to.write.db, insert)
			if err != nil {
				rows.Close()
				return fmt.Errorf("table %s: %w", t.name, err)
			}
			copied += n
			progress(copied)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	return nil
}

// copySubjectKeySeed replaces the seed that the new database made for itself.
func copySubjectKeySeed(ctx context.Context, from *sql.Tx, to *engine) error {
	var seed []byte
	if err := from.QueryRowContext(ctx, `SELECT seed FROM subject_key_seed`).Scan(&seed); err != nil {
		return err
	}
	_, err := to.write.db.ExecContext(ctx, `UPDATE subject_key_seed SET seed = $1`, seed)
	return err
}

// copyRows copies the next rows in one transaction; more says that there may be others.
func copyRows(ctx context.Context, rows *sql.Rows, columns int, to *sql.DB, insert string) (n int, more bool, err error) {
	tx, err := to.BeginTx(ctx, nil)
	if err != nil {
		return 0, false, err
	}
	defer tx.Rollback()
	statement, err := tx.PrepareContext(ctx, insert)
	if err != nil {
		return 0, false, err
	}
	values, places := make([]any, columns), make([]any, columns)
	for i := range values {
		places[i] = &values[i]
	}
	for n < backupRows {
		if !rows.Next() {
			return n, false, errors.Join(rows.Err(), tx.Commit())
		}
		if err := rows.Scan(places...); err != nil {
			return n, false, err
		}
		if _, err := statement.ExecContext(ctx, values...); err != nil {
			return n, false, err
		}
		n++
	}
	return n, true, tx.Commit()
}
