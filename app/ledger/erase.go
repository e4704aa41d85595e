//go:build !js

package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

const (
	// A leaf, its nodes and the decision's id stay: the tree needs the former, and the id tells a repetition that it was erased.
	erase = `UPDATE records SET subject_key = NULL, subject = NULL, secret_hash = NULL, body_hash = NULL, salt = NULL, content = NULL WHERE `

	eraseSubject = erase + ofSubject
	eraseLeaf    = erase + `tree = $1 AND leaf_index = $2`

	// No query for a subject finds a restricted record. Without the secret, only the administrator can read it.
	restrictSubject = `UPDATE records SET secret_hash = NULL, restricted = 1 WHERE ` + ofSubject + ` AND restricted = 0`
)

// Erase drops the contents of all records of a subject, with their salts and the subject's secret, also of those that are
// restricted. Every proof still holds; what is left tells nothing of the subject, nor can it be confirmed from a guess,
// since nobody knows the salt. The result is the number of records.
//
// Scrub removes what the database itself still holds of it. Backups keep everything: see assets/docs/ledger.md.
func (s *Store) Erase(ctx context.Context, site string, subject uuid.UUID) (records int, err error) {
	records, err = s.changeSubject(ctx, eraseSubject, site, subject)
	if err != nil {
		return 0, fmt.Errorf("erase a subject: %w", err)
	}
	if records > 0 {
		s.unscrubbed.Store(true)
		s.forget()
	}
	return records, nil
}

// Scrub removes from the database's files what was erased since the last time: SQLite keeps ids in the gaps of its indexes, which
// are built anew, and PostgreSQL old versions of rows, which are vacuumed away. Nobody can append while SQLite does so, some
// seconds for a million records. It does nothing where nothing was erased through this store.
func (s *Store) Scrub(ctx context.Context) error {
	if !s.unscrubbed.Swap(false) {
		return nil
	}
	if err := s.scrub(ctx); err != nil {
		s.unscrubbed.Store(true)
		return unavailable("scrub the database", err)
	}
	return nil
}

// Restrict keeps the records of a subject as evidence only (GDPR, article 18 and 17(3)(e)): they no longer count for what is
// granted, the subject's secret is dropped, and the subject is unknown from here on. Erase and Expire still find them, and
// so does Export. The result is the number of records.
func (s *Store) Restrict(ctx context.Context, site string, subject uuid.UUID) (records int, err error) {
	records, err = s.changeSubject(ctx, restrictSubject, site, subject)
	if err != nil {
		return 0, fmt.Errorf("restrict a subject: %w", err)
	}
	if records > 0 { // their secret went
		s.unscrubbed.Store(true)
		s.forget()
	}
	return records, nil
}

// changeSubject runs a statement for the site's tree and a subject, while no decision is being appended.
func (s *Store) changeSubject(ctx context.Context, statement, site string, subject uuid.UUID) (records int, err error) {
	err = s.change(ctx, site, func(tx *sql.Tx, tree int64) error {
		result, err := tx.ExecContext(ctx, statement, tree, s.subjectKey(subject), subject[:])
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		records = int(n)
		return err
	})
	return records, err
}

// change runs a transaction on a site's tree that no batch comes between. It does nothing where the site has no tree.
func (s *Store) change(ctx context.Context, site string, run func(tx *sql.Tx, tree int64) error) error {
	if s.patience > 0 {
		limited, cancel := context.WithTimeout(ctx, s.patience)
		defer cancel()
		ctx = limited
	}
	tx, err := s.write.db.BeginTx(ctx, nil)
	if err != nil {
		return unavailable("begin", err)
	}
	defer tx.Rollback()
	var tree, size int64
	err = tx.QueryRowContext(ctx, s.lockTree, site).Scan(&tree, &size)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return unavailable("lock a tree", err)
	}
	if err := run(tx, tree); err != nil {
		return unavailable("change records", err)
	}
	if err := tx.Commit(); err != nil {
		return unavailable("commit", err)
	}
	return nil
}
